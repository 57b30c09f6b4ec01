import assert from 'node:assert/strict'
import { crc32, inflateSync } from 'node:zlib'

/** An RGBA picture read from a PNG. */
export interface ReadPng {
  readonly width: number
  readonly height: number
  readonly depth: 8 | 16
  /** Width × height × 4, row-major from the top left. */
  readonly data: Uint8Array | Uint16Array
}

const SIGNATURE = '89504e470d0a1a0a'
const RGBA = 6

/**
 * Reads the PNGs the product writes by the book (PNG specification, third edition), sharing no code with what wrote them: 8 or 16 bit RGBA,
 * not interlaced, every checksum looked at.
 */
export function readPng (file: Uint8Array): ReadPng {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  assert.equal(bytes.toString('hex', 0, 8), SIGNATURE)
  const chunks = [...chunksOf(bytes)]
  const header = chunks[0]!.data
  assert.equal(chunks[0]!.type, 'IHDR')
  assert.equal(chunks.at(-1)!.type, 'IEND')
  const [width, height, depth] = [header.readUInt32BE(0), header.readUInt32BE(4), header[8]]
  assert.ok(depth === 8 || depth === 16)
  assert.deepEqual([...header.subarray(9)], [RGBA, 0, 0, 0])
  const raw = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)))
  const pixels = unfilter(raw, width * 4 * depth / 8, height, 4 * depth / 8)
  return { width, height, depth, data: depth === 8 ? Uint8Array.from(pixels) : Uint16Array.from({ length: pixels.length / 2 }, (_, index) => pixels.readUInt16BE(index * 2)) }
}

function * chunksOf (bytes: Buffer): Generator<{ readonly type: string, readonly data: Buffer }> {
  for (let at = 8; at < bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at)
    assert.equal(crc32(bytes.subarray(at + 4, end)), bytes.readUInt32BE(end), 'the checksum of a chunk')
    yield { type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) }
    at = end + 4
  }
}

/** Undoes the five filters; `step` is the bytes of one pixel. */
function unfilter (raw: Buffer, rowBytes: number, rows: number, step: number): Buffer {
  assert.equal(raw.length, (rowBytes + 1) * rows)
  const out = Buffer.alloc(rowBytes * rows)
  for (let y = 0; y < rows; y++) {
    const filter = raw[y * (rowBytes + 1)]!
    assert.ok(filter <= 4)
    for (let x = 0; x < rowBytes; x++) {
      const left = x < step ? 0 : out[y * rowBytes + x - step]!
      const up = y === 0 ? 0 : out[(y - 1) * rowBytes + x]!
      const upLeft = x < step || y === 0 ? 0 : out[(y - 1) * rowBytes + x - step]!
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, upLeft)][filter]!
      out[y * rowBytes + x] = raw[y * (rowBytes + 1) + 1 + x]! + predicted
    }
  }
  return out
}

function paeth (left: number, up: number, upLeft: number): number {
  const guess = left + up - upLeft
  const [toLeft, toUp, toUpLeft] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - upLeft)]
  return toLeft <= toUp && toLeft <= toUpLeft ? left : toUp <= toUpLeft ? up : upLeft
}
