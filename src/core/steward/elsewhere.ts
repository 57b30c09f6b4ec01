import { completeIfDone, settleAccepted, takeAway } from './results.ts'
import { requeue } from './state.ts'
import type { AcceptedResult, StewardEffect } from '../events.ts'
import type { UnitIndex } from '../ids.ts'
import type { UnitSet } from '../ledger.ts'
import type { StewardState } from './state.ts'

/*
 * What a steward does about results that another stewardship of its job accepted. One that only keeps watch for an absent requester counts
 * them as accepted: whoever has them keeps them. The requester itself needs the pixels: such units are `elsewhere` until they are collected.
 */

/** Another stewardship accepted these units: they count here too, and whoever still has them is told to stop. No account: its steward kept it. */
export function learnAccepted (state: StewardState, units: UnitSet, effects: StewardEffect[]): void {
  for (const unit of within(state, units)) {
    if (state.ledger.stateOf(unit) !== 'accepted') {
      state.ledger.accept(unit)
      settleAccepted(state, unit, effects)
    }
  }
  completeIfDone(state, effects)
}

/** Another stewardship accepted these units and somebody keeps their results: nobody is to render them until they are collected or lost. */
export function learnElsewhere (state: StewardState, units: UnitSet, effects: StewardEffect[]): void {
  if (state.completed) {
    return
  }
  for (const unit of within(state, units)) {
    const unitState = state.ledger.stateOf(unit)
    if (unitState === 'accepted') {
      continue
    }
    if (unitState === 'leased') {
      takeAway(state, unit, effects)
      state.ledger.reopen(unit)
    } else if (unitState === 'parked') {
      state.ledger.unpark(unit)
    }
    state.withheld.delete(unit)
    state.elsewhere.add(unit)
  }
}

/** Nobody has the results of these units any more: they are rendered again, before anything fresh. Others than those `elsewhere` are passed over. */
export function loseElsewhere (state: StewardState, units: Iterable<UnitIndex>): void {
  const lost = [...units].filter((unit) => state.elsewhere.delete(unit))
  // The front is last in, first out.
  for (const unit of lost.reverse()) {
    requeue(state, unit, 'front')
  }
}

/** A result of another stewardship is safe on this peer's disk: it counts, as one execution. False when the unit was accepted already. */
export function collectResult (state: StewardState, { unit, worker, bytes, phases }: AcceptedResult, effects: StewardEffect[]): boolean {
  if (state.ledger.stateOf(unit) === 'accepted') {
    return false
  }
  state.ledger.accept(unit)
  settleAccepted(state, unit, effects)
  state.times.add(phases.renderMs)
  state.account.started(1)
  effects.push({ type: 'started', count: 1 })
  state.account.accepted(worker, bytes, phases)
  effects.push({ type: 'unit', unit, state: 'delivered', peer: worker, ms: phases.renderMs, reason: '' })
  completeIfDone(state, effects)
  return true
}

/** Units that the job has: another peer's set is its word. */
function * within ({ grid }: StewardState, units: UnitSet): Generator<UnitIndex> {
  for (const unit of units.values()) {
    if (unit < grid.units) {
      yield unit
    }
  }
}
