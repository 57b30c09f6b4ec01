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
  /** First in, first out; taken from the end of `#backOut`, which is turned over from `#back` when it is empty. */
  #back: UnitIndex[] = []
  #backOut: UnitIndex[] = []
  /** Where each unit in line stands; entries elsewhere, or of units that are not in line, are void. */
  readonly #lineOf = new Map<UnitIndex, 'front' | 'back'>()
  #nextPosition = 0

  constructor (grid: UnitGrid) {
    this.#grid = grid
  }

  /** A unit came back and is to go out next. One that stands there already keeps its place. */
  toFront (unit: UnitIndex): void {
    if (this.#lineOf.get(unit) !== 'front') {
      this.#lineOf.set(unit, 'front')
      this.#front.push(unit)
    }
  }

  /** A unit came back and is to go out last. One that stands there already keeps its place. */
  toBack (unit: UnitIndex): void {
    if (this.#lineOf.get(unit) !== 'back') {
      this.#lineOf.set(unit, 'back')
      this.#back.push(unit)
    }
  }

  /**
   * Takes up to `most` units that `isOpen` confirms; those that `mayHave` refuses stay where they are in line.
   */
  take (most: number, isOpen: (unit: UnitIndex) => boolean, mayHave: (unit: UnitIndex) => boolean): UnitIndex[] {
    const taken: UnitIndex[] = []
    const passedOver: { readonly unit: UnitIndex, readonly line: 'front' | 'back' }[] = []
    while (taken.length < most) {
      const next = this.#next(isOpen)
      if (next === undefined) {
        break
      }
      if (mayHave(next.unit)) {
        taken.push(next.unit)
      } else {
        passedOver.push(next)
      }
    }
    for (const { unit, line } of passedOver.reverse()) {
      this.#lineOf.set(unit, line)
      const entries = line === 'front' ? this.#front : this.#backOut
      entries.push(unit)
    }
    return taken
  }

  #next (isOpen: (unit: UnitIndex) => boolean): { readonly unit: UnitIndex, readonly line: 'front' | 'back' } | undefined {
    for (let unit = this.#front.pop(); unit !== undefined; unit = this.#front.pop()) {
      if (this.#leaves(unit, 'front') && isOpen(unit)) {
        return { unit, line: 'front' }
      }
    }
    while (this.#nextPosition < this.#grid.units) {
      const unit = unitAtPosition(this.#grid, this.#nextPosition++)
      if (!this.#lineOf.has(unit) && isOpen(unit)) {
        return { unit, line: 'front' }
      }
    }
    for (let unit = this.#nextOfBack(); unit !== undefined; unit = this.#nextOfBack()) {
      if (this.#leaves(unit, 'back') && isOpen(unit)) {
        return { unit, line: 'back' }
      }
    }
    return undefined
  }

  #nextOfBack (): UnitIndex | undefined {
    if (this.#backOut.length === 0) {
      this.#backOut = this.#back.reverse()
      this.#back = []
    }
    return this.#backOut.pop()
  }

  #leaves (unit: UnitIndex, line: 'front' | 'back'): boolean {
    const stood = this.#lineOf.get(unit) === line
    if (stood) {
      this.#lineOf.delete(unit)
    }
    return stood
  }
}
