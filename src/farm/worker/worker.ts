import { ShareBook } from '../../core/fairness.ts'
import { isFinal } from '../../core/job.ts'
import { MAX_IDLE_SESSIONS, MAX_UNDELIVERED_BYTES, PREFETCH_MS, SPOOL_AFTER_MS } from '../limits.ts'
import { stewardOf } from './dealing.ts'
import { HandBack } from './hand-back.ts'
import { Leases } from './leases.ts'
import { Outbox } from './outbox.ts'
import { Spooling } from './spooling.ts'
import { WorkerJob } from './worker-job.ts'
import type { Hash, JobId, PeerId, UnitIndex } from '../../core/ids.ts'
import type { Measurement } from '../../core/speed.ts'
import type { Bundler, Clock, KeptUnitsStore, Log, Mesh, Random, Sha256, UnitLogs } from '../../ports.ts'
import type { CacheKeeper } from '../cache/cache-keeper.ts'
import type { Directory, KnownJob } from '../directory.ts'
import type { ReadyEngine } from '../submission.ts'

/** What a worker needs. */
export interface WorkerContext {
  readonly mesh: Mesh
  readonly cache: Pick<CacheKeeper, 'hold' | 'recheck'>
  readonly unitLogs: UnitLogs
  /** Where finished units go that nobody takes now. */
  readonly spool: KeptUnitsStore
  readonly bundler: Bundler
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly sha256: Sha256
  readonly directory: Directory
  readonly engines: ReadonlyMap<string, ReadyEngine>
  /** Whether this peer may render a job: false for jobs whose requester keeps its own machine out. */
  mayRender (job: KnownJob): boolean
  /** Called before anything that happens is acted on: this peer may have slept. */
  awake (): void
  /** What a job cost here so far: told with each unit that had all threads to itself. */
  measured (measurement: Measurement): void
}

/** How long a leaving worker waits for its last results to be acknowledged. */
const LEAVE_MS = 5_000

/**
 * The worker's role: claims units of whatever job is next by fair share, renders them, delivers the pixels.
 *
 * Everything happens in {@link Worker.wake}, which looks at all jobs and does what is due; every event ends by waking it.
 * on ◀─▶ own (takes only this peer's own work) ◀─▶ draining (renders what it holds, takes nothing); all ─ leave ─▶ leaving (claims nothing, delivers what is finished) ─▶ off.
 */
export class Worker {
  readonly #context: WorkerContext
  readonly #shares = new ShareBook()
  readonly #jobs = new Map<JobId, WorkerJob>()
  readonly #outbox: Outbox
  readonly #spooling: Spooling
  readonly #leases: Leases
  #threads: number
  readonly #handBack: HandBack
  /** Whose jobs go before all others'. */
  #first: PeerId | undefined
  #mode: 'on' | 'own' | 'draining' | 'leaving' | 'off' = 'on'
  #woken = false
  #lapAtMs = 0

