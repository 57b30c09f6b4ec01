/**
 * Animated WebP: still pictures, as an encoder makes them, laid one behind the other in one file.
 *
 * Layout after the WebP Container Specification (developers.google.com/speed/webp/docs/riff_container): RIFF chunks of a four-letter name, a
 * little-endian length and a payload, padded to an even length: VP8X (what the file has, its size), ANIM (how it repeats), then an ANMF for each
 * frame, in which the ALPH and VP8 or VP8L chunks of a still picture stand.
 */

/** Bytes before the first frame. Written again at the end, when it is known how long the file is and whether anything in it is transparent. */
export const ANIMATION_HEAD_BYTES = 44

/** A still picture has 14 bits for each side. */
export const MAX_WEBP_SIDE = 16_383

/** Pixels of a frame for which the encoder finds room in its memory of 2 GiB, and a good deal more than anybody can watch. */
export const MAX_WEBP_PIXELS = 2 ** 26

/** The length of a file stands in 32 bits and does not count its first 8 bytes; it is even. */
export const MAX_WEBP_BYTES = 2 ** 32 - 2

/** Flags of VP8X. */
const HAS_ALPHA = 0x10
const HAS_ANIMATION = 0x02

/** Flags of ANMF: the frame replaces what was there, and stays. */
const DO_NOT_BLEND = 0x02

/** A still's chunks before its first: RIFF, length, WEBP. */
const RIFF_HEAD_BYTES = 12
const CHUNK_HEAD_BYTES = 8

/** What stands in an animation's head. */
export interface AnimationHead {
  /** Pixels, 1 … {@link MAX_WEBP_SIDE}. */
  readonly width: number
  readonly height: number
  /** Whether any frame has transparent pixels. */
  readonly alpha: 'opaque' | 'transparent'
  /** Bytes of the whole file, this head included. */
  readonly fileBytes: number
}

/** The first {@link ANIMATION_HEAD_BYTES} bytes of a file that repeats without end. @throws RangeError beyond {@link MAX_WEBP_BYTES} */
export function animationHead ({ width, height, alpha, fileBytes }: AnimationHead): Uint8Array {
  if (fileBytes > MAX_WEBP_BYTES) {
    throw new RangeError(`an animated WebP has at most ${MAX_WEBP_BYTES} bytes, not ${fileBytes}`)
  }
  const extended = Buffer.alloc(10)
  extended[0] = HAS_ANIMATION | (alpha === 'transparent' ? HAS_ALPHA : 0)
  extended.writeUIntLE(width - 1, 4, 3)
  extended.writeUIntLE(height - 1, 7, 3)
  const riff = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  riff.writeUInt32LE(fileBytes - CHUNK_HEAD_BYTES, 4)
  return Buffer.concat([riff, chunk('VP8X', extended), chunk('ANIM', Buffer.alloc(6))])
}

/** A frame of an animation. */
export interface AnimationFrame {
  /** Its ANMF chunk. */
  readonly bytes: Uint8Array
  readonly alpha: 'opaque' | 'transparent'
}

/**
 * Makes a frame of a still picture that covers the whole animation.
 *
 * @param still a WebP file with one picture, lossy or lossless
 * @param durationMs 1 … 16777215
 * @throws RangeError when it is no such file
 */
export function animationFrame (still: Uint8Array, width: number, height: number, durationMs: number): AnimationFrame {
  const head = Buffer.alloc(16)
  head.writeUIntLE(width - 1, 6, 3)
  head.writeUIntLE(height - 1, 9, 3)
  head.writeUIntLE(durationMs, 12, 3)
  head[15] = DO_NOT_BLEND
  const parts: Uint8Array[] = [head]
  let alpha: AnimationFrame['alpha'] = 'opaque'
  for (const { name, payload } of chunksOf(still)) {
    if (name === 'ALPH' || name === 'VP8 ' || name === 'VP8L') {
      parts.push(chunk(name, payload))
      if (name === 'ALPH' || (name === 'VP8L' && (payload[4]! & 0x10) !== 0)) {
        alpha = 'transparent'
      }
    }
  }
  if (parts.length === 1) {
    throw new RangeError('there is no picture in this WebP file')
  }
  return { bytes: chunk('ANMF', Buffer.concat(parts)), alpha }
}

/** Whole milliseconds for which a frame is shown: they add up to the true length, however many frames there are. */
export function frameDurationMs (index: number, fps: number): number {
  return Math.round((index + 1) * 1000 / fps) - Math.round(index * 1000 / fps)
}

function * chunksOf (file: Uint8Array): Generator<{ readonly name: string, readonly payload: Uint8Array }> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, RIFF_HEAD_BYTES) !== 'WEBP') {
    throw new RangeError('this is no WebP file')
  }
  for (let at = RIFF_HEAD_BYTES; at + CHUNK_HEAD_BYTES <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 4)
    const start = at + CHUNK_HEAD_BYTES
    if (start + length > bytes.length) {
      throw new RangeError('a WebP file ends too early')
    }
    yield { name: bytes.toString('latin1', at, at + 4), payload: bytes.subarray(start, start + length) }
    at = start + length + length % 2
  }
}

function chunk (name: string, payload: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(CHUNK_HEAD_BYTES + payload.length + payload.length % 2)
  bytes.write(name, 0, 'latin1')
  bytes.writeUInt32LE(payload.length, 4)
  bytes.set(payload, CHUNK_HEAD_BYTES)
  return bytes
}
