import { UsageError } from '../errors.ts'
import { DEFAULT_CUSTODY_BYTES, MIN_CACHE_BYTES } from '../core/limits.ts'
import { LocalHealth } from '../core/succession/local-health.ts'
import { AntiEntropy } from './anti-entropy.ts'
import { Beacons } from './beacons.ts'
import { countCapable } from './capable-peers.ts'
import { CacheKeeper } from './cache/cache-keeper.ts'
import { Custodian } from './custody/custodian.ts'
import { CustodySenders } from './custody/custody-senders.ts'
import { KeepAsker } from './custody/keep-asker.ts'
import { StewardCustody, stewardedJob } from './custody/steward-custody.ts'
import { Directory } from './directory.ts'
import { Epochs } from './epochs.ts'
import { Estimates } from './estimates.ts'
import { exportJob } from './export-job.ts'
import { JobList } from './job-list.ts'
import { RETURN_MS, STEWARD_TICK_MS } from './limits.ts'
import { LogDesk } from './log-desk.ts'
import { meshHandlers } from './mesh-handlers.ts'
import { MeshNews } from './mesh-news.ts'
import { Presence } from './presence.ts'
import { rememberJobs } from './remember-jobs.ts'
import { Requester } from './requester.ts'
import { ResultDesk } from './result-desk.ts'
import { RestWatch } from './rest-watch.ts'
import { SpeedKeeper } from './speed-keeper.ts'
import { StewardDesk } from './steward-desk.ts'
import { Succession } from './succession/succession.ts'
import { UnknownJobs } from './unknown-jobs.ts'
import { Viewing } from './viewing/viewing.ts'
import { Awakening } from './wake/awakening.ts'
import { WakeWatch } from './wake/wake-watch.ts'
import { Worker } from './worker/worker.ts'
import type { CacheSummary, ClearedCache, ExportedJob, FetchRequest, FollowItem, JobEstimate, JobLog, JobSummary, LeftJob, PeerSummary, RenderRequest, SavedFilm, SubmittedJob } from '../api.ts'
import type { Epoch } from '../core/epoch.ts'
import type { EngineId, JobId } from '../core/ids.ts'
import type { SignedControl, SignedJob } from '../core/messages.ts'
import type { RestRules } from '../core/rest.ts'
import type { MeshHandlers, MeshPeer, Timer } from '../ports.ts'
import type { FarmInit } from './farm-init.ts'
import type { OwnJob } from './own-job.ts'
import type { ReadyEngine } from './submission.ts'

/**
 * One peer's part in the farm: its roles, fed by the mesh and by what its user asks.
 */
export class Farm {
  readonly #init: FarmInit
  readonly #engines: ReadonlyMap<EngineId, ReadyEngine>
  readonly #cache: CacheKeeper
  readonly #directory: Directory
  readonly #desk: StewardDesk
  readonly #beacons: Beacons
  readonly #antiEntropy: AntiEntropy
  readonly #unknown: UnknownJobs
  readonly #requester: Requester
  readonly #worker: Worker
  readonly #speeds: SpeedKeeper
  readonly #estimates: Estimates
  readonly #viewing: Viewing
  readonly #list: JobList
  readonly #news: MeshNews
  readonly #logs: LogDesk
  readonly #presence: Presence
  readonly #epochs: Epochs
  readonly #succession: Succession
  readonly #results: ResultDesk
  readonly #custodian: Custodian
  readonly #toCustodians: { readonly senders: CustodySenders, readonly asker: KeepAsker }
  readonly #wake: WakeWatch
  readonly #awakening: Awakening
  #leaving = false
  readonly #restWatch: RestWatch
  #tick: Timer | undefined
  #started = false

