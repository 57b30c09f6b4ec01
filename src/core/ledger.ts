import { IllegalTransitionError } from '../errors.ts'
import { hashOfNumber } from './mix64.ts'
import type { UnitIndex } from './ids.ts'
import type { UnitRange } from './messages.ts'

/** What a steward believes of a unit. Two bits each. */
export type UnitState = 'open' | 'leased' | 'accepted' | 'parked'

const STATES: readonly UnitState[] = ['open', 'leased', 'accepted', 'parked']
const CODE: Readonly<Record<UnitState, number>> = { open: 0, leased: 1, accepted: 2, parked: 3 }

/**
 * The state of every unit of one job, as its steward sees it: two bits a unit, counts kept along, no operation scans all units.
 *
 * The moves: open → leased (grant), leased → open (lapse, release), any but accepted → accepted (a result counts whoever delivers it),
 * open → parked (three different peers failed), parked → open (somebody has a result of it after all). Accepted is final.
 */
export class Ledger {
  readonly units: number
  readonly #bits: Uint8Array
  readonly #counts: Record<UnitState, number>
  #digest = 0n

  constructor (units: number) {
    this.units = units
    this.#bits = new Uint8Array(Math.ceil(units / 4))
    this.#counts = { open: units, leased: 0, accepted: 0, parked: 0 }
  }

  /** The state of one unit. @throws RangeError when there is no such unit */
  stateOf (unit: UnitIndex): UnitState {
    this.#check(unit)
    return STATES[(this.#bits[unit >> 2]! >> ((unit & 3) * 2)) & 3]!
  }

  /** How many units are in a state. */
  count (state: UnitState): number {
    return this.#counts[state]
  }

  /** Whether nothing is left to render: every unit is accepted or parked. */
  get complete (): boolean {
    return this.#counts.open === 0 && this.#counts.leased === 0
  }

  /** Order-free hash of the accepted units, 16 hexadecimal digits: equal sets have equal digests. */
  get digest (): string {
    return this.#digest.toString(16).padStart(16, '0')
  }

  /** The accepted units, apart from this ledger. Looks at all units. */
  accepted (): UnitSet {
    const accepted = new UnitSet(this.units)
    for (const unit of this.#inState('accepted')) {
      accepted.add(unit)
    }
    return accepted
  }

  /** The parked units in order. Looks at all units, unless there are none. */
  parked (): UnitIndex[] {
    return this.#counts.parked === 0 ? [] : [...this.#inState('parked')]
  }

  * #inState (state: UnitState): Generator<UnitIndex> {
    for (let unit = 0; unit < this.units; unit++) {
      if (this.stateOf(unit) === state) {
        yield unit
      }
    }
  }

  /** open → leased */
  lease (unit: UnitIndex): void {
    this.#move(unit, 'lease', ['open'], 'leased')
  }

  /** leased → open */
  reopen (unit: UnitIndex): void {
    this.#move(unit, 'reopen', ['leased'], 'open')
  }

  /** open, leased or parked → accepted */
  accept (unit: UnitIndex): void {
    this.#move(unit, 'accept', ['open', 'leased', 'parked'], 'accepted')
    this.#digest ^= hashOfNumber(unit)
  }

  /** open → parked */
  park (unit: UnitIndex): void {
    this.#move(unit, 'park', ['open'], 'parked')
  }

  /** parked → open */
  unpark (unit: UnitIndex): void {
    this.#move(unit, 'unpark', ['parked'], 'open')
  }

  #move (unit: UnitIndex, move: string, from: readonly UnitState[], to: UnitState): void {
    const state = this.stateOf(unit)
    if (!from.includes(state)) {
      throw new IllegalTransitionError(state, `${move} unit ${unit}`)
    }
    const shift = (unit & 3) * 2
    this.#bits[unit >> 2] = (this.#bits[unit >> 2]! & ~(3 << shift)) | (CODE[to] << shift)
    this.#counts[state]--
    this.#counts[to]++
  }

  #check (unit: UnitIndex): void {
    if (!Number.isInteger(unit) || unit < 0 || unit >= this.units) {
      throw new RangeError(`there is no unit ${unit} among ${this.units}`)
    }
  }
}

/**
 * A set of units, one bit each, with an order-free digest: what an ordinary peer keeps of a job's progress, and what is kept where.
 */
export class UnitSet {
  readonly units: number
  readonly #bits: Uint8Array
  #size = 0
  /** Undefined where many units came at once, until it is asked for: it costs a hundred times as much as a bit. */
  #digest: bigint | undefined = 0n

  constructor (units: number) {
    this.units = units
    this.#bits = new Uint8Array(Math.ceil(units / 8))
  }

  get size (): number {
    return this.#size
  }

