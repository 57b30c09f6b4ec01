import { UnitSet } from '../../core/ledger.ts'
import { contentOf, placeOf } from '../../core/units.ts'
import { FilmGoneError } from '../../errors.ts'
import type { Epoch } from '../../core/epoch.ts'
import type { PeerId, UnitIndex } from '../../core/ids.ts'
import type { SignedJob } from '../../core/messages.ts'
import type { KeptUnit } from '../../core/questions.ts'
import type { UnitGrid } from '../../core/units.ts'
import type { Film, FilmPart, Sha256 } from '../../ports.ts'
import type { PlacementSource } from './placement.ts'

/** What a requester has of its job. */
export interface OwnResults {
  readonly signed: SignedJob
  readonly film: Film
  /** Whether a frame's film and picture are on disk: the film in memory has forgotten it then. */
  isFinished (frame: number): boolean
  /** The film of a frame. @throws FilmGoneError when it was finished and is not kept any more */
  filmOf (frame: number): Promise<Float32Array>
}

/** What a requester has accepted, as results that others can keep for it: pixels of units, and merged parts of the film. */
export class OwnSource implements PlacementSource {
  readonly units: UnitSet
  readonly #results: OwnResults
  readonly #grid: UnitGrid
  readonly #self: PeerId
  readonly #sha256: Sha256
  readonly #epoch: () => Epoch

  constructor (results: OwnResults, grid: UnitGrid, self: PeerId, sha256: Sha256, epoch: () => Epoch) {
    this.#results = results
    this.#grid = grid
    this.#self = self
    this.#sha256 = sha256
    this.#epoch = epoch
    this.units = new UnitSet(grid.units)
  }

  get size (): number {
    return this.units.size
  }

  async * read (wanted: UnitSet): AsyncIterable<KeptUnit> {
    const given = new UnitSet(this.#grid.units)
    let saved: { readonly frame: number, readonly pixels: Float32Array | undefined } | undefined
    for (const unit of wanted.values()) {
      if (given.has(unit) || !this.units.has(unit)) {
        continue
      }
      const { frame } = placeOf(this.#grid, unit)
      if (saved?.frame !== frame) {
        saved = { frame, pixels: this.#results.isFinished(frame) ? await this.#saved(frame) : undefined }
      }
      const part = this.#part(unit, frame, saved.pixels)
      if (part !== undefined) {
        given.addRange(part.units)
        yield this.#kept(part)
      }
    }
  }

  async #saved (frame: number): Promise<Float32Array | undefined> {
    try {
      return await this.#results.filmOf(frame)
    } catch (error) {
      if (error instanceof FilmGoneError) {
        return undefined
      }
      throw error
    }
  }

  /** Undefined for a frame that was finished since it was looked at, or whose film is gone: it is looked at again the next time. */
  #part (unit: UnitIndex, frame: number, saved: Float32Array | undefined): FilmPart | undefined {
    if (saved !== undefined) {
      return this.#results.film.partOfFrame(unit, saved)
    }
    return this.#results.isFinished(frame) ? undefined : this.#results.film.part(unit)
  }

  #kept ({ unit, units, content, bytes }: FilmPart): KeptUnit {
    return {
      head: {
        job: this.#results.signed.id,
        unit,
        // Nobody goes by the token of what is kept; every head has one.
        token: { epoch: this.#epoch(), grant: 1 },
        content: contentOf(this.#grid),
        bytes: bytes.byteLength,
        sha256: this.#sha256(bytes),
        phases: { transferMs: 0, loadMs: 0, renderMs: 0 },
        keep: { content, units, worker: this.#self }
      },
      bytes
    }
  }
}
