import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/** What a person types, in the repository this file was built in. */
const PROGRAM = fileURLToPath(new URL('../../../src/cli/tilemesh.cjs', import.meta.url))

/** How long anything that is waited for may take when nothing else is said: the machine may be busy, the test must end. */
const PATIENCE_MS = 40_000

/** One line of `--json`: every field that the contract of the command line names. An event has only its own. */
export interface ProgramEvent {
  readonly event: 'ready' | 'job' | 'peer' | 'unit' | 'progress' | 'error' | 'ticket' | 'saved' | 'done' | 'mesh'
  /** When the line came, on the clock of `performance.now()`. */
  readonly atMs: number
  readonly addrs: readonly string[]
  readonly http: string | null
  readonly job: string
  readonly unit: string
  readonly peer: string
  readonly state: string
  readonly ms: number
  readonly units: number
  readonly done: number
  readonly etaMs: number | null
  readonly peers: number
  readonly code: string
  readonly message: string
  readonly ticket: string
  readonly files: readonly string[]
  readonly filmHash: string | null
  readonly wallMs: number
  readonly executions: number
  readonly lapsed: number
  readonly byPeer: Readonly<Record<string, number>>
  readonly bytesIn: number
  readonly engine: string
  readonly width: number
  readonly height: number
  readonly frames: number
  readonly samples: number
  readonly fingerprint: string
  readonly waits?: string
  readonly safety?: { readonly state: string, readonly missing?: string }
  readonly video?: number
  readonly parked: { readonly units: number, readonly unit: string, readonly reason: string } | undefined
  readonly phases: Readonly<Record<'transfer' | 'load' | 'render' | 'merge', number>>
}

/** How a process ended: by itself, or by a signal. */
export interface Ending {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly atMs: number
}

/** What a process is started with. */
export interface ProgramInit {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Written to standard input, which is then closed. */
  readonly stdin?: string
  /** The user and group whose rights it has, by number; only root can choose. @default those of the test */
  readonly user?: number
  /** The script that Node runs. @default what a person types */
  readonly script?: string
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[]
  /** A command that becomes this process, such as `nsenter`: given before Node's own path. */
  readonly prefix?: readonly string[]
}

/** A running tilemesh: its events, its errors, its end. */
export class Program {
  readonly events: ProgramEvent[] = []
  /** Lines of standard output that are no JSON object. */
  readonly lines: string[] = []
  readonly args: readonly string[]
  stderr = ''
  readonly ended: Promise<Ending>
  #ending: Ending | undefined
  #rest = ''
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #waiting = new Set<() => void>()

  constructor (args: readonly string[], init: ProgramInit) {
    this.args = args
    const [command, ...rest] = [...init.prefix ?? [], process.execPath, ...init.nodeOptions ?? [], init.script ?? PROGRAM, ...args]
    this.#child = spawn(command!, rest, {
      cwd: init.cwd,
      env: { ...process.env, TILEMESH_HOME: undefined, TILEMESH_TICKET: undefined, TILEMESH_DEBUG: undefined, ...init.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(init.user === undefined ? {} : { uid: init.user, gid: init.user })
    })
    this.#child.stdin.on('error', () => {}) // a program that ends without reading it is free to
    this.#child.stdin.end(init.stdin ?? '')
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => { this.#read(text) })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
      this.#look()
    })
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (status, signal) => {
        this.#ending = { status, signal, atMs: performance.now() }
        resolve(this.#ending)
        this.#look()
      })
    })
  }

  get pid (): number {
    return this.#child.pid!
  }

  get running (): boolean {
    return this.#ending === undefined
  }

  /** The full id of this peer, once it said `ready`. */
  get peer (): string {
    return this.events.find(({ event }) => event === 'ready')!.peer
  }

  /** Sends a signal and says when. */
  signal (name: NodeJS.Signals): number {
    const atMs = performance.now()
    this.#child.kill(name)
    return atMs
  }

  /** Resolves with the first of all events, past and to come, that fits. */
  async event (what: string, fits: (event: ProgramEvent) => boolean, withinMs = PATIENCE_MS): Promise<ProgramEvent> {
    return this.until(what, () => this.events.find(fits), withinMs)
  }

  /** Resolves with what `look` finds, asked now and after everything that happens; rejects when it finds nothing in time or the program ends. */
  async until<Found> (what: string, look: () => Found | undefined | false, withinMs = PATIENCE_MS): Promise<Found> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(glance)
      }
      const fail = (why: string): void => {
        end()
        reject(new Error(`${why} while waiting for ${what}\n${this.#account()}`))
      }
      const glance = (): void => {
        const found = look()
        if (found !== undefined && found !== false) {
          end()
          resolve(found)
        } else if (this.#ending !== undefined) {
          fail(`it ended (${this.#ending.signal ?? this.#ending.status})`)
        }
      }
      const timer = setTimeout(() => { fail(`${withinMs} ms passed`) }, withinMs)
      this.#waiting.add(glance)
      glance()
    })
  }

  /** Waits for the end of the process. */
  async end (withinMs = PATIENCE_MS): Promise<Ending> {
    return this.until('its end', () => this.#ending, withinMs)
  }

  /** Waits for the end and its exit status. */
  async status (withinMs = PATIENCE_MS): Promise<number | null> {
    return (await this.end(withinMs)).status
  }

  #read (text: string): void {
    const atMs = performance.now()
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop()!
    for (const line of lines) {
      if (line.startsWith('{')) {
        this.events.push({ ...JSON.parse(line), atMs } as ProgramEvent)
      } else {
        this.lines.push(line)
      }
    }
    this.#look()
  }

  #look (): void {
    for (const glance of [...this.#waiting]) {
      glance()
    }
  }

  #account (): string {
    const last = this.events.slice(-8).map(({ atMs, ...event }) => `${Math.round(atMs)} ${JSON.stringify(event).slice(0, 240)}`)
    return [`tilemesh ${this.args.join(' ')}`, ...last, ...this.lines.slice(-8), this.stderr.slice(-2_000)].join('\n  ')
  }
}
