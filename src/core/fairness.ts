import { FAIR_WINDOW_MS } from './limits.ts'
import type { JobId, PeerId } from './ids.ts'

const BUCKETS = 30
const BUCKET_MS = FAIR_WINDOW_MS / BUCKETS

/** A job a worker could claim from. */
export interface Candidate {
  readonly job: JobId
  readonly requester: PeerId
  readonly priority: number
  readonly serial: number
}

/**
 * What a worker has rendered for whom during the last five minutes. Time is shared between requesters, not between jobs,
 * so that ten jobs of one requester weigh no more than one of another (invariant L4).
 */
export class ShareBook {
  readonly #byRequester = new Map<PeerId, Map<number, number>>()

  /** Notes render time: wall milliseconds times threads. */
  add (requester: PeerId, threadMs: number, nowMs: number): void {
    const buckets = this.#byRequester.get(requester) ?? new Map<number, number>()
    this.#byRequester.set(requester, buckets)
    const bucket = Math.floor(nowMs / BUCKET_MS)
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + threadMs)
  }

  /** Thread milliseconds rendered for a requester within the window. */
  shareOf (requester: PeerId, nowMs: number): number {
    const buckets = this.#byRequester.get(requester)
    if (buckets === undefined) {
      return 0
    }
    const oldest = Math.floor(nowMs / BUCKET_MS) - BUCKETS
    let share = 0
    for (const [bucket, threadMs] of buckets) {
      if (bucket <= oldest) {
        buckets.delete(bucket)
      } else {
        share += threadMs
      }
    }
    if (buckets.size === 0) {
      this.#byRequester.delete(requester)
    }
    return share
  }

  /** Orders candidates: jobs of `first`, if anybody's go before all others; then least share of the requester first, then higher priority, then the older job, then by ids: a total order. */
  rank<T extends Candidate> (candidates: readonly T[], nowMs: number, first?: PeerId): T[] {
    const shares = new Map<PeerId, number>()
    for (const { requester } of candidates) {
      if (!shares.has(requester)) {
        shares.set(requester, this.shareOf(requester, nowMs))
      }
    }
    return [...candidates].sort((a, b) =>
      Number(b.requester === first) - Number(a.requester === first) ||
      shares.get(a.requester)! - shares.get(b.requester)! ||
      b.priority - a.priority ||
      a.serial - b.serial ||
      compareText(a.requester, b.requester) ||
      compareText(a.job, b.job))
  }
}

function compareText (a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
