import { sameEpoch } from '../epoch.ts'
import { isFinal } from '../job.ts'
import { endRecall } from '../lease.ts'
import { rangesOf } from '../ledger.ts'
import * as limits from '../limits.ts'
import { rectsHold } from '../rect.ts'
import { collectResult, learnAccepted, learnElsewhere, loseElsewhere } from './elsewhere.ts'
import { capableWorkers, grantOpen, lapseUnit, settleShown } from './grants.ts'
import { lapseOverdue, revokeLease } from './lapses.ts'
import { acceptResult, completeIfDone, failUnit, judgeResult } from './results.ts'
import { dropHolder, noteStarted, requeue, stewardState, workerOf } from './state.ts'
import { recallAll, Tail } from './tail.ts'
import type { AcceptedResult, ResultVerdict, StewardEffect } from '../events.ts'
import type { PeerId, UnitIndex } from '../ids.ts'
import type { JobState } from '../job.ts'
import type { UnitSet } from '../ledger.ts'
import type { Claim, LeaseReport, Release, ResultHead, UnitFailed, UnitRange, WaitReason } from '../messages.ts'
import type { StewardInit, StewardState, WorkerRecord } from './state.ts'

/** What one job's part of a renewal comes to. */
export interface RenewAnswer {
  readonly effects: StewardEffect[]
  readonly live: readonly Pick<LeaseReport, 'job' | 'token'>[]
  readonly accepted: readonly UnitRange[]
}

/**
 * Decides about one job for one epoch: who gets which units, what lapses, what counts.
 *
 * Pure: every method takes the time (monotonic milliseconds of this peer) and returns what is to be done, in order. Nothing happens by itself;
 * {@link Steward.tick} is to be called a few times a second. Safety does not rest on leases: units are pure functions of the signed job,
 * and a result counts once, when {@link Steward.accept} is called for it.
 */
export class Steward {
  readonly #state: StewardState

  constructor (init: StewardInit) {
    this.#state = stewardState(init)
  }

  /** Read-only view for progress, beacons and tests. */
  get view (): Readonly<StewardState> {
    return this.#state
  }

