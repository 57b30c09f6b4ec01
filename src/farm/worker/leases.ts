import { rectsOf } from '../../core/rect.ts'
import { heartbeatOf } from '../../core/sizing.ts'
import { STARTED_REPORT_MS } from '../limits.ts'
import { StewardLink } from './steward-link.ts'
import type { Reach } from '../../core/holding.ts'
import type { JobId, PeerId, UnitIndex } from '../../core/ids.ts'
import type {
  Grant, LeaseReport, Recall, Release, Renewed, Revoke, SignedControl, StewardMessage, UnitRange, Wait, WorkerMessage
} from '../../core/messages.ts'
import type { Clock, Log, Mesh, Timer } from '../../ports.ts'
import type { WorkerJob } from './worker-job.ts'

/** What the lease side of a worker needs. */
export interface LeasesContext {
  readonly mesh: Mesh
  readonly clock: Clock
  readonly log: Log
  job (id: JobId): WorkerJob | undefined
  /** All jobs this worker has anything of. */
  jobs (): Iterable<WorkerJob>
  threads (): number
  control (control: SignedControl): void
  accepted (job: JobId, ranges: readonly UnitRange[]): void
  /** Whether new work of a job is wanted: a claim that stood since before may be answered when it no longer is. */
  takesWork (job: WorkerJob): boolean
  /** A steward was shown what is held: results that waited for a new token can go. */
  shown (job: WorkerJob): void
  changed (): void
}

interface ClaimRecord {
  readonly sentAtMs: number
  /** Whether it has been told to wait; it stands all the same. */
  waiting: boolean
  /** Whether it was sent while a show was not answered: the grants that come first are the show's. */
  behindShow: boolean
}

/** Where a claim stands: none, sent and not answered, told to wait, or not to be made for a while. */
export type ClaimState = 'none' | 'unanswered' | 'waiting' | 'postponed'

/** The peer that grants leases of a job now. */
export function stewardOf (job: WorkerJob): PeerId {
  return job.known.epoch?.peer ?? job.known.signed.spec.requester
}

/**
 * The lease side of a worker: its streams to stewards, what it says on them, and what their answers mean for what it holds.
 */
export class Leases {
  readonly #context: LeasesContext
  readonly #links = new Map<PeerId, StewardLink>()
  readonly #claims = new Map<JobId, ClaimRecord>()
  readonly #postponedToMs = new Map<JobId, number>()
  /** When a job was shown to its steward that has not answered yet. */
  readonly #shownAtMs = new Map<JobId, number>()
  readonly #unreported = new Set<WorkerJob>()
  #reportTimer: Timer | undefined
  #retryTimer: Timer | undefined

  constructor (context: LeasesContext) {
    this.#context = context
  }

