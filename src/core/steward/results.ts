import { sameEpoch } from '../epoch.ts'
import * as limits from '../limits.ts'
import { inProgress } from '../lease.ts'
import { contentOf, unitBytes } from '../units.ts'
import { rectsOf } from '../rect.ts'
import { capableWorkers, isEngaged } from './grants.ts'
import { dropHolder, leaseOfHolder, leaseOfToken, noteStarted, requeue, tokenOf, troubleOf, workerOf } from './state.ts'
import type { Token } from '../epoch.ts'
import type { AcceptedResult, ResultVerdict, StewardEffect } from '../events.ts'
import type { PeerId, UnitIndex } from '../ids.ts'
import type { Lease, PastLease } from '../lease.ts'
import type { ResultHead, UnitFailed } from '../messages.ts'
import type { StewardState } from './state.ts'

/** How much a new measurement moves a worker's average unit time. */
const AVERAGE_WEIGHT = 0.3

/**
 * Judges a result before a byte of its pixels is read. A late result under a lapsed lease is taken if its unit is still open:
 * the token only proves that this worker was once granted this unit.
 */
export function judgeResult (state: StewardState, from: PeerId, head: ResultHead): ResultVerdict {
  if (head.unit < 0 || head.unit >= state.grid.units || head.content !== contentOf(state.grid) || head.bytes !== unitBytes(state.grid, head.unit)) {
    return 'refused'
  }
  if (state.control === 'cancelled' || state.control === 'finished') {
    return 'ended'
  }
  if (!sameEpoch(head.token.epoch, state.epoch) || leaseOfToken(state, head.token, from, head.unit) === undefined) {
    const unitState = state.ledger.stateOf(head.unit)
    if (unitState === 'parked') {
      // No claim for it is ever granted again, and somebody could render it after all.
      return 'take'
    }
    // To claim for what another stewardship took would bring its worker nothing: it is not granted again.
    return unitState === 'accepted' || state.elsewhere.has(head.unit) ? 'duplicate' : 'unknown-token'
  }
  return state.ledger.stateOf(head.unit) === 'accepted' ? 'duplicate' : 'take'
}

/** A result is safe on disk: it counts, and whoever else renders the unit is told to stop. */
export function acceptResult (state: StewardState, head: Pick<ResultHead, 'token'>, result: AcceptedResult, nowMs: number, effects: StewardEffect[]): void {
  const { unit } = result
  state.ledger.accept(unit)
  const worker = workerOf(state, result.worker, nowMs)
  const lease = leaseOfResult(state, head.token, result)
  if (lease !== undefined) {
    // A unit that was taken away as one that is elsewhere was settled then.
    lease.settled += state.elsewhere.has(unit) ? 0 : 1
    noteStarted(state, lease, Math.max(lease.started, lease.settled), nowMs, effects)
    if ('progressAtMs' in lease) {
      lease.progressAtMs = nowMs
      lease.heardAtMs = nowMs
    } else {
      worker.begun = Math.max(0, worker.begun - 1)
    }
  }
  worker.heardAtMs = nowMs
  worker.progressAtMs = nowMs
  worker.failuresInRow = 0
  worker.unitMs = worker.unitMs === 0 ? result.phases.renderMs : worker.unitMs + AVERAGE_WEIGHT * (result.phases.renderMs - worker.unitMs)
  state.times.add(result.phases.renderMs)
  if (lease !== undefined && 'remaining' in lease) {
    dropHolder(state, unit, lease.grant)
  }
  settleAccepted(state, unit, effects)
  state.account.accepted(result.worker, result.bytes, result.phases)
  effects.push({ type: 'unit', unit, state: 'delivered', peer: result.worker, ms: result.phases.renderMs, reason: '' })
  completeIfDone(state, effects)
}

/** A unit is accepted: whoever else has it is told to stop. */
export function settleAccepted (state: StewardState, unit: UnitIndex, effects: StewardEffect[]): void {
  state.withheld.delete(unit)
  state.elsewhere.delete(unit)
  state.troubles.delete(unit)
  takeAway(state, unit, effects)
  logAccepted(state, unit)
}

