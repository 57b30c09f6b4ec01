import { unitAtPosition } from './order.ts'
import type { UnitIndex } from './ids.ts'
import type { UnitGrid } from './units.ts'

/**
 * In which order a steward grants open units: those that came back from a lost worker first, then fresh ones in the computed order,
 * then those that came back from silence or keep failing. Costs memory only for what came back.
 *
 * Entries are checked against the ledger when they are taken: a unit that was accepted meanwhile is skipped, once.
 */
export class Agenda {
  readonly #grid: UnitGrid
  /** Last in, first out: what was lost last is nearest to where its neighbours are being rendered. */
  readonly #front: UnitIndex[] = []
  readonly #back: UnitIndex[] = []
  #backTaken = 0
  #nextPosition = 0

  constructor (grid: UnitGrid) {
    this.#grid = grid
  }

  /** A unit came back and is to go out next. */
  toFront (unit: UnitIndex): void {
    this.#front.push(unit)
  }

  /** A unit came back and is to go out last. */
  toBack (unit: UnitIndex): void {
    this.#back.push(unit)
  }

  /**
   * Takes up to `most` units that `isOpen` confirms; those that `mayHave` refuses stay where they are in line.
   */
  take (most: number, isOpen: (unit: UnitIndex) => boolean, mayHave: (unit: UnitIndex) => boolean): UnitIndex[] {
    const taken: UnitIndex[] = []
    const passedOver: UnitIndex[] = []
    while (taken.length < most) {
      const unit = this.#next(isOpen)
      if (unit === undefined) {
        break
      }
      (mayHave(unit) ? taken : passedOver).push(unit)
    }
    while (passedOver.length > 0) {
      this.#front.push(passedOver.pop()!)
    }
    return taken
  }

  #next (isOpen: (unit: UnitIndex) => boolean): UnitIndex | undefined {
    while (this.#front.length > 0) {
      const unit = this.#front.pop()!
      if (isOpen(unit)) {
        return unit
      }
    }
    while (this.#nextPosition < this.#grid.units) {
      const unit = unitAtPosition(this.#grid, this.#nextPosition++)
      if (isOpen(unit)) {
        return unit
      }
    }
    while (this.#backTaken < this.#back.length) {
      const unit = this.#back[this.#backTaken++]!
      this.#forgetTaken()
      if (isOpen(unit)) {
        return unit
      }
    }
    return undefined
  }

  /** Frees the taken head of the back queue once it is the larger half, so that each entry is moved at most once on average. */
  #forgetTaken (): void {
    if (this.#backTaken > 64 && this.#backTaken * 2 > this.#back.length) {
      this.#back.splice(0, this.#backTaken)
      this.#backTaken = 0
    }
  }
}
