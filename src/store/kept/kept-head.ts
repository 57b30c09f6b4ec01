import { crc32 } from 'node:zlib'
import { StoreError } from '../../errors.ts'
import { ShapeError, epoch, fields, hash, number, phases, text, whole } from '../json-shape.ts'
import { MAX_KEPT_HEAD_BYTES } from '../limits.ts'
import type { JobId } from '../../core/ids.ts'
import type { KeepMark, ResultHead } from '../../core/messages.ts'
import type { UnitContent } from '../../core/units.ts'

/**
 * The head of a kept result as bytes: crc32 of the rest (u32, little-endian), then JSON. It has a checksum of its own, because heads are read
 * without the bytes that follow them, and the checksum of the journal's record is over both.
 */

const CHECKSUM_BYTES = 4

/** Encodes a head. @throws StoreError when it is larger than {@link MAX_KEPT_HEAD_BYTES} */
export function encodeHead (head: ResultHead): Uint8Array {
  const bytes = Buffer.concat([Buffer.alloc(CHECKSUM_BYTES), Buffer.from(JSON.stringify(head), 'utf8')])
  if (bytes.byteLength > MAX_KEPT_HEAD_BYTES) {
    throw new StoreError(`The head of a result takes ${bytes.byteLength} bytes, and at most ${MAX_KEPT_HEAD_BYTES} fit`)
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(CHECKSUM_BYTES)))
  return bytes
}

/** Decodes what {@link encodeHead} wrote for a result of this job with so many bytes; undefined for anything else. */
export function decodeHead (bytes: Uint8Array, job: JobId, bodyBytes: number): ResultHead | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.byteLength < CHECKSUM_BYTES || buffer.byteLength > MAX_KEPT_HEAD_BYTES || buffer.readUInt32LE() !== crc32(buffer.subarray(CHECKSUM_BYTES))) {
    return undefined
  }
  try {
    const head = typed(JSON.parse(buffer.toString('utf8', CHECKSUM_BYTES)))
    return head.job === job && head.bytes === bodyBytes ? head : undefined
  } catch (err) {
    if (err instanceof SyntaxError || err instanceof ShapeError) {
      return undefined
    }
    throw err
  }
}

function typed (value: unknown): ResultHead {
  const from = fields(value)
  const token = fields(from.token)
  return {
    job: hash(from.job),
    unit: whole(from.unit),
    token: { epoch: epoch(token.epoch), grant: whole(token.grant) },
    content: unitContent(from.content),
    bytes: number(from.bytes),
    sha256: hash(from.sha256),
    phases: phases(from.phases),
    ...(from.keep === undefined ? {} : { keep: keepMark(from.keep) })
  }
}

function unitContent (value: unknown): UnitContent {
  if (value === 'mean' || value === 'sum') {
    return value
  }
  throw new ShapeError()
}

function keepMark (value: unknown): KeepMark {
  const { content, units, worker } = fields(value)
  if (content !== 'unit' && content !== 'film') {
    throw new ShapeError()
  }
  const { first, end } = fields(units)
  return { content, units: { first: whole(first), end: whole(end) }, worker: text(worker) }
}
