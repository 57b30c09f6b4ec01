import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { StoreError } from '../../errors.ts'
import { MAX_BODY_BYTES, MAX_HEAD_BYTES } from '../limits.ts'

/**
 * The bytes of a journal on disk; all numbers little-endian.
 *
 * A segment begins with a header of 32 bytes: magic (8), version (u16), zero (u16), number of the segment (u32), marker (8), zero (4),
 * crc32 of the 28 bytes before (u32). Then records, one behind the other: marker (8), bytes of the head (u32), bytes of the body (u32),
 * crc32 of both numbers, head and body (u32), head (JSON), body (pixels).
 *
 * The marker is random in each segment. It lets a reader find the next record behind damage; and since nobody else knows it,
 * a worker can not deliver pixels that look like records.
 */

const MAGIC = Buffer.from('TMESHJNL', 'latin1')
const VERSION = 1

/** Bytes of a segment's header. */
export const HEADER_BYTES = 32

/** Bytes of what precedes each record's head. */
export const PREFIX_BYTES = 20

/** Bytes of the marker before each record. */
export const MARKER_BYTES = 8

/** A new random marker. */
export function newMarker (): Uint8Array {
  return randomBytes(MARKER_BYTES)
}

/** The header of a segment. */
export function encodeHeader (segment: number, marker: Uint8Array): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES)
  MAGIC.copy(header, 0)
  header.writeUInt16LE(VERSION, 8)
  header.writeUInt32LE(segment, 12)
  header.set(marker, 16)
  header.writeUInt32LE(crc32(header.subarray(0, 28)), 28)
  return header
}

/**
 * The marker of a segment from its header; undefined when the header is damaged.
 *
 * @throws StoreError when a later version wrote it
 */
export function decodeHeader (bytes: Uint8Array): Uint8Array | undefined {
  const header = asBuffer(bytes)
  if (header.byteLength < HEADER_BYTES || !header.subarray(0, 8).equals(MAGIC) || header.readUInt32LE(28) !== crc32(header.subarray(0, 28))) {
    return undefined
  }
  const version = header.readUInt16LE(8)
  if (version !== VERSION) {
    throw new StoreError(`A journal was written by another version of tilemesh (format ${version}); update tilemesh`)
  }
  return Uint8Array.from(header.subarray(16, 24))
}

/** What precedes a record's head and body. @throws StoreError when they are larger than a reader takes */
export function encodePrefix (marker: Uint8Array, head: Uint8Array, body: Uint8Array): Uint8Array {
  if (head.byteLength > MAX_HEAD_BYTES || body.byteLength > MAX_BODY_BYTES) {
    throw new StoreError(`A journal record of ${head.byteLength} + ${body.byteLength} bytes is too large`)
  }
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.set(marker, 0)
  prefix.writeUInt32LE(head.byteLength, 8)
  prefix.writeUInt32LE(body.byteLength, 12)
  prefix.writeUInt32LE(checksum(prefix, head, body), 16)
  return prefix
}

/** The lengths a prefix claims; undefined when it is no prefix of this segment. */
export function decodePrefix (marker: Uint8Array, bytes: Uint8Array): { readonly headBytes: number, readonly bodyBytes: number } | undefined {
  const prefix = asBuffer(bytes)
  if (prefix.byteLength < PREFIX_BYTES || !prefix.subarray(0, MARKER_BYTES).equals(marker)) {
    return undefined
  }
  const headBytes = prefix.readUInt32LE(8)
  const bodyBytes = prefix.readUInt32LE(12)
  return headBytes <= MAX_HEAD_BYTES && bodyBytes <= MAX_BODY_BYTES ? { headBytes, bodyBytes } : undefined
}

/** Whether head and body are those the prefix was made for. */
export function isIntact (prefix: Uint8Array, head: Uint8Array, body: Uint8Array): boolean {
  return asBuffer(prefix).readUInt32LE(16) === checksum(prefix, head, body)
}

function checksum (prefix: Uint8Array, head: Uint8Array, body: Uint8Array): number {
  return crc32(body, crc32(head, crc32(prefix.subarray(MARKER_BYTES, 16))))
}

function asBuffer (bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** A segment's place in the journal, as its file name says. A `checkpoint` replaces all segments of lower number. */
export interface SegmentName {
  readonly number: number
  readonly kind: 'log' | 'checkpoint'
  readonly file: string
}

/** The file name of a segment: numbers grow and are never used twice within a job. */
export function segmentName (number: number, kind: 'log' | 'checkpoint'): SegmentName {
  return { number, kind, file: `${String(number).padStart(6, '0')}.${kind === 'log' ? 'seg' : 'checkpoint'}` }
}

/** Reads a segment's file name; undefined for any other name. */
export function parseSegmentName (file: string): SegmentName | undefined {
  const match = /^(\d{6,10})\.(seg|checkpoint)$/.exec(file)
  return match === null ? undefined : { number: Number(match[1]), kind: match[2] === 'seg' ? 'log' : 'checkpoint', file }
}
