import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Program } from './program.ts'
import type { Ending, ProgramEvent, ProgramInit } from './program.ts'

/** Where these peers listen: this machine only, any free port. */
export const LOOPBACK = '/ip4/127.0.0.1/tcp/0'

/** How a peer of a stage is started. */
export interface UpOptions {
  readonly ticket?: string
  /** @default loopback, any free port */
  readonly listen?: string
  /** More of the command line. */
  readonly args?: readonly string[]
  /** @default off: the stage's peers meet by tickets, whatever else runs on this network */
  readonly mdns?: 'on' | 'off'
  /** @default the peer's name */
  readonly home?: string
  readonly env?: Readonly<Record<string, string>>
}

/** What became of a command that was waited for. */
export interface Outcome extends Ending {
  readonly events: readonly ProgramEvent[]
  readonly lines: readonly string[]
  readonly stderr: string
}

/**
 * A folder of its own, homes in it, and every process that was started there: all of it is gone after {@link Stage.close}.
 * The folder has spaces in its name, because those of people do.
 */
export class Stage {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'tilemesh on stage '))
  readonly #programs = new Set<Program>()

  constructor () {
    openStages.add(this)
  }

  path (...parts: readonly string[]): string {
    return path.join(this.folder, ...parts)
  }

  home (name: string): string {
    return this.path(`home of ${name}`)
  }

  /** Starts a command without waiting for it. */
  start (args: readonly string[], init: Partial<ProgramInit> = {}): Program {
    const program = new Program(args, { cwd: this.folder, ...init })
    this.#programs.add(program)
    return program
  }

  /** Runs a command to its end. */
  async run (args: readonly string[], init: Partial<ProgramInit> = {}): Promise<Outcome> {
    const program = this.start(args, init)
    const ending = await program.end()
    return { ...ending, events: program.events, lines: program.lines, stderr: program.stderr }
  }

  /** Runs a command in a home with `--json`. */
  async ask (home: string, ...args: readonly string[]): Promise<Outcome> {
    return this.run([...args, '--home', this.home(home), '--json'])
  }

  /** Starts a peer without waiting for it. */
  startUp (name: string, { ticket, listen = LOOPBACK, mdns = 'off', home = name, args = [], env }: UpOptions = {}): Program {
    return this.start([
      'up', ...ticket === undefined ? [] : [ticket], '--home', this.home(home), '--json', '--name', name, '--threads', '1',
      '--listen', listen, ...mdns === 'off' ? ['--no-mdns'] : [], ...args
    ], { env })
  }

  /** Starts a peer and waits until it is there. */
  async up (name: string, options: UpOptions = {}): Promise<Program> {
    const peer = this.startUp(name, options)
    await isReady(peer)
    return peer
  }

  /** A ticket of the mesh of a home whose peer runs. */
  async invite (home: string): Promise<string> {
    const { events, stderr } = await this.ask(home, 'mesh', 'invite')
    const ticket = events.find(({ event }) => event === 'ticket')
    if (ticket === undefined) {
      throw new Error(`no ticket: ${stderr}`)
    }
    return ticket.ticket
  }

  /** A first peer that invites, and others that join it; all of them connected to the first. */
  async mesh (first: string, ...others: readonly string[]): Promise<Program[]> {
    const inviter = await this.up(first)
    const ticket = await this.invite(first)
    const joiners = others.map((name) => this.startUp(name, { ticket }))
    await Promise.all(joiners.map(isReady))
    await Promise.all(joiners.map(async (joiner) => { await hasJoined(inviter, joiner) }))
    return [inviter, ...joiners]
  }

  /** Kills every process that still runs and removes the folder. */
  async close (): Promise<void> {
    this.killAll()
    await Promise.all(Array.from(this.#programs, async (program) => program.ended))
    openStages.delete(this)
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** Kills without waiting; also processes that are stopped. */
  killAll (): void {
    for (const program of this.#programs) {
      if (program.running) {
        program.signal('SIGKILL')
      }
    }
  }
}

/** Stages whose test did not come to its end: a test run that is broken off leaves no process behind. */
const openStages = new Set<Stage>()

process.once('exit', () => {
  for (const stage of openStages) {
    stage.killAll()
    rmSync(stage.folder, { recursive: true, force: true })
  }
})

/** Waits until a peer listens and can be asked. */
export async function isReady (peer: Program): Promise<ProgramEvent> {
  return peer.event('ready', ({ event }) => event === 'ready')
}

/** Waits until one peer has met another. */
export async function hasJoined (at: Program, other: Program, withinMs?: number): Promise<ProgramEvent> {
  return at.event('a peer that joins', ({ event, state, peer }) => event === 'peer' && state === 'joined' && peer === other.peer, withinMs)
}

/** Where a peer listened, to listen there again. */
export function sameAddress (peer: Program): string {
  return peer.events.find(({ event }) => event === 'ready')!.addrs[0]!.replace(/\/p2p\/.*/, '')
}

/** Puts a measurement into the running test's title, so that every report shows it. */
export function measured (context: Mocha.Context, what: string): void {
  context.test!.title += ` (${what})`
}
