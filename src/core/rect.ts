import { placeOf, unitAt } from './units.ts'
import type { UnitIndex } from './ids.ts'
import type { UnitGrid } from './units.ts'

/** A block of units of one frame: tile columns x0…x1, tile rows y0…y1, runs of chunks run0…run1, all ends exclusive, counted from 0. */
export interface UnitRect {
  readonly frame: number
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
  readonly run0: number
  readonly run1: number
}

/** Number of units in a rectangle. */
export function rectUnits (rect: UnitRect): number {
  return (rect.x1 - rect.x0) * (rect.y1 - rect.y0) * (rect.run1 - rect.run0)
}

/** Whether a rectangle is not empty and lies inside the grid. */
export function rectFits (grid: UnitGrid, rect: UnitRect): boolean {
  return rect.frame >= 0 && rect.frame < grid.frames &&
    rect.x0 >= 0 && rect.x0 < rect.x1 && rect.x1 <= grid.tilesX &&
    rect.y0 >= 0 && rect.y0 < rect.y1 && rect.y1 <= grid.tilesY &&
    rect.run0 >= 0 && rect.run0 < rect.run1 && rect.run1 <= grid.runs
}

/** Whether a unit lies in one of the rectangles. */
export function rectsHold (grid: UnitGrid, rects: readonly UnitRect[], unit: UnitIndex): boolean {
  const place = placeOf(grid, unit)
  return rects.some((rect) => place.frame === rect.frame &&
    place.tileX >= rect.x0 && place.tileX < rect.x1 &&
    place.tileY >= rect.y0 && place.tileY < rect.y1 &&
    place.run >= rect.run0 && place.run < rect.run1)
}

/** The units of the rectangles, each in the order of its rectangle: runs outermost, so that low chunks come first. */
export function * unitsIn (grid: UnitGrid, rects: readonly UnitRect[]): Generator<UnitIndex> {
  for (const rect of rects) {
    for (let run = rect.run0; run < rect.run1; run++) {
      for (let tileY = rect.y0; tileY < rect.y1; tileY++) {
        for (let tileX = rect.x0; tileX < rect.x1; tileX++) {
          yield unitAt(grid, { frame: rect.frame, tileX, tileY, run })
        }
      }
    }
  }
}

/**
 * Covers a set of units with rectangles, each unit exactly once: rows of neighbours first, then equal rows on top of one another,
 * then equal blocks of successive runs. Not the fewest possible, but few when the units lie together. Frames keep the order in which their
 * first units come, so that a grant is rendered as it was made: first, last and middle frame first.
 */
export function rectsOf (grid: UnitGrid, units: Iterable<UnitIndex>): UnitRect[] {
  const places = Array.from(new Set(units), (unit) => placeOf(grid, unit))
  const turns = new Map<number, number>()
  for (const { frame } of places) {
    turns.set(frame, turns.get(frame) ?? turns.size)
  }
  places.sort((a, b) => turns.get(a.frame)! - turns.get(b.frame)! || a.run - b.run || a.tileY - b.tileY || a.tileX - b.tileX)
  const rows: UnitRect[] = []
  for (const place of places) {
    const last = rows.at(-1)
    if (last !== undefined && last.frame === place.frame && last.run0 === place.run && last.y0 === place.tileY && last.x1 === place.tileX) {
      rows[rows.length - 1] = { ...last, x1: place.tileX + 1 }
    } else {
      rows.push({
        frame: place.frame,
        x0: place.tileX,
        y0: place.tileY,
        x1: place.tileX + 1,
        y1: place.tileY + 1,
        run0: place.run,
        run1: place.run + 1
      })
    }
  }
  const blocks = joinAlong(rows, (r) => `${r.frame} ${r.run0} ${r.x0} ${r.x1} ${r.y0}`, (r) => `${r.frame} ${r.run0} ${r.x0} ${r.x1} ${r.y1}`, (a, b) => ({ ...a, y1: b.y1 }))
  return joinAlong(blocks, (r) => `${r.frame} ${r.x0} ${r.x1} ${r.y0} ${r.y1} ${r.run0}`, (r) => `${r.frame} ${r.x0} ${r.x1} ${r.y0} ${r.y1} ${r.run1}`, (a, b) => ({ ...a, run1: b.run1 }))
}

/** Joins rectangles whose start meets another's end; the input is sorted along the joined direction. */
function joinAlong (rects: readonly UnitRect[], startOf: (rect: UnitRect) => string, endOf: (rect: UnitRect) => string, join: (a: UnitRect, b: UnitRect) => UnitRect): UnitRect[] {
  const joined: UnitRect[] = []
  const indexByEnd = new Map<string, number>()
  for (const rect of rects) {
    const index = indexByEnd.get(startOf(rect))
    if (index === undefined) {
      indexByEnd.set(endOf(rect), joined.push(rect) - 1)
    } else {
      const grown = join(joined[index]!, rect)
      joined[index] = grown
      indexByEnd.delete(startOf(rect))
      indexByEnd.set(endOf(grown), index)
    }
  }
  return joined
}
