import { rangesOf } from '../core/ledger.ts'
import type { Hash, UnitIndex } from '../core/ids.ts'
import type { SignedControl, SignedJob } from '../core/messages.ts'
import type { StewardState } from '../core/steward/state.ts'
import type { UnitTrouble } from '../core/unit-log.ts'
import type { Film, JournalEntry, OutputPlan, VideoOutcome } from '../ports.ts'
import type { FinishedFrame } from './restore.ts'

/** What is known of a job besides its pixels. */
export interface JobRecords {
  readonly signed: SignedJob
  readonly control: SignedControl
  readonly output: OutputPlan | undefined
  readonly view: Readonly<StewardState>
  readonly troubles: readonly UnitTrouble[]
  readonly frames: ReadonlyMap<number, FinishedFrame>
  readonly video: VideoOutcome | undefined
}

/** What a journal is to hold after a checkpoint: the job's state now, then the merged film. Read back by `restore.ts`. */
export function * checkpointEntries (records: JobRecords, film: Film): Generator<JournalEntry> {
  yield * stateEntries(records)
  for (const [grant, { worker, rects }] of records.view.leases) {
    yield { record: { type: 'grant', grant, worker, rects }, pixels: undefined }
  }
  for (const { unit, state } of film.checkpoint()) {
    yield { record: { type: 'film', unit }, pixels: state }
  }
  // Once more, far from the first, as nobody else knows where the pictures go: damage to the disk may hit either.
  yield jobEntry(records)
}

function jobEntry ({ signed, output }: JobRecords): JournalEntry {
  return { record: { type: 'job', bytes: signed.bytes, signature: signed.signature, output }, pixels: undefined }
}

/** What is left of an ended job: what it was and how it ended, no pixels. */
export function * finalEntries (records: JobRecords, filmHash: Hash | null, wallMs: number): Generator<JournalEntry> {
  yield * stateEntries(records)
  if (filmHash !== null) {
    yield { record: { type: 'done', filmHash, wallMs }, pixels: undefined }
  }
}

/** Walks all units: once per checkpoint, never per event. */
function * stateEntries (records: JobRecords): Generator<JournalEntry> {
  const { control, view, troubles, frames, video } = records
  const { ledger, account, epoch } = view
  yield jobEntry(records)
  yield { record: { type: 'control', bytes: control.bytes, signature: control.signature }, pixels: undefined }
  yield { record: { type: 'epoch', epoch }, pixels: undefined }
  // Before the ledger, whose totals count them already.
  for (const { unit, kind, peer, reason, atMs } of troubles) {
    yield { record: { type: 'trouble', unit, worker: peer, kind, reason, atMs }, pixels: undefined }
  }
  const accepted: UnitIndex[] = []
  const parked: UnitIndex[] = []
  for (let unit = 0; unit < ledger.units; unit++) {
    const state = ledger.stateOf(unit)
    if (state === 'accepted') {
      accepted.push(unit)
    } else if (state === 'parked') {
      parked.push(unit)
    }
  }
  yield { record: { type: 'ledger', accepted: rangesOf(accepted), parked, totals: account.totals() }, pixels: undefined }
  for (const [frame, { hash, files }] of frames) {
    yield { record: { type: 'frame', frame, hash, files }, pixels: undefined }
  }
  if (video !== undefined) {
    yield { record: { type: 'video', outcome: video }, pixels: undefined }
  }
}
