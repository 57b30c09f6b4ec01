import type { Random } from '../../src/ports.ts'

/**
 * Chance that repeats: equal seeds give equal numbers on every machine.
 *
 * sfc32 by Chris Doty-Humphrey (PractRand's "small fast counting" generator), warmed up by twelve rounds as its author advises.
 */
export class SeededRandom implements Random {
  readonly seed: number
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor (seed: number) {
    this.seed = seed
    this.#a = 0
    this.#b = seed | 0
    this.#c = Math.floor(seed / 2 ** 32) | 0
    for (let round = 0; round < 12; round++) {
      this.#uint32()
    }
  }

  next (): number {
    return this.#uint32() / 2 ** 32
  }

  bytes (count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#uint32() >>> 24)
  }

  /** A whole number from `least` to `most`, both included. */
  int (least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  /** True with this probability. */
  chance (probability: number): boolean {
    return this.next() < probability
  }

  /** One of the items, of which there is at least one. */
  pick<T> (items: readonly T[]): T {
    if (items.length === 0) {
      throw new RangeError('nothing to pick from')
    }
    return items[this.int(0, items.length - 1)]!
  }

  /** The items in another order; the input stays as it is. (Fisher and Yates, from the end.) */
  shuffle<T> (items: readonly T[]): T[] {
    const shuffled = [...items]
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.int(0, last)
      const kept = shuffled[last]!
      shuffled[last] = shuffled[other]!
      shuffled[other] = kept
    }
    return shuffled
  }

  /** A generator of its own, so that what one part of a simulation draws does not change what another sees. */
  fork (): SeededRandom {
    return new SeededRandom(this.#uint32() + this.int(0, 2 ** 20) * 2 ** 32)
  }

  #uint32 (): number {
    const result = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + result | 0
    return result >>> 0
  }
}

/**
 * The seeds a generated test runs: the one in the environment variable SEED, to repeat a failure, else the numbers 1 to `count`,
 * or to SEEDS where that is more.
 * Put the seed into the test's title.
 */
export function seeds (count: number): number[] {
  const wanted = process.env.SEED
  return wanted === undefined ? Array.from({ length: Math.max(count, Number(process.env.SEEDS ?? 0)) }, (_, index) => index + 1) : [Number(wanted)]
}
