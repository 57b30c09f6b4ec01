import { UsageError } from '../errors.ts'
import { MIN_CACHE_BYTES } from '../core/limits.ts'
import { countCapable } from './capable-peers.ts'
import { exportJob } from './export-job.ts'
import { RETURN_MS, STEWARD_TICK_MS } from './limits.ts'
import { meshHandlers } from './mesh-handlers.ts'
import { rememberJobs } from './remember-jobs.ts'
import { Roles } from './roles.ts'
import type { CacheSummary, ClearedCache, ExportedJob, FetchRequest, FollowItem, JobEstimate, JobLog, JobSummary, LeftJob, PeerSummary, RenderRequest, SavedFilm, SubmittedJob } from '../api.ts'
import type { Epoch } from '../core/epoch.ts'
import type { JobId } from '../core/ids.ts'
import type { SignedControl, SignedJob } from '../core/messages.ts'
import type { RestRules } from '../core/rest.ts'
import type { MeshHandlers, MeshPeer, Timer } from '../ports.ts'
import type { FarmInit } from './farm-init.ts'
import type { OwnJob } from './own-job.ts'

/**
 * One peer's part in the farm: its roles, fed by the mesh and by what its user asks.
 */
export class Farm {
  readonly #roles: Roles
  #leaving = false
  #tick: Timer | undefined
  #started = false

