/**
 * Question: how long does a person wait for the program to be there?
 *
 * Whole processes from spawn to the moment that counts: `up` in a new home and in one it knows to `ready`, `render` of a scene of a few triangles
 * alone to its end, `--help`; beside them a Node that does nothing, which is the least any of them can take. Runs alternate.
 * `node dist/benchmarks/start.js`
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeSmallGlb } from '../test/support/small-scene.ts'
import { LONELY, PROGRAM } from './support/command.ts'
import { median, printTable } from './support/table.ts'

const REPEATS = 7

/** Milliseconds until a command said something that fits, or, without, until it ended. */
async function time (args: readonly string[], until?: string): Promise<number> {
  const startMs = performance.now()
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  let said = ''
  let ms: number | undefined
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (until !== undefined && ms === undefined && said.includes(until)) {
      ms = performance.now() - startMs
      child.kill('SIGTERM')
    }
  })
  await ended
  return ms ?? performance.now() - startMs
}

const folder = await mkdtemp(join(tmpdir(), 'tilemesh benchmark '))
try {
  const scene = await writeSmallGlb(folder)
  let homes = 0
  const known = join(folder, 'known')
  await time([PROGRAM, 'up', '--home', known, ...LONELY], '"ready"')
  const cases: Record<string, { readonly run: () => Promise<number>, readonly aim: string }> = {
    'node -e 0': { run: async () => time(['-e', '0']), aim: '' },
    'tilemesh --help': { run: async () => time([PROGRAM, '--help']), aim: '250' },
    'up to ready, home it knows': { run: async () => time([PROGRAM, 'up', '--home', known, ...LONELY], '"ready"'), aim: '1000' },
    'up to ready, new home': { run: async () => time([PROGRAM, 'up', '--home', join(folder, `new ${homes++}`), ...LONELY], '"ready"'), aim: '1000' },
    'render of a tiny scene, alone': {
      run: async () => time([PROGRAM, 'render', scene, '-o', join(folder, 'tiny.png'), '--size', '64x36', '--samples', '16', '--home', join(folder, 'alone'), '--json', '--no-mdns']),
      aim: '2000'
    }
  }
  const times = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]))
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const [name, { run }] of Object.entries(cases)) {
      times.get(name)!.push(await run())
    }
  }
  const bare = median(times.get('node -e 0')!)
  printTable(['from the command', 'median ms', 'slowest ms', 'beyond Node ms', 'aim ms'], Object.entries(cases).map(([name, { aim }]) => {
    const all = times.get(name)!
    return [name, median(all).toFixed(0), Math.max(...all).toFixed(0), (median(all) - bare).toFixed(0), aim]
  }))
} finally {
  await rm(folder, { recursive: true, force: true })
}
