import { placeOf, unitBytes } from '../core/units.ts'
import { WireError } from '../errors.ts'
import { FILM_PART_HEAD_BYTES } from '../wire/codec/index.ts'
import type { KeptRequest } from '../core/questions.ts'
import type { KeepMark, ResultHead } from '../core/messages.ts'
import type { UnitGrid } from '../core/units.ts'

/**
 * Checks before a byte is read that what is being sent was asked for, and has the size that it can have.
 *
 * @param grid - how the job is cut; undefined when the job is not known here: then only the limits of the wire hold
 * @throws WireError
 */
export function checkKeptHead (head: ResultHead, { job, wanted }: KeptRequest, grid: UnitGrid | undefined): void {
  const { keep } = head
  if (keep === undefined) {
    throw new WireError('a result that is kept has no mark')
  }
  if (head.job !== job || !holdsAny(keep, wanted)) {
    throw new WireError('a result that was not asked for')
  }
  if (grid !== undefined && !sizesOf(keep, grid).includes(head.bytes)) {
    throw new WireError(`what is kept of unit ${head.unit} can not have ${head.bytes} bytes`)
  }
}

function holdsAny ({ units }: KeepMark, wanted: KeptRequest['wanted']): boolean {
  for (let unit = units.first; unit < units.end; unit++) {
    if (wanted.has(unit)) {
      return true
    }
  }
  return false
}

/** A unit is pixels of four float32; a part of the film is those of one tile, or as large with float64, and has a head. */
function sizesOf ({ content, units }: KeepMark, grid: UnitGrid): number[] {
  const bytes = unitBytes(grid, units.first)
  if (content === 'unit') {
    return [bytes]
  }
  const [first, last] = [units.first, units.end - 1].map((unit) => placeOf(grid, unit))
  const isOneTile = first!.frame === last!.frame && first!.tileY === last!.tileY && first!.tileX === last!.tileX
  return isOneTile ? [FILM_PART_HEAD_BYTES + bytes, FILM_PART_HEAD_BYTES + 2 * bytes] : []
}
