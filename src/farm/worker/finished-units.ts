import type { UnitIndex } from '../../core/ids.ts'
import type { ResultHead } from '../../core/messages.ts'

/** What is known of a finished unit but the token of its lease, which may be renewed. */
export type FinishedHead = Omit<ResultHead, 'token'>

interface FinishedUnit {
  readonly head: FinishedHead
  /** Undefined while they are on the disk alone. */
  pixels: Uint8Array | undefined
  /** `writing`: on its way to the disk; `spooled`: there. */
  disk: 'none' | 'writing' | 'spooled'
  /** When it was finished, or refused by the disk last; this peer's monotonic milliseconds. */
  sinceMs: number
}

/**
 * The finished units of one job that nobody has taken yet: their heads, and their pixels in memory or in the spool.
 *
 * in memory ─ written ─▶ in memory and spooled ─ freed ─▶ spooled ─ read ─▶ in memory and spooled; any ─ delivered, revoked ─▶ gone.
 */
export class FinishedUnits {
  readonly #units = new Map<UnitIndex, FinishedUnit>()
  #bytes = 0
  #inMemoryOnly = 0

  /** Bytes of pixels that are in memory. */
  get bytes (): number {
    return this.#bytes
  }

  get size (): number {
    return this.#units.size
  }

  /** Whether some are in memory alone. */
  get hasUnspooled (): boolean {
    return this.#inMemoryOnly > 0
  }

  add (head: FinishedHead, pixels: Uint8Array, nowMs: number): void {
    this.#units.set(head.unit, { head, pixels, disk: 'none', sinceMs: nowMs })
    this.#bytes += pixels.byteLength
    this.#inMemoryOnly++
  }

  /** One that an earlier life of this peer left in the spool. */
  takeUp (head: FinishedHead): void {
    this.#units.set(head.unit, { head, pixels: undefined, disk: 'spooled', sinceMs: 0 })
  }

  units (): UnitIndex[] {
    return [...this.#units.keys()]
  }

  /** The units that are delivered next: those in memory, then those on the disk, in the order in which they came. */
  next (most: number): UnitIndex[] {
    return [...this.#filter(({ pixels }) => pixels !== undefined), ...this.onDiskOnly()].slice(0, most)
  }

  has (unit: UnitIndex): boolean {
    return this.#units.has(unit)
  }

  headOf (unit: UnitIndex): FinishedHead | undefined {
    return this.#units.get(unit)?.head
  }

  /** Undefined when they are not in memory. */
  pixelsOf (unit: UnitIndex): Uint8Array | undefined {
    return this.#units.get(unit)?.pixels
  }

  /** Units that are in memory alone since then or longer, and not on their way to the disk. */
  unspooledSince (sinceMs: number): UnitIndex[] {
    return this.#filter(({ disk, sinceMs: finishedAtMs }) => disk === 'none' && finishedAtMs <= sinceMs)
  }

  /** Units whose pixels are on the disk alone. */
  onDiskOnly (): UnitIndex[] {
    return this.#filter(({ pixels }) => pixels === undefined)
  }

  writing (unit: UnitIndex): void {
    const finished = this.#units.get(unit)
    if (finished?.disk === 'none') {
      finished.disk = 'writing'
      this.#inMemoryOnly--
    }
  }

  /** The disk has them: they leave the memory. */
  spooled (unit: UnitIndex): void {
    const finished = this.#units.get(unit)
    if (finished !== undefined) {
      finished.disk = 'spooled'
      this.#bytes -= finished.pixels?.byteLength ?? 0
      finished.pixels = undefined
    }
  }

  /** The disk refused them: they stay in memory. */
  refused (unit: UnitIndex, nowMs: number): void {
    const finished = this.#units.get(unit)
    if (finished?.disk === 'writing') {
      finished.disk = 'none'
      finished.sinceMs = nowMs
      this.#inMemoryOnly++
    }
  }

  /** The pixels were read back for their delivery. */
  loaded (unit: UnitIndex, pixels: Uint8Array): void {
    const finished = this.#units.get(unit)
    if (finished !== undefined && finished.pixels === undefined) {
      finished.pixels = pixels
      this.#bytes += pixels.byteLength
    }
  }

  forget (unit: UnitIndex): void {
    const finished = this.#units.get(unit)
    if (finished !== undefined) {
      this.#bytes -= finished.pixels?.byteLength ?? 0
      this.#inMemoryOnly -= finished.disk === 'none' ? 1 : 0
      this.#units.delete(unit)
    }
  }

  #filter (isWanted: (finished: FinishedUnit) => boolean): UnitIndex[] {
    return Array.from(this.#units).filter(([, finished]) => isWanted(finished)).map(([unit]) => unit)
  }
}
