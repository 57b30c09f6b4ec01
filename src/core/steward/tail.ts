import { notStarted, recallLease } from '../lease.ts'
import * as limits from '../limits.ts'
import { heartbeatOf } from '../sizing.ts'
import { grantUnits, mayTry } from './grants.ts'
import { freeInMs, loadOf, loadsOf, unitMsOf } from './load.ts'
import { tokenOf } from './state.ts'
import type { StewardEffect } from '../events.ts'
import type { GrantNumber, PeerId, UnitIndex } from '../ids.ts'
import type { Lease } from '../lease.ts'
import type { CapableWorkers } from './grants.ts'
import type { Load } from './load.ts'
import type { StewardState, WorkerRecord } from './state.ts'

/** Leases asked back from in one round: a worker that holds more, all of them tiny, is asked again. */
const MAX_RECALLS = 64

/**
 * What a steward does when a claimer finds nothing open: it asks the worker with most to do for what it has not started, so much that both
 * would end together (half of it, when they are equally fast), and only when nothing is left to recall it lets an idle claimer race the
 * slowest units.
 *
 * Made for one moment: it looks at the leases once for all claimers that wait.
 */
export class Tail {
  readonly #state: StewardState
  readonly #capable: CapableWorkers
  readonly #nowMs: number
  /** Made when it is first needed. */
  #loads: ReadonlyMap<PeerId, Load> | undefined
  #isRecalling = false

  constructor (state: StewardState, capable: CapableWorkers, nowMs: number) {
    this.#state = state
    this.#capable = capable
    this.#nowMs = nowMs
  }

  help (claimer: WorkerRecord, effects: StewardEffect[]): void {
    const loads = this.#loads ?? this.#look()
    if (this.#isRecalling) {
      return
    }
    const own = loads.get(claimer.peer) ?? loadOf(this.#state, claimer, [], 0, this.#nowMs)
    const { recall, race } = this.#state.tail
    const available = (lease: Lease): number => this.#availableOf(lease, claimer)
    let most: Load | undefined
    for (const load of loads.values()) {
      if (recall === 'on' && load !== own && !isDeaf(load.worker) && recallable(load, own, available) > 0 && (most === undefined || load.restMs > most.restMs)) {
        most = load
      }
    }
    if (most !== undefined) {
      this.#isRecalling = true
      recallFrom(this.#state, most, recallable(most, own, available), available, this.#nowMs, effects)
    } else if (race === 'on') {
      this.#race(own, loads.values(), effects)
    }
  }

  /** Units of a lease that are not started, less those that this worker would not be given: it failed on them, and others have not. */
  #availableOf (lease: Lease, claimer: WorkerRecord): number {
    const queued = notStarted(lease)
    if (queued === 0 || this.#state.troubles.size === 0) {
      return queued
    }
    const barred = [...lease.remaining].filter((unit) => !mayTry(this.#state, claimer, unit, this.#capable.workers, this.#nowMs)).length
    return Math.max(0, queued - barred)
  }

  #look (): ReadonlyMap<PeerId, Load> {
    this.#isRecalling = [...this.#state.leases.values()].some((lease) => lease.state === 'recalling')
    this.#loads = loadsOf(this.#state, this.#nowMs)
    return this.#loads
  }

  /** Lets a claimer render the slowest unit too, if it is expected to be the faster one. */
  #race (own: Load, loads: Iterable<Load>, effects: StewardEffect[]): void {
    const { account, grid } = this.#state
    if (account.raced >= Math.floor(grid.units * limits.RACE_EXTRA_SHARE) + limits.RACE_EXTRA_UNITS) {
      return
    }
    const { worker: claimer } = own
    const ownMs = freeInMs(own) + unitMsOf(this.#state, claimer)
    const slow = [...loads].filter((load) => load !== own).flatMap(({ running }) => running).filter(({ lease, restMs }) => restMs > ownMs && this.#isSlow(lease))
    slow.sort((a, b) => a.restMs === b.restMs ? a.lease.grant - b.lease.grant : b.restMs - a.restMs)
    for (const { lease } of slow) {
      const unit = soloUnit(this.#state, lease, claimer)
      if (unit !== undefined) {
        claimer.claim = undefined
        account.event('raced')
        effects.push({ type: 'unit', unit, state: 'raced', peer: claimer.peer, ms: 0, reason: '' })
        grantUnits(this.#state, claimer, [unit], this.#nowMs, effects)
        return
      }
    }
  }

  /** While no unit of the job was ever finished, nobody knows what is slow before a worker could have done all of a grant. */
  #isSlow (lease: Lease): boolean {
    const { times, spec } = this.#state
    return times.count > 0 || this.#nowMs - lease.progressAtMs >= limits.GRANT_HEARTBEATS * heartbeatOf(spec.leaseMs)
  }
}

/** Asks for everything back that is not started, as the job is paused. */
export function recallAll (state: StewardState, grants: Iterable<GrantNumber>, nowMs: number, effects: StewardEffect[]): void {
  for (const grant of [...grants]) {
    const lease = state.leases.get(grant)!
    if (notStarted(lease) > 0) {
      recall(state, lease, notStarted(lease), nowMs, effects)
    }
  }
}

function recall (state: StewardState, lease: Lease, units: number, nowMs: number, effects: StewardEffect[]): void {
  if (lease.state === 'live') {
    state.leases.set(lease.grant, recallLease(lease, nowMs))
  }
  effects.push({ type: 'send', to: lease.worker, message: { type: 'recall', job: state.job, token: tokenOf(state, lease.grant), units } })
}

/** Asks back from the leases that were granted last: they are rendered last, and lie beside what is open next. */
function recallFrom (state: StewardState, { leases }: Load, units: number, available: (lease: Lease) => number, nowMs: number, effects: StewardEffect[]): void {
  let left = units
  for (const lease of leases.toReversed().filter((one) => available(one) > 0).slice(0, MAX_RECALLS)) {
    if (left > 0) {
      const some = Math.min(left, available(lease))
      recall(state, lease, some, nowMs, effects)
      left -= some
    }
  }
}

/**
 * Units to ask a holder for on behalf of a claimer: of those the holder would come to last, as many as the claimer would have done before the
 * holder could; half of what is not started while it is not known how fast they are, or when the holder is stuck. A holder that renders
 * nothing yet keeps at least one, and a claimer that is stuck itself gets nothing: else a last unit would go round between peers that all
 * still load the scene, or that are all stuck, as fast as messages travel.
 */
function recallable (holder: Load, claimer: Load, available: (lease: Lease) => number): number {
  const queued = holder.leases.reduce((sum, lease) => sum + available(lease), 0)
  const most = Math.min(queued, holder.rendering > 0 ? holder.queued : holder.queued - 1)
  const freeMs = freeInMs(claimer)
  if (freeMs === Infinity) {
    return 0
  }
  const bothMs = holder.perUnitMs + claimer.perUnitMs
  if (bothMs === 0 || holder.restMs === Infinity) {
    return Math.min(most, Math.ceil(holder.queued / 2))
  }
  return Math.min(most, Math.ceil((holder.restMs - freeMs + holder.perUnitMs) / bothMs) - 1)
}

/** A holder that is away, or that left a recall unanswered and was not heard since, can not be asked to give anything back. */
function isDeaf (holder: WorkerRecord): boolean {
  return holder.link.state === 'lost' || (holder.deafSinceMs !== undefined && holder.heardAtMs <= holder.deafSinceMs)
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
