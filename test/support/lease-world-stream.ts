import type { SeededRandom } from './seeded-random.ts'
import type { Timeline } from './timeline.ts'

/** Longest time a message is on its way when nothing is wrong, milliseconds. */
const USUAL_DELAY_MS = 60

/** Longest time when the path is congested: below the grace of a lost connection. */
const CONGESTED_DELAY_MS = 1_200

/**
 * One stream between a worker and the steward: each direction in order, each message late by chance. When it breaks, what is under way is lost
 * in both directions, and either end notices in its own time.
 */
export class ModelStream<Up, Down> {
  readonly #timeline: Timeline
  readonly #random: SeededRandom
  readonly #ends: { up: (message: Up) => void, down: (message: Down) => void }
  readonly #lastAtMs = { up: 0, down: 0 }
  broken = false
  #cutUntilMs = 0

  constructor (timeline: Timeline, random: SeededRandom, ends: { up: (message: Up) => void, down: (message: Down) => void }) {
    this.#timeline = timeline
    this.#random = random
    this.#ends = ends
  }

  /** Nothing comes through for a while, and nobody is told: what is sent waits. */
  cut (forMs: number): void {
    this.#cutUntilMs = Math.max(this.#cutUntilMs, this.#timeline.nowMs + forMs)
  }

  /** Towards the steward. */
  up (message: Up): void {
    this.#carry('up', () => { this.#ends.up(message) })
  }

  /** Towards the worker. */
  down (message: Down): void {
    this.#carry('down', () => { this.#ends.down(message) })
  }

  #carry (direction: 'up' | 'down', arrive: () => void): void {
    const delayMs = this.#random.next() * (this.#random.chance(0.05) ? CONGESTED_DELAY_MS : USUAL_DELAY_MS)
    const atMs = Math.max(this.#timeline.nowMs + delayMs, this.#lastAtMs[direction], this.#cutUntilMs)
    this.#lastAtMs[direction] = atMs
    this.#timeline.after(atMs - this.#timeline.nowMs, () => {
      if (!this.broken) {
        arrive()
      }
    })
  }
}
