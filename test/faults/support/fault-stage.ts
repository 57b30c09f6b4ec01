import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { hasJoined, isReady, Stage } from '../../support/stage.ts'
import { SmallDisk } from '../../support/small-disk.ts'
import { Leftovers } from './leftovers.ts'
import { NamespaceNetwork } from './namespace-network.ts'
import { ProxyNetwork } from './proxy-network.ts'
import type { FaultNetwork } from './fault-network.ts'
import type { UpOptions } from '../../support/stage.ts'
import type { Program, ProgramInit } from '../../support/program.ts'

const TIMED = fileURLToPath(new URL('./timed-tilemesh.js', import.meta.url))

/** What a peer is told when it must end, and how long it may take. */
const LEAVE_WITHIN_MS = 30_000

/** A line of a stack trace: no program shows one unasked. */
const STACK = /^\s+at .+:\d+:\d+\)?$/m

/** How a stage of faults is made. */
export interface FaultStageInit {
  /** @default namespaces where they can be made, else proxies */
  readonly network?: 'namespaces' | 'proxies'
  /** `timed`: a unit takes so many milliseconds and no processor. `real`: the built-in renderer. @default timed, 250 */
  readonly renderer?: { readonly unitMs: number } | 'real'
}

/** A stage on a network that breaks as it is told: the peer of a home is at the place of the same name. */
export class FaultStage extends Stage {
  readonly network: FaultNetwork
  readonly leftovers: Leftovers
  /** Why the network is not that of the kernel. */
  readonly excuse: string | undefined
  readonly #renderer: NonNullable<FaultStageInit['renderer']>
  readonly #programs: Program[] = []
  readonly #disks: SmallDisk[] = []
  /** Peers that were sent a signal they can not survive, or that something else took away. */
  readonly #killed = new Set<Program>()

  private constructor (network: FaultNetwork, leftovers: Leftovers, renderer: NonNullable<FaultStageInit['renderer']>, excuse: string | undefined) {
    super()
    this.network = network
    this.leftovers = leftovers
    this.excuse = excuse
    this.#renderer = renderer
    leftovers.there('folder', this.folder)
  }

  static async open ({ network, renderer = { unitMs: 250 } }: FaultStageInit = {}): Promise<FaultStage> {
    const leftovers = new Leftovers()
    const spaces = network === 'proxies' ? 'proxies were asked for' : NamespaceNetwork.open(leftovers)
    const chosen = typeof spaces === 'string' ? await ProxyNetwork.open() : spaces
    return new FaultStage(chosen, leftovers, renderer, typeof spaces === 'string' ? spaces : undefined)
  }

  /** A command in the home of a place, or elsewhere. */
  override start (args: readonly string[], init: Partial<ProgramInit> = {}): Program {
    const home = args[args.indexOf('--home') + 1]
    const place = args.includes('--home') ? /home of (.+)$/.exec(home!)?.[1] : undefined
    const placing = place === undefined ? undefined : this.network.place(place).init
    const renderer = this.#renderer === 'real' ? undefined : { TILEMESH_TEST_UNIT_MS: String(this.#renderer.unitMs) }
    const program = super.start(args, {
      ...this.#renderer === 'real' ? {} : { script: TIMED },
      ...placing,
      ...init,
      env: { ...renderer, ...placing?.env, ...init.env }
    })
    this.#programs.push(program)
    this.leftovers.there('process', program.pid)
    void program.ended.then(() => { this.leftovers.gone('process', program.pid) })
    return program
  }

  override startUp (name: string, options: UpOptions = {}): Program {
    const { args = [], ...others } = options
    return super.startUp(name, { listen: this.network.place(options.home ?? name).listen, ...others, args: ['-v', '--log-json', ...args] })
  }

