import type { JobId, PeerId, UnitIndex } from './ids.ts'
import type { ResultAnswer } from './messages.ts'

/**
 * What became of units, for people who look for a cause. Times are those of the wall clock of the peer that wrote them, in whole milliseconds
 * since 1970: shown, never acted on.
 */

/** Something that happened to a unit at its worker. */
export type UnitLogEntry =
  /** It was rendered: from when to when, for how long by the engine's own count, with how many threads. `log`: what the engine said, often nothing. */
  | { readonly type: 'rendered', readonly startedAtMs: number, readonly atMs: number, readonly renderMs: number, readonly threads: number, readonly log: string }
  /** It could not be rendered. `log`: the end of what the engine printed. */
  | { readonly type: 'failed', readonly startedAtMs: number, readonly atMs: number, readonly threads: number, readonly reason: string, readonly log: string }
  /** Its pixels were delivered, after so many tries. */
  | { readonly type: 'delivered', readonly atMs: number, readonly to: PeerId, readonly answer: Exclude<ResultAnswer, 'busy' | 'unknown-token'>, readonly tries: number }

/** What a worker kept of a unit, oldest first. */
export interface UnitLog {
  readonly entries: readonly UnitLogEntry[]
  /** Whether older entries of the same job have been dropped, which may have been about this unit. */
  readonly dropped: boolean
}

/** What a requester remembers of a unit that did not just come out: all that its steward said but `leased` and `delivered`. */
export interface UnitTrouble {
  readonly unit: UnitIndex
  readonly kind: 'lapsed' | 'failed' | 'raced' | 'parked'
  /** The worker. */
  readonly peer: PeerId
  readonly reason: string
  readonly atMs: number
}

/** What one peer asks another about a job; with a unit, also for what it kept of that unit. */
export interface LogRequest {
  readonly job: JobId
  readonly unit: UnitIndex | undefined
}

/** The answer. Troubles come from the job's requester alone, oldest first: of the unit, or the newest of all. */
export interface LogAnswer extends UnitLog {
  readonly troubles: readonly UnitTrouble[]
}
