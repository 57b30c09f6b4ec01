import { Account } from '../core/account.ts'
import { isFinal, laterControl } from '../core/job.ts'
import { UnitSet, rangesOf } from '../core/ledger.ts'
import { rectFits, unitsIn } from '../core/rect.ts'
import { gridOf, placeOf } from '../core/units.ts'
import { IllegalTransitionError } from '../errors.ts'
import { TroubleBook } from './trouble-book.ts'
import type { AccountTotals } from '../core/account.ts'
import type { Epoch } from '../core/epoch.ts'
import type { Hash, PeerId, UnitIndex } from '../core/ids.ts'
import type { SignedControl, SignedJob, UnitRange } from '../core/messages.ts'
import type { UnitTrouble } from '../core/unit-log.ts'
import type { UnitGrid } from '../core/units.ts'
import type { Darkroom, Film, JobStore, JournalEntry, Mesh, OutputPlan, VideoOutcome } from '../ports.ts'

/** A frame that is on disk. */
export interface FinishedFrame {
  readonly hash: Hash
  readonly files: readonly string[]
}

/** What a job's journal gave back. */
export interface RestoredJob {
  readonly signed: SignedJob
  readonly control: SignedControl | undefined
  readonly output: OutputPlan | undefined
  readonly epoch: Epoch | undefined
  readonly accepted: readonly UnitRange[]
  /** How many units were accepted once, and lost since by damage to this disk: they are open again. */
  readonly damaged: number
  readonly parked: readonly UnitIndex[]
  /** Units that were out when the peer went down, and at whom. */
  readonly out: ReadonlyMap<UnitIndex, PeerId>
  readonly totals: AccountTotals
  /** What went wrong with units, in the order in which it was written. */
  readonly troubles: readonly UnitTrouble[]
  readonly film: Film
  readonly frames: ReadonlyMap<number, FinishedFrame>
  /** What became of its video; undefined: none was wanted, or it is still to be made. */
  readonly video: VideoOutcome | undefined
  readonly done: { readonly filmHash: Hash, readonly wallMs: number } | undefined
}

/** What this peer remembers of a job besides its journal. */
export interface Remembered {
  readonly signed: SignedJob
  readonly control: SignedControl | undefined
}

/**
 * Reads a journal from its first record. Every record may be there more than once (a checkpoint may repeat what came before it), and any may be
 * missing, as the disk may have damaged it: a unit counts as accepted only when its pixels are in the film or its frame is on disk.
 *
 * @param remembered what is known of the job elsewhere: it stands in for a damaged job record or control word
 * @returns undefined when neither the journal nor anything else says which job it is of
 */
export async function restoreJob (
  store: Pick<JobStore, 'replay'>, mesh: Pick<Mesh, 'readJob' | 'readControl'>, darkroom: Pick<Darkroom, 'film'>, remembered?: Remembered
): Promise<RestoredJob | undefined> {
  const first = await replayed(store, mesh, darkroom, remembered, new Set())
  // A frame that is on disk while some of its units are missing here can only be left out from the beginning on.
  const last = first?.isMixedUp === true ? await replayed(store, mesh, darkroom, remembered, first.finished) : first
  return last?.result()
}

async function replayed (
  store: Pick<JobStore, 'replay'>, mesh: Pick<Mesh, 'readJob' | 'readControl'>, darkroom: Pick<Darkroom, 'film'>, remembered: Remembered | undefined, finished: ReadonlySet<number>
): Promise<Replay | undefined> {
  let replay: Replay | undefined
  for await (const entry of store.replay()) {
    if (entry.record.type === 'job') {
      const signed = await mesh.readJob(entry.record.bytes, entry.record.signature)
      replay ??= new Replay(signed, darkroom.film(signed.spec), finished)
      replay.output(entry.record.output)
      continue
    }
    if (replay === undefined && remembered !== undefined) {
      replay = new Replay(remembered.signed, darkroom.film(remembered.signed.spec), finished)
    }
    if (entry.record.type === 'control' && replay !== undefined) {
      replay.control(await mesh.readControl(entry.record.bytes, entry.record.signature, replay.signed.spec.requester))
    } else {
      replay?.entry(entry)
    }
  }
  if (remembered?.control !== undefined) {
    replay?.control(remembered.control)
  }
  return replay
}

class Replay {
  readonly signed: SignedJob
  readonly #film: Film
  readonly #grid: UnitGrid
  /** Units whose pixels are in the film. */
  readonly #merged: UnitSet
  /** Units that were accepted, as the last checkpoint says. */
  readonly #told: UnitSet
  readonly #parked = new Set<UnitIndex>()
  readonly #out = new Map<UnitIndex, PeerId>()
  readonly #frames = new Map<number, FinishedFrame>()
  readonly #finished: ReadonlySet<number>
  readonly #troubles = new TroubleBook()
  #account = new Account()
  #output: OutputPlan | undefined
  #control: SignedControl | undefined
  #epoch: Epoch | undefined
  #video: VideoOutcome | undefined
  #done: RestoredJob['done']
  #isMixedUp = false

