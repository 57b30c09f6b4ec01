import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import type { Hash } from '../core/ids.ts'

/**
 * The hash of one frame: sha256 of its pixels as little-endian float32.
 *
 * @param pixels width × height × 4, row-major from the top left, linear premultiplied RGBA
 */
export function frameHash (pixels: Float32Array): Hash {
  return createHash('sha256').update(littleEndianBytes(pixels)).digest('hex')
}

/** The hash of a film: sha256 over the sha256 of each frame, 32 bytes each, in order. */
export function filmHash (frameHashes: readonly Hash[]): Hash {
  const hash = createHash('sha256')
  for (const frame of frameHashes) {
    hash.update(Buffer.from(frame, 'hex'))
  }
  return hash.digest('hex')
}

/** The bytes of these floats as they go to hashes and files; a view where the machine is little-endian itself. */
export function littleEndianBytes (floats: Float32Array): Uint8Array {
  const bytes = Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength)
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32()
}
