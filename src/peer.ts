/**
 * The composition root: the only place that sees every adapter. Builds a peer of them, and owns the order of its start and end.
 */
import { createHash } from 'node:crypto'
import { createServer } from 'node:net'
import { availableParallelism, hostname, totalmem } from 'node:os'
import { createBundler } from './bundle/bundler.ts'
import { systemCommands } from './command-runner.ts'
import { localTime, systemClock, systemRandom } from './clock.ts'
import { DEFAULT_CACHE_BYTES, DEFAULT_CUSTODY_BYTES, MIN_CACHE_BYTES } from './core/limits.ts'
import { enginesNamed, shippedEngines } from './engines/registry.ts'
import { HomeError, UsageError } from './errors.ts'
import { Farm } from './farm/farm.ts'
import { createDarkroom } from './film/darkroom.ts'
import { createVideoMaker } from './film/video/video-maker.ts'
import { systemIdleSensor } from './platform/idle-sensor.ts'
import { DEFAULT_MESH_NAME, joinMesh, makeMesh } from './membership.ts'
import { createLibp2pMesh } from './mesh/libp2p-mesh.ts'
import { encodeTicket } from './mesh/ticket.ts'
import { Traffic } from './mesh/traffic.ts'
import { HomeSettings } from './settings.ts'
import { openHome, openIdentity, openStore, readMeshFile, withAddresses, writeMeshFile } from './store/index.ts'
import { programVersion } from './version.ts'
import type { CacheSummary, ClearedCache, ExportedJob, FetchRequest, FollowItem, FollowOptions, JobEstimate, JobLog, JobSummary, LeftJob, Peer, PeerInit, PeerStatus, PeerSummary, RenderRequest, SavedFilm, SettingState, SubmittedJob } from './api.ts'
import type { JobId } from './core/ids.ts'
import type { RestRules } from './core/rest.ts'
import type { Engine, EngineInfo, FarmEvent, Log, Mesh, Sha256 } from './ports.ts'
import type { ReadyEngine } from './farm/submission.ts'
import type { Home, MeshFile } from './store/index.ts'

/** How long addresses that were just seen wait to be written together. */
const REMEMBER_AFTER_MS = 2_000

const SILENT: Log = { debug () {}, info () {}, warn () {}, error () {} }

const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

/**
 * Makes a peer in a home: takes its lock, reads its identity, joins or makes its mesh, looks which engines work. Nothing is opened to others
 * before {@link Peer.start}.
 *
 * @throws HomeError when the home is locked, corrupt or too open, or in another mesh than the ticket's; TicketError; UsageError
 */
export async function createPeer (init: PeerInit): Promise<Peer> {
  const home = await openHome(init.home)
  try {
    return await compose(home, init)
  } catch (error) {
    await home.close()
    throw error
  }
}

async function compose (home: Home, init: PeerInit): Promise<Peer> {
  const log = init.log ?? SILENT
  const settings = await HomeSettings.read(home, {
    name: init.name, threads: init.threads, cache: init.cacheBytes, 'max-up': init.maxUpBytesPerSecond, 'max-down': init.maxDownBytesPerSecond
  })
  const privateKey = await openIdentity(home)
  const meshFile = init.ticket === undefined
    ? await readMeshFile(home) ?? await makeMesh(home, DEFAULT_MESH_NAME)
    : await joinMesh(home, init.ticket)
  const store = await openStore(home, log)
  const engines = await readyEngines(init, log)
  const work = init.role === 'bootstrap' || init.work === 'off' ? 'off' : 'on'
  const name = nameOf(settings)
  const threads = threadsOf(settings)
  const book = new AddressBook(home, meshFile, log)
  const greeting = {
    name,
    engines: new Map(work === 'on' ? engines.map(({ info }) => [info.id, info.fingerprint]) : []),
    threads: work === 'on' ? threads.alone : 0
  }
  const traffic = new Traffic(systemClock)
  limitTraffic(traffic, settings)
  const mesh = createLibp2pMesh({
    privateKey,
    meshSecret: meshFile.secret,
    meshName: meshFile.name,
    greeting,
    listen: init.listen ?? [`/ip4/0.0.0.0/tcp/${await freePort(home)}`],
    bootstrap: init.bootstrap ?? [],
    knownAddresses: meshFile.addresses,
    mdns: init.mdns ?? 'on',
    log,
    clock: systemClock,
    random: systemRandom,
    sha256,
    traffic,
    onAddress: (address) => { book.seen(address) }
  })
  const farm = new Farm({
    name,
    mesh,
    store,
    darkroom: createDarkroom(),
    bundler: createBundler(home.dir),
    clock: systemClock,
    random: systemRandom,
    commands: systemCommands(log),
    videos: createVideoMaker(),
    log,
    sha256,
    engines,
    threads: threads.alone,
    stewardThreads: threads.stewarding,
    work,
    rest: restRules(settings),
    idle: systemIdleSensor({ clock: systemClock, log }),
    localTime,
    memoryBytes: memoryBytes(),
    cacheBytes: cacheBytesOf(settings),
    custodyBytes: settings.value('custody') ?? DEFAULT_CUSTODY_BYTES
  })
  farm.setOrder(orderOf(settings))
  return new LocalPeer(home, mesh, farm, book, settings, traffic, { mesh: meshFile, engines })
}

