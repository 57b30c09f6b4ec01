import { ShareBook } from '../../core/fairness.ts'
import { isFinal } from '../../core/job.ts'
import { rectsOf } from '../../core/rect.ts'
import { MAX_IDLE_SESSIONS, MAX_UNDELIVERED_BYTES, PREFETCH_MS, STARTED_REPORT_MS } from '../limits.ts'
import { Deliveries } from './deliveries.ts'
import { StewardLink } from './steward-link.ts'
import { WorkerJob } from './worker-job.ts'
import type { JobId, PeerId, UnitIndex } from '../../core/ids.ts'
import type { LeaseReport, Recall, Release, Renewed, Revoke, StewardMessage, Wait } from '../../core/messages.ts'
import type { BlobStore, Bundler, Clock, Log, Mesh, Random, Sha256, Timer } from '../../ports.ts'
import type { Directory, KnownJob } from '../directory.ts'
import type { ReadyEngine } from '../submission.ts'

/** What a worker needs. */
export interface WorkerContext {
  readonly mesh: Mesh
  readonly blobs: BlobStore
  readonly bundler: Bundler
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly sha256: Sha256
  readonly directory: Directory
  readonly engines: ReadonlyMap<string, ReadyEngine>
  /** Whether this peer may render a job: false for jobs whose requester keeps its own machine out. */
  mayRender (job: KnownJob): boolean
}

interface ClaimRecord {
  readonly sentAtMs: number
  /** Whether it has been told to wait; it stands all the same. */
  waiting: boolean
}

/** How long a leaving worker waits for its last results to be acknowledged. */
const LEAVE_MS = 5_000

/**
 * The worker's role: claims units of whatever job is next by fair share, renders them, delivers the pixels.
 *
 * Everything happens in {@link Worker.wake}, which looks at all jobs and does what is due; every event ends by waking it.
 */
export class Worker {
  readonly #context: WorkerContext
  readonly #shares = new ShareBook()
  readonly #jobs = new Map<JobId, WorkerJob>()
  readonly #links = new Map<PeerId, StewardLink>()
  readonly #deliveries = new Map<PeerId, Deliveries>()
  readonly #claims = new Map<JobId, ClaimRecord>()
  /** Jobs not to be claimed from before a time. */
  readonly #notBeforeMs = new Map<JobId, number>()
  /** Jobs being shown to a steward after a stream broke: the tokens granted since, by job. */
  readonly #showing = new Map<JobId, number>()
  readonly #unreported = new Set<WorkerJob>()
  #threads: number
  #mode: 'on' | 'off' | 'leaving' = 'on'
  #reportTimer: Timer | undefined
  #retryTimer: Timer | undefined
  #woken = false
  #lapAtMs = 0

  constructor (threads: number, context: WorkerContext) {
    this.#threads = threads
    this.#context = context
  }

  get threads (): number {
    return this.#threads
  }