  /** The link to a job's steward, opened when there is none. */
  link (job: WorkerJob): StewardLink {
    const steward = stewardOf(job)
    let link = this.#links.get(steward)
    if (link === undefined) {
      link = new StewardLink(steward, this.#context, {
        opened: (opened) => { this.#opened(opened) },
        message: (from, message) => { this.#message(from, message) },
        closed: (closed) => { this.#closed(closed) },
        reports: (of) => this.#jobsAt(of.steward).flatMap((at) => at.holding.reports()),
        isWaiting: (of) => this.#jobsAt(of.steward).some((at) => this.#claims.get(at.id)?.waiting === true)
      })
      this.#links.set(steward, link)
      link.open()
    }
    return link
  }

  /** Whether a job's steward can be reached. */
  reach (job: WorkerJob): Reach {
    return this.#links.get(stewardOf(job))?.reach ?? 'steward-away'
  }

  /** A peer is connected again: a broken stream to it is tried at once. */
  peerJoined (peer: PeerId): void {
    this.#links.get(peer)?.open()
  }

  claimState (job: WorkerJob): ClaimState {
    const claim = this.#claims.get(job.id)
    if (claim !== undefined) {
      return claim.waiting ? 'waiting' : 'unanswered'
    }
    return (this.#postponedToMs.get(job.id) ?? -Infinity) > this.#context.clock.nowMs() ? 'postponed' : 'none'
  }

  claim (job: WorkerJob): void {
    this.#claims.set(job.id, { sentAtMs: this.#context.clock.nowMs(), waiting: false, behindShow: this.#shownAtMs.has(job.id) })
    this.link(job).send({ ...this.#claimOf(job), threads: this.#context.threads(), holding: [], undelivered: [] })
  }

  /** Shows a steward what is held of a job, so that it grants it again. */
  show (job: WorkerJob): void {
    if (!this.#shownAtMs.has(job.id) && this.link(job).isOpen) {
      this.#shownAtMs.set(job.id, this.#context.clock.nowMs())
      this.#send(job, { ...this.#claimOf(job), threads: 0, ...job.holding.show() })
    }
  }

  /** Units of a job were started: its steward is told, together with others, in a moment. */
  started (job: WorkerJob): void {
    this.#unreported.add(job)
    this.#reportTimer ??= this.#context.clock.after(STARTED_REPORT_MS, () => { this.#report() })
  }

  /** A unit could not be rendered; `fault`: for a reason of this peer's own. */
  failed (job: WorkerJob, unit: UnitIndex, reason: string, log: string, fault: 'unit' | 'peer'): void {
    const held = job.holding.unit(unit)
    if (held !== undefined) {
      this.#send(job, { type: 'failed', job: job.id, token: held.token, unit, reason, log, ...(fault === 'peer' ? { fault } : {}) })
      job.holding.forget(unit)
    }
  }

  /** Gives back everything of a job that is not finished: the peer leaves. */
  giveBack (job: WorkerJob): void {
    for (const { token, units } of job.holding.giveBackAll('unfinished')) {
      job.abort(units)
      this.#release(job, { type: 'release', job: job.id, token, rects: rectsOf(job.known.grid, units), reason: 'leaving' })
    }
  }

  /** Gives back what is not started of a job, and claims nothing of it for a while. */
  postpone (job: WorkerJob, ms: number): void {
    this.yieldQueued(job)
    this.#claimLater(job, ms)
  }

  /** Gives back what is not started of a job. */
  yieldQueued (job: WorkerJob): void {
    for (const { token, units } of job.holding.giveBackAll('queued')) {
      this.#release(job, { type: 'release', job: job.id, token, rects: rectsOf(job.known.grid, units), reason: 'yield' })
    }
  }

  /** The job is over. */
  forget (job: WorkerJob): void {
    this.#claims.delete(job.id)
    this.#postponedToMs.delete(job.id)
    this.#shownAtMs.delete(job.id)
    this.#unreported.delete(job)
  }

  async end (): Promise<void> {
    this.#reportTimer?.stop()
    this.#retryTimer?.stop()
    await Promise.all(Array.from(this.#links.values(), async (link) => { await link.end() }))
  }

  #claimOf (job: WorkerJob): Pick<WorkerMessage & { type: 'claim' }, 'type' | 'job' | 'fingerprint' | 'speed'> {
    return { type: 'claim', job: job.id, fingerprint: job.known.signed.spec.fingerprint, speed: job.speed }
  }

  #send (job: WorkerJob, message: WorkerMessage): void {
    this.#links.get(stewardOf(job))?.send(message)
  }

  #jobsAt (steward: PeerId): WorkerJob[] {
    return [...this.#context.jobs()].filter((job) => stewardOf(job) === steward)
  }

  #opened (link: StewardLink): void {
    for (const job of this.#jobsAt(link.steward)) {
      job.holding.streamOpened()
      if (!job.holding.empty) {
        this.show(job)
      }
    }
    this.#context.changed()
  }

  #closed (link: StewardLink): void {
    for (const job of this.#jobsAt(link.steward)) {
      this.#claims.delete(job.id)
      this.#shownAtMs.delete(job.id)
    }
    this.#context.changed()
  }

  #message (link: StewardLink, message: StewardMessage): void {
    if (message.type === 'renewed') {
      this.#renewed(link, message)
    } else if (message.type === 'control') {
      this.#context.control(message.control)
    } else {
      const job = this.#context.job(message.job)
      if (job !== undefined) {
        this.#aboutJob(link, job, message)
      }
    }
    this.#context.changed()
  }

  #aboutJob (link: StewardLink, job: WorkerJob, message: Exclude<StewardMessage, { type: 'renewed' | 'control' }>): void {
    switch (message.type) {
      case 'grant': return this.#granted(link, job, message)
      case 'wait': return this.#toldToWait(link, job, message)
      case 'recall': return this.#recalled(job, message)
      case 'revoke': return this.#revoked(job, message)
      case 'stale':
    }
  }

  /**
   * A grant answers what was shown, or the claim; its lease counts from when that was sent. A claim may have stood for longer than a lease, though,
   * and while both are asked it can not be told which is answered: then it counts from the last renewal that the steward had answered before.
   */
  #granted (link: StewardLink, job: WorkerJob, grant: Grant): void {
    const shownAtMs = this.#shownAtMs.get(job.id)
    const claim = this.#claims.get(job.id)
    const answersShow = shownAtMs !== undefined && claim?.behindShow !== false
    const askedAtMs = answersShow ? shownAtMs : shownAtMs === undefined ? claim?.sentAtMs : undefined
    if (!answersShow) {
      this.#claims.delete(job.id)
    }
    job.holding.grant(grant, Math.max(link.answeredAtMs, askedAtMs ?? -Infinity))
    link.beat(grant.heartbeatMs)
    if (!answersShow && !this.#context.takesWork(job)) {
      const units = job.holding.giveBack(grant.token, Infinity)
      this.#release(job, { type: 'release', job: job.id, token: grant.token, rects: rectsOf(job.known.grid, units), reason: 'yield' })
    }
  }

