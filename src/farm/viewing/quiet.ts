import type { Clock } from '../../ports.ts'

/** Calls back when nothing was heard for a while. */
export class Quiet {
  readonly #clock: Clock
  readonly #waitMs: number
  readonly #silent: () => void
  #timer: ReturnType<Clock['after']>

  constructor (clock: Clock, waitMs: number, silent: () => void) {
    this.#clock = clock
    this.#waitMs = waitMs
    this.#silent = silent
    this.#timer = clock.after(waitMs, silent)
  }

  heard (): void {
    this.#timer.stop()
    this.#timer = this.#clock.after(this.#waitMs, this.#silent)
  }

  stop (): void {
    this.#timer.stop()
  }
}

/** Resolves after a while. */
export async function pause (clock: Clock, ms: number): Promise<void> {
  await new Promise<void>((resolve) => { clock.after(ms, resolve) })
}
