import { endRecall, inProgress } from '../lease.ts'
import * as limits from '../limits.ts'
import { reclaimAfterMs } from '../sizing.ts'
import { lapseUnit } from './grants.ts'
import { dropHolder, remember, tokenOf } from './state.ts'
import type { StewardEffect } from '../events.ts'
import type { Lease } from '../lease.ts'
import type { RevokeReason } from '../messages.ts'
import type { StewardState } from './state.ts'

/** How long a recall may stay unanswered before the steward looks elsewhere. */
const RECALL_ANSWER_MS = 2_000

/** Doublings of the limit of a unit without progress: a week, beginning with ten minutes. */
const MAX_PATIENCE = 10

/** Lets everything lapse whose time has come. Costs work only for leases in flight. */
export function lapseOverdue (state: StewardState, nowMs: number, effects: StewardEffect[]): void {
  if (state.withheld.size > 0 && nowMs >= state.hearingUntilMs) {
    // The front is last in, first out.
    for (const [unit, peer] of [...state.withheld].reverse()) {
      lapseUnit(state, unit, peer, 'front', 'nobody showed it after the restart', effects)
    }
    state.withheld.clear()
  }
  const reclaimMs = reclaimAfterMs(state.spec.leaseMs)
  const stuckMs = Math.max(limits.HARD_LIMIT_MIN_MS, limits.HARD_LIMIT_SHARE * state.times.quantileMs(0.95))
  for (const lease of [...state.leases.values()]) {
    const worker = state.workers.get(lease.worker)!
    if (worker.link.state === 'lost' && nowMs - worker.link.sinceMs >= worker.link.graceMs) {
      lapseLease(state, lease, 'front', 'the connection to the peer was lost', effects)
    } else if (worker.link.state === 'connected' && worker.unshown.has(lease.grant) && nowMs - worker.link.sinceMs >= limits.LOSS_GRACE_MS) {
      lapseLease(state, lease, 'front', 'the peer came back without it', effects)
    } else if (nowMs - lease.heardAtMs >= reclaimMs) {
      revokeLease(state, lease, 'lapsed', effects)
      lapseLease(state, lease, 'back', 'the peer fell silent', effects)
    } else if (nowMs - lease.progressAtMs >= stuckMs && nowMs - lease.progressAtMs >= stuckMs * patience(state, lease)) {
      revokeLease(state, lease, 'no-progress', effects)
      lapseLease(state, lease, 'back', 'no progress', effects)
    } else if (lease.state === 'recalling' && nowMs - lease.recalledAtMs >= RECALL_ANSWER_MS) {
      worker.deafSinceMs = lease.recalledAtMs
      state.leases.set(lease.grant, endRecall(lease))
    }
  }
}

/**
 * How often the limit must be over before a lease without progress is taken away: twice as often for each time that one of its units lapsed.
 * A unit that only takes long, longer than anything that was measured, is then rendered in the end.
 */
function patience (state: StewardState, lease: Lease): number {
  let lapses = 0
  for (const unit of lease.remaining) {
    lapses = Math.max(lapses, state.troubles.get(unit)?.lapses ?? 0)
  }
  return 2 ** Math.min(lapses, MAX_PATIENCE)
}

/** All units of a lease that nobody else holds are open again. */
export function lapseLease (state: StewardState, lease: Lease, place: 'front' | 'back', reason: string, effects: StewardEffect[]): void {
  const worker = state.workers.get(lease.worker)!
  const units = [...lease.remaining]
  worker.begun += inProgress(lease)
  for (const unit of units) {
    dropHolder(state, unit, lease.grant)
  }
  remember(state, lease)
  // The front is last in, first out: from the last unit to the first, so that they go out in their old order.
  for (const unit of place === 'front' ? units.reverse() : units) {
    if (!state.holders.has(unit)) {
      state.ledger.reopen(unit)
      lapseUnit(state, unit, worker.peer, place, reason, effects)
    }
  }
}

/** Tells a holder that a whole lease is void. */
export function revokeLease (state: StewardState, lease: Lease, reason: RevokeReason, effects: StewardEffect[]): void {
  effects.push({ type: 'send', to: lease.worker, message: { type: 'revoke', job: state.job, token: tokenOf(state, lease.grant), rects: [], reason } })
}