  /** @param finished frames that an earlier reading found to be on disk */
  constructor (signed: SignedJob, film: Film, finished: ReadonlySet<number>) {
    this.signed = signed
    this.#film = film
    this.#grid = gridOf(signed.spec)
    this.#merged = new UnitSet(this.#grid.units)
    this.#told = new UnitSet(this.#grid.units)
    this.#finished = finished
    finished.forEach((frame) => { film.drop(frame) })
  }

  /** Whether the film has part of a frame that is on disk. */
  get isMixedUp (): boolean {
    return this.#isMixedUp
  }

  /** Frames that are on disk. */
  get finished (): ReadonlySet<number> {
    return new Set(this.#frames.keys())
  }

  output (output: OutputPlan | undefined): void {
    this.#output ??= output
  }

  control (control: SignedControl): void {
    if (this.#control === undefined || laterControl(this.#control.control, control.control) === control.control) {
      this.#control = control
    }
  }

  entry ({ record, pixels }: JournalEntry): void {
    switch (record.type) {
      case 'job':
      case 'control':
        return
      case 'epoch':
        this.#epoch = record.epoch
        return
      case 'grant':
        for (const unit of unitsIn(this.#grid, record.rects.filter((rect) => rectFits(this.#grid, rect)))) {
          this.#out.set(unit, record.worker)
        }
        return
      case 'accepted':
        if (pixels !== undefined && !this.#isFinished(record.unit) && this.#merged.add(record.unit)) {
          this.#film.merge(record.unit, floatsOf(pixels))
          this.#account.accepted(record.worker, pixels.byteLength, record.phases)
          this.#out.delete(record.unit)
          this.#parked.delete(record.unit)
        }
        return
      case 'trouble':
        this.#account.event(record.kind)
        this.#troubles.note({ unit: record.unit, kind: record.kind, peer: record.worker, reason: record.reason, atMs: record.atMs ?? 0 })
        if (record.kind === 'parked') {
          this.#parked.add(record.unit)
        }
        if (record.kind !== 'raced') {
          this.#out.delete(record.unit)
        }
        return
      case 'started':
        this.#account.started(record.count)
        return
      case 'ledger':
        record.accepted.forEach((range) => { this.#told.addRange(range) })
        record.parked.forEach((unit) => { this.#parked.add(unit) })
        this.#account = new Account(record.totals)
        return
      case 'film':
        if (pixels !== undefined && !this.#isFinished(record.unit)) {
          this.#restore(record.unit, pixels)
        }
        return
      case 'frame':
        this.#frames.set(record.frame, { hash: record.hash, files: record.files })
        this.#drop(record.frame)
        return
      case 'video':
        this.#video = record.outcome
        return
      case 'done':
        this.#done = { filmHash: record.filmHash, wallMs: record.wallMs }
    }
  }

  #isFinished (unit: UnitIndex): boolean {
    const frame = placeOf(this.#grid, unit).frame
    return this.#frames.has(frame) || this.#finished.has(frame)
  }

  #restore (unit: UnitIndex, state: Uint8Array): void {
    try {
      this.#merged.addRange(this.#film.restore(unit, state))
    } catch (error) {
      if (!(error instanceof IllegalTransitionError)) {
        throw error
      }
    }
  }

  /** The film refuses to forget a frame of which it has a part: some of its records are damaged. */
  #drop (frame: number): void {
    try {
      this.#film.drop(frame)
    } catch (error) {
      if (!(error instanceof IllegalTransitionError)) {
        throw error
      }
      this.#isMixedUp = true
    }
  }

  result (): RestoredJob {
    const accepted = this.#accepted()
    return {
      signed: this.signed,
      control: this.#control,
      output: this.#output,
      epoch: this.#epoch,
      accepted: rangesOf(accepted.values()),
      damaged: this.#told.without(accepted).size,
      parked: [...this.#parked].filter((unit) => !accepted.has(unit)),
      out: new Map([...this.#out].filter(([unit]) => !accepted.has(unit) && !this.#parked.has(unit))),
      totals: this.#account.totals(),
      troubles: this.#troubles.all(),
      film: this.#film,
      frames: this.#frames,
      video: this.#video,
      done: this.#done
    }
  }

  /** What is merged, and what is in frames that are on disk; of a job that has ended, what was said then: its film is gone. Walks all units, once per start. */
  #accepted (): UnitSet {
    const accepted = this.#merged.copy()
    const unitsOfFrame = this.#grid.units / this.#grid.frames
    for (const frame of this.#frames.keys()) {
      accepted.addRange({ first: frame * unitsOfFrame, end: (frame + 1) * unitsOfFrame })
    }
    if (this.#done !== undefined || (this.#control !== undefined && isFinal(this.#control.control.state))) {
      accepted.addAll(this.#told)
    }
    return accepted
  }
}

/** Pixels as floats: a view of the same bytes, or a copy where they do not lie on a float's border. */
export function floatsOf (pixels: Uint8Array): Float32Array {
  const aligned = pixels.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0 ? pixels : pixels.slice()
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / Float32Array.BYTES_PER_ELEMENT)
}

/** Floats as bytes, without a copy. */
export function bytesOf (pixels: Float32Array): Uint8Array {
  return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)
}
