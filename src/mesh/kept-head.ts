import { holdsAny, isKeptHead } from '../core/custody/kept-head.ts'
import { WireError } from '../errors.ts'
import type { KeptRequest } from '../core/questions.ts'
import type { ResultHead } from '../core/messages.ts'
import type { UnitGrid } from '../core/units.ts'

/**
 * Checks before a byte is read that what is being sent was asked for, and can be what it says.
 *
 * @param grid - how the job is cut; undefined when the job is not known here: then only the limits of the wire hold
 * @throws WireError
 */
export function checkKeptHead (head: ResultHead, { job, wanted }: KeptRequest, grid: UnitGrid | undefined): void {
  const { keep } = head
  if (keep === undefined) {
    throw new WireError('a result that is kept has no mark')
  }
  if (head.job !== job || !holdsAny(wanted, keep)) {
    throw new WireError('a result that was not asked for')
  }
  if (grid !== undefined && !isKeptHead(grid, head)) {
    throw new WireError(`what is kept of unit ${head.unit} can not be of its job`)
  }
}
