import { IllegalTransitionError } from '../errors.ts'
import type { GrantNumber, PeerId, UnitIndex } from './ids.ts'
import type { UnitRect } from './rect.ts'

/**
 * A lease as its steward sees it.
 *
 * ```
 * live ──recall──▶ recalling ──released / recall forgotten──▶ live
 *   │                  │
 *   └──────┬───────────┘
 *          ├─ last unit accepted, failed or released ─▶ finished
 *          └─ silence, loss, revoke ──────────────────▶ lapsed
 * ```
 *
 * Finished and lapsed leases are remembered as {@link PastLease} so that late results find their token.
 */
export type Lease = LiveLease | RecallingLease

interface LeaseBase {
  readonly grant: GrantNumber
  readonly worker: PeerId
  readonly grantedAtMs: number
  /** As granted; results of units outside are not of this lease. */
  readonly rects: readonly UnitRect[]
  /** Units neither accepted nor given back nor failed. */
  readonly remaining: Set<UnitIndex>
  /** Units that were accepted, failed or raced away: they had been started. */
  settled: number
  /** Units whose render has started, as the worker reports; only grows. */
  started: number
  /** When the worker last showed that it lives, and when it last started or finished a unit. Steward's clock, milliseconds. */
  heardAtMs: number
  progressAtMs: number
}

/** A lease whose units are being rendered or wait for it. */
export interface LiveLease extends LeaseBase {
  readonly state: 'live'
}

/** A live lease of which the steward has asked units back and awaits the answer; `recalledAtMs` on the steward's clock. */
export interface RecallingLease extends LeaseBase {
  readonly state: 'recalling'
  readonly recalledAtMs: number
}

/** What is kept of a lease that ended: enough to fence and account a late result. */
export interface PastLease {
  readonly grant: GrantNumber
  readonly worker: PeerId
  readonly rects: readonly UnitRect[]
  settled: number
  started: number
}

/** live, recalling → finished or lapsed */
export function endLease (lease: Lease): PastLease {
  return { grant: lease.grant, worker: lease.worker, rects: lease.rects, settled: lease.settled, started: lease.started }
}

/** nothing → live */
export function grantLease (grant: GrantNumber, worker: PeerId, rects: readonly UnitRect[], units: Iterable<UnitIndex>, nowMs: number): LiveLease {
  return {
    state: 'live',
    grant,
    worker,
    rects,
    grantedAtMs: nowMs,
    remaining: new Set(units),
    settled: 0,
    started: 0,
    heardAtMs: nowMs,
    progressAtMs: nowMs
  }
}

/** live → recalling */
export function recallLease (lease: Lease, nowMs: number): RecallingLease {
  if (lease.state !== 'live') {
    throw new IllegalTransitionError(lease.state, `recall grant ${lease.grant}`)
  }
  return { ...lease, state: 'recalling', recalledAtMs: nowMs }
}

/** recalling → live */
export function endRecall (lease: Lease): LiveLease {
  if (lease.state !== 'recalling') {
    throw new IllegalTransitionError(lease.state, `end the recall of grant ${lease.grant}`)
  }
  const { recalledAtMs: _recalledAtMs, ...rest } = lease
  return { ...rest, state: 'live' }
}

/** Units of a lease that, as far as the steward knows, have not been started. */
export function notStarted (lease: Lease): number {
  return Math.max(0, lease.remaining.size - Math.max(0, lease.started - lease.settled))
}

/** Units of a lease that are being rendered, as far as the steward knows. */
export function inProgress (lease: Lease): number {
  return lease.remaining.size - notStarted(lease)
}
