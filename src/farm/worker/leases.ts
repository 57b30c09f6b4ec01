import { compareEpochs } from '../../core/epoch.ts'
import { rectsOf } from '../../core/rect.ts'
import { heartbeatOf } from '../../core/sizing.ts'
import { MAX_LEASE_UNITS } from '../../core/limits.ts'
import { MAX_SHOWN_UNITS, STARTED_REPORT_MS } from '../limits.ts'
import { Dealing, reportsOf, stewardOf, tokensOf } from './dealing.ts'
import { StewardLinks } from './steward-links.ts'
import type { Epoch, Token } from '../../core/epoch.ts'
import type { Reach } from '../../core/holding.ts'
import type { JobId, PeerId, UnitIndex } from '../../core/ids.ts'
import type {
  Grant, Recall, Release, Renewed, Revoke, SignedControl, StewardMessage, UnitRange, Wait, WorkerMessage
} from '../../core/messages.ts'
import type { Clock, Log, Mesh, Timer } from '../../ports.ts'
import type { AnsweredBy, Asked, ClaimState } from './asked.ts'
import type { StewardLink } from './steward-link.ts'
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
  /** A stewardship was heard of: the highest is to be obeyed, from now on by {@link Leases.follow}. */
  epoch (job: JobId, epoch: Epoch): void
  accepted (job: JobId, ranges: readonly UnitRange[]): void
  /** Whether new work of a job is wanted: a claim that stood since before may be answered when it no longer is. */
  takesWork (job: WorkerJob): boolean
  /** A steward was shown what is held: results that waited for a new token can go. */
  shown (job: WorkerJob): void
  changed (): void
  /** Called before anything that a steward says is heeded: this peer may have slept. */
  awake (): void
}

const UNASKED: AnsweredBy = { answers: 'show', sentAtMs: undefined }

/**
 * The lease side of a worker: its streams to stewards, what it says on them, and what their answers mean for what it holds.
 *
 * Of each job the highest stewardship is followed that was heard of, wherever. When it moves, what was asked of the former steward is void, and all that is
 * held is shown to the new one; what the former one still says is not obeyed (invariant S4).
 */
export class Leases {
  readonly #context: LeasesContext
  readonly #links: StewardLinks
  readonly #dealings = new Map<JobId, Dealing>()
  readonly #unreported = new Set<WorkerJob>()
  #reportTimer: Timer | undefined
  #retryTimer: Timer | undefined

  constructor (context: LeasesContext) {
    this.#context = context
    this.#links = new StewardLinks({
      ...context,
      opened: (link) => { this.#opened(link) },
      message: (from, message) => { this.#message(from, message) },
      closed: (link) => { this.#closed(link) },
      reports: ({ steward }) => this.#jobsAt(steward).flatMap(reportsOf),
      isWaiting: ({ steward }) => this.#jobsAt(steward).some((job) => this.#askedOf(job).isWaiting),
      isNeeded: (steward) => this.#jobsAt(steward).length > 0
    })
  }

  /** The link to a job's steward, opened when there is none. */
  link (job: WorkerJob): StewardLink {
    return this.#links.to(stewardOf(job))
  }

  /** Whether a job's steward can be reached; one that does not know the job is none. */
  reach (job: WorkerJob): Reach {
    return this.#askedOf(job).isUnknown ? 'steward-away' : this.#links.get(stewardOf(job))?.reach ?? 'steward-away'
  }

  /** Whether it is worth trying to claim of a job. */
  mayReach (job: WorkerJob): boolean {
    return this.#links.mayReach(stewardOf(job))
  }

  /** A peer is connected again: a broken stream to it is tried at once. */
  peerJoined (peer: PeerId): void {
    this.#links.get(peer)?.open()
  }

  /** The job's stewardship may have moved; whether it has, or is followed already. */
  follow (job: WorkerJob): 'moved' | 'same' {
    const moved = this.#dealingOf(job).follow()
    if (moved.move === 'none') {
      return 'same'
    }
    job.holding.streamOpened()
    if (moved.move === 'other-peer') {
      const { epoch } = job.known
      if (moved.from !== moved.toldBy && epoch !== undefined) {
        this.#links.get(moved.from)?.send({ type: 'stale', job: job.id, epoch })
      }
      this.#links.tidy(moved.from)
    }
    this.keepUp(job)
    this.#show(job)
    return 'moved'
  }

  /** Sees to it that the steward of a job of which something is held can be talked to, and knows of it. */
  keepUp (job: WorkerJob): void {
    if (!job.holding.empty) {
      this.link(job)
      if (this.#askedOf(job).isUnknown && this.claimState(job) !== 'postponed') {
        this.show(job)
      }
    }
  }

  claimState (job: WorkerJob): ClaimState {
    return this.#askedOf(job).claimState(this.#context.clock.nowMs())
  }

  claim (job: WorkerJob): void {
    this.#askedOf(job).claimed(this.#context.clock.nowMs())
    this.link(job).send({ ...this.#claimOf(job), threads: this.#context.threads(), holding: [], undelivered: [] })
  }

  /** Shows a steward what is held of a job, so that it grants it again, unless it is at that already. */
  show (job: WorkerJob): void {
    if (!this.#askedOf(job).isShowing) {
      this.#show(job)
    }
  }

  /** Whether the steward of a job has heard of a finished unit: its token is of that stewardship, or everything was shown. */
  knows (job: WorkerJob, token: Token): boolean {
    return this.#dealingOf(job).knows(token)
  }

  /** This peer slept: streams are opened anew, and nothing that is held is believed before stewards have answered what is shown on them. */
  slept (): void {
    for (const job of this.#context.jobs()) {
      if (!job.holding.empty) {
        this.#dealingOf(job).doubt()
        job.holding.doubt()
      }
    }
    this.#unreported.clear()
    this.#links.renewStreams()
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
    this.#dealings.delete(job.id)
    this.#unreported.delete(job)
    this.#links.tidy(stewardOf(job))
  }

  async end (): Promise<void> {
    this.#reportTimer?.stop()
    this.#retryTimer?.stop()
    await this.#links.end()
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

  #show (job: WorkerJob): void {
    if (!job.holding.empty && this.link(job).isOpen) {
      this.#askedOf(job).showed(this.#context.clock.nowMs())
      const { holding, undelivered } = job.holding.show()
      const isMuch = undelivered.length > MAX_SHOWN_UNITS || job.finished.size > MAX_LEASE_UNITS
      this.#send(job, {
        ...this.#claimOf(job),
        threads: 0,
        holding,
        // Of more than is granted again at once those are shown that are delivered next; then the others.
        undelivered: isMuch ? rectsOf(job.known.grid, job.finished.next(MAX_SHOWN_UNITS)) : undelivered
      })
    }
  }

  #dealingOf (job: WorkerJob): Dealing {
    let dealing = this.#dealings.get(job.id)
    if (dealing === undefined) {
      dealing = new Dealing(job)
      this.#dealings.set(job.id, dealing)
    }
    return dealing
  }

