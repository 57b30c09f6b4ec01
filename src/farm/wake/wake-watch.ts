import { WakeDetector } from '../../core/succession/wake-detector.ts'
import type { Clock, Timer } from '../../ports.ts'

/**
 * A peer's clock, whose timers look first whether the peer slept: what a timer was set for may be no longer so. Whatever else makes this peer act,
 * a message from another one or a finished unit, is to {@link look} before anything is done about it. So nothing is sent on beliefs of before.
 */
export class WakeWatch implements Clock {
  readonly #clock: Clock
  readonly #slept: () => void
  readonly #detector = new WakeDetector()

  /** @param slept called at most once for each sleep, before anything else happens after it */
  constructor (clock: Clock, slept: () => void) {
    this.#clock = clock
    this.#slept = slept
    this.#detector.look(clock.nowMs(), clock.wallMs(), clock.nowMs())
  }

  nowMs (): number {
    return this.#clock.nowMs()
  }

  wallMs (): number {
    return this.#clock.wallMs()
  }

  after (delayMs: number, run: () => void): Timer {
    const dueMs = this.#clock.nowMs() + Math.max(0, delayMs)
    return this.#clock.after(delayMs, () => {
      this.#look(dueMs)
      run()
    })
  }

  /** Something from outside reached this peer. */
  look (): void {
    this.#look(this.#clock.nowMs())
  }

  #look (dueMs: number): void {
    if (this.#detector.look(this.#clock.nowMs(), this.#clock.wallMs(), dueMs) === 'slept') {
      this.#slept()
    }
  }
}