function nameOf (settings: HomeSettings): string {
  return settings.value('name') ?? hostname()
}

function limitTraffic (traffic: Traffic, settings: HomeSettings): void {
  traffic.limit({ up: settings.value('max-up') ?? Infinity, down: settings.value('max-down') ?? Infinity })
}

function orderOf (settings: HomeSettings): 'own-first' | 'fair' {
  return settings.value('own-jobs-first') === 'on' ? 'own-first' : 'fair'
}

function restRules (settings: HomeSettings): RestRules {
  return { hours: settings.value('work-hours'), idleMs: settings.value('idle-only') }
}

/** A steward needs a moment of processor time now; a person who asked for a number gets it. */
function threadsOf (settings: HomeSettings): { readonly alone: number, readonly stewarding: number } {
  const asked = settings.value('threads')
  const alone = asked ?? availableParallelism()
  return { alone, stewarding: asked ?? Math.max(1, alone - 1) }
}

/** The engines of this peer that work on this machine. What was asked for by name and does not work is an error. */
async function readyEngines (init: PeerInit, log: Log): Promise<ReadyEngine[]> {
  const all: readonly Engine[] = init.registry ?? shippedEngines()
  const wanted = init.engines === undefined ? all : enginesNamed(all, init.engines)
  const ready: ReadyEngine[] = []
  for (const engine of wanted) {
    const info: EngineInfo | { readonly missing: string } = await engine.probe()
    if (!('missing' in info)) {
      ready.push({ engine, info })
    } else if (init.engines === undefined) {
      log.info('an engine does not work here', { engine: engine.id, reason: info.missing })
    } else {
      throw new UsageError(`The engine "${engine.id}" does not work on this machine: ${info.missing}`)
    }
  }
  return ready
}

/** @throws UsageError when it is too little to render anything */
function cacheBytesOf (settings: HomeSettings): number {
  const bytes = settings.value('cache') ?? DEFAULT_CACHE_BYTES
  if (!Number.isSafeInteger(bytes) || bytes < MIN_CACHE_BYTES) {
    throw new UsageError(`A cache has at least ${MIN_CACHE_BYTES} bytes, not ${bytes}.`)
  }
  return bytes
}

/** What the machine has, or what a container leaves this process of it. */
function memoryBytes (): number {
  const constrained = process.constrainedMemory()
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
}

/** The port this home listened on last if it is free, so that addresses others remember stay right; else any. */
async function freePort (home: Home): Promise<number> {
  const port = await home.listenPort()
  if (port === undefined) {
    return 0
  }
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => { resolve(0) })
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => {
      server.close(() => { resolve(port) })
    })
  })
}

/** Remembers where members were reached, so that a restarted peer finds its mesh again without anybody's help. */
class AddressBook {
  readonly #home: Home
  readonly #log: Log
  #mesh: MeshFile
  #seen: string[] = []
  #writing: Promise<void> = Promise.resolve()
  #planned = false

  constructor (home: Home, mesh: MeshFile, log: Log) {
    this.#home = home
    this.#mesh = mesh
    this.#log = log
  }

  seen (address: string): void {
    this.#seen.unshift(address)
    if (!this.#planned) {
      this.#planned = true
      systemClock.after(REMEMBER_AFTER_MS, () => { void this.flush() })
    }
  }