  /** Names of the jobs it renders now. */
  get rendering (): readonly KnownJob[] {
    return [...this.#jobs.values()].filter((job) => job.holding.rendering > 0).map((job) => job.known)
  }

  /** Units per minute it renders now, over all jobs; undefined when it renders none. */
  get unitsPerMinute (): number | undefined {
    const speeds = [...this.#jobs.values()].filter((job) => job.holding.rendering > 0 && job.speed.msPerUnit > 0)
    return speeds.length === 0 ? undefined : speeds.reduce((sum, job) => sum + 60_000 / job.speed.msPerUnit, 0) / speeds.length
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

  /** A job or its control word became known. */
  jobChanged (known: KnownJob): void {
    const job = this.#jobs.get(known.signed.id)
    if (job !== undefined && isFinal(this.#context.directory.stateOf(known))) {
      this.#drop(job)
    }
    this.wake()
  }

  /** A member is there: what waits for it can go. */
  peerJoined (peer: PeerId): void {
    this.#links.get(peer)?.open()
    this.#deliveries.get(peer)?.retry()
    this.wake()
  }

  /** Looks at everything and does what is due, once the present turn is over. */
  wake (): void {
    if (!this.#woken && this.#mode !== 'off') {
      this.#woken = true
      void Promise.resolve().then(() => {
        this.#woken = false
        this.#dispense()
        this.#claim()
      })
    }
  }

  /**
   * Leaves politely: gives back what is not finished, so that it goes to others at once, and delivers what is.
   */
  async leave (): Promise<void> {
    this.#mode = 'leaving'
    for (const job of this.#jobs.values()) {
      for (const { token, units } of job.holding.giveBackAll('unfinished')) {
        job.abort(units)
        this.#send(job, { type: 'release', job: job.id, token, rects: rectsOf(job.known.grid, units), reason: 'leaving' })
      }
    }
    await Promise.race([
      Promise.all(Array.from(this.#deliveries.values(), async (deliveries) => { await deliveries.drained() })),
      new Promise<void>((resolve) => { this.#context.clock.after(LEAVE_MS, resolve) })
    ])
    await this.stop()
  }

  /** Ends everything now. */
  async stop (): Promise<void> {
    this.#mode = 'off'
    this.#reportTimer?.stop()
    this.#retryTimer?.stop()
    await Promise.all([
      ...Array.from(this.#jobs.values(), async (job) => { await job.unload('closed') }),
      ...Array.from(this.#links.values(), async (link) => { await link.end() }),
      ...Array.from(this.#deliveries.values(), async (deliveries) => { await deliveries.close() })
    ])
  }

  #nowMs (): number {
    return this.#context.clock.nowMs()
  }

  /** Jobs this worker could claim from, best first. */
  #candidates (): WorkerJob[] {
    const ready: (KnownJob & { readonly ready: ReadyEngine })[] = []
    const connected = new Set<PeerId>(this.#context.mesh.peers().map(({ peer }) => peer))
    connected.add(this.#context.mesh.self)
    for (const known of this.#context.directory.live()) {
      const { spec } = known.signed
      const engine = this.#context.engines.get(spec.engine)
      if (engine?.info.fingerprint === spec.fingerprint && connected.has(this.#stewardOf(known)) &&
        this.#context.directory.stateOf(known) === 'running' && this.#context.mayRender(known)) {
        ready.push({ ...known, ready: engine })
        this.#jobOf(known, engine)
      }
    }
    return this.#ranked(ready.map((known) => this.#jobs.get(known.signed.id)!))
  }

  #ranked (jobs: readonly WorkerJob[]): WorkerJob[] {
    const candidates = jobs.map((worker) => ({
      job: worker.id,
      requester: worker.requester,
      priority: worker.known.control?.control.priority ?? 0,
      serial: worker.known.signed.spec.serial,
      worker
    }))
    return this.#shares.rank(candidates, this.#nowMs()).map(({ worker }) => worker)
  }

  #stewardOf (known: KnownJob): PeerId {
    return known.epoch?.peer ?? known.signed.spec.requester
  }

  #jobOf (known: KnownJob, engine: ReadyEngine): WorkerJob {
    let job = this.#jobs.get(known.signed.id)
    if (job === undefined) {
      job = new WorkerJob(known, engine, {
        ...this.#context,
        nowMs: () => this.#nowMs(),
        threads: () => this.#threads,
        finished: (finished, unit) => { this.#finished(finished, unit) },
        failed: (failing, unit, reason, log) => { this.#failed(failing, unit, reason, log) },
        changed: () => { this.wake() }
      })
      this.#jobs.set(job.id, job)
    }
    return job
  }

  /** Gives waiting engines their next units: fairest job first, and while several jobs have work no more than one unit a thread in all. */
  #dispense (): void {
    const withWork = [...this.#jobs.values()].filter((job) => job.holding.queued > 0)
    const several = new Set([...this.#jobs.values()].filter((job) => job.holding.queued + job.holding.rendering > 0)).size > 1
    for (const job of this.#ranked(withWork)) {
      job.prepare()
      const reach = this.#links.get(this.#stewardOf(job.known))?.reach ?? 'steward-away'
      while (job.waiting && job.holding.queued > 0 && this.#undeliveredBytes() < MAX_UNDELIVERED_BYTES) {
        const running = [...this.#jobs.values()].reduce((sum, other) => sum + other.holding.rendering, 0)
        const room = several ? this.#threads - running : Infinity
        if (running === 0) {
          this.#lapAtMs = this.#nowMs()
        }
        if (room <= 0 || job.dispense(room, reach) === 0) {
          break
        }
        this.#unreported.add(job)
        this.#planReport()
      }
    }
  }

  /** Claims from the fairest job that has something to give, unless enough of it is in hand. */
  #claim (): void {
    if (this.#mode !== 'on' || this.#undeliveredBytes() >= MAX_UNDELIVERED_BYTES) {
      return
    }
    for (const job of this.#candidates()) {
      const steward = this.#stewardOf(job.known)
      const link = this.#linkTo(steward)
      const claim = this.#claims.get(job.id)
      if (claim?.waiting === true || !link.isOpen || this.#isPostponed(job)) {
        continue
      }
      if (claim !== undefined || this.#hasEnough(job)) {
        return
      }
      this.#claims.set(job.id, { sentAtMs: this.#nowMs(), waiting: false })
      link.send({
        type: 'claim',
        job: job.id,
        fingerprint: job.known.signed.spec.fingerprint,
        threads: this.#threads,
        speed: job.speed,
        holding: [],
        undelivered: []
      })
      return
    }
  }

  /** Whether what is in hand for this job's requester, at this priority or higher, lasts for a while. */
  #hasEnough (job: WorkerJob): boolean {
    const priority = job.known.control?.control.priority ?? 0
    let queuedMs = 0
    for (const other of this.#jobs.values()) {
      if (other.requester === job.requester && (other.known.control?.control.priority ?? 0) >= priority) {
        queuedMs += other.queuedMs(this.#threads)
      }
    }
    return queuedMs >= PREFETCH_MS
  }

  #isPostponed (job: WorkerJob): boolean {
    const notBeforeMs = this.#notBeforeMs.get(job.id)
    return notBeforeMs !== undefined && notBeforeMs > this.#nowMs()
  }

  #undeliveredBytes (): number {
    let bytes = 0
    for (const job of this.#jobs.values()) {
      bytes += job.undeliveredBytes
    }
    return bytes
  }

  #linkTo (steward: PeerId): StewardLink {
    let link = this.#links.get(steward)
    if (link === undefined) {
      link = new StewardLink(steward, this.#context, {
        opened: (opened) => { this.#opened(opened) },
        message: (from, message) => { this.#message(from, message) },
        closed: (closed) => { this.#closed(closed) },
        reports: (of) => this.#jobsAt(of.steward).flatMap((job) => job.holding.reports())
      })
      this.#links.set(steward, link)
      link.open()
    }
    return link
  }

  #jobsAt (steward: PeerId): WorkerJob[] {
    return [...this.#jobs.values()].filter((job) => this.#stewardOf(job.known) === steward)
  }

  #opened (link: StewardLink): void {
    for (const job of this.#jobsAt(link.steward)) {
      if (!job.holding.empty) {
        this.#show(job)
      }
    }
    this.wake()
  }

  #closed (link: StewardLink): void {
    for (const job of this.#jobsAt(link.steward)) {
      this.#claims.delete(job.id)
      this.#showing.delete(job.id)
    }
    this.wake()
  }

  /** Shows a steward what is held of a job, so that it grants it again. */
  #show (job: WorkerJob): void {
    if (this.#showing.has(job.id)) {
      return
    }
    this.#showing.set(job.id, this.#nowMs())
    this.#send(job, {
      type: 'claim',
      job: job.id,
      fingerprint: job.known.signed.spec.fingerprint,
      threads: 0,
      speed: job.speed,
      ...job.holding.shown()
    })
  }

  #send (job: WorkerJob, message: Parameters<StewardLink['send']>[0]): void {
    this.#links.get(this.#stewardOf(job.known))?.send(message)
  }

  #message (link: StewardLink, message: StewardMessage): void {
    if (message.type === 'renewed') {
      this.#renewed(link, message)
    } else if (message.type === 'control') {
      this.#context.directory.learnControl(message.control)
    } else {
      const job = this.#jobs.get(message.job)
      if (job === undefined) {
        return
      }
      switch (message.type) {
        case 'grant': {
          const sentAtMs = this.#showing.get(job.id) ?? this.#claims.get(job.id)?.sentAtMs ?? this.#nowMs()
          if (!this.#showing.has(job.id)) {
            this.#claims.delete(job.id)
          }
          job.holding.grant(message, sentAtMs)
          link.beat(message.heartbeatMs)
          break
        }
        case 'wait':
          this.#told(job, message)
          break
        case 'recall':
          this.#recalled(job, message)
          break
        case 'revoke':
          this.#revoked(job, message)
          break
        case 'stale':
      }
    }
    this.wake()
  }

  #told (job: WorkerJob, wait: Wait): void {
    if (wait.reason === 'shown') {
      this.#showing.delete(job.id)
      job.holding.dropLapsed(this.#nowMs())
      this.#deliveries.get(job.requester)?.retry()
      return
    }
    const claim = this.#claims.get(job.id)
    if (wait.reason === 'nothing-open' || wait.reason === 'hearing' || wait.reason === 'paused') {
      if (claim !== undefined) {
        claim.waiting = true
      }
      return
    }
    this.#claims.delete(job.id)
    this.#notBeforeMs.set(job.id, this.#nowMs() + wait.retryMs)
    this.#retryTimer?.stop()
    this.#retryTimer = this.#context.clock.after(wait.retryMs + 1, () => { this.wake() })
  }

  #recalled (job: WorkerJob, recall: Recall): void {
    const units = job.holding.giveBack(recall.token, recall.units)
    this.#release(job, { type: 'release', job: job.id, token: recall.token, rects: rectsOf(job.known.grid, units), reason: 'recalled' })
  }

  #release (job: WorkerJob, release: Release): void {
    this.#reportNow()
    this.#send(job, release)
  }

  #revoked (job: WorkerJob, revoke: Revoke): void {
    job.abort(job.holding.revoke(revoke.token, revoke.rects, revoke.reason))
  }

  #renewed (link: StewardLink, message: Renewed): void {
    const renewal = link.renewalAnswered(message.sequence)
    if (renewal !== undefined) {
      for (const job of this.#jobsAt(link.steward)) {
        const of = (reports: readonly Pick<LeaseReport, 'job' | 'token'>[]): LeaseReport['token'][] => reports.filter((report) => report.job === job.id).map(({ token }) => token)
        job.holding.renewed(of(renewal.reports), of(message.live), renewal.sentAtMs)
        job.holding.dropLapsed(this.#nowMs())
      }
    }
    for (const { job, ranges } of message.accepted) {
      this.#context.directory.learnAccepted(job, ranges)
    }
  }

  #finished (job: WorkerJob, unit: UnitIndex): void {
    const nowMs = this.#nowMs()
    this.#shares.add(job.requester, (nowMs - this.#lapAtMs) * this.#threads, nowMs)
    this.#lapAtMs = nowMs
    const pixels = job.pixelsOf(unit)!
    this.#deliveriesTo(job.requester).add({
      job: job.id,
      unit,
      pixels,
      head: () => job.headOf(unit),
      settled: (answer) => {
        job.forgetPixels(unit)
        job.holding.forget(unit)
        if (answer === 'refused') {
          this.#context.log.warn('a result was refused', { job: job.id, unit })
        }
        this.wake()
      },
      tokenUnknown: () => { this.#show(job) }
    })
  }

