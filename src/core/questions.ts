import type { Epoch } from './epoch.ts'
import type { JobId, PeerId, UnitIndex } from './ids.ts'
import type { UnitSet } from './ledger.ts'
import type { JobRecord, ResultHead } from './messages.ts'

/**
 * What peers ask one another when a stewardship moves and when results are kept: one question, one answer.
 */

/** Asks the receiver to look for a peer at its stewardship of a job: at itself, or, when that is another peer, by asking that one. */
export interface ProbeQuestion {
  readonly type: 'probe'
  readonly job: JobId
  readonly of: PeerId
}

/** Asks what the receiver knows and keeps of a job. */
export interface LedgerQuestion {
  readonly type: 'ledger'
  readonly job: JobId
}

/** A steward leaves and asks the receiver to take over, in the next round. */
export interface HandOff {
  readonly type: 'hand-off'
  readonly record: JobRecord
  /** The stewardship that ends. */
  readonly epoch: Epoch
  readonly accepted: UnitSet
  readonly parked: readonly UnitIndex[]
}

/** Asks the receiver to be a custodian of a job: to keep its record and its bundle, and what results it is sent. */
export interface KeepQuestion {
  readonly type: 'keep'
  readonly record: JobRecord
}

/** All that one member may ask another; who is asked answers each with its own kind or a {@link Refusal}. */
export type Question = ProbeQuestion | LedgerQuestion | HandOff | KeepQuestion

/** What one peer knows of a job and has of it on its own disk. */
export interface JobLedger {
  readonly job: JobId
  /** The highest stewardship it knows of. */
  readonly epoch: Epoch | undefined
  /** Units it knows to be accepted, by whatever steward. */
  readonly accepted: UnitSet
  readonly parked: readonly UnitIndex[]
  /** Units whose results it has on its disk: kept for the requester, or, at the requester, its own. */
  readonly kept: UnitSet
  /** Whether every file of the scene is on its disk, and stays there while the job lives. */
  readonly bundle: 'whole' | 'lacking'
}

/** What was found: the peer stewards the job, it is there but does not, or it did not answer. */
export type Found = 'steward' | 'idle' | 'silent'

/** The answer to a {@link ProbeQuestion}. */
export interface Probed {
  readonly type: 'probed'
  readonly found: Found
}

/** The answer to a {@link LedgerQuestion} and to a {@link KeepQuestion} that was taken. */
export interface LedgerAnswer {
  readonly type: 'ledger'
  readonly ledger: JobLedger
}

/** The receiver has taken over: it has written this epoch to its disk. */
export interface TakenOver {
  readonly type: 'taken-over'
  readonly epoch: Epoch
}

/** The receiver does not do what it was asked, for a reason that a person can read. */
export interface Refusal {
  readonly type: 'refused'
  readonly reason: 'unknown-job' | 'ended' | 'leaving' | 'full' | 'stale'
}

/** The answer to a {@link Question}. */
export type Answer = Probed | LedgerAnswer | TakenOver | Refusal

/** Asks for results that are kept. */
export interface KeptRequest {
  readonly job: JobId
  /** What holds none of these units is not sent. */
  readonly wanted: UnitSet
}

/** A result that is kept: a head with a {@link KeepMark}, and its bytes. */
export interface KeptUnit {
  readonly head: ResultHead
  readonly bytes: Uint8Array
}
