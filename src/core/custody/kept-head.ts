import { contentOf, pixelsOf, placeOf, unitBytes } from '../units.ts'
import type { UnitSet } from '../ledger.ts'
import type { KeepMark, ResultHead } from '../messages.ts'
import type { UnitGrid } from '../units.ts'

/** Bytes of a merged part of a film besides its floats: its encoding has eight, and may have a few more. */
export const FILM_PART_HEAD_BYTES = 64

/** A head whose result is kept for its requester. */
export type KeptHead = ResultHead & { readonly keep: KeepMark }

/**
 * Whether a head is of something that may be kept of a job: pixels of one unit, exactly as many as it has, or a merged part of one tile of the film,
 * which takes no more than its sums in float64.
 */
export function isKeptHead (grid: UnitGrid, head: ResultHead): head is KeptHead {
  const { keep, unit, bytes } = head
  if (keep === undefined || head.content !== contentOf(grid) || !isUnit(grid, unit)) {
    return false
  }
  const { first, end } = keep.units
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(end) || first > unit || end <= unit) {
    return false
  }
  if (keep.content === 'unit') {
    return first === unit && end === unit + 1 && bytes === unitBytes(grid, unit)
  }
  const { run } = placeOf(grid, unit)
  return first >= unit - run && end <= unit - run + grid.runs && bytes > 0 && bytes <= maxFilmPartBytes(grid, head)
}

/** Whether all units of a kept result are in a set. */
export function covers (units: UnitSet, { units: { first, end } }: KeepMark): boolean {
  for (let unit = first; unit < end; unit++) {
    if (!units.has(unit)) {
      return false
    }
  }
  return true
}

/** Whether a kept result has any of these units. */
export function holdsAny (units: UnitSet, { units: { first, end } }: KeepMark): boolean {
  for (let unit = first; unit < end; unit++) {
    if (units.has(unit)) {
      return true
    }
  }
  return false
}

/** Sums of four float64 a pixel are the most that a part of a film is. */
function maxFilmPartBytes (grid: UnitGrid, { unit }: ResultHead): number {
  const { x0, y0, x1, y1 } = pixelsOf(grid, placeOf(grid, unit))
  return FILM_PART_HEAD_BYTES + (x1 - x0) * (y1 - y0) * 4 * Float64Array.BYTES_PER_ELEMENT
}

function isUnit (grid: UnitGrid, unit: number): boolean {
  return Number.isSafeInteger(unit) && unit >= 0 && unit < grid.units
}
