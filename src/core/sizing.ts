import * as limits from './limits.ts'
import type { WorkerSpeed } from './messages.ts'

/** What the size of a grant depends on. */
export interface SizingView {
  readonly heartbeatMs: number
  readonly speed: WorkerSpeed
  readonly threads: number
  /** Open units of the job. */
  readonly open: number
  /** Capable connected peers, at least one. */
  readonly capablePeers: number
  /** This worker's part of the speed of all capable peers, 0 … 1; undefined while some speed is unknown. */
  readonly speedShare: number | undefined
}

/**
 * How many units to grant: two heartbeats of work, or ten times the fixed cost if that is more, but never more than its part of the open rest
 * (guided self-scheduling, Polychronopoulos and Kuck 1987), so that all peers end together and no first claimer takes everything.
 * A worker of unknown speed gets one unit a thread.
 */
export function grantSize (view: SizingView): number {
  const wanted = view.speed.msPerUnit > 0
    ? Math.max(limits.GRANT_HEARTBEATS * view.heartbeatMs, limits.GRANT_FIXED_COSTS * view.speed.fixedMs) / view.speed.msPerUnit
    : view.threads
  const evenPart = view.open / (limits.GUIDED_DIVISOR * view.capablePeers)
  const ownPart = view.speedShare === undefined ? evenPart : view.open * view.speedShare / limits.GUIDED_DIVISOR
  const size = Math.floor(Math.min(wanted, evenPart, ownPart))
  return Math.max(1, Math.min(size, view.open, limits.MAX_LEASE_UNITS))
}

/** The heartbeat that goes with a lease: three to a lease, and at least one every ten seconds. */
export function heartbeatOf (leaseMs: number): number {
  return Math.min(limits.MAX_HEARTBEAT_MS, leaseMs / 3)
}

/** How long a holder relies on a lease after it sent the claim or renewal that was answered. */
export function holderLeaseMs (leaseMs: number): number {
  return leaseMs * limits.HOLDER_LEASE_SHARE
}

/** How long after its last sign of life the steward reclaims a lease. */
export function reclaimAfterMs (leaseMs: number): number {
  return leaseMs * limits.RECLAIM_LEASE_SHARE + limits.RECLAIM_SLACK_MS
}