  #toldToWait (link: StewardLink, job: WorkerJob, wait: Wait): void {
    const claim = this.#claims.get(job.id)
    if (wait.reason === 'shown') {
      this.#shownAtMs.delete(job.id)
      if (claim !== undefined) {
        claim.behindShow = false
      }
      job.holding.showAnswered()
      this.#context.shown(job)
      return
    }
    if (wait.reason === 'nothing-open' || wait.reason === 'hearing' || wait.reason === 'paused') {
      if (claim !== undefined) {
        claim.waiting = true
      }
      link.beat(heartbeatOf(job.known.signed.spec.leaseMs))
      return
    }
    this.#shownAtMs.delete(job.id)
    this.#claimLater(job, wait.retryMs)
  }

  #claimLater (job: WorkerJob, ms: number): void {
    this.#claims.delete(job.id)
    this.#postponedToMs.set(job.id, this.#context.clock.nowMs() + ms)
    this.#retryTimer?.stop()
    this.#retryTimer = this.#context.clock.after(ms + 1, () => { this.#context.changed() })
  }

  #recalled (job: WorkerJob, recall: Recall): void {
    const units = job.holding.giveBack(recall.token, recall.units)
    this.#release(job, { type: 'release', job: job.id, token: recall.token, rects: rectsOf(job.known.grid, units), reason: 'recalled' })
  }

  /** What has been started is told first: the steward is to know how much is left when it grants what came back. */
  #release (job: WorkerJob, release: Release): void {
    this.#report()
    this.#send(job, release)
  }

  #revoked (job: WorkerJob, revoke: Revoke): void {
    job.abort(job.holding.revoke(revoke.token, revoke.rects, revoke.reason))
  }

  #renewed (link: StewardLink, message: Renewed): void {
    const renewal = link.renewalAnswered(message.sequence)
    if (renewal !== undefined) {
      for (const job of this.#jobsAt(link.steward)) {
        job.holding.renewed(tokensOf(job, renewal.reports), tokensOf(job, message.live), renewal.sentAtMs)
        job.holding.dropLapsed(this.#context.clock.nowMs())
      }
    }
    for (const { job, ranges } of message.accepted) {
      this.#context.accepted(job, ranges)
    }
  }

  #report (): void {
    this.#reportTimer?.stop()
    this.#reportTimer = undefined
    for (const job of this.#unreported) {
      this.#send(job, { type: 'started', leases: job.holding.reports() })
    }
    this.#unreported.clear()
  }
}

function tokensOf (job: WorkerJob, leases: readonly Pick<LeaseReport, 'job' | 'token'>[]): LeaseReport['token'][] {
  return leases.filter((lease) => lease.job === job.id).map(({ token }) => token)
}
