import assert from 'node:assert/strict'
import { ANIMATION_HEAD_BYTES, MAX_WEBP_BYTES, animationFrame, animationHead, frameDurationMs } from '../../../src/film/video/webp-animation.ts'
import { readWebpAnimation } from '../../support/read-webp-animation.ts'

/** A WebP file of these chunks, by their names and payloads. */
function still (...chunks: readonly [name: string, payload: readonly number[]][]): Uint8Array {
  const body = chunks.map(([name, payload]) => {
    const bytes = Buffer.alloc(8 + payload.length + payload.length % 2)
    bytes.write(name, 'latin1')
    bytes.writeUInt32LE(payload.length, 4)
    bytes.set(payload, 8)
    return bytes
  })
  const riff = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  riff.writeUInt32LE(4 + body.reduce((sum, { length }) => sum + length, 0), 4)
  return Buffer.concat([riff, ...body])
}

const LOSSY = still(['VP8 ', [1, 2, 3]])

describe('film/video/webp-animation', () => {
  it('lays stills behind each other, as the specification says', () => {
    const stills = [
      LOSSY,
      still(['VP8X', [0x10, 0, 0, 0, 4, 0, 0, 2, 0, 0]], ['ALPH', [9]], ['VP8 ', [4, 5]], ['EXIF', [6]]),
      still(['VP8L', [0x2f, 0, 0, 0, 0x10]]),
      still(['VP8L', [0x2f, 0, 0, 0, 0x00, 7]])
    ]
    const frames = stills.map((one, index) => animationFrame(one, 5, 3, 40 + index))
    assert.deepEqual(frames.map(({ alpha }) => alpha), ['opaque', 'transparent', 'transparent', 'opaque'])
    const body = Buffer.concat(frames.map(({ bytes }) => bytes))
    const head = animationHead({ width: 5, height: 3, alpha: 'transparent', fileBytes: ANIMATION_HEAD_BYTES + body.length })
    assert.equal(head.length, ANIMATION_HEAD_BYTES)
    const read = readWebpAnimation(Buffer.concat([head, body]))
    assert.deepEqual({ ...read, frames: read.frames.length }, { width: 5, height: 3, alpha: true, loops: 0, frames: 4 })
    assert.deepEqual(read.frames.map(({ chunks }) => chunks), [['VP8 '], ['ALPH', 'VP8 '], ['VP8L'], ['VP8L']])
    assert.deepEqual(read.frames.map(({ durationMs }) => durationMs), [40, 41, 42, 43])
    assert.ok(read.frames.every(({ x, y, width, height, blends, disposes }) => x === 0 && y === 0 && width === 5 && height === 3 && !blends && !disposes))
  })

  it('has sides of up to 16383 pixels and files of up to 4 GiB', () => {
    const head = Buffer.from(animationHead({ width: 16_383, height: 1, alpha: 'opaque', fileBytes: MAX_WEBP_BYTES }))
    assert.equal(head.readUIntLE(24, 3), 16_382)
    assert.equal(head.readUInt32LE(4), MAX_WEBP_BYTES - 8)
    assert.throws(() => animationHead({ width: 1, height: 1, alpha: 'opaque', fileBytes: MAX_WEBP_BYTES + 1 }), RangeError)
  })

  it('refuses what is no still', () => {
    assert.throws(() => animationFrame(new Uint8Array(3), 1, 1, 1), /no WebP/)
    assert.throws(() => animationFrame(LOSSY.subarray(0, LOSSY.length - 2), 1, 1, 1), /ends too early/)
    assert.throws(() => animationFrame(still(['EXIF', [1]]), 1, 1, 1), /no picture/)
  })

  it('shows frames for whole milliseconds that add up', () => {
    for (const fps of [24, 23.976, 25, 60, 240, 0.1]) {
      const durations = Array.from({ length: 1_000 }, (_, index) => frameDurationMs(index, fps))
      assert.equal(durations.reduce((sum, ms) => sum + ms, 0), Math.round(1_000_000 / fps))
      assert.ok(durations.every((ms) => Math.abs(ms - 1000 / fps) <= 1))
    }
  })
})
