/**
 * A process that outlives the test that started it by a moment: it is told what must not be left behind, and when its standard input ends, however
 * the test came to its end, it does away with it. Each line is one object, see {@link KeeperLine}.
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** What a keeper is told: something came into being, or has gone. */
export interface KeeperLine {
  readonly what: 'process' | 'namespace' | 'mount' | 'folder'
  /** Process id, name of a network namespace, or absolute path. */
  readonly name: string
  readonly state: 'there' | 'gone'
}

const REMOVERS: Readonly<Record<KeeperLine['what'], (name: string) => void>> = {
  process: (name) => { process.kill(Number(name), 'SIGKILL') },
  mount: (name) => { spawnSync('umount', ['--lazy', name]) },
  namespace: (name) => { spawnSync('ip', ['netns', 'del', name]) },
  folder: (name) => { rmSync(name, { recursive: true, force: true, maxRetries: 5 }) }
}

// Interrupting the test interrupts its whole process group, and this one has work to do then.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {})
}

const kept = new Map<string, KeeperLine>()
for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text) as KeeperLine
  const key = `${line.what} ${line.name}`
  if (line.state === 'there') {
    kept.set(key, line)
  } else {
    kept.delete(key)
  }
}
for (const what of ['process', 'mount', 'namespace', 'folder'] as const) {
  for (const { name } of [...kept.values()].filter((line) => line.what === what)) {
    try {
      REMOVERS[what](name)
    } catch {
      // It went by itself.
    }
  }
}
