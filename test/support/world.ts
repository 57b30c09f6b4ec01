import { Farm } from '../../src/farm/farm.ts'
import { FakeBundler } from './fake-bundler.ts'
import { FakeDarkroom } from './fake-darkroom.ts'
import { FakeEngine } from './fake-engine.ts'
import { FakeNetwork } from './fake-network.ts'
import { FakeVideoMaker } from './fake-video-maker.ts'
import { MemoryLog } from './memory-log.ts'
import { MemoryStore } from './memory-store.ts'
import { SeededRandom } from './seeded-random.ts'
import { jobSpec } from './job-spec.ts'
import { sha256 } from './sha256.ts'
import type { RenderRequest } from '../../src/api.ts'
import type { JobId, PeerId } from '../../src/core/ids.ts'
import type { JobSpec } from '../../src/core/job.ts'
import type { TailPolicy } from '../../src/core/steward/state.ts'
import type { RestRules } from '../../src/core/rest.ts'
import type { FarmEvent, IdleSensor } from '../../src/ports.ts'
import type { FakeEngineOptions } from './fake-engine.ts'
import type { MemoryDisk } from './memory-disk.ts'
import type { NetworkOptions } from './fake-network.ts'
import type { PeerClockOptions } from './peer-clock.ts'

/** A peer of a {@link World}: a real farm over fakes of everything else. */
export interface WorldPeer {
  readonly id: PeerId
  readonly farm: Farm
  readonly engine: FakeEngine
  readonly store: MemoryStore
  readonly darkroom: FakeDarkroom
  readonly videos: FakeVideoMaker
  readonly log: MemoryLog
  /** What it ran for its user. */
  readonly commands: readonly RunCommand[]
}

/** A command that a peer ran. */
export interface RunCommand {
  readonly command: string
  readonly folder: string
  readonly variables: Readonly<Record<string, string>>
}

/** How one peer takes part. */
export interface WorldPeerOptions extends Partial<FakeEngineOptions> {
  readonly threads?: number
  readonly work?: 'on' | 'off'
  /** @default more than anything needs */
  readonly cacheBytes?: number
  /** @default works at any hour, whoever uses the machine */
  readonly rest?: RestRules
  /** Whether somebody uses its machine. @default nobody, for ever */
  readonly idle?: IdleSensor
  readonly tail?: TailPolicy
  /** How its clock differs from the world's. */
  readonly clock?: PeerClockOptions
}

/** The scene every peer has on its disk. */
export const SCENE = new TextEncoder().encode('a scene')
export const SCENE_PATH = '/scenes/still.fake'

/** The memory of each machine: the film of a frame may take half of it. */
export const WORLD_MEMORY_BYTES = 2 ** 30

/** What each peer may keep unless it is told otherwise. */
export const WORLD_CACHE_BYTES = 2 ** 30

/** What a film of the world's job depends on, for {@link fakeFilm}. */
export function worldSpec (overrides: Partial<JobSpec> = {}): JobSpec {
  return jobSpec({ width: 64, height: 64, tile: 8, samples: 64, split: 'tiles', frames: { first: 1, last: 1, step: 1 }, ...overrides })
}

/**
 * Farms of several peers in one process under a fake clock: the real core and farm code, nothing else real.
 */
export class World {
  readonly network: FakeNetwork
  readonly seed: number
  readonly #peers = new Map<PeerId, WorldPeer>()
  readonly #options = new Map<PeerId, WorldPeerOptions>()
  #lives = 0

  constructor (seed = 1, network: NetworkOptions = {}) {
    this.seed = seed
    this.network = new FakeNetwork({ seed, ...network })
  }

  get nowMs (): number {
    return this.network.clock.nowMs()
  }

  peer (id: PeerId): WorldPeer {
    const peer = this.#peers.get(id)
    if (peer === undefined) {
      throw new Error(`no peer ${id} in this world`)
    }
    return peer
  }

  /** Starts a peer; its store survives in `disk`. */
  async start (id: PeerId, options: WorldPeerOptions = {}, disk?: MemoryDisk): Promise<WorldPeer> {
    const { peer, started } = this.begin(id, options, disk)
    await this.drive(started)
    return peer
  }