  /** The same digest a {@link Ledger} with these units accepted has. */
  get digest (): string {
    if (this.#digest === undefined) {
      this.#digest = 0n
      for (const unit of this.values()) {
        this.#digest ^= hashOfNumber(unit)
      }
    }
    return this.#digest.toString(16).padStart(16, '0')
  }

  has (unit: UnitIndex): boolean {
    return unit >= 0 && unit < this.units && (this.#bits[unit >> 3]! & (1 << (unit & 7))) !== 0
  }

  /** Adds a unit; false when it was there. */
  add (unit: UnitIndex): boolean {
    if (unit < 0 || unit >= this.units || this.has(unit)) {
      return false
    }
    this.#bits[unit >> 3] = this.#bits[unit >> 3]! | (1 << (unit & 7))
    this.#size++
    this.#follow(unit)
    return true
  }

  /** Takes a unit out; false when it was not there. */
  delete (unit: UnitIndex): boolean {
    if (!this.has(unit)) {
      return false
    }
    this.#bits[unit >> 3] = this.#bits[unit >> 3]! & ~(1 << (unit & 7))
    this.#size--
    this.#follow(unit)
    return true
  }

  /** The same set, apart from this one. */
  copy (): UnitSet {
    const copy = new UnitSet(this.units)
    copy.#bits.set(this.#bits)
    copy.#size = this.#size
    copy.#digest = this.#digest
    return copy
  }

  /** One bit a unit, lowest first; bits beyond the last unit are 0. A copy. */
  toBytes (): Uint8Array {
    return this.#bits.slice()
  }

  /** Takes {@link toBytes} back. @throws RangeError when there are not exactly the bytes of so many units, or bits beyond them */
  static of (units: number, bits: Uint8Array): UnitSet {
    const set = new UnitSet(units)
    if (bits.length !== set.#bits.length || (bits.length > 0 && (bits.at(-1)! & ~lastByteMask(units)) !== 0)) {
      throw new RangeError(`these are not the bits of ${units} units`)
    }
    set.#bits.set(bits)
    set.#countAnew()
    return set
  }

  /** Adds all units of another set; of a larger one, those that are units here. */
  addAll (other: UnitSet): void {
    const fresh = other.without(this)
    // While it is cheaper to follow than to begin anew, the digest is kept.
    if (this.#digest !== undefined && fresh.#size <= this.#size) {
      for (const unit of fresh.values()) {
        this.add(unit)
      }
      return
    }
    const last = this.#bits.length - 1
    for (let index = 0; index <= last && index < fresh.#bits.length; index++) {
      this.#bits[index] = this.#bits[index]! | (fresh.#bits[index]! & (index === last ? lastByteMask(this.units) : 0xff))
    }
    this.#countAnew()
  }

  /** Its units in order. */
  * values (): Generator<UnitIndex> {
    for (const [index, byte] of this.#bits.entries()) {
      for (let bit = 0; byte >> bit !== 0; bit++) {
        if ((byte >> bit & 1) === 1) {
          yield index * 8 + bit
        }
      }
    }
  }

  /** The units that are here and not in another set. */
  without (other: UnitSet): UnitSet {
    const rest = new UnitSet(this.units)
    for (let index = 0; index < rest.#bits.length; index++) {
      rest.#bits[index] = this.#bits[index]! & ~(other.#bits[index] ?? 0)
    }
    rest.#countAnew()
    return rest
  }

  /** Adds a run of units. */
  addRange (range: UnitRange): void {
    for (let unit = Math.max(0, range.first); unit < Math.min(range.end, this.units); unit++) {
      this.add(unit)
    }
  }

  #follow (unit: UnitIndex): void {
    if (this.#digest !== undefined) {
      this.#digest ^= hashOfNumber(unit)
    }
  }

  #countAnew (): void {
    this.#size = 0
    for (const byte of this.#bits) {
      this.#size += BITS_SET[byte]!
    }
    this.#digest = this.#size === 0 ? 0n : undefined
  }
}

/** How many bits of each byte are 1. */
const BITS_SET = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0
  for (let rest = byte; rest !== 0; rest >>= 1) {
    count += rest & 1
  }
  return count
})

/** The bits that stand for units in the last byte of so many. */
function lastByteMask (units: number): number {
  return units % 8 === 0 ? 0xff : (1 << units % 8) - 1
}

/** Joins unit numbers into runs, sorted and disjoint. */
export function rangesOf (units: Iterable<UnitIndex>): UnitRange[] {
  const ranges: { first: number, end: number }[] = []
  for (const unit of Array.from(new Set(units)).sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last?.end === unit) {
      last.end++
    } else {
      ranges.push({ first: unit, end: unit + 1 })
    }
  }
  return ranges
}
