import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ChildProcess } from 'node:child_process'

const PROGRAM = join(import.meta.dirname, '..', '..', '..', '..', 'src', 'cli', 'tilemesh.cjs')

/** Options of a peer that meets others on this machine only. */
export const ON_THIS_MACHINE = ['--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']

/** One object of `--json`. */
export type PrintedEvent = { readonly event: string } & Readonly<Record<string, unknown>>

/** One run of the program, as a process of its own. */
export class Run {
  stdout = ''
  stderr = ''
  readonly events: PrintedEvent[] = []
  readonly process: ChildProcess
  /** Exit status, or the signal that ended it. */
  readonly ended: Promise<number | string>
  readonly #waiting = new Set<() => void>()

  constructor (args: readonly string[], cwd: string, stdin: string) {
    this.process = spawn(process.execPath, [PROGRAM, ...args], { cwd, env: { ...process.env, TILEMESH_TICKET: '', TILEMESH_HOME: join(cwd, 'home'), TMPDIR: cwd } })
    this.process.stdin!.end(stdin)
    this.process.stderr!.on('data', (chunk: Buffer) => {
      this.stderr += String(chunk)
    })
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      this.stdout += line + '\n'
      if (line.startsWith('{')) {
        this.events.push(JSON.parse(line) as PrintedEvent)
      }
      this.#news()
    })
    this.ended = new Promise((resolve) => {
      this.process.on('close', (status, signal) => {
        resolve(status ?? signal!)
        this.#news()
      })
    })
  }

  /** The first event, past or future, for which something is so. Rejects when the program ends before. */
  async event (isIt: (event: PrintedEvent) => boolean): Promise<PrintedEvent> {
    while (true) {
      const found = this.events.find(isIt)
      if (found !== undefined) {
        return found
      }
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        throw new Error(`it ended before: ${this.stdout}${this.stderr}`)
      }
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve)
      })
    }
  }

  #news (): void {
    for (const resolve of this.#waiting) {
      resolve()
    }
    this.#waiting.clear()
  }
}

/** A folder in which the program is run, and everything that runs there. */
export class Stage {
  readonly folder: string
  readonly #runs: Run[] = []

  private constructor (folder: string) {
    this.folder = folder
  }

  /** A folder with a scene `shot.gltf` that renders in no time. */
  static async set (): Promise<Stage> {
    const stage = new Stage(await mkdtemp(join(tmpdir(), 'tilemesh e2e ')))
    await writeFile(stage.path('shot.gltf'), JSON.stringify(triangle()))
    return stage
  }

  path (name: string): string {
    return join(this.folder, name)
  }

  start (line: string, stdin = ''): Run {
    const run = new Run(line.split(' '), this.folder, stdin)
    this.#runs.push(run)
    return run
  }

  /** Runs a command to its end. */
  async run (line: string, stdin = ''): Promise<{ readonly status: number | string, readonly stdout: string, readonly stderr: string, readonly events: readonly PrintedEvent[] }> {
    const run = this.start(line, stdin)
    const status = await run.ended
    return { status, stdout: run.stdout, stderr: run.stderr, events: run.events }
  }

  /** A peer that is up, in a home of its own. */
  async up (home: string, options = ''): Promise<Run> {
    const peer = this.start(['up', '--home', home, '--name', home, '--json', '--threads', '1', ...ON_THIS_MACHINE, ...options.split(' ')].filter((word) => word !== '').join(' '))
    await peer.event(({ event }) => event === 'ready')
    return peer
  }

  /** Ends what still runs and takes the folder away. */
  async clear (): Promise<void> {
    for (const run of this.#runs) {
      if (run.process.exitCode === null && run.process.signalCode === null) {
        run.process.kill('SIGKILL')
      }
      await run.ended
    }
    await rm(this.folder, { recursive: true, maxRetries: 5 })
  }
}

/** A glTF scene of one triangle, everything in one file. */
function triangle (): object {
  const corners = Buffer.from(new Float32Array([-1, -1, 0, 1, -1, 0, 0, 1, 0]).buffer)
  return {
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
    buffers: [{ byteLength: corners.byteLength, uri: `data:application/octet-stream;base64,${corners.toString('base64')}` }],
    bufferViews: [{ buffer: 0, byteOffset: 0, byteLength: corners.byteLength }],
    accessors: [{ bufferView: 0, componentType: 5126, count: 3, type: 'VEC3', min: [-1, -1, 0], max: [1, 1, 0] }]
  }
}
