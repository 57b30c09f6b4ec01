import assert from 'node:assert/strict'
import fc from 'fast-check'
import { MAX_LEASE_RECTS } from '../../src/core/limits.ts'
import { unitAtPosition } from '../../src/core/order.ts'
import { rectFits, rectsHold, rectsOf, rectUnits, unitsIn } from '../../src/core/rect.ts'
import { placeOf } from '../../src/core/units.ts'
import { grids } from '../support/grids.ts'
import type { UnitRect } from '../../src/core/rect.ts'
import type { UnitGrid } from '../../src/core/units.ts'

const byNumber = (a: number, b: number): number => a - b

/** A grid and some of its units, in any order, some of them twice. */
function unitSets (): fc.Arbitrary<{ grid: UnitGrid, units: number[] }> {
  return grids().chain((grid) => fc.array(fc.integer({ min: 0, max: grid.units - 1 }), { maxLength: 200 }).map((units) => ({ grid, units })))
}

/** A grid and a rectangle inside it. */
function rects (): fc.Arbitrary<{ grid: UnitGrid, rect: UnitRect }> {
  const run = (count: number): fc.Arbitrary<[number, number]> =>
    fc.tuple(fc.integer({ min: 0, max: count - 1 }), fc.integer({ min: 0, max: count - 1 })).map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1])
  return grids().chain((grid) => fc.tuple(fc.integer({ min: 0, max: grid.frames - 1 }), run(grid.tilesX), run(grid.tilesY), run(grid.runs))
    .map(([frame, [x0, x1], [y0, y1], [run0, run1]]) => ({ grid, rect: { frame, x0, y0, x1, y1, run0, run1 } })))
}

describe('rectangles of units', () => {
  it('cover exactly the units they were made of, each once', () => {
    fc.assert(fc.property(unitSets(), ({ grid, units }) => {
      const covering = rectsOf(grid, units)
      assert.deepEqual([...unitsIn(grid, covering)].sort(byNumber), [...new Set(units)].sort(byNumber))
      assert.ok(covering.every((rect) => rectFits(grid, rect)))
      assert.equal(covering.reduce((sum, rect) => sum + rectUnits(rect), 0), new Set(units).size)
    }))
  })

  it('find a rectangle again as one rectangle', () => {
    fc.assert(fc.property(rects(), ({ grid, rect }) => {
      assert.deepEqual(rectsOf(grid, unitsIn(grid, [rect])), [rect])
    }))
  })

  it('are few enough for one lease, for any run along the order of granting within a frame', () => {
    fc.assert(fc.property(grids(), fc.nat(), fc.nat(), (grid, from, to) => {
      const perFrame = grid.units / grid.frames
      const [first, last] = [from % perFrame, to % perFrame].sort(byNumber) as [number, number]
      const units = Array.from({ length: last - first + 1 }, (_, index) => unitAtPosition(grid, first + index))
      const count = rectsOf(grid, units).length
      assert.ok(count <= MAX_LEASE_RECTS, `${count} rectangles for ${units.length} units`)
    }), { numRuns: 500 })
  })

  it('hold what they list and nothing else', () => {
    fc.assert(fc.property(unitSets(), fc.nat(), ({ grid, units }, any) => {
      const covering = rectsOf(grid, units)
      const unit = any % grid.units
      assert.equal(rectsHold(grid, covering, unit), units.includes(unit))
      assert.ok(units.every((held) => rectsHold(grid, covering, held)))
    }))
  })

  it('list low chunks first', () => {
    fc.assert(fc.property(rects(), ({ grid, rect }) => {
      const runs = Array.from(unitsIn(grid, [rect]), (unit) => placeOf(grid, unit).run)
      assert.deepEqual(runs, [...runs].sort(byNumber))
    }))
  })

  it('keep frames in the order in which they were made of them', () => {
    fc.assert(fc.property(unitSets(), ({ grid, units }) => {
      const frames = (some: readonly number[]): number[] => [...new Set(some.map((unit) => placeOf(grid, unit).frame))]
      assert.deepEqual(frames([...unitsIn(grid, rectsOf(grid, units))]), frames(units))
    }))
  })

  it('do not fit when empty, or one beyond a border of the grid', () => {
    fc.assert(fc.property(rects(), ({ grid, rect }) => {
      assert.ok(rectFits(grid, rect))
      for (const beyond of [
        { frame: -1 }, { frame: grid.frames }, { x0: -1 }, { x1: grid.tilesX + 1 }, { y0: -1 }, { y1: grid.tilesY + 1 }, { run0: -1 }, { run1: grid.runs + 1 },
        { x1: rect.x0 }, { y1: rect.y0 }, { run1: rect.run0 }
      ]) {
        assert.ok(!rectFits(grid, { ...rect, ...beyond }), JSON.stringify(beyond))
      }
    }))
  })
})
