import * as limits from '../limits.ts'

/** Ticks in a row that came in time after which a peer trusts itself a little more. */
const GOOD_TICKS = 20

/**
 * How far a peer doubts itself before it doubts others: the local health multiplier of Lifeguard (Dadgar, Phillips, Currey, "Lifeguard: local
 * health awareness for more accurate failure detection", DSN 2018). A peer whose own timers come late, or whose probes nobody at all answers, is
 * slow or cut off itself: it gives others more time by this factor.
 */
export class LocalHealth {
  #score = 0
  #goodTicks = 0

  /** 1 for a peer in good health, to `MAX_HEALTH_FACTOR`. */
  get factor (): number {
    return 1 + this.#score
  }

  /** A timer of this peer fired so many milliseconds after it was due. */
  ticked (lateMs: number): void {
    if (lateMs > limits.TICK_LATE_MS) {
      this.#goodTicks = 0
      this.#worsen()
    } else if (++this.#goodTicks >= GOOD_TICKS) {
      this.#goodTicks = 0
      this.#mend()
    }
  }

  /** A peer that was asked something answered. */
  answered (): void {
    this.#mend()
  }

  /** Of all peers that were asked, none answered. One dead peer among others is no reason for doubt in oneself. */
  unanswered (): void {
    this.#worsen()
  }

  #worsen (): void {
    this.#score = Math.min(limits.MAX_HEALTH_FACTOR - 1, this.#score + 1)
  }

  #mend (): void {
    this.#score = Math.max(0, this.#score - 1)
  }
}
