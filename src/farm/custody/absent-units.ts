import { UnitSet } from '../../core/ledger.ts'
import { LOST_AFTER_MS } from './limits.ts'

/** Remembers which units nobody has had since when: those that stay away for long enough are lost. One set and one time stand for all. */
export class AbsentUnits {
  #absent: UnitSet | undefined
  #sinceMs = 0

  /** Nobody has these now. Returns those that nobody has had for {@link LOST_AFTER_MS}, at any look meanwhile; each once. */
  look (absentNow: UnitSet, nowMs: number): UnitSet | undefined {
    const before = this.#absent
    if (before === undefined) {
      this.#begin(absentNow, nowMs)
      return undefined
    }
    const still = new UnitSet(absentNow.units)
    for (const unit of before.values()) {
      if (absentNow.has(unit)) {
        still.add(unit)
      }
    }
    if (still.size === 0) {
      this.#begin(absentNow, nowMs)
      return undefined
    }
    if (nowMs - this.#sinceMs < LOST_AFTER_MS) {
      this.#absent = still
      return undefined
    }
    this.#begin(absentNow.without(still), nowMs)
    return still
  }

  /** When the next may be lost, from now; Infinity while none is absent. */
  dueInMs (nowMs: number): number {
    return this.#absent === undefined ? Infinity : Math.max(0, this.#sinceMs + LOST_AFTER_MS - nowMs)
  }

  #begin (absent: UnitSet, nowMs: number): void {
    this.#absent = absent.size > 0 ? absent : undefined
    this.#sinceMs = nowMs
  }
}
