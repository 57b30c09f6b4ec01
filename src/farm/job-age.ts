import type { Clock } from '../ports.ts'

/**
 * How long ago a job was submitted. This life of the peer is measured by the clock that never jumps; only what lay before it is told by the wall
 * clock, which somebody may have set meanwhile.
 */
export class JobAge {
  readonly #clock: Clock
  readonly #beforeMs: number
  readonly #sinceMs: number

  /** @param submittedAtMs milliseconds since 1970, as the journal has it; undefined when it does not say */
  constructor (submittedAtMs: number | undefined, clock: Clock) {
    this.#clock = clock
    this.#beforeMs = submittedAtMs === undefined ? 0 : Math.max(0, clock.wallMs() - submittedAtMs)
    this.#sinceMs = clock.nowMs()
  }

  /** Whole milliseconds. */
  get ms (): number {
    return Math.round(this.#beforeMs + this.#clock.nowMs() - this.#sinceMs)
  }
}
