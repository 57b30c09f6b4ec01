import assert from 'node:assert/strict'
import { encodePng } from '../../src/film/png.ts'
import { quantizeTo16, quantizeTo8, roundTo8 } from '../../src/film/quantize.ts'
import { createView, encodeSrgb } from '../../src/film/tonemap.ts'
import { picture } from '../support/pictures.ts'
import { readPng } from '../support/read-png.ts'

const linear = createView({ toneMap: 'linear' })

/** The linear light that is exactly this byte on an sRGB display. */
function lightOf (byte: number): number {
  const encoded = byte / 255
  return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4
}

/** The chunks of a PNG in order. */
function chunksOf (png: Uint8Array): { type: string, data: Uint8Array }[] {
  const view = Buffer.from(png.buffer, png.byteOffset, png.length)
  const chunks = []
  for (let at = 8; at < view.length;) {
    const length = view.readUInt32BE(at)
    chunks.push({ type: view.toString('latin1', at + 4, at + 8), data: view.subarray(at + 8, at + 8 + length) })
    at += 12 + length
  }
  return chunks
}

describe('film/png', () => {
  for (const [width, height] of [[1, 1], [17, 33], [64, 3]] as const) {
    it(`is read back sample by sample: ${width} × ${height}`, () => {
      for (const samples of [quantizeTo8(picture(width, height), width, 0, linear), quantizeTo16(picture(width, height), linear)]) {
        const read = readPng(encodePng(width, height, samples))
        assert.deepEqual([read.width, read.height, read.depth], [width, height, samples.BYTES_PER_ELEMENT * 8])
        assert.deepEqual(read.data, samples)
      }
    })
  }

  it('says that its colours are sRGB before the pixels', () => {
    const chunks = chunksOf(encodePng(2, 2, new Uint8Array(16)))
    assert.deepEqual(chunks.map(({ type }) => type), ['IHDR', 'gAMA', 'sRGB', 'IDAT', 'IEND'])
    assert.equal(Buffer.from(chunks[1]!.data).readUInt32BE(0), 45_455)
    assert.deepEqual([...chunks[2]!.data], [0])
  })
})

describe('film/quantize', () => {
  it('leaves alone what 8 bits hold exactly, at every place of the pattern', () => {
    const pixels = Float32Array.from({ length: 256 * 4 }, (_, i) => i % 4 === 3 ? 1 : lightOf(i >> 2))
    for (let row = 0; row < 16; row++) {
      const bytes = quantizeTo8(pixels, 256, row * 37, linear)
      assert.deepEqual([...bytes], Array.from({ length: 256 * 4 }, (_, i) => i % 4 === 3 ? 255 : i >> 2))
    }
  })

  it('dithers to the right mean, by less than one step', () => {
    const value = Math.fround(lightOf(100.25))
    const pixels = new Float32Array(64 * 64 * 4).fill(value)
    const bytes = quantizeTo8(pixels.map((v, i) => i % 4 === 3 ? 1 : v), 64, 0, linear)
    const reds = bytes.filter((_, i) => i % 4 === 0)
    assert.deepEqual([...new Set(reds)].sort(), [100, 101])
    const mean = reds.reduce((sum, red) => sum + red, 0) / reds.length
    assert.ok(Math.abs(mean - encodeSrgb(value) * 255) < 0.02, String(mean))
  })

  it('dithers a band of rows as it dithers the whole', () => {
    const pixels = picture(33, 40)
    const whole = quantizeTo8(pixels, 33, 0, linear)
    const band = quantizeTo8(pixels.subarray(33 * 16 * 4), 33, 16, linear)
    assert.deepEqual(band, whole.slice(33 * 16 * 4))
  })

  it('rounds 16 bits, alpha and previews to the nearest', () => {
    const pixels = Float32Array.of(lightOf(100), 1, 0, 0.5)
    // 0.5 coverage: colour is doubled before it is shown.
    assert.deepEqual([...quantizeTo16(pixels, linear)], [Math.round(encodeSrgb(2 * pixels[0]!) * 65_535), 65_535, 0, 32_768])
    assert.deepEqual([...roundTo8(Float32Array.of(lightOf(100.4), lightOf(100.6), 0, 1), linear)], [100, 101, 0, 255])
    assert.equal(quantizeTo8(pixels, 1, 0, linear)[3], 128)
  })
})
