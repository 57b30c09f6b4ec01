import type { AccountTotals } from './account.ts'
import type { Epoch } from './epoch.ts'
import type { Hash, PeerId, UnitIndex } from './ids.ts'
import type { ResultPhases, UnitRange } from './messages.ts'
import type { UnitRect } from './rect.ts'

/** What the journal of a job records. Encoded by the store; pixels ride beside the record. */
export type JournalRecord =
  | { readonly type: 'job', readonly bytes: Uint8Array, readonly signature: Uint8Array, readonly output: OutputPlan | undefined }
  | { readonly type: 'control', readonly bytes: Uint8Array, readonly signature: Uint8Array }
  | { readonly type: 'epoch', readonly epoch: Epoch }
  | { readonly type: 'grant', readonly grant: number, readonly worker: PeerId, readonly rects: readonly UnitRect[] }
  | { readonly type: 'accepted', readonly unit: UnitIndex, readonly worker: PeerId, readonly phases: ResultPhases }
  | { readonly type: 'trouble', readonly unit: UnitIndex, readonly worker: PeerId, readonly kind: 'lapsed' | 'failed' | 'raced' | 'parked', readonly reason: string, readonly atMs?: number }
  | { readonly type: 'started', readonly count: number }
  | { readonly type: 'film', readonly unit: UnitIndex }
  | { readonly type: 'ledger', readonly accepted: readonly UnitRange[], readonly parked: readonly UnitIndex[], readonly totals: AccountTotals }
  | { readonly type: 'frame', readonly frame: number, readonly hash: Hash, readonly files: readonly string[] }
  | { readonly type: 'video', readonly outcome: VideoOutcome }
  | { readonly type: 'done', readonly filmHash: Hash, readonly wallMs: number }

/** Where and how the requester's peer writes a job's pictures. */
export interface OutputPlan {
  /** Absolute path; `####` stands for the frame number. `.png` or `.exr`. */
  readonly file: string
  readonly bits: 8 | 16
  /** Wall clock milliseconds when the job was submitted, for the account at the end. */
  readonly submittedAtMs: number
  /** The requester's peer renders nothing of this job itself. */
  readonly noLocal: boolean
  /** The picture so far is written at most so often; milliseconds. Absent: only whole frames are written. */
  readonly saveEveryMs?: number
  readonly onDone?: EndCommand
  readonly video?: VideoPlan
}

/** A video that is to be made of a job's frames when all of them are written. */
export interface VideoPlan {
  /** Absolute path, `.mp4`, `.webm` or `.webp`. */
  readonly file: string
  /** Frames a second. */
  readonly fps: number
}

/** What became of a video: made, or given up for a reason that a person can read. */
export type VideoOutcome =
  | { readonly state: 'made', readonly file: string }
  | { readonly state: 'failed', readonly reason: string }

/**
 * A command for the platform's shell, as the requester's own user typed it, and the folder it was typed in (absolute).
 * It stays in the requester's home: no job that travels carries one.
 */
export interface EndCommand {
  readonly command: string
  readonly folder: string
}

/** A record with its pixels, as replayed. */
export interface JournalEntry {
  readonly record: JournalRecord
  readonly pixels: Uint8Array | undefined
}