  #failed (job: WorkerJob, unit: UnitIndex, reason: string, log: string): void {
    const held = job.holding.unit(unit)
    if (held !== undefined) {
      this.#send(job, { type: 'failed', job: job.id, token: held.token, unit, reason, log })
      job.holding.forget(unit)
    }
  }

  #deliveriesTo (requester: PeerId): Deliveries {
    let deliveries = this.#deliveries.get(requester)
    if (deliveries === undefined) {
      deliveries = new Deliveries(requester, this.#context)
      this.#deliveries.set(requester, deliveries)
    }
    return deliveries
  }

  /** The job is over: its engine stops at once, nothing of it is kept. */
  #drop (job: WorkerJob): void {
    job.abortAll()
    this.#jobs.delete(job.id)
    this.#claims.delete(job.id)
    this.#showing.delete(job.id)
    this.#notBeforeMs.delete(job.id)
    this.#unreported.delete(job)
    void job.unload('closed')
  }

  #planReport (): void {
    this.#reportTimer ??= this.#context.clock.after(STARTED_REPORT_MS, () => { this.#reportNow() })
  }

  /** Tells stewards which units have been started since the last report. */
  #reportNow (): void {
    this.#reportTimer?.stop()
    this.#reportTimer = undefined
    for (const job of this.#unreported) {
      this.#send(job, { type: 'started', leases: job.holding.reports() })
    }
    this.#unreported.clear()
    this.#evict()
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
