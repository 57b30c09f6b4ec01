import type { RenderUnit, UnitSource } from '../../ports.ts'

interface Taker {
  readonly most: number
  give (units: readonly RenderUnit[]): void
}

/**
 * Where a session takes its units from: remembers who asks, and lets the worker answer when it decides whose turn it is.
 */
export class UnitGate implements UnitSource {
  readonly #takers: Taker[] = []
  readonly #asked: () => void
  #closed = false

  /** @param asked called whenever an engine waits for units */
  constructor (asked: () => void) {
    this.#asked = asked
  }

  /** Whether an engine waits for units. */
  get waiting (): boolean {
    return this.#takers.length > 0
  }

  /** How many units the engine that waits longest would take. */
  get wanted (): number {
    return this.#takers[0]?.most ?? 0
  }

  async take (max: number): Promise<readonly RenderUnit[]> {
    if (this.#closed) {
      return []
    }
    return new Promise((resolve) => {
      this.#takers.push({ most: max, give: resolve })
      this.#asked()
    })
  }

  /** Answers the engine that waits longest. */
  give (units: readonly RenderUnit[]): void {
    this.#takers.shift()?.give(units)
  }

  /** The lease is over: whoever waits, now or later, gets none. */
  close (): void {
    this.#closed = true
    for (const taker of this.#takers.splice(0)) {
      taker.give([])
    }
  }
}