  /** Peers that all know one another; the first made the mesh. */
  async allMet (first: string, ...others: readonly string[]): Promise<Program[]> {
    const inviter = await this.up(first)
    const ticket = await this.invite(first)
    const joiners = others.map((name) => this.startUp(name, { ticket }))
    const peers = [inviter, ...joiners]
    await Promise.all(joiners.map(isReady))
    await Promise.all(peers.flatMap((one) => peers.filter((other) => other !== one).map(async (other) => hasJoined(one, other))))
    return peers
  }

  /** Kills a peer without a word and waits until it is gone. */
  async kill (...peers: readonly Program[]): Promise<number> {
    const atMs = performance.now()
    for (const peer of peers) {
      this.#killed.add(peer)
      peer.signal('SIGKILL')
    }
    await Promise.all(peers.map(async (peer) => peer.ended))
    return atMs
  }

  /** A disk of its own for a home that is yet to be; false where that is not allowed. */
  smallDisk (home: string, bytes: number): SmallDisk | undefined {
    const disk = new SmallDisk(this.home(home))
    if (!disk.mount(bytes)) {
      return undefined
    }
    this.leftovers.there('mount', disk.folder)
    this.#disks.push(disk)
    return disk
  }

  /** The hash of the film that a job has which nothing happens to. */
  async faultlessFilm (...job: readonly string[]): Promise<string> {
    const { events, stderr } = await this.run(['render', ...job, '-o', 'faultless.png', '--home', this.home('nobody'), '--json', '--no-mdns'], { env: { TILEMESH_TEST_UNIT_MS: '0' } })
    const done = events.find(({ event }) => event === 'done')
    if (done?.filmHash == null) {
      throw new Error(`no film without faults: ${stderr}`)
    }
    return done.filmHash
  }

  /**
   * Lets every peer leave that still runs. Returns complaints: of peers that did not end well, or that said what no peer says.
   */
  async complaints (): Promise<string[]> {
    const running = this.#programs.filter((program) => program.running)
    for (const program of running) {
      program.signal('SIGCONT')
      program.signal('SIGTERM')
    }
    const complaints: string[] = []
    for (const program of this.#programs) {
      const what = program.args.slice(0, 4).join(' ')
      const ending = await program.end(LEAVE_WITHIN_MS).catch(() => undefined)
      if (ending === undefined) {
        complaints.push(`${what}: did not end within ${LEAVE_WITHIN_MS} ms of SIGTERM`)
      } else if (program.args[0] === 'up' && !this.#killed.has(program) && ending.status !== 0) {
        complaints.push(`${what}: ended with ${ending.signal ?? ending.status}`)
      }
      const trace = STACK.exec(program.stderr)
      if (trace !== null || /unhandled/i.test(program.stderr)) {
        complaints.push(`${what}: ${program.stderr.slice(Math.max(0, (trace?.index ?? 0) - 300), (trace?.index ?? 0) + 300)}`)
      }
    }
    return complaints
  }

  /** Writes what all programs said into a folder that stays, and returns its path. */
  keepWords (title: string): string {
    const folder = path.join(tmpdir(), 'tilemesh faults', `${title.replaceAll(/[^a-z0-9]+/gi, ' ').trim().slice(0, 60)} ${process.pid}`)
    mkdirSync(folder, { recursive: true })
    for (const [index, program] of this.#programs.entries()) {
      const name = `${String(index).padStart(3, '0')} ${program.args.join(' ').replaceAll(/[^a-z0-9-]+/gi, ' ').slice(0, 80)}`
      writeFileSync(path.join(folder, `${name}.stderr`), program.stderr)
      writeFileSync(path.join(folder, `${name}.events`), program.events.map((event) => JSON.stringify(event)).join('\n'))
    }
    return folder
  }

  override async close (): Promise<void> {
    this.killAll()
    await Promise.all(this.#programs.map(async ({ ended }) => ended))
    for (const disk of this.#disks) {
      disk.unmount()
      this.leftovers.gone('mount', disk.folder)
    }
    await super.close()
    await this.network.close()
    await this.leftovers.close()
  }
}
