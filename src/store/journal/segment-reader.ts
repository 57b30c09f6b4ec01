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

/** A record of which only the head was read. */
export interface RawHead {
  readonly head: Uint8Array
  readonly prefix: Uint8Array
  /** Position of the record's first byte, and of the first one behind it. */
  readonly from: number
  readonly end: number
  readonly bodyBytes: number
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

  /** @param windowBytes - how much is read at once: little for who skips most of it. @default READ_WINDOW_BYTES */
  constructor (file: DiskFile, size: number, windowBytes: number = READ_WINDOW_BYTES) {
    this.#file = file
    this.#size = size
    this.#window = new Uint8Array(Math.min(windowBytes, size))
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
    yield * this.#walk(marker, async (position) => this.#recordAt(marker, position), onDamage)
  }

  /**
   * The heads of all records that are there in their full length, without reading their bodies; whether those are intact, {@link body} finds.
   * `isHead` says whether a head is intact and belongs to a body of so many bytes: the record's own checksum can not, as it is over both.
   */
  async * heads (marker: Uint8Array, isHead: (head: Uint8Array, bodyBytes: number) => boolean, onDamage: (damage: Damage) => void): AsyncGenerator<RawHead> {
    yield * this.#walk(marker, async (position) => {
      const found = await this.#headAt(marker, position)
      return found !== undefined && isHead(found.head, found.bodyBytes) ? found : undefined
    }, onDamage)
  }

  /** The body of a record; undefined when it, or the head, is damaged. */
  async body ({ prefix, head, bodyBytes, end }: RawHead): Promise<Uint8Array | undefined> {
    const body = await this.#copy(end - bodyBytes, bodyBytes)
    return isIntact(prefix, head, body) ? body : undefined
  }

  /** What is found one behind the other from the first record on; damage is stepped over. */
  async * #walk<Found extends { readonly end: number }> (marker: Uint8Array, at: (position: number) => Promise<Found | undefined>, onDamage: (damage: Damage) => void): AsyncGenerator<Found> {
    let position = HEADER_BYTES
    while (position < this.#size) {
      let found = await at(position)
      if (found === undefined) {
        const next = await this.#find(marker, position + 1, at)
        onDamage({ from: position, end: next?.from ?? this.#size, place: next === undefined ? 'tail' : 'middle' })
        if (next === undefined) {
          return
        }
        found = next.found
      }
      yield found
      position = found.end
    }
  }

  /** The record at this position, if a whole one is there. */
  async #recordAt (marker: Uint8Array, position: number): Promise<RawRecord | undefined> {
    const found = await this.#headAt(marker, position)
    const body = found === undefined ? undefined : await this.body(found)
    return found === undefined || body === undefined ? undefined : { head: found.head, body, end: found.end }
  }

  /** The head at this position, if one is there whose record does not end behind the file. */
  async #headAt (marker: Uint8Array, position: number): Promise<RawHead | undefined> {
    const prefix = (await this.#view(position, PREFIX_BYTES)).slice()
    const lengths = decodePrefix(marker, prefix)
    const end = position + PREFIX_BYTES + (lengths?.headBytes ?? 0) + (lengths?.bodyBytes ?? 0)
    if (lengths === undefined || end > this.#size) {
      return undefined
    }
    return { head: await this.#copy(position + PREFIX_BYTES, lengths.headBytes), prefix, from: position, end, bodyBytes: lengths.bodyBytes }
  }

  /** The first place at or behind a position where there is something behind a marker. */
  async #find<Found> (marker: Uint8Array, position: number, at: (position: number) => Promise<Found | undefined>): Promise<{ readonly from: number, readonly found: Found } | undefined> {
    while (position + PREFIX_BYTES <= this.#size) {
      const view = await this.#view(position, this.#window.byteLength)
      const index = Buffer.from(view.buffer, view.byteOffset, view.byteLength).indexOf(marker)
      if (index === -1) {
        position += Math.max(1, view.byteLength - MARKER_BYTES + 1)
        continue
      }
      const found = await at(position + index)
      if (found !== undefined) {
        return { from: position + index, found }
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
      this.#windowEnd = position + await this.#file.read(this.#window.subarray(0, Math.min(this.#window.byteLength, Math.max(0, this.#size - position))), position)
    }
    return this.#window.subarray(position - this.#windowFrom, Math.max(position, Math.min(end, this.#windowEnd)) - this.#windowFrom)
  }

  async #copy (position: number, length: number): Promise<Uint8Array> {
    if (length <= this.#window.byteLength) {
      return (await this.#view(position, length)).slice()
    }
    const bytes = new Uint8Array(length)
    return bytes.subarray(0, await this.#file.read(bytes, position))
  }
}
