import { Readable, Writable } from 'node:stream'
import { FakeClock } from '../../support/fake-clock.ts'
import { run } from '../../../src/cli/program.ts'
import type { PeerInit } from '../../../src/api.ts'
import type { CommandContext, Interruption, LineFormat, OutputStream } from '../../../src/cli/context.ts'
import type { FakePeer } from './fake-peer.ts'

/** Thrown where the process would have ended at once. */
export class ExitedNow extends Error {
  readonly status: number

  constructor (status: number) {
    super(`exited with ${status}`)
    this.status = status
  }
}

/** A stream that keeps what was written; a terminal when it has columns. */
export class Capture extends Writable {
  text = ''
  readonly isTTY: boolean
  readonly columns: number | undefined
  readonly rows: number | undefined

  constructor (columns?: number, rows?: number) {
    super({ decodeStrings: false })
    this.isTTY = columns !== undefined
    this.columns = columns
    this.rows = rows
  }

  get lines (): string[] {
    return this.text.split('\n').slice(0, -1)
  }

  /** The objects of `--json`. */
  get events (): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  }

  override _write (chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += String(chunk)
    done()
  }
}

/** A process of its own for one command, without a process. */
export class TestContext implements CommandContext {
  readonly env: Record<string, string | undefined> = {}
  readonly cwd: string
  readonly stdin: Readable
  readonly stdout: OutputStream & Capture
  readonly stderr: OutputStream & Capture
  readonly clock = new FakeClock()
  lineFormat: LineFormat = 'text'
  readonly inits: PeerInit[] = []
  readonly diedBy: string[] = []
  readonly exits: number[] = []
  readonly #peer: FakePeer
  readonly #listeners = new Map<Interruption, Set<() => void>>()

  constructor (peer: FakePeer, folder: string, { terminal, stdin = '' }: { terminal?: readonly [columns: number, rows: number], stdin?: string } = {}) {
    this.#peer = peer
    this.cwd = folder
    this.env['TILEMESH_HOME'] = 'home'
    this.stdin = Readable.from(stdin === '' ? [] : [stdin])
    this.stdout = new Capture(...terminal ?? [])
    this.stderr = new Capture(...terminal ?? [])
  }

  onInterruption (kind: Interruption, listener: () => void): () => void {
    const listeners = this.#listeners.get(kind) ?? new Set()
    this.#listeners.set(kind, listeners.add(listener))
    return () => {
      listeners.delete(listener)
    }
  }

  /** How many listen for it. */
  listening (kind: Interruption): number {
    return this.#listeners.get(kind)?.size ?? 0
  }

  interrupt (kind: Interruption): void {
    for (const listener of this.#listeners.get(kind) ?? []) {
      listener()
    }
  }

  exitNow (status: number): never {
    this.exits.push(status)
    throw new ExitedNow(status)
  }

  dieBy (signal: NodeJS.Signals): void {
    this.diedBy.push(signal)
  }

  async loadPeer (): Promise<(init: PeerInit) => Promise<FakePeer>> {
    return async (init) => {
      this.inits.push(init)
      return this.#peer
    }
  }

  /** Runs a command line, its words separated by spaces. */
  async run (line: string): Promise<number> {
    return this.runWords(line.split(' ').filter((one) => one !== ''))
  }

  async runWords (words: readonly string[]): Promise<number> {
    return run(words, this)
  }
}