  /** As {@link start}, for who drives the clock: the peer is there once `started` has resolved, and rejected when its disk does not let it. */
  begin (id: PeerId, options: WorldPeerOptions = {}, disk?: MemoryDisk): { readonly peer: WorldPeer, readonly started: Promise<void> } {
    const {
      threads = 1, work = 'on', cacheBytes = WORLD_CACHE_BYTES, rest = { hours: undefined, idleMs: undefined }, idle = { unusedMs: async () => Infinity }, tail, clock: rate, ...engineOptions
    } = options
    this.#options.set(id, options)
    const mesh = this.network.join(id, { clock: rate })
    const clock = mesh.clock
    const engine = new FakeEngine(clock, { loadMs: 100, msPerUnit: 1_000, ...engineOptions })
    const store = new MemoryStore(clock, disk)
    store.disk.files.set(SCENE_PATH, SCENE)
    const log = new MemoryLog()
    const darkroom = new FakeDarkroom()
    const videos = new FakeVideoMaker(clock)
    const info = engine.info
    if ('missing' in info) {
      throw new Error('the fake engine of a world works')
    }
    const commands: RunCommand[] = []
    const farm = new Farm({
      name: id,
      mesh,
      store,
      darkroom,
      bundler: new FakeBundler(store),
      clock,
      random: new SeededRandom(this.seed * 1_000 + this.#lives++),
      log,
      sha256,
      commands: { run: (command, folder, variables) => { commands.push({ command, folder, variables }) } },
      videos,
      engines: [{ engine, info }],
      threads,
      stewardThreads: threads,
      work,
      rest,
      idle,
      localTime: (wallMs) => ({ weekday: (new Date(wallMs).getUTCDay() + 6) % 7, minute: Math.floor(wallMs / 60_000) % 1_440 }),
      memoryBytes: WORLD_MEMORY_BYTES,
      cacheBytes,
      tail
    })
    const peer: WorldPeer = { id, farm, engine, store, darkroom, videos, log, commands }
    this.#peers.set(id, peer)
    return { peer, started: farm.start() }
  }

  /** kill -9, or a power cut: what others see is a connection that breaks. The disk stays. */
  kill (id: PeerId, kind: 'kill' | 'power' = 'kill', lucky = 0): MemoryDisk {
    const disk = this.peer(id).store.crash(kind, lucky)
    this.network.kill(id)
    return disk
  }

  /** A new life of a killed peer with the same disk. */
  async restart (id: PeerId, disk: MemoryDisk): Promise<WorldPeer> {
    return this.start(id, this.#options.get(id), disk)
  }

  /** Submits the world's scene: 8 × 8 tiles of 8 pixels unless the request says otherwise. */
  async render (id: PeerId, request: Partial<RenderRequest> = {}): Promise<JobId> {
    const job = await this.drive(this.peer(id).farm.render({
      scene: SCENE_PATH,
      output: `/out/${id}.png`,
      size: { width: 64, height: 64 },
      tile: 8,
      samples: 64,
      split: 'tiles',
      ...request
    }, new AbortController().signal))
    return job.job
  }

  /** Everything a follower at a peer is told, as it comes. */
  follow (id: PeerId, job: JobId): FarmEvent[] {
    const events: FarmEvent[] = []
    const read = async (): Promise<void> => {
      for await (const item of this.peer(id).farm.follow(job, 'none', new AbortController().signal)) {
        if (item.type === 'event') {
          events.push(item.event)
        }
      }
    }
    read().catch((error: unknown) => { events.push({ event: 'error', code: 'follow', message: String(error) }) })
    return events
  }

  /** Lets time pass until a promise is settled. */
  async drive<T> (promise: Promise<T>): Promise<T> {
    return this.network.clock.drive(promise)
  }

  async settle (ms: number): Promise<void> {
    await this.network.clock.settle(ms)
  }

  /** Lets time pass until something holds; false when it does not within `limitMs`. */
  async until (predicate: () => boolean, limitMs: number): Promise<boolean> {
    return this.network.clock.settleUntil(predicate, limitMs)
  }
}

/** The last event of a kind. */
export function lastEvent<Kind extends FarmEvent['event']> (events: readonly FarmEvent[], kind: Kind): Extract<FarmEvent, { event: Kind }> | undefined {
  return events.findLast((event): event is Extract<FarmEvent, { event: Kind }> => event.event === kind)
}

/** All unit events of a state. */
export function unitEvents (events: readonly FarmEvent[], state: Extract<FarmEvent, { event: 'unit' }>['state']): Extract<FarmEvent, { event: 'unit' }>[] {
  return events.filter((event): event is Extract<FarmEvent, { event: 'unit' }> => event.event === 'unit' && event.state === state)
}