  /** Says at once when there is nothing to do at all, as after a restart just before the end. */
  begin (): StewardEffect[] {
    const effects: StewardEffect[] = []
    completeIfDone(this.#state, effects)
    return effects
  }

  /** A worker opened a lease stream. What it held before counts until it has shown what it still holds. */
  connected (peer: PeerId, nowMs: number): StewardEffect[] {
    const worker = workerOf(this.#state, peer, nowMs)
    worker.link = { state: 'connected', sinceMs: nowMs }
    worker.claim = undefined
    worker.unshown = new Set(worker.grants)
    worker.heardAtMs = nowMs
    return []
  }

  /** A worker's last lease stream closed. Its leases lapse unless it is back within the grace. */
  disconnected (peer: PeerId, graceMs: number, nowMs: number): StewardEffect[] {
    const worker = this.#state.workers.get(peer)
    if (worker !== undefined) {
      worker.link = { state: 'lost', sinceMs: nowMs, graceMs }
      worker.claim = undefined
    }
    return []
  }

  /** How many connected members could render this job, as the mesh knows. */
  capablePeers (count: number): void {
    this.#state.capablePeers = count
  }

  /** A worker asks for units. */
  claim (peer: PeerId, claim: Claim, nowMs: number): StewardEffect[] {
    const effects: StewardEffect[] = []
    const worker = workerOf(this.#state, peer, nowMs)
    worker.fingerprint = claim.fingerprint
    worker.heardAtMs = nowMs
    if (claim.fingerprint === this.#state.spec.fingerprint && !isFinal(this.#state.control)) {
      settleShown(this.#state, worker, claim, nowMs, effects)
      if (this.#state.control === 'paused') {
        recallAll(this.#state, worker.grants, nowMs, effects)
      }
    }
    if (claim.threads > 0) {
      worker.threads = claim.threads
      worker.speed = claim.speed
      worker.claim = { sinceMs: worker.claim?.sinceMs ?? nowMs, told: undefined }
    } else {
      effects.push({ type: 'send', to: peer, message: { type: 'wait', job: this.#state.job, retryMs: 0, reason: 'shown' } })
    }
    this.#serve(nowMs, effects)
    return effects
  }

  /** A worker says that it lives. Leases it does not name are not renewed. The answer goes into the one message for all jobs of this steward. */
  renew (peer: PeerId, reports: readonly LeaseReport[], nowMs: number): RenewAnswer {
    const effects: StewardEffect[] = []
    const live = this.#report(peer, reports, nowMs, effects)
    return { effects, live, accepted: this.#acceptedSince(workerOf(this.#state, peer, nowMs)) }
  }

  /** A worker reports started units. */
  started (peer: PeerId, reports: readonly LeaseReport[], nowMs: number): StewardEffect[] {
    const effects: StewardEffect[] = []
    this.#report(peer, reports, nowMs, effects)
    return effects
  }

  /** Judges a result's head before its pixels are read. */
  judge (from: PeerId, head: ResultHead): ResultVerdict {
    return judgeResult(this.#state, from, head)
  }

  /** A result that was judged `take` is on disk. Must be called at most once for each unit. */
  accept (head: Pick<ResultHead, 'token'>, result: AcceptedResult, nowMs: number): StewardEffect[] {
    const effects: StewardEffect[] = []
    acceptResult(this.#state, head, result, nowMs, effects)
    this.#serve(nowMs, effects)
    return effects
  }

  /**
   * Another stewardship accepted these units: they are accepted here too, whoever still has them is told to stop, and they are not accounted:
   * the other steward did that.
   */
  learnAccepted (units: UnitSet, nowMs: number): StewardEffect[] {
    const effects: StewardEffect[] = []
    learnAccepted(this.#state, units, effects)
    this.#serve(nowMs, effects)
    return effects
  }

  /**
   * Another stewardship accepted these units, and their results are kept by others. They stay open here and are not granted until they are
   * {@link collected} or {@link lost}; a worker that was granted one before may still deliver it: the first wins.
   */
  learnElsewhere (units: UnitSet, nowMs: number): StewardEffect[] {
    const effects: StewardEffect[] = []
    learnElsewhere(this.#state, units, effects)
    this.#serve(nowMs, effects)
    return effects
  }

  /** Nobody has the results of these units any more: they are granted anew. Units that are not elsewhere are passed over. */
  lost (units: Iterable<UnitIndex>, nowMs: number): StewardEffect[] {
    const effects: StewardEffect[] = []
    loseElsewhere(this.#state, units)
    this.#serve(nowMs, effects)
    return effects
  }

  /** A result that others kept is on this peer's disk: it is accepted and counts as one execution. Nothing happens when the unit was accepted before. */
  collected (result: AcceptedResult, nowMs: number): StewardEffect[] {
    const effects: StewardEffect[] = []
    if (collectResult(this.#state, result, effects)) {
      this.#serve(nowMs, effects)
    }
    return effects
  }

  /** A unit could not be rendered. */
  failed (from: PeerId, failure: UnitFailed, nowMs: number): StewardEffect[] {
    const effects: StewardEffect[] = []
    failUnit(this.#state, from, failure, nowMs, effects)
    this.#serve(nowMs, effects)
    return effects
  }

  /** A worker gives units back. */
  release (from: PeerId, release: Release, nowMs: number): StewardEffect[] {
    const effects: StewardEffect[] = []
    const lease = sameEpoch(release.token.epoch, this.#state.epoch) ? this.#state.leases.get(release.token.grant) : undefined
    if (lease === undefined || lease.worker !== from) {
      return effects
    }
    const worker = workerOf(this.#state, from, nowMs)
    worker.heardAtMs = nowMs
    if (lease.state === 'recalling') {
      this.#state.leases.set(lease.grant, endRecall(lease))
    }
    const units = [...lease.remaining].filter((unit) => rectsHold(this.#state.grid, release.rects, unit))
    if (release.reason === 'recalled' && units.length === 0) {
      worker.deafSinceMs = nowMs
    }
    for (const unit of units) {
      dropHolder(this.#state, unit, lease.grant)
    }
    for (const unit of units.reverse()) {
      if (!this.#state.holders.has(unit)) {
        this.#state.ledger.reopen(unit)
        if (release.reason === 'leaving') {
          lapseUnit(this.#state, unit, from, 'front', 'the peer left', effects)
        } else {
          requeue(this.#state, unit, 'front')
        }
      }
    }
    // What was asked back is for those on whose behalf it was.
    this.#serve(nowMs, effects, release.reason === 'recalled' ? from : undefined)
    return effects
  }

  /** The requester's word changed. A final one takes every unit away at once; a pause those that are not started. */
  control (control: JobState, nowMs: number): StewardEffect[] {
    const effects: StewardEffect[] = []
    if (isFinal(this.#state.control)) {
      return effects
    }
    this.#state.control = control
    if (control === 'cancelled' || control === 'finished') {
      for (const lease of this.#state.leases.values()) {
        revokeLease(this.#state, lease, control, effects)
      }
    } else if (control === 'paused') {
      recallAll(this.#state, this.#state.leases.keys(), nowMs, effects)
    }
    this.#serve(nowMs, effects)
    return effects
  }

  /**
   * This peer slept: until then, or until {@link trust}, nothing is granted and nothing lapses. Nobody's silence meanwhile counts: it was not
   * there to hear anybody. What workers say in that time is to be held back.
   */
  doubt (untilMs: number, nowMs: number): void {
    this.#state.doubtedUntilMs = untilMs
    for (const lease of this.#state.leases.values()) {
      lease.heardAtMs = nowMs
      lease.progressAtMs = nowMs
    }
    for (const worker of this.#state.workers.values()) {
      worker.progressAtMs = nowMs
      worker.link = { ...worker.link, sinceMs: nowMs }
    }
  }

  /** Ends a doubt: nobody knows of another steward. */
  trust (nowMs: number): StewardEffect[] {
    this.#state.doubtedUntilMs = -Infinity
    return this.tick(nowMs)
  }

  /** Time passed. */
  tick (nowMs: number): StewardEffect[] {
    const effects: StewardEffect[] = []
    if (nowMs >= this.#state.doubtedUntilMs && !isFinal(this.#state.control) && !this.#state.completed) {
      lapseOverdue(this.#state, nowMs, effects)
      this.#serve(nowMs, effects)
    }
    return effects
  }

  /** Answers standing claims, oldest first, as long as there is something for them; that of `last` after all others. */
  #serve (nowMs: number, effects: StewardEffect[], last?: PeerId): void {
    const waiting = [...this.#state.workers.values()].filter((worker) => worker.claim !== undefined && worker.link.state === 'connected')
    if (waiting.length === 0 || nowMs < this.#state.doubtedUntilMs) {
      return
    }
    waiting.sort((a, b) => Number(a.peer === last) - Number(b.peer === last) || a.claim!.sinceMs - b.claim!.sinceMs)
    const capable = capableWorkers(this.#state, nowMs)
    const tail = new Tail(this.#state, capable, nowMs)
    for (const worker of waiting) {
      const reason = grantOpen(this.#state, worker, capable, nowMs, effects)
      if (reason === undefined) {
        continue
      }
      if (reason === 'nothing-open') {
        tail.help(worker, effects)
      }
      this.#tellToWait(worker, reason, nowMs, effects)
    }
  }

  #tellToWait (worker: WorkerRecord, reason: WaitReason, nowMs: number, effects: StewardEffect[]): void {
    if (worker.claim === undefined || worker.claim.told === reason) {
      return
    }
    const retryMs = reason === 'avoided' ? worker.avoidedUntilMs - nowMs : limits.WAIT_RETRY_MS
    effects.push({ type: 'send', to: worker.peer, message: { type: 'wait', job: this.#state.job, retryMs, reason } })
    worker.claim = reason === 'nothing-open' || reason === 'hearing' || reason === 'paused'
      ? { sinceMs: worker.claim.sinceMs, told: reason }
      : undefined
  }

  #report (peer: PeerId, reports: readonly LeaseReport[], nowMs: number, effects: StewardEffect[]): Pick<LeaseReport, 'job' | 'token'>[] {
    const worker = workerOf(this.#state, peer, nowMs)
    worker.heardAtMs = nowMs
    const live: Pick<LeaseReport, 'job' | 'token'>[] = []
    for (const { job, token, started } of reports) {
      if (job !== this.#state.job || !sameEpoch(token.epoch, this.#state.epoch)) {
        continue
      }
      const lease = this.#state.leases.get(token.grant) ?? this.#state.past.get(token.grant)
      if (lease === undefined || lease.worker !== peer) {
        continue
      }
      const isLive = 'heardAtMs' in lease
      if (isLive || lease.grant >= worker.countedFrom) {
        noteStarted(this.#state, lease, started, nowMs, effects)
      }
      if (isLive) {
        lease.heardAtMs = nowMs
        live.push({ job, token })
      }
    }
    return live
  }

  #acceptedSince (worker: WorkerRecord): UnitRange[] {
    const { acceptedLog, acceptedLogStart } = this.#state
    const end = acceptedLogStart + acceptedLog.length
    const from = Math.max(worker.toldAccepted, acceptedLogStart, end - limits.MAX_ACCEPTED_LOG)
    worker.toldAccepted = end
    const units: UnitIndex[] = acceptedLog.slice(from - acceptedLogStart)
    return rangesOf(units)
  }
}
