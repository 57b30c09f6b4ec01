import { inProgress, notStarted, recallLease } from '../lease.ts'
import * as limits from '../limits.ts'
import { heartbeatOf } from '../sizing.ts'
import { grantUnits } from './grants.ts'
import { tokenOf } from './state.ts'
import type { StewardEffect } from '../events.ts'
import type { UnitIndex } from '../ids.ts'
import type { Lease } from '../lease.ts'
import type { StewardState, WorkerRecord } from './state.ts'

/**
 * What a steward does when a claimer finds nothing open: it asks the holder of the longest lease for half of what is not yet started,
 * and only when nothing is left to recall it lets the claimer race the slowest units.
 */
export function helpTail (state: StewardState, claimer: WorkerRecord, nowMs: number, effects: StewardEffect[]): void {
  const recalls = recallLongest(state, claimer, nowMs, effects)
  if (recalls === 'none') {
    raceSlowest(state, claimer, nowMs, effects)
  }
}

/**
 * Expected time until a holder is through with a lease, milliseconds. A unit that takes longer than its holder's usual time is expected to take
 * as long again as it has; one beyond the soft limit is not expected to end.
 */
export function expectedRestMs (state: StewardState, lease: Lease, nowMs: number): number {
  const holder = state.workers.get(lease.worker)
  const unitMs = holder === undefined || holder.unitMs === 0 ? state.times.meanMs : holder.unitMs
  const elapsedMs = nowMs - lease.progressAtMs
  if (state.times.count > 0 && elapsedMs > limits.SOFT_LIMIT_SHARE * Math.max(unitMs, state.times.quantileMs(0.95))) {
    return Infinity
  }
  const runningMs = elapsedMs > unitMs ? elapsedMs : unitMs - elapsedMs
  const perUnitMs = holder !== undefined && holder.speed.msPerUnit > 0 ? holder.speed.msPerUnit : unitMs
  return runningMs + notStarted(lease) * perUnitMs
}

function recallLongest (state: StewardState, claimer: WorkerRecord, nowMs: number, effects: StewardEffect[]): 'asked' | 'pending' | 'none' {
  let longest: Lease | undefined
  let longestMs = 0
  for (const lease of state.leases.values()) {
    if (lease.state === 'recalling') {
      return 'pending'
    }
    const holder = state.workers.get(lease.worker)
    if (lease.worker === claimer.peer || recallable(lease) === 0 || holder === undefined || isDeaf(holder)) {
      continue
    }
    const restMs = expectedRestMs(state, lease, nowMs)
    if (longest === undefined || restMs > longestMs) {
      longest = lease
      longestMs = restMs
    }
  }
  if (longest === undefined) {
    return 'none'
  }
  state.leases.set(longest.grant, recallLease(longest, nowMs))
  effects.push({
    type: 'send',
    to: longest.worker,
    message: { type: 'recall', job: state.job, token: tokenOf(state, longest.grant), units: recallable(longest) }
  })
  return 'asked'
}

/**
 * Units to ask back of a lease: half of those not started. A holder that renders none of it yet keeps the larger half, so at least one:
 * else a last unit would go round between idle peers that all still load the scene, and none would ever begin.
 */
function recallable (lease: Lease): number {
  const half = notStarted(lease) / 2
  return inProgress(lease) > 0 ? Math.ceil(half) : Math.floor(half)
}

/** A holder that is away, or that left a recall unanswered and was not heard since, can not be asked to give anything back. */
function isDeaf (holder: WorkerRecord): boolean {
  return holder.link.state === 'lost' || (holder.deafSinceMs !== undefined && holder.heardAtMs <= holder.deafSinceMs)
}

function raceSlowest (state: StewardState, claimer: WorkerRecord, nowMs: number, effects: StewardEffect[]): void {
  const budget = Math.floor(state.grid.units * limits.RACE_EXTRA_SHARE) + limits.RACE_EXTRA_UNITS
  if (state.account.raced >= budget) {
    return
  }
  const ownMs = claimer.speed.fixedMs + (claimer.unitMs > 0 ? claimer.unitMs : state.times.meanMs)
  let slowest: UnitIndex | undefined
  let slowestMs = ownMs
  for (const lease of state.leases.values()) {
    if (lease.worker === claimer.peer) {
      continue
    }
    const restMs = expectedRestMs(state, lease, nowMs)
    if (restMs <= slowestMs || (state.times.count === 0 && nowMs - lease.progressAtMs < limits.GRANT_HEARTBEATS * heartbeatOf(state.spec.leaseMs))) {
      continue
    }
    const unit = soloUnit(state, lease, claimer)
    if (unit !== undefined) {
      slowest = unit
      slowestMs = restMs
    }
  }
  if (slowest === undefined) {
    return
  }
  claimer.claim = undefined
  state.account.event('raced')
  effects.push({ type: 'unit', unit: slowest, state: 'raced', peer: claimer.peer, ms: 0, reason: '' })
  grantUnits(state, claimer, [slowest], nowMs, effects)
}

/**
 * The unit of a lease that was leased first, has no second copy yet, and has not failed on the claimer.
 * A race must not bring a poisoned unit to more peers than may fail on it before it is parked (L5).
 */
function soloUnit (state: StewardState, lease: Lease, claimer: WorkerRecord): UnitIndex | undefined {
  for (const unit of lease.remaining) {
    const copies = state.holders.get(unit)?.length ?? 0
    const failedOn = state.troubles.get(unit)?.failedOn
    const isTooPoisoned = failedOn !== undefined && (failedOn.has(claimer.peer) || failedOn.size + copies >= limits.PARK_AFTER_PEERS)
    if (copies < limits.MAX_LIVE_COPIES && !isTooPoisoned) {
      return unit
    }
  }
  return undefined
}