  constructor (init: FarmInit) {
    this.#roles = new Roles(init, {
      mayTakeOver: () => !this.#leaving && this.#roles.presence.availability.takes === 'any',
      announce: (signed, control) => { this.#announce(signed, control) },
      controlled: (control) => { this.#controlled(control) },
      adopted: (job, epoch) => { this.#adopted(job, epoch) },
      countCapable: (stewardships) => { this.#countCapable(stewardships) },
      changed: () => { this.#changed() },
      rest: (resting) => { this.#rest(resting) }
    })
  }

  /** Takes up what this home remembers, then opens the doors: a result that comes at once finds its job. */
  async start (): Promise<void> {
    const { mesh } = this.#roles.init
    await rememberJobs(this.#roles.init, this.#roles.directory)
    await this.#roles.speeds.open()
    await this.#roles.cache.open()
    await this.#roles.epochs.open(this.#roles.init.store)
    await this.#roles.custodian.open()
    await this.#roles.requester.takeUp()
    await this.#roles.worker.open()
    await this.#roles.cache.begin([...this.#roles.requester.liveScenes(), ...this.#roles.custodian.scenes()])
    await mesh.start(this.#handlers())
    this.#roles.presence.greet()
    if (this.works) {
      this.#roles.restWatch.start()
    }
    this.#started = true
    for (const job of this.#roles.requester.jobs()) {
      this.#announce(job.signed, job.control)
    }
    this.#roles.beacons.start()
    this.#roles.antiEntropy.start()
    this.#roles.succession.start()
    this.#planTick()
    this.#roles.worker.wake()
    if (this.#roles.requester.hasReturned) {
      // Own jobs of a former life are opened when a member has told who stewards them by now, or when nobody does so for a moment.
      this.#roles.init.clock.after(RETURN_MS, () => { this.#roles.requester.begin() })
    }
  }

  /** Gives back leases, delivers what is finished, closes journals, leaves the mesh. */
  async stop (manner: 'politely' | 'now'): Promise<readonly LeftJob[]> {
    this.#leaving = true
    if (manner === 'politely') {
      await this.#roles.succession.handOver()
    }
    const left = this.#roles.requester.jobs().filter(({ phase }) => phase.phase === 'rendering').map((job) => this.#left(job))
    this.#tick?.stop()
    this.#roles.awakening.stop()
    this.#roles.succession.stop()
    this.#roles.restWatch.stop()
    this.#roles.beacons.stop()
    this.#roles.antiEntropy.stop()
    this.#roles.unknown.stop()
    await (manner === 'politely' ? this.#roles.worker.leave() : this.#roles.worker.stop())
    await this.#roles.desk.close()
    await this.#roles.requester.close()
    this.#roles.toCustodians.senders.close()
    await this.#roles.custodian.close()
    await this.#roles.init.store.unitLogs.flush()
    await this.#roles.speeds.close()
    this.#roles.news.end()
    await this.#roles.init.mesh.stop()
    return left
  }

  #left ({ job, signed }: OwnJob): LeftJob {
    const steward = this.#roles.directory.get(job)?.epoch?.peer ?? this.#roles.init.mesh.self
    return { job, name: signed.spec.name, to: steward === this.#roles.init.mesh.self ? null : this.#roles.presence.nameOf(steward) }
  }

  async render (request: RenderRequest, signal: AbortSignal): Promise<SubmittedJob> {
    if (request.replace !== undefined) {
      this.#roles.list.requireOwn(request.replace, 'replace it')
    }
    const { job, warnings, begun } = await this.#roles.requester.submit(request, signal)
    const expected = this.#roles.estimates.expected(job.signed.spec, job.noLocal ? 'off' : 'on')
    return { ...this.#roles.list.own(job), warnings, ...(begun === 'now' ? {} : { goesOn: true }), ...(expected === undefined ? {} : { expected }) }
  }

  /** What a request would be as a job, and how long it would take. @throws SceneError, UsageError or JobSpecError, as rendering it would */
  async estimate (request: RenderRequest, signal: AbortSignal): Promise<JobEstimate> {
    return this.#roles.estimates.estimate(request, signal)
  }

  /** Writes a request down as a job file. @throws SceneError, UsageError, JobSpecError or StoreError; nothing is left then */
  async exportJob (request: RenderRequest, file: string, signal: AbortSignal): Promise<ExportedJob> {
    return exportJob(request, file, { ...this.#roles.init, self: this.#roles.init.mesh.self, engines: this.#roles.engines }, signal)
  }

  follow (job: JobId, preview: 'none' | 'blocks', signal: AbortSignal): AsyncIterable<FollowItem> {
    return this.#roles.viewing.follow(job, preview, signal)
  }

  async fetch (job: JobId, request: FetchRequest): Promise<SavedFilm> {
    return this.#roles.viewing.fetch(job, request)
  }

  /** What became of a unit, or what went wrong with the job. @throws UnknownJobError, UsageError */
  async log (job: JobId, unit: string | undefined): Promise<JobLog> {
    return this.#roles.logs.find(job, unit)
  }

  /** Who is there, each as one that joined, and the open jobs, then who joins and leaves, and new jobs. */
  watch (signal: AbortSignal): AsyncIterable<FollowItem> {
    return this.#roles.news.follow(this.#roles.init.mesh.peers(), signal)
  }

  jobs (): JobSummary[] {
    return this.#roles.list.all()
  }

  /** @throws UnknownJobError, NotRequesterError */
  async cancel (job: JobId): Promise<void> {
    this.#roles.list.requireOwn(job, 'cancel it')
    await this.#roles.requester.cancel(job)
  }

  /** @throws UnknownJobError, NotRequesterError, or UsageError when the job has ended */
  async pause (job: JobId): Promise<void> {
    this.#roles.list.requireOwn(job, 'pause it')
    await this.#roles.requester.pause(job)
  }

  /** @throws UnknownJobError, NotRequesterError, or UsageError when the job has ended */
  async resume (job: JobId): Promise<void> {
    this.#roles.list.requireOwn(job, 'resume it')
    await this.#roles.requester.resume(job)
  }

  /** @throws UnknownJobError, NotRequesterError, or UsageError when the job has ended or there is no such priority */
  async setPriority (job: JobId, priority: number): Promise<void> {
    this.#roles.list.requireOwn(job, 'change its priority')
    await this.#roles.requester.setPriority(job, priority)
  }

  get name (): string {
    return this.#roles.presence.name
  }

  /** What people see of this peer from now on. */
  rename (name: string): void {
    this.#roles.presence.rename(name)
  }

  /** Whether it renders at all. */
  get works (): boolean {
    return this.#roles.presence.works
  }

  /** Render threads from now on, for whatever it renders, while it stewards nothing and while it does. @throws UsageError */
  setThreads (alone: number, stewarding = alone): void {
    this.#roles.presence.setThreads(alone, stewarding)
    this.#roles.worker.setThreads(this.#roles.desk.isEmpty ? alone : stewarding)
    this.#roles.presence.greet()
  }

  /** `none`: renders what it holds, and takes no more, from nobody. It stays a member, and goes on granting the units of its own jobs. */
  takeWork (work: 'any' | 'none'): void {
    this.#roles.presence.availability.ask(work)
    this.#availabilityChanged()
    if (work === 'none') {
      void this.#roles.succession.handOver()
    } else {
      this.#roles.requester.takeBack((job) => this.#roles.directory.get(job)?.epoch)
    }
  }

  /** Whether it renders its own jobs before all others', from its next claim on. */
  setOrder (order: 'own-first' | 'fair'): void {
    this.#roles.worker.setOrder(order)
  }

  /** When it renders for others, from now on. */
  setRest (rules: RestRules): void {
    this.#roles.restWatch.setRules(rules)
  }

  /** What is kept of scenes and films; less than before makes something go soon. @throws UsageError */
  setCacheBytes (bytes: number): void {
    if (!Number.isSafeInteger(bytes) || bytes < MIN_CACHE_BYTES) {
      throw new UsageError(`A cache has at least ${MIN_CACHE_BYTES} bytes, not ${bytes}.`)
    }
    this.#roles.cache.quotaBytes = bytes
  }

  /** What is kept of results for others; less than before makes nothing go. */
  setCustodyBytes (bytes: number): void {
    this.#roles.custodian.quotaBytes = bytes
  }

  cache (): CacheSummary {
    return { ...this.#roles.cache.summary(), custody: this.#roles.custodian.summary() }
  }

  async clearCache (): Promise<ClearedCache> {
    return this.#roles.cache.clear()
  }

  /** Render threads when it stewards nothing; 0 when it renders nothing at all. */
  get threads (): number {
    return this.#roles.presence.offeredThreads
  }

  get draining (): boolean {
    return this.#roles.presence.availability.draining
  }

  /** Why its settings let it rest now, in words; undefined when they do not. */
  get resting (): string | undefined {
    return this.#roles.presence.availability.resting
  }

  peers (): PeerSummary[] {
    return this.#roles.presence.peers(this.#roles.worker, this.#roles.desk.all())
  }

  #handlers (): MeshHandlers {
    return meshHandlers({
      directory: this.#roles.directory,
      succession: this.#roles.succession,
      unknown: this.#roles.unknown,
      desk: this.#roles.desk,
      viewing: this.#roles.viewing,
      logs: this.#roles.logs,
      custodian: this.#roles.custodian,
      requester: this.#roles.requester,
      antiEntropy: this.#roles.antiEntropy,
      results: this.#roles.results,
      cache: this.#roles.cache,
      blobs: this.#roles.init.store.blobs,
      joined: (peer) => { this.#joined(peer) },
      left: (peer) => { this.#roles.news.member({ event: 'peer', peer, state: 'left', name: this.#roles.presence.nameOf(peer) }) },
      peersChanged: () => { this.#peersChanged() }
    })
  }

  #joined (peer: MeshPeer): void {
    this.#roles.wake.look()
    this.#roles.presence.joined(peer)
    this.#roles.news.member({ event: 'peer', peer: peer.peer, state: 'joined', name: peer.name })
    this.#peersChanged()
    this.#roles.worker.peerJoined(peer.peer)
    this.#roles.custodian.peerJoined()
    void this.#roles.antiEntropy.exchange(peer.peer).then(() => { this.#roles.requester.begin() })
  }

  /** The former steward of a job hears at once that it is stewarded here now, gossip or not. */
  #adopted (job: JobId, epoch: Epoch): void {
    const former = this.#roles.directory.get(job)?.epoch?.peer
    this.#roles.directory.learnEpoch(job, epoch)
    if (former !== undefined && former !== epoch.peer) {
      void this.#roles.antiEntropy.exchange(former)
    }
  }

  #announce (signed: SignedJob, control: SignedControl): void {
    this.#roles.directory.learnJob(signed)
    this.#roles.directory.learnControl(control)
    if (this.#started) {
      this.#roles.init.mesh.publishJob(signed)
      this.#roles.init.mesh.publishControl(control)
    }
    this.#changed()
  }

  #controlled (control: SignedControl): void {
    this.#roles.directory.learnControl(control)
    this.#roles.init.mesh.publishControl(control)
  }

  #rest (resting: string | undefined): void {
    this.#roles.presence.availability.rest(resting)
    if (resting === undefined) {
      this.#roles.worker.keep()
    } else {
      this.#roles.worker.handBack()
    }
    this.#availabilityChanged()
  }

  #availabilityChanged (): void {
    this.#roles.worker.takeWork(this.#roles.presence.availability.takes)
    this.#roles.presence.greet()
    this.#countCapable()
  }

  #changed (): void {
    this.#roles.beacons.changed()
    const { alone, stewarding } = this.#roles.presence.threads
    this.#roles.worker.setThreads(this.#roles.desk.isEmpty ? alone : stewarding)
  }

  #planTick (): void {
    this.#tick = this.#roles.init.clock.after(STEWARD_TICK_MS, () => {
      this.#roles.requester.tick()
      this.#roles.succession.tick()
      this.#planTick()
    })
  }

  /** A member came, went, or offers something else. */
  #peersChanged (): void {
    this.#countCapable()
    this.#roles.succession.peersChanged()
    this.#roles.requester.peersChanged()
  }

  #countCapable (stewardships = this.#roles.desk.all()): void {
    const self = { renders: this.works && !this.draining, engines: this.#roles.engines, leavesAlone: (job: JobId) => this.#roles.requester.get(job)?.noLocal === true }
    countCapable(stewardships, this.#roles.init.mesh.peers(), self)
  }

  /** Finds a job by its id, a unique prefix of it, or its scene's name. @throws UnknownJobError */
  find (text: string): JobSummary {
    return this.#roles.list.find(text)
  }
}