  /** Writes what was seen; a disk that refuses is named in the log, no more. */
  async flush (): Promise<void> {
    this.#planned = false
    const seen = this.#seen.splice(0)
    if (seen.length > 0) {
      this.#mesh = withAddresses(this.#mesh, seen)
      const mesh = this.#mesh
      this.#writing = this.#writing
        .then(async () => { await writeMeshFile(this.#home, mesh) })
        .catch((error: unknown) => { this.#log.warn('addresses of other peers were not remembered', { error: String(error) }) })
    }
    await this.#writing
  }
}

/** Who a peer is, as it was made. */
interface Identity {
  readonly mesh: MeshFile
  readonly engines: readonly ReadyEngine[]
}

class LocalPeer implements Peer {
  readonly #home: Home
  readonly #mesh: Mesh
  readonly #farm: Farm
  readonly #book: AddressBook
  readonly #settings: HomeSettings
  readonly #traffic: Traffic
  readonly #identity: Identity
  #starting: Promise<void> | undefined
  #stopping: Promise<void> | undefined

  constructor (home: Home, mesh: Mesh, farm: Farm, book: AddressBook, settings: HomeSettings, traffic: Traffic, identity: Identity) {
    this.#home = home
    this.#mesh = mesh
    this.#farm = farm
    this.#book = book
    this.#settings = settings
    this.#traffic = traffic
    this.#identity = identity
  }

  async start (): Promise<void> {
    this.#starting ??= this.#start()
    await this.#starting
  }

  async stop (manner: 'politely' | 'now'): Promise<readonly LeftJob[]> {
    if (this.#stopping === undefined) {
      const stopping = this.#stop(manner)
      this.#stopping = stopping.then(() => {})
      return stopping
    }
    if (manner === 'now') {
      await this.#farm.stop('now')
    }
    await this.#stopping
    return []
  }

  async status (): Promise<PeerStatus> {
    const { mesh, engines } = this.#identity
    return {
      peer: this.#mesh.self,
      name: this.#farm.name,
      mesh: mesh.name,
      version: programVersion(),
      addresses: this.#mesh.addresses(),
      engines: engines.map(({ info }) => ({ engine: info.id, version: info.version })),
      threads: this.#farm.threads,
      draining: this.#farm.draining,
      resting: this.#farm.resting ?? null
    }
  }

  async render (request: RenderRequest): Promise<SubmittedJob> {
    return this.#farm.render(request, new AbortController().signal)
  }

  async estimate (request: RenderRequest): Promise<JobEstimate> {
    return this.#farm.estimate(request, new AbortController().signal)
  }

  async exportJob (request: RenderRequest, file: string): Promise<ExportedJob> {
    return this.#farm.exportJob(request, file, new AbortController().signal)
  }

  follow (job: JobId, options: FollowOptions, signal: AbortSignal): AsyncIterable<FollowItem> {
    return this.#farm.follow(job, options.preview, signal)
  }

  async jobs (): Promise<readonly JobSummary[]> {
    return this.#farm.jobs()
  }

  async findJob (text: string): Promise<JobSummary> {
    return this.#farm.find(text)
  }

  async cancel (job: JobId): Promise<void> {
    await this.#farm.cancel(job)
  }

  async pause (job: JobId): Promise<void> {
    await this.#farm.pause(job)
  }

  async resume (job: JobId): Promise<void> {
    await this.#farm.resume(job)
  }

  async setPriority (job: JobId, priority: number): Promise<void> {
    await this.#farm.setPriority(job, priority)
  }

  async log (job: JobId, unit?: string): Promise<JobLog> {
    return this.#farm.log(job, unit)
  }

  async peers (): Promise<readonly PeerSummary[]> {
    return this.#farm.peers()
  }

  async setThreads (threads: number): Promise<void> {
    this.#farm.setThreads(threads)
  }

  async takeWork (work: 'any' | 'none'): Promise<void> {
    this.#farm.takeWork(work)
  }

  async settings (): Promise<readonly SettingState[]> {
    return this.#settings.list()
  }

  async changeSetting (key: string, value: string | null): Promise<SettingState> {
    const state = await this.#settings.change(key, value)
    this.#farm.rename(nameOf(this.#settings))
    limitTraffic(this.#traffic, this.#settings)
    this.#farm.setRest(restRules(this.#settings))
    this.#farm.setOrder(orderOf(this.#settings))
    this.#farm.setCacheBytes(cacheBytesOf(this.#settings))
    this.#farm.setCustodyBytes(this.#settings.value('custody') ?? DEFAULT_CUSTODY_BYTES)
    if (this.#farm.works && key === 'threads') {
      const { alone, stewarding } = threadsOf(this.#settings)
      this.#farm.setThreads(alone, stewarding)
    }
    return state
  }

  async * watchPeers (signal: AbortSignal): AsyncGenerator<FarmEvent> {
    for await (const item of this.#farm.watch(signal)) {
      if (item.type === 'event') {
        yield item.event
      }
    }
  }

  async invite (): Promise<string> {
    const { name, secret } = this.#identity.mesh
    const addresses = this.#mesh.addresses()
    if (addresses.length === 0) {
      throw new HomeError('This peer has no address another machine could reach; connect it to a network, or give it one with --listen')
    }
    return encodeTicket({ kind: 'mesh', meshName: name, secret, addresses })
  }

  async cache (): Promise<CacheSummary> {
    return this.#farm.cache()
  }

  async clearCache (): Promise<ClearedCache> {
    return this.#farm.clearCache()
  }

  async fetch (job: JobId, request: FetchRequest): Promise<SavedFilm> {
    return this.#farm.fetch(job, request)
  }

  async #start (): Promise<void> {
    await this.#farm.start()
    const port = this.#mesh.addresses().map(portOf).find((found) => found !== undefined)
    if (port !== undefined) {
      await this.#home.rememberListenPort(port)
    }
  }

  /** Stops claiming, returns leases, aborts engines, drains streams, flushes the store, leaves the network, frees the home: in this order. */
  async #stop (manner: 'politely' | 'now'): Promise<readonly LeftJob[]> {
    try {
      await this.#starting?.catch(() => {})
      const left = await this.#farm.stop(manner)
      await this.#book.flush()
      return left
    } finally {
      await this.#home.close()
    }
  }
}

function portOf (address: string): number | undefined {
  const port = /\/tcp\/(\d+)/.exec(address)?.[1]
  return port === undefined ? undefined : Number(port)
}
