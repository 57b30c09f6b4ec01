import assert from 'node:assert/strict'
import { encodeExr, EXR_BLOCK_ROWS, ExrEncoder } from '../../src/film/exr.ts'
import { anyFloats, picture } from '../support/pictures.ts'
import { readExr } from '../support/read-exr.ts'

/** The bits of floats: so that −0 and NaN count too. */
const bitsOf = (floats: Float32Array): Uint32Array => new Uint32Array(floats.buffer, floats.byteOffset, floats.length)

describe('film/exr', () => {
  for (const [width, height] of [[1, 1], [1, 16], [17, 33], [5, 15], [64, 17], [300, 48]] as const) {
    it(`is read back to the bit by another implementation: ${width} × ${height}`, () => {
      const pixels = picture(width, height)
      const read = readExr(encodeExr(width, height, pixels))
      assert.deepEqual([read.width, read.height], [width, height])
      assert.deepEqual(bitsOf(read.pixels), bitsOf(pixels))
    })
  }

  it('keeps every float: huge, subnormal, −0, infinite, NaN', () => {
    const special = Float32Array.of(3.4028234e38, -3.4028234e38, 1e-45, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 65_504 * 2)
    const read = readExr(encodeExr(2, 1, special))
    assert.deepEqual(bitsOf(read.pixels), bitsOf(special))
  })

  it('stores blocks that do not shrink as they are', () => {
    const pixels = anyFloats(32 * 40 * 4, 7)
    const file = encodeExr(32, 40, pixels)
    assert.deepEqual(bitsOf(readExr(file).pixels), bitsOf(pixels))
    assert.ok(file.length > pixels.byteLength)
    assert.ok(file.length < pixels.byteLength + 1024)
  })

  it('says what its pixels are', () => {
    const { header } = readExr(encodeExr(3, 2, picture(3, 2)))
    assert.deepEqual((header['channels'] as { name: string, pixelType: number }[]).map(({ name, pixelType }) => [name, pixelType]), [['A', 2], ['B', 2], ['G', 2], ['R', 2]])
    assert.equal(header['compression'], 'ZIP_COMPRESSION')
    assert.deepEqual(header['dataWindow'], { xMin: 0, yMin: 0, xMax: 2, yMax: 1 })
    assert.deepEqual(header['displayWindow'], header['dataWindow'])
    assert.equal(header['lineOrder'], 'INCREASING_Y')
    assert.equal(header['pixelAspectRatio'], 1)
    assert.equal((header['chromaticities'] as { redX: number }).redX, Math.fround(0.64))
  })

  it('takes pixels that are a view into a larger buffer', () => {
    const pixels = picture(8, 20)
    const larger = new Float32Array(pixels.length + 5)
    larger.set(pixels, 3)
    assert.deepEqual(encodeExr(8, 20, larger.subarray(3, 3 + pixels.length)), encodeExr(8, 20, pixels))
  })

  it('gives the same bytes every time', () => {
    assert.deepEqual(encodeExr(40, 40, picture(40, 40)), encodeExr(40, 40, picture(40, 40)))
  })

  it('does not end before all blocks were given', () => {
    const encoder = new ExrEncoder(4, EXR_BLOCK_ROWS + 1)
    encoder.rows(new Float32Array(4 * EXR_BLOCK_ROWS * 4))
    assert.throws(() => encoder.offsets(), RangeError)
  })
})
