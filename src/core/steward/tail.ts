import { inProgress, notStarted, recallLease } from '../lease.ts'
import * as limits from '../limits.ts'
import { heartbeatOf } from '../sizing.ts'
import { grantUnits } from './grants.ts'
import { tokenOf } from './state.ts'
import type { StewardEffect } from '../events.ts'
import type { GrantNumber, UnitIndex } from '../ids.ts'
import type { Lease } from '../lease.ts'
import type { StewardState, WorkerRecord } from './state.ts'

/**
 * What a steward does when a claimer finds nothing open: it asks the holder of the longest lease for half of what is not yet started,
 * and only when nothing is left to recall it lets the claimer race the slowest units.
 *
 * Made for one moment: it looks at the leases once for all claimers that wait.
 */
export class Tail {
  readonly #state: StewardState
  readonly #nowMs: number
  /** Leases in flight, the longest rest first; made when it is first needed. */
  #longestFirst: { readonly grant: GrantNumber, readonly restMs: number }[] | undefined
  #isRecalling = false

  constructor (state: StewardState, nowMs: number) {
    this.#state = state
    this.#nowMs = nowMs
  }

  help (claimer: WorkerRecord, effects: StewardEffect[]): void {
    const leases = this.#longestFirst ?? this.#look()
    if (this.#isRecalling) {
      return
    }
    const longest = leases.find(({ grant }) => this.#isRecallable(grant, claimer))
    if (longest === undefined) {
      this.#race(claimer, leases, effects)
    } else {
      this.#isRecalling = true
      const lease = this.#state.leases.get(longest.grant)!
      recall(this.#state, lease, recallable(lease), this.#nowMs, effects)
    }
  }

  #look (): { readonly grant: GrantNumber, readonly restMs: number }[] {
    const leases = Array.from(this.#state.leases.values(), (lease) => {
      this.#isRecalling ||= lease.state === 'recalling'
      return { grant: lease.grant, restMs: expectedRestMs(this.#state, lease, this.#nowMs) }
    })
    leases.sort((a, b) => a.restMs === b.restMs ? a.grant - b.grant : b.restMs - a.restMs)
    this.#longestFirst = leases
    return leases
  }

  #isRecallable (grant: GrantNumber, claimer: WorkerRecord): boolean {
    const lease = this.#state.leases.get(grant)
    return lease !== undefined && lease.worker !== claimer.peer && recallable(lease) > 0 && !isDeaf(this.#state.workers.get(lease.worker)!)
  }

  /** Lets a claimer render the slowest unit too, if it is expected to be the faster one. */
  #race (claimer: WorkerRecord, leases: readonly { readonly grant: GrantNumber, readonly restMs: number }[], effects: StewardEffect[]): void {
    const { account, grid, times, spec } = this.#state
    if (account.raced >= Math.floor(grid.units * limits.RACE_EXTRA_SHARE) + limits.RACE_EXTRA_UNITS) {
      return
    }
    const ownMs = claimer.speed.fixedMs + (claimer.unitMs > 0 ? claimer.unitMs : times.meanMs)
    for (const { grant, restMs } of leases) {
      if (restMs <= ownMs) {
        return
      }
      const lease = this.#state.leases.get(grant)
      const isTooEarly = lease !== undefined && times.count === 0 && this.#nowMs - lease.progressAtMs < limits.GRANT_HEARTBEATS * heartbeatOf(spec.leaseMs)
      const unit = lease === undefined || lease.worker === claimer.peer || isTooEarly ? undefined : soloUnit(this.#state, lease, claimer)
      if (unit !== undefined) {
        claimer.claim = undefined
        account.event('raced')
        effects.push({ type: 'unit', unit, state: 'raced', peer: claimer.peer, ms: 0, reason: '' })
        grantUnits(this.#state, claimer, [unit], this.#nowMs, effects)
        return
      }
    }
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
