import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { TilemeshError } from '../../errors.ts'
import { askToEnd } from '../../platform/interruptions.ts'
import type { ChildProcess } from 'node:child_process'
import type { PeerId } from '../../core/ids.ts'

/** A peer that is not up by then has failed; on a busy machine of two cores it takes some two seconds. */
const READY_MS = 30_000

/** A peer that was asked to leave is given this long before it is killed. */
const LEAVE_MS = 5_000

/** How a peer of the demo is started. */
export interface DemoPeerInit {
  /** Node and the file it runs, with the arguments before `up`'s own. */
  readonly program: readonly [command: string, ...args: string[]]
  readonly name: string
  readonly home: string
  /** 0: it renders nothing. */
  readonly threads: number
  /** The mesh it joins; makes one of its own without. */
  readonly ticket: string | undefined
  /** Options of `up` about its log, such as `-v`; with any, the log goes to standard error. @default none */
  readonly logOptions?: readonly string[]
}

/** A peer in a process of its own, `tilemesh up`, which ends with this process at the latest. */
export class DemoPeer {
  readonly name: string
  readonly home: string
  readonly peer: PeerId
  readonly #process: ChildProcess
  readonly #ended: Promise<void>

  private constructor (init: DemoPeerInit, peer: PeerId, child: ChildProcess, ended: Promise<void>) {
    this.name = init.name
    this.home = init.home
    this.peer = peer
    this.#process = child
    this.#ended = ended
  }

  /**
   * Starts a peer and waits until it is up. `running` is told of the process at once, so that it can be ended whatever happens.
   *
   * @throws TilemeshError when it does not come up
   */
  static async start (init: DemoPeerInit, running: (end: () => Promise<void>) => void): Promise<DemoPeer> {
    const [command, ...args] = init.program
    const child = spawn(command, [...args, ...upArguments(init)], {
      env: { ...process.env, TILEMESH_TICKET: init.ticket ?? '' },
      // The channel to this process is how the peer notices that we are gone, however we went.
      stdio: ['ignore', 'pipe', (init.logOptions ?? []).length > 0 ? 'inherit' : 'ignore', 'ipc']
    })
    const ended = new Promise<void>((resolve) => {
      child.once('close', resolve)
      child.once('error', resolve)
    })
    running(async () => endPolitely(child, ended))
    const peer = await firstWord(init.name, child)
    return new DemoPeer(init, peer, child, ended)
  }

  /** As a power cut does it: no word to anybody. */
  async kill (): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#ended
  }
}

function upArguments ({ name, home, threads, logOptions = [] }: DemoPeerInit): string[] {
  return [
    'up', '--json', '--home', home, '--name', name, '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0',
    ...logOptions, ...(threads === 0 ? ['--no-work'] : ['--threads', String(threads)])
  ]
}

/** The peer's id, from its `ready`. */
function firstWord (name: string, child: ChildProcess): Promise<PeerId> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      reject(new TilemeshError(`the demo's peer ${name} did not come up: ${why}`))
    }
    const tooLate = setTimeout(() => {
      fail(`it said nothing for ${READY_MS / 1000} s`)
    }, READY_MS)
    child.once('error', (err) => {
      fail(err.message)
    })
    // Its events are read to the end of its life, or it would stand still with a full pipe.
    const lines = createInterface({ input: child.stdout! })
    let said = 'it ended without a word'
    lines.on('line', (line) => {
      const event = JSON.parse(line) as { event: string, peer: PeerId, message?: string }
      if (event.event === 'ready') {
        clearTimeout(tooLate)
        resolve(event.peer)
      } else if (event.event === 'error') {
        said = event.message ?? said
      }
    })
    child.once('close', () => {
      clearTimeout(tooLate)
      fail(said)
    })
  })
}

async function endPolitely (child: ChildProcess, ended: Promise<void>): Promise<void> {
  askToEnd(child)
  const late = setTimeout(() => {
    child.kill('SIGKILL')
  }, LEAVE_MS)
  await ended
  clearTimeout(late)
}
