import assert from 'node:assert/strict'
import fc from 'fast-check'
import { gridOf, pixelsOf, placeOf } from '../../src/core/units.ts'
import { createFilm } from '../../src/film/film.ts'
import { MAX_PREVIEW_SIDE, previewOf, previewSize } from '../../src/film/preview.ts'
import { createView } from '../../src/film/tonemap.ts'
import { renderUnit } from '../support/chunk-renderer.ts'
import type { FilmSpec } from '../../src/film/film.ts'
import type { PixelRect } from '../../src/core/units.ts'

const view = createView({ toneMap: 'linear' })
const still: FilmSpec = { width: 1100, height: 20, frames: { first: 1, last: 1, step: 1 }, samples: 1, split: 'tiles', tile: 8 }

/** A film that is a given picture. */
function filmOf (width: number, pixels: Float32Array): { snapshotRect: (frame: number, rect: PixelRect) => Float32Array } {
  return {
    snapshotRect: (_frame, rect) => {
      const rows = Array.from({ length: rect.y1 - rect.y0 }, (_, y) => [...pixels.subarray(((rect.y0 + y) * width + rect.x0) * 4, ((rect.y0 + y) * width + rect.x1) * 4)])
      return Float32Array.from(rows.flat())
    }
  }
}

describe('film/preview', () => {
  it('has a whole factor with which neither side is too long', () => {
    assert.deepEqual(previewSize({ width: 512, height: 512 }), { factor: 1, width: 512, height: 512 })
    assert.deepEqual(previewSize({ width: 513, height: 10 }), { factor: 2, width: 257, height: 5 })
    assert.deepEqual(previewSize({ width: 1920, height: 1080 }), { factor: 4, width: 480, height: 270 })
    assert.deepEqual(previewSize({ width: 1080, height: 1920 }), { factor: 4, width: 270, height: 480 })
    fc.assert(fc.property(fc.integer({ min: 1, max: 65_536 }), fc.integer({ min: 1, max: 65_536 }), (width, height) => {
      const size = previewSize({ width, height })
      assert.ok(Math.max(size.width, size.height) <= MAX_PREVIEW_SIDE)
      assert.ok(size.factor === 1 || Math.max(width, height) > MAX_PREVIEW_SIDE * (size.factor - 1))
    }))
  })

  it('averages light, not display values, and fewer pixels at the edge', () => {
    // 513 wide: factor 2, and the last column has one film pixel.
    const pixels = new Float32Array(513 * 3 * 4)
    pixels.set([1, 0, 0, 1], 0)
    pixels.set([0, 0, 0, 1], 4)
    pixels.set([0, 0, 0, 1], 513 * 4)
    pixels.set([0, 0, 0, 1], 513 * 4 + 4)
    pixels.set([0, 1, 0, 1], (2 * 513 + 512) * 4)
    const block = previewOf({ width: 513, height: 3 }, filmOf(513, pixels), 0, { x0: 0, y0: 0, x1: 513, y1: 3 }, view)
    assert.deepEqual([block.width, block.height, block.x, block.y, block.blockWidth, block.blockHeight], [257, 2, 0, 0, 257, 2])
    assert.deepEqual([...block.rgba.subarray(0, 4)], [137, 0, 0, 255])
    assert.deepEqual([...block.rgba.subarray((257 + 256) * 4, (257 + 257) * 4)], [0, 255, 0, 255])
  })

  it('shows a border pixel half covered until the tile beyond has come', () => {
    // 1100 wide: factor 3, and tiles of 8 end within a preview pixel.
    const film = createFilm(still)
    const white = new Float32Array(8 * 8 * 4).fill(1)
    film.merge(0, white)
    const first = previewOf(still, film, 0, { x0: 0, y0: 0, x1: 8, y1: 8 }, view)
    assert.deepEqual([first.x, first.y, first.blockWidth, first.blockHeight], [0, 0, 3, 3])
    assert.deepEqual([...first.rgba.subarray(4, 12)], [255, 255, 255, 255, 255, 255, 255, Math.round(255 * 2 / 3)])
    film.merge(1, white)
    const second = previewOf(still, film, 0, { x0: 8, y0: 0, x1: 16, y1: 8 }, view)
    assert.deepEqual([second.x, second.blockWidth], [2, 4])
    assert.deepEqual([...second.rgba.subarray(0, 4)], [255, 255, 255, 255])
  })

  it('ends, tile by tile in any order, as the preview of the whole frame', () => {
    const specs = fc.record({ width: fc.integer({ min: 1, max: 1100 }), height: fc.integer({ min: 1, max: 24 }), tile: fc.integer({ min: 8, max: 400 }), split: fc.constantFrom('tiles' as const, 'samples' as const), seed: fc.integer() })
    fc.assert(fc.property(specs, ({ width, height, tile, split, seed }) => {
      const spec: FilmSpec = { ...still, width, height, tile, split, samples: split === 'samples' ? 17 : 1 }
      const grid = gridOf(spec)
      const film = createFilm(spec)
      const units = Array.from({ length: grid.units }, (_, unit) => unit)
      const [order] = fc.sample(fc.shuffledSubarray(units, { minLength: units.length }), { numRuns: 1, seed })
      const size = previewSize(spec)
      const screen = new Uint8Array(size.width * size.height * 4)
      for (const unit of order!) {
        film.merge(unit, renderUnit(spec, unit))
        const block = previewOf(spec, film, 0, pixelsOf(grid, placeOf(grid, unit)), view)
        for (let row = 0; row < block.blockHeight; row++) {
          screen.set(block.rgba.subarray(row * block.blockWidth * 4, (row + 1) * block.blockWidth * 4), ((block.y + row) * size.width + block.x) * 4)
        }
      }
      const whole = previewOf(spec, film, 0, { x0: 0, y0: 0, x1: width, y1: height }, view)
      assert.equal(Buffer.compare(screen, whole.rgba), 0)
    }), { numRuns: 25 })
  })
})
