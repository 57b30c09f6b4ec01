import type { GrantNumber, PeerId, UnitIndex } from './ids.ts'
import type { ResultAnswer, ResultPhases, StewardMessage } from './messages.ts'
import type { UnitRect } from './rect.ts'

/** What became of a unit, as people and the journal see it. */
export type UnitEventState = 'leased' | 'lapsed' | 'delivered' | 'failed' | 'raced' | 'parked'

/** What a steward wants done. Executed in order by the farm. */
export type StewardEffect =
  /** Send a message on the worker's lease stream; a stream that is gone swallows it. */
  | { readonly type: 'send', readonly to: PeerId, readonly message: StewardMessage }
  /** Journal the grant before anything after it is sent. */
  | { readonly type: 'granted', readonly grant: GrantNumber, readonly worker: PeerId, readonly rects: readonly UnitRect[] }
  | { readonly type: 'unit', readonly unit: UnitIndex, readonly state: UnitEventState, readonly peer: PeerId, readonly ms: number, readonly reason: string }
  /** More renders were reported as started. */
  | { readonly type: 'started', readonly count: number }
  /** Every unit is accepted or parked. */
  | { readonly type: 'complete' }

/** A judgement of a result's head: `take` its pixels, or the answer that refuses them. */
export type ResultVerdict = 'take' | Exclude<ResultAnswer, 'accepted'>

/** A result that is safe on disk. */
export interface AcceptedResult {
  readonly unit: UnitIndex
  readonly worker: PeerId
  readonly bytes: number
  readonly phases: ResultPhases
}