  constructor (given: FarmInit) {
    this.#wake = new WakeWatch(given.clock, () => { this.#awakening.slept() })
    const init = { ...given, clock: this.#wake, awake: () => { this.#wake.look() } }
    this.#init = init
    const { mesh, store, clock, random, log } = init
    this.#engines = new Map(init.engines.map((ready) => [ready.engine.id, ready]))
    this.#directory = new Directory(mesh.self, store, log, (job) => {
      this.#worker.jobChanged(job)
      this.#news.jobChanged(job)
      this.#succession.jobChanged(job)
      this.#custodian.jobChanged(job)
    })
    this.#news = new MeshNews(this.#directory)
    this.#desk = new StewardDesk(log, {
      elsewhere: (job) => {
        const epoch = this.#directory.get(job)?.epoch
        return epoch?.peer === mesh.self ? undefined : epoch
      },
      learn: (job, epoch) => { this.#directory.learnEpoch(job, epoch) }
    }, init.awake)
    this.#beacons = new Beacons(mesh, this.#desk, clock)
    this.#antiEntropy = new AntiEntropy(mesh, this.#directory, clock, random, log, () => { this.#awakening.exchanged() })
    this.#unknown = new UnknownJobs({ ...init, self: mesh.self, knows: (job) => this.#directory.get(job) !== undefined, exchange: (peer) => this.#antiEntropy.exchange(peer) })
    this.#epochs = new Epochs(mesh.self, random)
    this.#speeds = new SpeedKeeper({ ...init, changed: () => { this.#presence.greet() } })
    this.#presence = new Presence({ ...init, speeds: this.#speeds })
    this.#estimates = new Estimates({
      ...init,
      self: mesh.self,
      engines: this.#engines,
      speeds: this.#speeds,
      threads: () => this.works ? this.#presence.threads.stewarding : 0,
      doing: () => this.draining ? 'draining' : this.#worker.rendering.length > 0 ? 'rendering' : 'idle',
      liveJobs: () => this.#directory.live().filter((job) => this.#directory.stateOf(job) === 'running').length
    })
    this.#cache = new CacheKeeper(init.cacheBytes, {
      ...init,
      needs: () => ({
        scenes: new Set([...this.#requester.liveScenes(), ...this.#worker.scenes(), ...this.#custodian.scenes()]),
        films: (job) => this.#requester.get(job)?.phase.phase !== 'ended'
      }),
      nameOf: (job) => this.#requester.get(job)?.signed.spec.name ?? ''
    })
    this.#toCustodians = { senders: new CustodySenders(init), asker: new KeepAsker(init) }
    this.#requester = new Requester({
      ...init,
      store: this.#cache.store,
      cache: this.#cache,
      self: mesh.self,
      engines: this.#engines,
      desk: this.#desk,
      epochs: this.#epochs,
      mayTakeOver: () => this.#mayTakeOver,
      adopted: (job, epoch) => { this.#adopted(job, epoch) },
      nameOf: (peer) => this.#presence.nameOf(peer),
      isRelayed: (peer) => this.#desk.isRelayed(peer),
      expectedMs: (spec, local) => this.#estimates.expected(spec, local)?.etaMs ?? null,
      announce: (signed, control) => { this.#announce(signed, control) },
      controlled: (control) => { this.#controlled(control) },
      begun: (stewardship) => { this.#countCapable([stewardship]) },
      liveJobs: () => this.#directory.live().length,
      remembered: (job) => this.#directory.get(job),
      ...this.#toCustodians,
      changed: () => { this.#changed() },
      ended: () => { this.#cache.trim() }
    })
    this.#worker = new Worker(init.threads, {
      ...init,
      cache: this.#cache,
      unitLogs: store.unitLogs,
      spool: store.spool,
      directory: this.#directory,
      engines: init.work === 'on' ? this.#engines : new Map(),
      mayRender: (job) => this.#requester.get(job.signed.id)?.noLocal !== true,
      measured: (measurement) => { this.#speeds.measured(measurement) }
    })
    this.#custodian = new Custodian(init.custodyBytes ?? DEFAULT_CUSTODY_BYTES, { ...init, self: mesh.self, directory: this.#directory, cache: this.#cache })
    this.#succession = new Succession({
      ...init,
      directory: this.#directory,
      desk: this.#desk,
      epochs: this.#epochs,
      health: new LocalHealth(),
      own: (job) => this.#requester.get(job),
      mayTakeOver: () => this.#mayTakeOver,
      custody: async (record) => new StewardCustody(await this.#custodian.keep(record), stewardedJob(this.#directory.get(record.job.id)!, () => this.#succession.get(record.job.id)), { ...init, ...this.#toCustodians }),
      kept: (job) => this.#custodian.kept(job),
      bundleOf: (job) => this.#custodian.bundleOf(job),
      nameOf: (peer) => this.#presence.nameOf(peer),
      isRelayed: (peer) => this.#desk.isRelayed(peer),
      expectedMs: (known) => this.#estimates.expected(known.signed.spec, 'on')?.etaMs ?? null,
      changed: () => { this.#changed() },
      begun: ({ stewardship }) => { this.#countCapable([stewardship]) }
    })
    this.#results = new ResultDesk({
      directory: this.#directory,
      log,
      stewards: [this.#requester, this.#succession],
      custodian: this.#custodian,
      awake: init.awake,
      isDoubted: () => this.#desk.isDoubted
    })
    const believers = { desk: this.#desk, worker: this.#worker, succession: this.#succession, antiEntropy: this.#antiEntropy }
    this.#awakening = new Awakening({ ...init, ...believers, trusted: () => { this.#changed() } })
    this.#logs = new LogDesk({ ...init, unitLogs: store.unitLogs, directory: this.#directory, own: (job) => this.#requester.get(job), nameOf: (peer) => this.#presence.nameOf(peer) })
    this.#list = new JobList({ mesh, directory: this.#directory, requester: this.#requester, succession: this.#succession, nameOf: (peer) => this.#presence.nameOf(peer) })
    this.#viewing = new Viewing({
      ...init,
      directory: this.#directory,
      own: (job) => this.#requester.get(job),
      taken: (job) => this.#succession.get(job),
      ledger: (job) => this.#succession.ledger(job),
      readKept: (request) => this.#custodian.read(request),
      nameOf: (peer) => this.#presence.nameOf(peer)
    })
    this.#restWatch = new RestWatch(init.rest, { ...init, changed: (resting) => { this.#rest(resting) } })
  }

  /** Takes up what this home remembers, then opens the doors: a result that comes at once finds its job. */
  async start (): Promise<void> {
    const { mesh } = this.#init
    await rememberJobs(this.#init, this.#directory)
    await this.#speeds.open()
    await this.#cache.open()
    await this.#epochs.open(this.#init.store)
    await this.#custodian.open()
    await this.#requester.takeUp()
    await this.#worker.open()
    await this.#cache.begin([...this.#requester.liveScenes(), ...this.#custodian.scenes()])
    await mesh.start(this.#handlers())
    this.#presence.greet()
    if (this.works) {
      this.#restWatch.start()
    }
    this.#started = true
    for (const job of this.#requester.jobs()) {
      this.#announce(job.signed, job.control)
    }
    this.#beacons.start()
    this.#antiEntropy.start()
    this.#succession.start()
    this.#planTick()
    this.#worker.wake()
    if (this.#requester.hasReturned) {
      // Own jobs of a former life are opened when a member has told who stewards them by now, or when nobody does so for a moment.
      this.#init.clock.after(RETURN_MS, () => { this.#requester.begin() })
    }
  }

  /** Gives back leases, delivers what is finished, closes journals, leaves the mesh. */
  async stop (manner: 'politely' | 'now'): Promise<readonly LeftJob[]> {
    this.#leaving = true
    if (manner === 'politely') {
      await this.#succession.handOver()
    }
    const left = this.#requester.jobs().filter(({ phase }) => phase.phase === 'rendering').map((job) => this.#left(job))
    this.#tick?.stop()
    this.#awakening.stop()
    this.#succession.stop()
    this.#restWatch.stop()
    this.#beacons.stop()
    this.#antiEntropy.stop()
    this.#unknown.stop()
    await (manner === 'politely' ? this.#worker.leave() : this.#worker.stop())
    await this.#desk.close()
    await this.#requester.close()
    this.#toCustodians.senders.close()
    await this.#custodian.close()
    await this.#init.store.unitLogs.flush()
    await this.#speeds.close()
    this.#news.end()
    await this.#init.mesh.stop()
    return left
  }

  #left ({ job, signed }: OwnJob): LeftJob {
    const steward = this.#directory.get(job)?.epoch?.peer ?? this.#init.mesh.self
    return { job, name: signed.spec.name, to: steward === this.#init.mesh.self ? null : this.#presence.nameOf(steward) }
  }

  async render (request: RenderRequest, signal: AbortSignal): Promise<SubmittedJob> {
    if (request.replace !== undefined) {
      this.#list.requireOwn(request.replace, 'replace it')
    }
    const { job, warnings, begun } = await this.#requester.submit(request, signal)
    const expected = this.#estimates.expected(job.signed.spec, job.noLocal ? 'off' : 'on')
    return { ...this.#list.own(job), warnings, ...(begun === 'now' ? {} : { goesOn: true }), ...(expected === undefined ? {} : { expected }) }
  }

  /** What a request would be as a job, and how long it would take. @throws SceneError, UsageError or JobSpecError, as rendering it would */
  async estimate (request: RenderRequest, signal: AbortSignal): Promise<JobEstimate> {
    return this.#estimates.estimate(request, signal)
  }

  /** Writes a request down as a job file. @throws SceneError, UsageError, JobSpecError or StoreError; nothing is left then */
  async exportJob (request: RenderRequest, file: string, signal: AbortSignal): Promise<ExportedJob> {
    return exportJob(request, file, { ...this.#init, self: this.#init.mesh.self, engines: this.#engines }, signal)
  }

  follow (job: JobId, preview: 'none' | 'blocks', signal: AbortSignal): AsyncIterable<FollowItem> {
    return this.#viewing.follow(job, preview, signal)
  }

  async fetch (job: JobId, request: FetchRequest): Promise<SavedFilm> {
    return this.#viewing.fetch(job, request)
  }

  /** What became of a unit, or what went wrong with the job. @throws UnknownJobError, UsageError */
  async log (job: JobId, unit: string | undefined): Promise<JobLog> {
    return this.#logs.find(job, unit)
  }

  /** Who is there, each as one that joined, and the open jobs, then who joins and leaves, and new jobs. */
  watch (signal: AbortSignal): AsyncIterable<FollowItem> {
    return this.#news.follow(this.#init.mesh.peers(), signal)
  }

  jobs (): JobSummary[] {
    return this.#list.all()
  }

  /** @throws UnknownJobError, NotRequesterError */
  async cancel (job: JobId): Promise<void> {
    this.#list.requireOwn(job, 'cancel it')
    await this.#requester.cancel(job)
  }

  /** @throws UnknownJobError, NotRequesterError, or UsageError when the job has ended */
  async pause (job: JobId): Promise<void> {
    this.#list.requireOwn(job, 'pause it')
    await this.#requester.pause(job)
  }

  /** @throws UnknownJobError, NotRequesterError, or UsageError when the job has ended */
  async resume (job: JobId): Promise<void> {
    this.#list.requireOwn(job, 'resume it')
    await this.#requester.resume(job)
  }

  /** @throws UnknownJobError, NotRequesterError, or UsageError when the job has ended or there is no such priority */
  async setPriority (job: JobId, priority: number): Promise<void> {
    this.#list.requireOwn(job, 'change its priority')
    await this.#requester.setPriority(job, priority)
  }

  get name (): string {
    return this.#presence.name
  }

  /** What people see of this peer from now on. */
  rename (name: string): void {
    this.#presence.rename(name)
  }

  /** Whether it renders at all. */
  get works (): boolean {
    return this.#presence.works
  }

  /** Render threads from now on, for whatever it renders, while it stewards nothing and while it does. @throws UsageError */
  setThreads (alone: number, stewarding = alone): void {
    this.#presence.setThreads(alone, stewarding)
    this.#worker.setThreads(this.#desk.isEmpty ? alone : stewarding)
    this.#presence.greet()
  }

  /** `none`: renders what it holds, and takes no more, from nobody. It stays a member, and goes on granting the units of its own jobs. */
  takeWork (work: 'any' | 'none'): void {
    this.#presence.availability.ask(work)
    this.#availabilityChanged()
    if (work === 'none') {
      void this.#succession.handOver()
    } else {
      this.#requester.takeBack((job) => this.#directory.get(job)?.epoch)
    }
  }

  /** Whether it renders its own jobs before all others', from its next claim on. */
  setOrder (order: 'own-first' | 'fair'): void {
    this.#worker.setOrder(order)
  }

  /** When it renders for others, from now on. */
  setRest (rules: RestRules): void {
    this.#restWatch.setRules(rules)
  }

  /** What is kept of scenes and films; less than before makes something go soon. @throws UsageError */
  setCacheBytes (bytes: number): void {
    if (!Number.isSafeInteger(bytes) || bytes < MIN_CACHE_BYTES) {
      throw new UsageError(`A cache has at least ${MIN_CACHE_BYTES} bytes, not ${bytes}.`)
    }
    this.#cache.quotaBytes = bytes
  }

  /** What is kept of results for others; less than before makes nothing go. */
  setCustodyBytes (bytes: number): void {
    this.#custodian.quotaBytes = bytes
  }

  cache (): CacheSummary {
    return { ...this.#cache.summary(), custody: this.#custodian.summary() }
  }

  async clearCache (): Promise<ClearedCache> {
    return this.#cache.clear()
  }

  /** Render threads when it stewards nothing; 0 when it renders nothing at all. */
  get threads (): number {
    return this.#presence.offeredThreads
  }

  get draining (): boolean {
    return this.#presence.availability.draining
  }

  /** Why its settings let it rest now, in words; undefined when they do not. */
  get resting (): string | undefined {
    return this.#presence.availability.resting
  }

  peers (): PeerSummary[] {
    return this.#presence.peers(this.#worker, this.#desk.all())
  }

  #handlers (): MeshHandlers {
    return meshHandlers({
      directory: this.#directory,
      succession: this.#succession,
      unknown: this.#unknown,
      desk: this.#desk,
      viewing: this.#viewing,
      logs: this.#logs,
      custodian: this.#custodian,
      requester: this.#requester,
      antiEntropy: this.#antiEntropy,
      results: this.#results,
      cache: this.#cache,
      blobs: this.#init.store.blobs,
      joined: (peer) => { this.#joined(peer) },
      left: (peer) => { this.#news.member({ event: 'peer', peer, state: 'left', name: this.#presence.nameOf(peer) }) },
      peersChanged: () => { this.#peersChanged() }
    })
  }

  #joined (peer: MeshPeer): void {
    this.#wake.look()
    this.#presence.joined(peer)
    this.#news.member({ event: 'peer', peer: peer.peer, state: 'joined', name: peer.name })
    this.#peersChanged()
    this.#worker.peerJoined(peer.peer)
    this.#custodian.peerJoined()
    void this.#antiEntropy.exchange(peer.peer).then(() => { this.#requester.begin() })
  }

  /** The former steward of a job hears at once that it is stewarded here now, gossip or not. */
  #adopted (job: JobId, epoch: Epoch): void {
    const former = this.#directory.get(job)?.epoch?.peer
    this.#directory.learnEpoch(job, epoch)
    if (former !== undefined && former !== epoch.peer) {
      void this.#antiEntropy.exchange(former)
    }
  }

  #announce (signed: SignedJob, control: SignedControl): void {
    this.#directory.learnJob(signed)
    this.#directory.learnControl(control)
    if (this.#started) {
      this.#init.mesh.publishJob(signed)
      this.#init.mesh.publishControl(control)
    }
    this.#changed()
  }

  #controlled (control: SignedControl): void {
    this.#directory.learnControl(control)
    this.#init.mesh.publishControl(control)
  }

  #rest (resting: string | undefined): void {
    this.#presence.availability.rest(resting)
    if (resting === undefined) {
      this.#worker.keep()
    } else {
      this.#worker.handBack()
    }
    this.#availabilityChanged()
  }

  #availabilityChanged (): void {
    this.#worker.takeWork(this.#presence.availability.takes)
    this.#presence.greet()
    this.#countCapable()
  }

  #changed (): void {
    this.#beacons.changed()
    const { alone, stewarding } = this.#presence.threads
    this.#worker.setThreads(this.#desk.isEmpty ? alone : stewarding)
  }

  #planTick (): void {
    this.#tick = this.#init.clock.after(STEWARD_TICK_MS, () => {
      this.#requester.tick()
      this.#succession.tick()
      this.#planTick()
    })
  }

  /** Whether it stewards jobs of others, and takes its own back from those who do. */
  get #mayTakeOver (): boolean {
    return !this.#leaving && this.#presence.availability.takes === 'any'
  }

  /** A member came, went, or offers something else. */
  #peersChanged (): void {
    this.#countCapable()
    this.#succession.peersChanged()
    this.#requester.peersChanged()
  }

  #countCapable (stewardships = this.#desk.all()): void {
    const self = { renders: this.works && !this.draining, engines: this.#engines, leavesAlone: (job: JobId) => this.#requester.get(job)?.noLocal === true }
    countCapable(stewardships, this.#init.mesh.peers(), self)
  }

  /** Finds a job by its id, a unique prefix of it, or its scene's name. @throws UnknownJobError */
  find (text: string): JobSummary {
    return this.#list.find(text)
  }
}