  #askedOf (job: WorkerJob): Asked {
    return this.#dealingOf(job).asked
  }

  #opened (link: StewardLink): void {
    for (const job of this.#jobsAt(link.steward)) {
      job.holding.streamOpened()
      this.#show(job)
    }
    this.#context.changed()
  }

  #closed (link: StewardLink): void {
    for (const job of this.#jobsAt(link.steward)) {
      this.#askedOf(job).streamClosed()
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
      case 'recall': return this.#obeys(link, job, message.token) ? this.#recalled(job, message) : undefined
      case 'revoke': return this.#obeys(link, job, message.token) ? this.#revoked(job, message) : undefined
      case 'wait': return link.steward === stewardOf(job) ? this.#toldToWait(link, job, message) : undefined
      case 'stale':
        this.#dealingOf(job).toldBy(link.steward)
        this.#learn(job, message.epoch)
    }
  }

  #learn (job: WorkerJob, epoch: Epoch): void {
    this.#context.epoch(job.id, epoch)
    this.follow(job)
  }

  /** Whether what a peer says in the name of a stewardship is to be obeyed. A higher one than was known is followed from now on, a lower one is told so. */
  #obeys (link: StewardLink, job: WorkerJob, { epoch }: Token): boolean {
    if (epoch.peer !== link.steward) {
      return false
    }
    this.#learn(job, epoch)
    const highest = job.known.epoch
    if (highest === undefined || compareEpochs(epoch, highest) >= 0) {
      return true
    }
    link.send({ type: 'stale', job: job.id, epoch: highest })
    return false
  }

  /**
   * A grant answers what was shown, or the claim; its lease counts from when that was sent. A claim may have stood for longer than a lease, though,
   * and while both are asked it can not be told which is answered: then it counts from the last renewal that the steward had answered before.
   */
  #granted (link: StewardLink, job: WorkerJob, grant: Grant): void {
    const { round } = grant.token.epoch
    const roundBefore = job.known.epoch?.round ?? round
    if (!this.#obeys(link, job, grant.token)) {
      return
    }
    // Of a stewardship that is news nothing was asked yet: what was shown to it just now it has not heard.
    const { answers, sentAtMs } = round === roundBefore ? this.#askedOf(job).granted() : UNASKED
    job.holding.grant(grant, Math.max(link.answeredAtMs, sentAtMs ?? -Infinity))
    link.beat(grant.heartbeatMs)
    if (answers === 'claim' && !this.#context.takesWork(job)) {
      const units = job.holding.giveBack(grant.token, Infinity)
      this.#release(job, { type: 'release', job: job.id, token: grant.token, rects: rectsOf(job.known.grid, units), reason: 'yield' })
    }
  }

  #toldToWait (link: StewardLink, job: WorkerJob, { reason, retryMs }: Wait): void {
    const asked = this.#askedOf(job)
    switch (reason) {
      case 'shown':
        if (asked.showAnswered()) {
          this.#dealingOf(job).shown()
          job.holding.showAnswered()
          this.#context.shown(job)
        }
        return
      case 'nothing-open':
      case 'hearing':
      case 'paused':
        asked.toldToWait()
        link.beat(heartbeatOf(job.known.signed.spec.leaseMs))
        return
      case 'unknown-job':
        asked.unknown(this.#context.clock.nowMs(), retryMs)
        return this.#planRetry()
      case 'ended':
        asked.refused(this.#context.clock.nowMs(), retryMs)
        return this.#planRetry()
      case 'avoided':
      case 'fingerprint':
        return this.#claimLater(job, retryMs)
    }
  }

  #claimLater (job: WorkerJob, ms: number): void {
    this.#askedOf(job).postponed(this.#context.clock.nowMs() + ms)
    this.#planRetry()
  }

  /** Looks again as soon as the first of the postponed jobs may be claimed. */
  #planRetry (): void {
    const nowMs = this.#context.clock.nowMs()
    const laterMs = Array.from(this.#dealings.values(), ({ asked }) => asked.postponedToMs - nowMs).filter((ms) => ms >= 0)
    this.#retryTimer?.stop()
    this.#retryTimer = laterMs.length === 0
      ? undefined
      : this.#context.clock.after(Math.min(...laterMs) + 1, () => {
        this.#context.changed()
        this.#planRetry()
      })
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

  /** What a renewal of leases under a lower stewardship comes to is nothing that counts any more. */
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
      this.#send(job, { type: 'started', leases: reportsOf(job) })
    }
    this.#unreported.clear()
  }
}
