import { MAX_UNITS } from '../../core/limits.ts'
import { UnitSet } from '../../core/ledger.ts'
import { WireError } from '../../errors.ts'
import { whole, within } from './check.ts'
import { withArrayBuffer } from 'uint8arrays/with-array-buffer'
import type { Bytes } from './check.ts'
import type { UnitIndex } from '../../core/ids.ts'

/*
 * Sets of units travel as bits, and the number of the job's units beside them. Whether that is the number of the job that is meant is for who knows
 * the job. An empty set takes no bytes.
 */

/** The number of a job's units. */
export function checkJobUnits (units: number): number {
  return whole('units of the job', units, 1, MAX_UNITS)
}

/** A set of units of a job that has so many, as its bits. */
export function unitSetBytes (what: string, set: UnitSet, units: number): Bytes {
  if (set.units !== units) {
    throw new WireError(`${what} are of a job of ${set.units} units, not of ${units}`)
  }
  return set.size === 0 ? new Uint8Array(0) : withArrayBuffer(set.toBytes())
}

/** A set of units of a job that has so many, from its bits. */
export function unitSetOf (what: string, bits: Uint8Array, units: number): UnitSet {
  within(`bytes of ${what}`, bits.byteLength, 'MAX_UNIT_SET_BYTES')
  checkJobUnits(units)
  if (bits.byteLength === 0) {
    return new UnitSet(units)
  }
  try {
    return UnitSet.of(units, bits)
  } catch (err) {
    throw new WireError(`${what} are not the bits of ${units} units`, undefined, { cause: err })
  }
}

/** Some units of a job that has so many, as bits. Their order is not kept, nor that one is there twice. */
export function unitListBytes (what: string, list: readonly UnitIndex[], units: number): Bytes {
  const set = new UnitSet(units)
  for (const unit of list) {
    whole(`one of ${what}`, unit, 0, units - 1)
    set.add(unit)
  }
  return unitSetBytes(what, set, units)
}

/** Some units of a job that has so many, in order, from their bits. */
export function unitListOf (what: string, bits: Uint8Array, units: number): UnitIndex[] {
  return [...unitSetOf(what, bits, units).values()]
}
