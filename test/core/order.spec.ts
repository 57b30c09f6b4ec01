import assert from 'node:assert/strict'
import fc from 'fast-check'
import { MAX_FRAMES, MAX_UNITS } from '../../src/core/limits.ts'
import { frameAtPosition, tileAtPosition, unitAtPosition } from '../../src/core/order.ts'
import { gridOf, placeOf } from '../../src/core/units.ts'
import { grids } from '../support/grids.ts'
import { jobSpec } from '../support/job-spec.ts'

/** How far a tile is from the border of the picture, in tiles. */
function depth (tilesX: number, tilesY: number, [x, y]: readonly [number, number]): number {
  return Math.min(x, y, tilesX - 1 - x, tilesY - 1 - y)
}

function checkOrder (tilesX: number, tilesY: number): void {
  const seen = new Uint8Array(tilesX * tilesY)
  let before = Infinity
  for (let position = 0; position < seen.length; position++) {
    const tile = tileAtPosition(tilesX, tilesY, position)
    const [x, y] = tile
    assert.ok(Number.isInteger(x) && Number.isInteger(y) && x >= 0 && x < tilesX && y >= 0 && y < tilesY, `${tilesX} × ${tilesY}: ${position} is at ${x}, ${y}`)
    seen[y * tilesX + x]!++
    const now = depth(tilesX, tilesY, tile)
    assert.ok(now <= before, `${tilesX} × ${tilesY}: ${position} is nearer to the centre than what came before`)
    before = now
  }
  assert.ok(seen.every((count) => count === 1), `${tilesX} × ${tilesY}`)
}

describe('order of granting', () => {
  it('visits every unit once, for every shape', () => {
    fc.assert(fc.property(grids(), (grid) => {
      const units = Array.from({ length: grid.units }, (_, position) => unitAtPosition(grid, position))
      assert.equal(new Set(units).size, grid.units)
      assert.ok(units.every((unit) => Number.isInteger(unit) && unit >= 0 && unit < grid.units))
    }))
  })

  it('visits every tile once, from the centre outward: all small shapes', () => {
    for (let tilesX = 1; tilesX <= 24; tilesX++) {
      for (let tilesY = 1; tilesY <= 24; tilesY++) {
        checkOrder(tilesX, tilesY)
      }
    }
  })

  it('visits every tile once, from the centre outward: strips, and pictures of many tiles', () => {
    for (const [tilesX, tilesY] of [[1, 5000], [5000, 1], [2, 3001], [3001, 2], [3, 1000], [401, 399], [500, 37]] as const) {
      checkOrder(tilesX, tilesY)
    }
  })

  it('starts in the middle', () => {
    for (const [tilesX, tilesY] of [[1, 9], [9, 1], [9, 9], [8, 8], [31, 17], [15, 9]] as const) {
      const [x, y] = tileAtPosition(tilesX, tilesY, 0)
      assert.ok(Math.abs(x - (tilesX - 1) / 2) <= 1 && Math.abs(y - (tilesY - 1) / 2) <= 1, `${tilesX} × ${tilesY} starts at ${x}, ${y}`)
    }
  })

  it('grants all tiles of a low chunk before a higher one, and a whole frame before the next', () => {
    fc.assert(fc.property(grids(), (grid) => {
      const tiles = grid.tilesX * grid.tilesY
      for (let position = 0; position < grid.units; position++) {
        const place = placeOf(grid, unitAtPosition(grid, position))
        assert.equal(place.run, Math.floor(position / tiles) % grid.runs)
        assert.equal(place.frame, frameAtPosition(grid.frames, Math.floor(position / (tiles * grid.runs))))
      }
    }))
  })

  it('takes the first, the last and the middle frame, then the others in order', () => {
    assert.deepEqual(Array.from({ length: 8 }, (_, position) => frameAtPosition(8, position)), [0, 7, 4, 1, 2, 3, 5, 6])
    for (const frames of [1, 2, 3, 4, 5, 100, 101, MAX_FRAMES]) {
      const order = Array.from({ length: frames }, (_, position) => frameAtPosition(frames, position))
      assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: frames }, (_, frame) => frame), `${frames} frames`)
      assert.deepEqual(order.slice(3), order.slice(3).sort((a, b) => a - b))
    }
  })

  it('finds its place in the largest job in constant time', () => {
    const grid = gridOf(jobSpec({ width: 8000, height: 8000, tile: 8 }))
    assert.equal(grid.units, MAX_UNITS)
    const far = [MAX_UNITS - 1, MAX_UNITS - 2, MAX_UNITS / 2].map((position) => unitAtPosition(grid, position))
    assert.equal(new Set(far).size, 3)
    assert.ok(far.every((unit) => unit >= 0 && unit < MAX_UNITS))
    const last = placeOf(grid, far[0]!)
    assert.equal(depth(grid.tilesX, grid.tilesY, [last.tileX, last.tileY]), 0)
  })
})
