import assert from 'node:assert/strict'
import { evenSide, flattenRows, rgbBytes } from '../../../src/film/video/rgb-frame.ts'

describe('film/video/rgb-frame', () => {
  it('puts pictures over black, band by band, and repeats the last row and column of odd ones', () => {
    const size = { width: 3, height: 3 }
    const rgba = Uint8Array.from([
      1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255,
      200, 100, 50, 128, 10, 20, 30, 0, 11, 12, 13, 255,
      21, 22, 23, 255, 24, 25, 26, 255, 27, 28, 29, 255
    ])
    const frame = new Uint8Array(rgbBytes(3, 3))
    flattenRows(rgba.subarray(0, 12), size, 0, frame)
    flattenRows(rgba.subarray(12), size, 1, frame)
    const last = [21, 22, 23, 24, 25, 26, 27, 28, 29, 27, 28, 29]
    assert.deepEqual([...frame], [
      1, 2, 3, 4, 5, 6, 7, 8, 9, 7, 8, 9,
      100, 50, 25, 0, 0, 0, 11, 12, 13, 11, 12, 13,
      ...last,
      ...last
    ])
  })

  it('leaves even pictures as they are', () => {
    const frame = new Uint8Array(rgbBytes(2, 2))
    flattenRows(new Uint8Array(16).map((_, at) => at % 4 === 3 ? 255 : at), { width: 2, height: 2 }, 0, frame)
    assert.deepEqual([...frame], [0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14])
    assert.deepEqual([1, 2, 3, 4].map(evenSide), [2, 2, 4, 4])
  })
})
