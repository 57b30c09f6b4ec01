import { MAX_TROUBLES_KEPT } from './limits.ts'
import type { UnitIndex } from '../core/ids.ts'
import type { UnitTrouble } from '../core/unit-log.ts'

/**
 * What went wrong with units of one job, as its steward said: the newest of it. Failures and what was parked have a place of their own, so that
 * any number of lapses, which mend themselves, do not push them out; and the first unit that was parked is kept whatever follows.
 */
export class TroubleBook {
  readonly #failures: UnitTrouble[] = []
  readonly #lapses: UnitTrouble[] = []
  #firstParked: UnitTrouble | undefined

  constructor (before: Iterable<UnitTrouble> = []) {
    for (const trouble of before) {
      this.note(trouble)
    }
  }

  /** Notes a trouble, unless it is noted already: a journal may bring one twice. */
  note (trouble: UnitTrouble): void {
    const list = trouble.kind === 'failed' || trouble.kind === 'parked' ? this.#failures : this.#lapses
    if (list.some((one) => isSame(one, trouble))) {
      return
    }
    list.push(trouble)
    if (list.length > MAX_TROUBLES_KEPT) {
      list.shift()
    }
    if (trouble.kind === 'parked') {
      this.#firstParked ??= trouble
    }
  }

  /** The first unit that was parked; one that somebody delivered all the same is no longer, which the caller knows. */
  firstParked (isParked: (unit: UnitIndex) => boolean): UnitTrouble | undefined {
    return this.all().find(({ kind, unit }) => kind === 'parked' && isParked(unit))
  }

  /** All that is kept, oldest first. */
  all (): UnitTrouble[] {
    const first = this.#firstParked === undefined || this.#failures.includes(this.#firstParked) ? [] : [this.#firstParked]
    return [...first, ...this.#failures, ...this.#lapses].sort((a, b) => a.atMs - b.atMs)
  }

  /** What is kept of one unit, oldest first. */
  of (unit: UnitIndex): UnitTrouble[] {
    return this.all().filter((trouble) => trouble.unit === unit)
  }
}

function isSame (a: UnitTrouble, b: UnitTrouble): boolean {
  return a.unit === b.unit && a.kind === b.kind && a.peer === b.peer && a.atMs === b.atMs
}