/** A result of a unit is somewhere: all who still have it are told to stop. */
export function takeAway (state: StewardState, unit: UnitIndex, effects: StewardEffect[]): void {
  for (const grant of [...state.holders.get(unit) ?? []]) {
    const lease = state.leases.get(grant)!
    if (inProgress(lease) > 0) {
      lease.settled++
    }
    dropHolder(state, unit, grant)
    effects.push({
      type: 'send',
      to: lease.worker,
      message: { type: 'revoke', job: state.job, token: tokenOf(state, grant), rects: rectsOf(state.grid, [unit]), reason: 'race-lost' }
    })
  }
}

/** The unit may have been granted to its worker again while the result was on the way under the older token. */
function leaseOfResult (state: StewardState, token: Token, { unit, worker }: AcceptedResult): Lease | PastLease | undefined {
  return leaseOfHolder(state, worker, unit) ?? leaseOfToken(state, token, worker, unit)
}

/** A unit could not be rendered: tried elsewhere, and parked when three different peers, or all there are, have failed on it. */
export function failUnit (state: StewardState, from: PeerId, failure: UnitFailed, nowMs: number, effects: StewardEffect[]): void {
  const { unit } = failure
  const lease = sameEpoch(failure.token.epoch, state.epoch) && unit < state.grid.units
    ? state.leases.get(failure.token.grant)
    : undefined
  if (lease === undefined || lease.worker !== from || !lease.remaining.has(unit)) {
    return
  }
  const worker = workerOf(state, from, nowMs)
  worker.heardAtMs = nowMs
  worker.progressAtMs = nowMs
  lease.settled++
  noteStarted(state, lease, Math.max(lease.started, lease.settled), nowMs, effects)
  lease.progressAtMs = nowMs
  dropHolder(state, unit, lease.grant)
  state.account.event('failed')
  effects.push({ type: 'unit', unit, state: 'failed', peer: from, ms: 0, reason: failure.reason })
  if (failure.fault === 'peer') {
    reopen(state, unit)
    return
  }
  const trouble = troubleOf(state, unit)
  trouble.failures++
  trouble.failedAtMs = nowMs
  trouble.failedOn.add(from)
  const capable = capableWorkers(state, nowMs).workers
  avoidIfFailing(worker, capable.length, nowMs)
  if (state.holders.has(unit)) {
    return
  }
  state.ledger.reopen(unit)
  const allFailed = trouble.failures >= limits.PARK_AFTER_PEERS && capable.every((other) => trouble.failedOn.has(other.peer) || !isEngaged(other))
  if (trouble.failedOn.size >= limits.PARK_AFTER_PEERS || allFailed) {
    state.ledger.park(unit)
    effects.push({ type: 'unit', unit, state: 'parked', peer: from, ms: 0, reason: failure.reason })
    completeIfDone(state, effects)
  } else {
    requeue(state, unit, 'front')
  }
}

/** Somebody else is to render the unit, unless another copy of it is out already. */
function reopen (state: StewardState, unit: UnitIndex): void {
  if (!state.holders.has(unit)) {
    state.ledger.reopen(unit)
    requeue(state, unit, 'front')
  }
}

/** A peer that fails again and again is left alone for a while, unless it is the only one. */
function avoidIfFailing (worker: { failuresInRow: number, avoidedUntilMs: number }, capablePeers: number, nowMs: number): void {
  worker.failuresInRow++
  if (worker.failuresInRow >= limits.AVOID_AFTER_FAILURES && capablePeers > 1) {
    worker.failuresInRow = 0
    worker.avoidedUntilMs = nowMs + limits.AVOID_MS
  }
}

function logAccepted (state: StewardState, unit: UnitIndex): void {
  state.acceptedLog.push(unit)
  if (state.acceptedLog.length >= 2 * limits.MAX_ACCEPTED_LOG) {
    state.acceptedLog.splice(0, limits.MAX_ACCEPTED_LOG)
    state.acceptedLogStart += limits.MAX_ACCEPTED_LOG
  }
}

/** Says once that nothing is left to render. */
export function completeIfDone (state: StewardState, effects: StewardEffect[]): void {
  if (!state.completed && state.ledger.complete) {
    state.completed = true
    effects.push({ type: 'complete' })
  }
}
