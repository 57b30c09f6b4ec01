import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectControl } from '../../control/connect-control.ts'
import { controlSocketPath } from '../../control/socket-path.ts'
import { TilemeshError } from '../../errors.ts'
import { pause } from '../capable-peer.ts'
import { followJob } from '../follow-job.ts'
import { programCommand } from '../program-command.ts'
import { DemoPeer } from './demo-peer.ts'
import { buildDemoScene } from './scene.ts'
import { shareCores } from './threads.ts'
import type { PeerApi, RenderRequest } from '../../api.ts'
import type { PeerId } from '../../core/ids.ts'
import type { Clock, FarmEvent } from '../../ports.ts'
import type { JobView } from '../view/job-view.ts'
import type { DemoFacts } from './account.ts'

/** The names of the demo's peers, the requester first. */
const NAMES = ['ALDER', 'BIRCH', 'CEDAR'] as const

/** One worker is killed when this part of the units is done. */
const KILL_AT = 0.4

/** Peers on one machine meet within a second; a busy one is given more. */
const MEET_MS = 30_000
const LOOK_MS = 100

/** What is rendered: some hundred units, so that there is something to lose, in well under two minutes on two cores. */
const PICTURE: Pick<RenderRequest, 'size' | 'samples' | 'tile'> = { size: { width: 640, height: 360 }, samples: 64, tile: 40 }

/** How the demo is run. */
export interface DemoInit {
  /** Absolute path of the picture. */
  readonly output: string
  /** Options of `up` about the peers' logs, such as `-v`. */
  readonly logOptions: readonly string[]
  readonly clock: Clock
  /** Makes the view once it is known whose screen it is. */
  readonly view: (self: PeerId) => JobView
  /** A line on what is being done, before there is a view. */
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/** Three peers in three homes under one folder, and everything that has to be taken away again. */
export class Demo {
  readonly #init: DemoInit
  readonly #ends: (() => Promise<void>)[] = []
  #folder: string | undefined
  #killed: { readonly peer: PeerId, readonly percent: number } | undefined
  readonly #lapsedOf = new Map<PeerId, number>()

  constructor (init: DemoInit) {
    this.#init = init
  }

  /**
   * Starts the peers, renders, kills one on the way, and resolves with what there is to tell; undefined when the signal ended it.
   * Call {@link clear} afterwards, whatever came of it.
   */
  async run (): Promise<DemoFacts | undefined> {
    const { signal, output, say } = this.#init
    this.#folder = await mkdtemp(join(tmpdir(), 'tilemesh-demo-'))
    const scene = join(this.#folder, 'demo.glb')
    await writeFile(scene, await buildDemoScene())
    say('starting three peers on this machine …')
    const threads = shareCores(availableParallelism())
    const requester = await this.#start(0, threads[0], undefined)
    const api = await connectControl(controlSocketPath(requester.home))
    const ticket = await api.invite()
    const workers = await Promise.all([this.#start(1, threads[1], ticket), this.#start(2, threads[2], ticket)])
    await this.#meet(api, workers)
    if (signal.aborted) {
      return undefined
    }
    const view = this.#init.view(requester.peer)
    try {
      const job = await api.render({ scene, output, ...PICTURE })
      const done = await followJob(api, job.job, view, signal, (event) => {
        this.#hear(event, workers, view)
      })
      return done === undefined ? undefined : { job, done, peers: [requester, ...workers], killed: this.#killed, lapsedOf: this.#lapsedOf }
    } finally {
      view.close()
      api.close()
    }
  }

  /** Ends the peers and removes their homes. Idempotent. */
  async clear (): Promise<void> {
    await Promise.allSettled(this.#ends.map(async (end) => end()))
    if (this.#folder !== undefined) {
      await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 })
    }
  }

  async #start (index: 0 | 1 | 2, threads: number, ticket: string | undefined): Promise<DemoPeer> {
    const name = NAMES[index]
    const home = join(this.#folder!, name.toLowerCase())
    await mkdir(home, { mode: 0o700 })
    return DemoPeer.start({ program: programCommand(), name, home, threads, ticket, logOptions: this.#init.logOptions }, (end) => {
      this.#ends.push(end)
    })
  }

  async #meet (api: PeerApi, workers: readonly DemoPeer[]): Promise<void> {
    const { clock, signal } = this.#init
    const endMs = clock.nowMs() + MEET_MS
    while (!signal.aborted) {
      const seen = new Set((await api.peers()).map(({ peer }) => peer))
      if (workers.every(({ peer }) => seen.has(peer))) {
        return
      }
      if (clock.nowMs() > endMs) {
        throw new TilemeshError(`the demo's peers did not find each other within ${MEET_MS / 1000} s`)
      }
      await pause(clock, LOOK_MS, signal)
    }
  }

  #hear (event: FarmEvent, workers: readonly DemoPeer[], view: JobView): void {
    if (event.event === 'unit' && event.state === 'lapsed') {
      this.#lapsedOf.set(event.peer, (this.#lapsedOf.get(event.peer) ?? 0) + 1)
    }
    if (event.event !== 'progress' || this.#killed !== undefined || event.done < KILL_AT * event.units || event.done === event.units) {
      return
    }
    // The one that loses most: there must be something to take over.
    const leased = new Map(event.working.map(({ peer, leased }) => [peer, leased]))
    const [victim] = workers.toSorted((a, b) => (leased.get(b.peer) ?? 0) - (leased.get(a.peer) ?? 0))
    const percent = Math.floor(100 * event.done / event.units)
    this.#killed = { peer: victim!.peer, percent }
    victim!.kill().catch(() => {})
    view.note(`${victim!.name} was killed when ${percent} % were done; the others take its units over`)
  }
}
