import { READ_WINDOW_BYTES } from '../limits.ts'
import { HEADER_BYTES, MARKER_BYTES, PREFIX_BYTES, decodeHeader, decodePrefix, isIntact } from './layout.ts'
import type { DiskFile } from '../disk.ts'

/** A record found whole in a segment. `body` begins at byte 0 of its own buffer, so floats can be laid over it. */
export interface RawRecord {
  readonly head: Uint8Array
  readonly body: Uint8Array
  /** Position of the first byte behind it. */
  readonly end: number
}

/** Bytes of a segment in which no record could be read, end exclusive. */
export interface Damage {
  readonly from: number
  readonly end: number
  /** `tail`: nothing whole follows, as after a crash in the middle of a write. `middle`: whole records follow. */
  readonly place: 'tail' | 'middle'
}

/**
 * Reads the records of a segment in order. Damaged bytes are reported and stepped over: the next record whose marker and checksum
 * are right is taken again, so that one bad sector costs one record. Memory: one window and one record.
 */
export class SegmentReader {
  readonly #file: DiskFile
  readonly #size: number
  /** No larger than the segment: a peer of a thousand small jobs reads them all when it starts. */
  readonly #window: Uint8Array
  #windowFrom = 0
  #windowEnd = 0

  constructor (file: DiskFile, size: number) {
    this.#file = file
    this.#size = size
    this.#window = new Uint8Array(Math.min(READ_WINDOW_BYTES, size))
  }

  /**
   * The marker of the segment, from its header; when that is damaged, from the first record, if that is whole. Undefined: nothing can be read.
   *
   * @throws StoreError when a later version wrote the segment
   */
  async marker (): Promise<Uint8Array | undefined> {
    const marker = decodeHeader(await this.#view(0, HEADER_BYTES))
    if (marker !== undefined) {
      return marker
    }
    const guess = (await this.#view(HEADER_BYTES, MARKER_BYTES)).slice()
    return guess.byteLength === MARKER_BYTES && await this.#recordAt(guess, HEADER_BYTES) !== undefined ? guess : undefined
  }

  /** All whole records, with the marker that {@link marker} found. Rejects with the disk's own errors. */
  async * records (marker: Uint8Array, onDamage: (damage: Damage) => void): AsyncGenerator<RawRecord> {
    let position = HEADER_BYTES
    while (position < this.#size) {
      let record = await this.#recordAt(marker, position)
      if (record === undefined) {
        const next = await this.#findRecord(marker, position + 1)
        onDamage({ from: position, end: next?.from ?? this.#size, place: next === undefined ? 'tail' : 'middle' })
        if (next === undefined) {
          return
        }
        record = next.record
      }
      yield record
      position = record.end
    }
  }

  /** The record at this position, if a whole one is there. */
  async #recordAt (marker: Uint8Array, position: number): Promise<RawRecord | undefined> {
    const prefix = (await this.#view(position, PREFIX_BYTES)).slice()
    const lengths = decodePrefix(marker, prefix)
    const end = position + PREFIX_BYTES + (lengths?.headBytes ?? 0) + (lengths?.bodyBytes ?? 0)
    if (lengths === undefined || end > this.#size) {
      return undefined
    }
    const head = await this.#copy(position + PREFIX_BYTES, lengths.headBytes)
    const body = await this.#copy(end - lengths.bodyBytes, lengths.bodyBytes)
    return isIntact(prefix, head, body) ? { head, body, end } : undefined
  }

  /** The first whole record at or behind a position. */
  async #findRecord (marker: Uint8Array, position: number): Promise<{ readonly from: number, readonly record: RawRecord } | undefined> {
    while (position + PREFIX_BYTES <= this.#size) {
      const view = await this.#view(position, READ_WINDOW_BYTES)
      const index = Buffer.from(view.buffer, view.byteOffset, view.byteLength).indexOf(marker)
      if (index === -1) {
        position += Math.max(1, view.byteLength - MARKER_BYTES + 1)
        continue
      }
      const record = await this.#recordAt(marker, position + index)
      if (record !== undefined) {
        return { from: position + index, record }
      }
      position += index + 1
    }
    return undefined
  }

  /** Up to `length` bytes, no more than a window; fewer at the end of the file. Valid until the next call. */
  async #view (position: number, length: number): Promise<Uint8Array> {
    const end = Math.min(position + length, this.#size)
    if (position < this.#windowFrom || end > this.#windowEnd) {
      this.#windowFrom = position
      this.#windowEnd = position + await this.#file.read(this.#window.subarray(0, Math.min(READ_WINDOW_BYTES, Math.max(0, this.#size - position))), position)
    }
    return this.#window.subarray(position - this.#windowFrom, Math.max(position, Math.min(end, this.#windowEnd)) - this.#windowFrom)
  }

  async #copy (position: number, length: number): Promise<Uint8Array> {
    if (length <= READ_WINDOW_BYTES) {
      return (await this.#view(position, length)).slice()
    }
    const bytes = new Uint8Array(length)
    return bytes.subarray(0, await this.#file.read(bytes, position))
  }
}
