import { covers, holdsAny, isKeptHead } from '../../core/custody/kept-head.ts'
import { UnitSet } from '../../core/ledger.ts'
import { gridOf } from '../../core/units.ts'
import { StoreError } from '../../errors.ts'
import type { KeptHead } from '../../core/custody/kept-head.ts'
import type { JobId, UnitIndex } from '../../core/ids.ts'
import type { KeepMark, ResultHead, SignedJob } from '../../core/messages.ts'
import type { KeptUnit } from '../../core/questions.ts'
import type { UnitGrid } from '../../core/units.ts'
import type { KeptUnits, KeptUnitsStore } from '../../ports.ts'

/** Keeps room free for so many bytes until the returned function is called. @throws StoreError when there is none */
export type Reserve = (bytes: number) => () => void

/**
 * Results of one job that lie on this disk for its requester. A merged part of the film stands for all units that are in it: once it is here,
 * what it was merged from is no longer sent to anybody.
 */
export class KeptJob {
  readonly job: JobId
  readonly signed: SignedJob
  readonly #grid: UnitGrid
  readonly #folder: KeptUnits
  readonly #reserve: Reserve
  readonly #putting = new Map<string, Promise<void>>()
  /** Of each tile of which merged parts are here, by its first unit, where the longest that begins there ends. Empty unless a tile has several units. */
  #merged = new Map<UnitIndex, UnitIndex>()
  #units: UnitSet
  readonly #recounts = new Set<KeptHead[]>()

  private constructor (signed: SignedJob, folder: KeptUnits, reserve: Reserve) {
    this.job = signed.id
    this.signed = signed
    this.#grid = gridOf(signed.spec)
    this.#folder = folder
    this.#reserve = reserve
    this.#units = new UnitSet(this.#grid.units)
  }

  /** Opens what is kept of a job, or begins to keep it. @throws StoreError */
  static async open (store: KeptUnitsStore, signed: SignedJob, reserve: Reserve): Promise<KeptJob> {
    const kept = new KeptJob(signed, await store.open(signed.id), reserve)
    try {
      await kept.#recount()
    } catch (error) {
      await kept.close().catch(() => {})
      throw error
    }
    return kept
  }

  /** Units that are on this disk, alone or merged. Grows with what is put; what is found damaged is no longer in it. */
  get units (): UnitSet {
    return this.#units
  }

  /** Bytes on disk. */
  get bytes (): number {
    return this.#folder.bytes
  }

  /**
   * Resolves once a result is on disk. A copy that arrives meanwhile waits for the same disk.
   *
   * @throws StoreError when it is not of this job, the disk refuses it or there is no room for it; nothing of it is kept then
   */
  async put (head: ResultHead, bytes: Uint8Array): Promise<'kept' | 'duplicate'> {
    if (!isKeptHead(this.#grid, head)) {
      throw new StoreError('that is not a result of the job for which it is to be kept')
    }
    if (covers(this.#units, head.keep)) {
      return 'duplicate'
    }
    const key = keyOf(head.keep)
    const twin = this.#putting.get(key)
    if (twin !== undefined) {
      await twin
      return 'duplicate'
    }
    const putting = this.#put(head, bytes)
    this.#putting.set(key, putting)
    try {
      await putting
    } finally {
      this.#putting.delete(key)
    }
    return 'kept'
  }

  /** What is kept of these units, in the order in which it came; of a tile with merged parts the longest stands for all that is in it. */
  async * read (wanted: UnitSet): AsyncIterable<KeptUnit> {
    const expected = this.#units.copy()
    const seen = new UnitSet(this.#grid.units)
    const isWanted = (head: ResultHead): boolean => isKeptHead(this.#grid, head) && holdsAny(wanted, head.keep) && !this.#isMerged(head.keep)
    for await (const kept of this.#folder.read(isWanted)) {
      seen.addRange((kept.head as KeptHead).keep.units)
      yield kept
    }
    for (const unit of wanted.values()) {
      if (expected.has(unit) && !seen.has(unit)) {
        // Its disk has lost something: what is told of it from now on is what is left.
        await this.#recount()
        return
      }
    }
  }

  async close (): Promise<void> {
    await this.#folder.close()
  }

  async #put (head: KeptHead, bytes: Uint8Array): Promise<void> {
    const settle = this.#reserve(head.bytes)
    try {
      await this.#folder.put(head, bytes)
    } finally {
      settle()
    }
    note(this.#units, this.#merged, this.#grid, head)
    this.#recounts.forEach((putMeanwhile) => { putMeanwhile.push(head) })
  }

  /** Counts anew what the disk has, with what is put meanwhile. */
  async #recount (): Promise<void> {
    const units = new UnitSet(this.#grid.units)
    const merged = new Map<UnitIndex, UnitIndex>()
    const putMeanwhile: KeptHead[] = []
    this.#recounts.add(putMeanwhile)
    try {
      for await (const head of this.#folder.heads()) {
        if (isKeptHead(this.#grid, head)) {
          note(units, merged, this.#grid, head)
        }
      }
      putMeanwhile.forEach((head) => { note(units, merged, this.#grid, head) })
      this.#units = units
      this.#merged = merged
    } finally {
      this.#recounts.delete(putMeanwhile)
    }
  }

  /** Whether a longer merged part has all that a result has. */
  #isMerged ({ units: { first, end } }: KeepMark): boolean {
    const tile = first - first % this.#grid.runs
    const mergedEnd = this.#merged.get(tile)
    return mergedEnd !== undefined && end <= mergedEnd && mergedEnd - tile > end - first
  }
}

function note (units: UnitSet, merged: Map<UnitIndex, UnitIndex>, grid: UnitGrid, { keep }: KeptHead): void {
  const { first, end } = keep.units
  units.addRange(keep.units)
  if (keep.content === 'film' && grid.runs > 1 && first % grid.runs === 0) {
    merged.set(first, Math.max(end, merged.get(first) ?? 0))
  }
}

function keyOf ({ content, units: { first, end } }: KeepMark): string {
  return `${content} ${first} ${end}`
}
