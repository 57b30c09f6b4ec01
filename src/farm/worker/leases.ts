import { compareEpochs, sameEpoch } from '../../core/epoch.ts'
import { rectsOf } from '../../core/rect.ts'
import { heartbeatOf } from '../../core/sizing.ts'
import { STARTED_REPORT_MS } from '../limits.ts'
import { Asked } from './asked.ts'
import { StewardLink } from './steward-link.ts'
import type { Epoch, Token } from '../../core/epoch.ts'
import type { Reach } from '../../core/holding.ts'
import type { JobId, PeerId, UnitIndex } from '../../core/ids.ts'
import type {
  Grant, LeaseReport, Recall, Release, Renewed, Revoke, SignedControl, StewardMessage, UnitRange, Wait, WorkerMessage
} from '../../core/messages.ts'
import type { Clock, Log, Mesh, Timer } from '../../ports.ts'
import type { AnsweredBy, ClaimState } from './asked.ts'
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
}

const UNASKED: AnsweredBy = { answers: 'show', sentAtMs: undefined }

/** How a worker stands with the steward of one job. */
interface Dealing {
  steward: PeerId
  /** The stewardship that is obeyed; undefined while none was heard of. */
  epoch: Epoch | undefined
  asked: Asked
  /** Whether it has answered a show: it knows of everything that was held then. */
  isShown: boolean
  /** A peer that has itself told of the stewardship that is followed next. */
  toldBy: PeerId | undefined
}

/** The peer that grants leases of a job now. */
export function stewardOf (job: WorkerJob): PeerId {
  return job.known.epoch?.peer ?? job.known.signed.spec.requester
}

/**
 * The lease side of a worker: its streams to stewards, what it says on them, and what their answers mean for what it holds.
 *
 * Of each job the highest stewardship is followed that was heard of, wherever. When it moves, what was asked of the former steward is void, and all that is
 * held is shown to the new one; what the former one still says is not obeyed (invariant S4).
 */
export class Leases {
  readonly #context: LeasesContext
  readonly #links = new Map<PeerId, StewardLink>()
  readonly #dealings = new Map<JobId, Dealing>()
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
        reports: (of) => this.#jobsAt(of.steward).flatMap(reportsOf),
        isWaiting: (of) => this.#jobsAt(of.steward).some((at) => this.#askedOf(at).isWaiting)
      })
      this.#links.set(steward, link)
      link.open()
    }
    return link
  }

  /** Whether a job's steward can be reached; one that does not know the job is none. */
  reach (job: WorkerJob): Reach {
    return this.#askedOf(job).isUnknown ? 'steward-away' : this.#links.get(stewardOf(job))?.reach ?? 'steward-away'
  }

  /** Whether it is worth trying to claim of a job: its steward is a member that is there. One that is not is talked to once it joins. */
  mayReach (job: WorkerJob): boolean {
    const steward = stewardOf(job)
    const { mesh } = this.#context
    return steward === mesh.self || this.#links.has(steward) || mesh.peers().some(({ peer }) => peer === steward)
  }

  /** A peer is connected again: a broken stream to it is tried at once. */
  peerJoined (peer: PeerId): void {
    this.#links.get(peer)?.open()
  }

  /** The job's stewardship may have moved; whether it has, or is followed already. */
  follow (job: WorkerJob): 'moved' | 'same' {
    const { epoch } = job.known
    const dealing = this.#dealingOf(job)
    const { steward: former, epoch: before, toldBy } = dealing
    dealing.steward = stewardOf(job)
    dealing.epoch = epoch
    dealing.toldBy = undefined
    // A steward that was started again in its round has ended its streams: the next one begins with a show anyway.
    if (dealing.steward === former && (epoch === undefined || before === undefined || epoch.round === before.round)) {
      return 'same'
    }
    dealing.isShown = false
    job.holding.streamOpened()
    if (former === dealing.steward) {
      dealing.asked.moved()
    } else {
      dealing.asked = new Asked()
      if (former !== toldBy && epoch !== undefined) {
        this.#links.get(former)?.send({ type: 'stale', job: job.id, epoch })
      }
      this.#endUnneeded(former)
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
    return isOf(job, token) || this.#dealingOf(job).isShown
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
    this.#endUnneeded(stewardOf(job))
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

  #show (job: WorkerJob): void {
    if (!job.holding.empty && this.link(job).isOpen) {
      this.#askedOf(job).showed(this.#context.clock.nowMs())
      this.#send(job, { ...this.#claimOf(job), threads: 0, ...job.holding.show() })
    }
  }

  #dealingOf (job: WorkerJob): Dealing {
    let dealing = this.#dealings.get(job.id)
    if (dealing === undefined) {
      dealing = { steward: stewardOf(job), epoch: job.known.epoch, asked: new Asked(), isShown: false, toldBy: undefined }
      this.#dealings.set(job.id, dealing)
    }
    return dealing
  }

  #askedOf (job: WorkerJob): Asked {
    return this.#dealingOf(job).asked
  }

  /** Ends the link to a peer that stewards nothing this worker has anything of: there is at most one for each steward, however many there have been. */
  #endUnneeded (steward: PeerId): void {
    const link = this.#links.get(steward)
    if (link !== undefined && this.#jobsAt(steward).length === 0) {
      this.#links.delete(steward)
      void link.end()
    }
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
        this.#dealingOf(job).toldBy = link.steward
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
          this.#dealingOf(job).isShown = true
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
        asked.unknown(this.#context.clock.nowMs() + retryMs)
        return this.#planRetry()
      case 'ended':
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

/** What is reported of a job's leases: those of the stewardship that is followed. */
function reportsOf (job: WorkerJob): LeaseReport[] {
  return job.holding.reports().filter(({ token }) => isOf(job, token))
}

function tokensOf (job: WorkerJob, leases: readonly Pick<LeaseReport, 'job' | 'token'>[]): Token[] {
  return leases.filter((lease) => lease.job === job.id && isOf(job, lease.token)).map(({ token }) => token)
}

/** Whether a token is of the highest stewardship of a job. */
function isOf (job: WorkerJob, token: Token): boolean {
  return job.known.epoch === undefined || sameEpoch(token.epoch, job.known.epoch)
}
