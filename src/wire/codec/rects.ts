import { MAX_LEASE_UNITS, MAX_UNITS } from '../../core/limits.ts'
import { rectUnits } from '../../core/rect.ts'
import { WireError } from '../../errors.ts'
import { list, whole } from './check.ts'
import type { LimitName } from './check.ts'
import type { UnitRange } from '../../core/messages.ts'
import type { UnitRect } from '../../core/rect.ts'

/** What core values and their messages share here: the same fields under the same names, so one check serves both directions. */

/** A rectangle that is not empty, with its ends in order, within what any job can have. Whether it fits a job is for who knows the job. */
function checkRect (rect: UnitRect): UnitRect {
  const { frame, x0, y0, x1, y1, run0, run1 } = rect
  return {
    frame: whole('frame of a rectangle', frame + 1, 1, 'MAX_RECT_FRAMES') - 1,
    x0: whole('x0', x0, 0, x1 - 1),
    y0: whole('y0', y0, 0, y1 - 1),
    x1: whole('x1', x1, 1, 'MAX_RECT_TILES'),
    y1: whole('y1', y1, 1, 'MAX_RECT_TILES'),
    run0: whole('run0', run0, 0, run1 - 1),
    run1: whole('run1', run1, 1, 'MAX_RECT_RUNS')
  }
}

/** Rectangles of units; together they hold no more units than a job has. */
export function checkRects (what: string, rects: readonly UnitRect[], limit: LimitName): UnitRect[] {
  return checkTotal(what, rects, limit, MAX_UNITS)
}

/** Rectangles of a grant: at least one, and no more units than a lease may have. */
export function checkGrantRects (rects: readonly UnitRect[]): UnitRect[] {
  if (rects.length === 0) {
    throw new WireError('a grant has at least one rectangle')
  }
  return checkTotal('grant', rects, 'MAX_GRANT_RECTS', MAX_LEASE_UNITS)
}

function checkTotal (what: string, rects: readonly UnitRect[], limit: LimitName, maxUnits: number): UnitRect[] {
  const checked = list(`rectangles of ${what}`, rects, limit, checkRect)
  const units = checked.reduce((sum, rect) => sum + rectUnits(rect), 0)
  if (units > maxUnits) {
    throw new WireError(`${what} has ${units} units, more than ${maxUnits}`, maxUnits === MAX_UNITS ? 'MAX_UNITS' : 'MAX_LEASE_UNITS')
  }
  return checked
}

/** A run of units that is not empty. */
export function checkRange (range: UnitRange): UnitRange {
  return {
    first: whole('first unit of a range', range.first, 0, range.end - 1),
    end: whole('end of a range', range.end, 1, MAX_UNITS)
  }
}

/** The number of a unit of any job. */
export function checkUnit (unit: number): number {
  return whole('unit', unit, 0, MAX_UNITS - 1)
}

/** A number of units of any job. */
export function checkUnits (what: string, units: number): number {
  return whole(what, units, 0, MAX_UNITS)
}