  constructor (threads: number, context: WorkerContext) {
    this.#threads = threads
    this.#context = context
    this.#leases = new Leases({
      ...context,
      job: (id) => this.#jobs.get(id),
      jobs: () => this.#jobs.values(),
      threads: () => this.#threads,
      control: (control) => { context.directory.learnControl(control) },
      epoch: (job, epoch) => { context.directory.learnEpoch(job, epoch) },
      accepted: (job, ranges) => { context.directory.learnAccepted(job, ranges) },
      takesWork: (job) => this.#mode === 'on' || (this.#mode === 'own' && this.#isOwn(job)),
      shown: (job) => { this.#outbox.retry(stewardOf(job)) },
      changed: () => { this.wake() }
    })
    this.#outbox = new Outbox({
      ...context,
      jobs: () => this.#jobs.values(),
      forget: (job, unit) => { this.#spooling.forget(job, unit) },
      knows: (job, token) => this.#leases.knows(job, token),
      show: (job) => { this.#leases.show(job) },
      accepted: (job, ranges) => { context.directory.learnAccepted(job, ranges) },
      changed: () => { this.wake() }
    })
    this.#spooling = new Spooling({
      ...context,
      known: (job) => context.directory.get(job),
      takeUp: (known) => this.#jobOf(known, context.engines.get(known.signed.spec.engine)),
      jobs: () => this.#jobs.values(),
      reach: (job) => this.#leases.reach(job),
      isHeldUp: (job) => this.#isHeldUp(job),
      send: (job, unit) => { this.#outbox.send(job, unit) },
      damaged: (job, unit) => {
        this.#leases.failed(job, unit, 'its finished pixels were damaged on this peer\'s disk', '', 'peer')
        this.#spooling.forget(job, unit)
      },
      changed: () => { this.wake() }
    })
    this.#handBack = new HandBack({
      ...context,
      leases: this.#leases,
      others: () => [...this.#jobs.values()].filter((job) => !this.#isOwn(job))
    })
  }

  get threads (): number {
    return this.#threads
  }

  /** The jobs it renders now. */
  get rendering (): readonly KnownJob[] {
    return this.#busyJobs().map((job) => job.known)
  }

  /** Units per minute it renders now; undefined when it renders none, or the first is not finished. */
  get unitsPerMinute (): number | undefined {
    const speeds = this.#busyJobs().filter((job) => job.speed.msPerUnit > 0)
    return speeds.length === 0 ? undefined : speeds.reduce((sum, job) => sum + 60_000 / job.speed.msPerUnit, 0) / speeds.length
  }

  /** Manifests of the bundles that its engines have loaded, or are about to. */
  scenes (): readonly Hash[] {
    return [...this.#jobs.values()].filter((job) => job.usesScene).map((job) => job.known.signed.spec.bundle.manifest)
  }

  /** Takes up what an earlier life had finished; to be called before the mesh is there, once this peer knows its jobs again. */
  async open (): Promise<void> {
    await this.#spooling.open()
  }

  setThreads (threads: number): void {
    if (threads !== this.#threads) {
      this.#threads = threads
      for (const job of this.#jobs.values()) {
        job.setThreads(threads)
      }
      this.wake()
    }
  }

  /** Whether jobs of this peer's own go before all others', or take their turn. */
  setOrder (order: 'own-first' | 'fair'): void {
    this.#first = order === 'own-first' ? this.#context.mesh.self : undefined
    this.wake()
  }

  /** Whose new work it takes. What it holds it renders either way. */
  takeWork (work: 'any' | 'own' | 'none'): void {
    if (this.#mode !== 'leaving' && this.#mode !== 'off') {
      this.#mode = work === 'any' ? 'on' : work === 'own' ? 'own' : 'draining'
      this.wake()
    }
  }

  /** The machine is wanted back: others' work leaves it within less than a minute. Until {@link keep}. */
  handBack (): void {
    this.#handBack.begin()
    this.wake()
  }

  /** The machine is not wanted back any more: what it still holds it keeps. */
  keep (): void {
    this.#handBack.end()
    this.wake()
  }

  /** A job, its control word or its stewardship became known. */
  jobChanged (known: KnownJob): void {
    const job = this.#jobs.get(known.signed.id)
    if (job !== undefined) {
      if (isFinal(this.#context.directory.stateOf(known))) {
        this.#drop(job)
      } else if (this.#leases.follow(job) === 'moved') {
        this.#outbox.moved()
      }
    }
    this.wake()
  }

  /** This peer slept: what it held may be others' by now. Renders that are under way go on. */
  slept (): void {
    this.#leases.slept()
    this.wake()
  }

  /** A member is there: what waits for it can go. */
  peerJoined (peer: PeerId): void {
    this.#leases.peerJoined(peer)
    this.#outbox.retry(peer)
    this.wake()
  }

  /** Looks at everything and does what is due, once the present turn is over. */
  wake (): void {
    if (!this.#woken && this.#mode !== 'off') {
      this.#woken = true
      void Promise.resolve().then(() => {
        this.#woken = false
        this.#handBack.look()
        this.#keepUp()
        this.#spooling.look()
        this.#dispense()
        this.#claim()
        this.#evict()
      })
    }
  }

  /** Leaves politely: gives back what is not finished, so that it goes to others at once, and delivers what is. */
  async leave (): Promise<void> {
    this.#mode = 'leaving'
    this.#handBack.end()
    for (const job of this.#jobs.values()) {
      this.#leases.giveBack(job)
    }
    await Promise.race([
      this.#outbox.drained(),
      new Promise<void>((resolve) => { this.#context.clock.after(LEAVE_MS, resolve) })
    ])
    await Promise.race([this.#spooling.putAll(), new Promise<void>((resolve) => { this.#context.clock.after(LEAVE_MS, resolve) })])
    await this.stop()
  }

  /** Ends everything now. */
  async stop (): Promise<void> {
    this.#mode = 'off'
    this.#handBack.end()
    await Promise.all([
      ...Array.from(this.#jobs.values(), async (job) => { await job.unload('closed') }),
      this.#outbox.close(),
      this.#spooling.close(),
      this.#leases.end()
    ])
  }

  /** Whole milliseconds, as they are told to others. */
  #wallMs (): number {
    return Math.round(this.#context.clock.wallMs())
  }

  #nowMs (): number {
    return this.#context.clock.nowMs()
  }

  #isOwn (job: WorkerJob): boolean {
    return job.requester === this.#context.mesh.self
  }

  #busyJobs (): WorkerJob[] {
    return [...this.#jobs.values()].filter((job) => job.holding.rendering > 0)
  }

  /** Jobs this worker could claim from, fairest first. */
  #candidates (): WorkerJob[] {
    const { directory } = this.#context
    const candidates: WorkerJob[] = []
    for (const known of directory.live()) {
      const { spec } = known.signed
      if (this.#mode === 'own' && spec.requester !== this.#context.mesh.self) {
        continue
      }
      const ready = this.#context.engines.get(spec.engine)
      if (ready?.info.fingerprint === spec.fingerprint && directory.stateOf(known) === 'running' && this.#context.mayRender(known)) {
        candidates.push(this.#jobOf(known, ready))
      }
    }
    return this.#ranked(candidates)
  }

  #ranked (jobs: readonly WorkerJob[]): WorkerJob[] {
    const candidates = jobs.map((worker) => ({
      job: worker.id,
      requester: worker.requester,
      priority: worker.priority,
      serial: worker.known.signed.spec.serial,
      worker
    }))
    return this.#shares.rank(candidates, this.#nowMs(), this.#first).map(({ worker }) => worker)
  }

  #jobOf (known: KnownJob, ready: ReadyEngine | undefined): WorkerJob {
    let job = this.#jobs.get(known.signed.id)
    if (job === undefined) {
      job = new WorkerJob(known, ready, {
        ...this.#context,
        nowMs: () => this.#nowMs(),
        threads: () => this.#threads,
        finished: (finished, unit) => {
          this.#context.awake()
          this.#finished(finished, unit)
        },
        failed: (failing, unit, reason, log, fault) => {
          this.#context.awake()
          this.#leases.failed(failing, unit, reason, log, fault)
        },
        keep: (of, unit, entry) => { this.#context.unitLogs.append(of.id, unit, entry) },
        wallMs: () => this.#wallMs(),
        postpone: (postponed, ms) => { this.#leases.postpone(postponed, ms) },
        changed: () => { this.wake() }
      })
      this.#jobs.set(job.id, job)
    }
    return job
  }

  /** Stewards of what is held are to be talked to. */
  #keepUp (): void {
    for (const job of this.#jobs.values()) {
      this.#leases.keepUp(job)
    }
  }

  /** Gives waiting engines their next units: fairest job first, and while several jobs have work no more than one unit a thread in all. */
  #dispense (): void {
    const active = [...this.#jobs.values()].filter((job) => job.holding.queued + job.holding.rendering > 0)
    for (const job of this.#ranked(active.filter(({ holding }) => holding.queued > 0))) {
      job.prepare()
      const reach = this.#leases.reach(job)
      while (job.waiting && job.holding.queued > 0 && this.#hasRoomFor(job)) {
        const running = active.reduce((sum, { holding }) => sum + holding.rendering, 0)
        const room = active.length > 1 ? this.#threads - running : Infinity
        if (running === 0) {
          this.#lapAtMs = this.#nowMs()
        }
        if (room <= 0 || job.dispense(room, reach) === 0) {
          break
        }
        this.#leases.started(job)
      }
    }
  }

  /** Claims from the fairest job that has something to give, unless enough of it is in hand. */
  #claim (): void {
    if ((this.#mode !== 'on' && this.#mode !== 'own') || this.#undeliveredBytes() >= MAX_UNDELIVERED_BYTES) {
      return
    }
    for (const job of this.#candidates()) {
      if (!this.#leases.mayReach(job) || (this.#outbox.isHeldUp(stewardOf(job), SPOOL_AFTER_MS) && !this.#spooling.hasRoomFor(job))) {
        continue
      }
      const link = this.#leases.link(job)
      const state = this.#leases.claimState(job)
      if (state === 'waiting' || state === 'postponed' || !link.isOpen) {
        continue
      }
      if (state === 'none' && !this.#hasEnough(job)) {
        this.#leases.claim(job)
      }
      return
    }
  }

  /** Whether what is in hand for this job's requester, at this priority or higher, lasts for a while. */
  #hasEnough (job: WorkerJob): boolean {
    let queuedMs = 0
    for (const other of this.#jobs.values()) {
      if (other.requester === job.requester && other.priority >= job.priority) {
        queuedMs += other.queuedMs(this.#threads)
      }
    }
    return queuedMs >= PREFETCH_MS
  }

  /** Whether more pixels of a job may be made before those there are have been delivered. */
  #hasRoomFor (job: WorkerJob): boolean {
    return this.#isHeldUp(job) ? this.#spooling.hasRoomFor(job) : this.#undeliveredBytes() < MAX_UNDELIVERED_BYTES
  }

  /** Whether nobody takes what is finished of a job now. */
  #isHeldUp (job: WorkerJob): boolean {
    return this.#leases.reach(job) === 'steward-away' || this.#outbox.isHeldUp(stewardOf(job), SPOOL_AFTER_MS)
  }

  /** Bytes on their way to requesters that can be reached. */
  #undeliveredBytes (): number {
    let bytes = 0
    for (const job of this.#jobs.values()) {
      bytes += this.#leases.reach(job) === 'steward-away' ? 0 : job.finished.bytes
    }
    return bytes
  }

  #finished (job: WorkerJob, unit: UnitIndex): void {
    const nowMs = this.#nowMs()
    this.#shares.add(job.requester, (nowMs - this.#lapAtMs) * this.#threads, nowMs)
    if (this.#busyJobs().every((busy) => busy === job)) {
      this.#context.measured(job.measurement(unit, (nowMs - this.#lapAtMs) * this.#threads))
    }
    this.#lapAtMs = nowMs
    this.#outbox.send(job, unit)
  }

  /** The job is over: its engine stops at once, nothing of it is kept. */
  #drop (job: WorkerJob): void {
    this.#spooling.drop(job)
    job.abortAll()
    this.#jobs.delete(job.id)
    this.#leases.forget(job)
    this.#outbox.moved()
    void job.unload('closed')
  }

  /** Frees scenes that have not been used for longest when more are loaded than are to be kept. */
  #evict (): void {
    const idle = [...this.#jobs.values()].filter((job) => job.loadedIdleSinceMs !== undefined)
    idle.sort((a, b) => b.loadedIdleSinceMs! - a.loadedIdleSinceMs!)
    for (const job of idle.slice(MAX_IDLE_SESSIONS)) {
      void job.unload('idle')
    }
  }
}
