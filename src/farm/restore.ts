import { Account } from '../core/account.ts'
import { laterControl } from '../core/job.ts'
import { UnitSet, rangesOf } from '../core/ledger.ts'
import { rectFits, unitsIn } from '../core/rect.ts'
import { gridOf } from '../core/units.ts'
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

/**
 * Reads a journal from its first record. Every record may be there more than once (a checkpoint may repeat what came before it): all of this is
 * idempotent. Returns undefined when the journal does not even say which job it is of.
 */
export async function restoreJob (store: JobStore, mesh: Pick<Mesh, 'readJob' | 'readControl'>, darkroom: Pick<Darkroom, 'film'>): Promise<RestoredJob | undefined> {
  let replay: Replay | undefined
  for await (const entry of store.replay()) {
    if (entry.record.type === 'job') {
      const signed = await mesh.readJob(entry.record.bytes, entry.record.signature)
      replay ??= new Replay(signed, entry.record.output, darkroom.film(signed.spec))
    } else if (entry.record.type === 'control' && replay !== undefined) {
      replay.control(await mesh.readControl(entry.record.bytes, entry.record.signature, replay.signed.spec.requester))
    } else {
      replay?.entry(entry)
    }
  }
  return replay?.result()
}

class Replay {
  readonly signed: SignedJob
  readonly #output: OutputPlan | undefined
  readonly #film: Film
  readonly #grid: UnitGrid
  readonly #accepted: UnitSet
  readonly #parked = new Set<UnitIndex>()
  readonly #out = new Map<UnitIndex, PeerId>()
  readonly #frames = new Map<number, FinishedFrame>()
  readonly #troubles = new TroubleBook()
  #account = new Account()
  #control: SignedControl | undefined
  #epoch: Epoch | undefined
  #video: VideoOutcome | undefined
  #done: RestoredJob['done']

  constructor (signed: SignedJob, output: OutputPlan | undefined, film: Film) {
    this.signed = signed
    this.#output = output
    this.#film = film
    this.#grid = gridOf(signed.spec)
    this.#accepted = new UnitSet(this.#grid.units)
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
        if (pixels !== undefined && this.#accepted.add(record.unit)) {
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
        record.accepted.forEach((range) => { this.#accepted.addRange(range) })
        record.parked.forEach((unit) => { this.#parked.add(unit) })
        this.#account = new Account(record.totals)
        return
      case 'film':
        if (pixels !== undefined) {
          this.#film.restore(record.unit, pixels)
        }
        return
      case 'frame':
        this.#frames.set(record.frame, { hash: record.hash, files: record.files })
        this.#film.drop(record.frame)
        return
      case 'video':
        this.#video = record.outcome
        return
      case 'done':
        this.#done = { filmHash: record.filmHash, wallMs: record.wallMs }
    }
  }

  result (): RestoredJob {
    const accepted: UnitRange[] = acceptedRanges(this.#accepted)
    return {
      signed: this.signed,
      control: this.#control,
      output: this.#output,
      epoch: this.#epoch,
      accepted,
      parked: [...this.#parked].filter((unit) => !this.#accepted.has(unit)),
      out: new Map([...this.#out].filter(([unit]) => !this.#accepted.has(unit) && !this.#parked.has(unit))),
      totals: this.#account.totals(),
      troubles: this.#troubles.all(),
      film: this.#film,
      frames: this.#frames,
      video: this.#video,
      done: this.#done
    }
  }
}

/** The one place that walks all units, once per start. */
function acceptedRanges (accepted: UnitSet): UnitRange[] {
  return rangesOf((function * () {
    for (let unit = 0; unit < accepted.units; unit++) {
      if (accepted.has(unit)) {
        yield unit
      }
    }
  })())
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
