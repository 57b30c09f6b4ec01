import type { CommandContext, Interruption } from './context.ts'

/** Waits for Ctrl-C and its relatives, and counts them. */
export class Interruptions {
  readonly #stops: (() => void)[] = []

  /** Calls `first` on the first interruption of any of the kinds, and `again` on each later one. */
  on (context: CommandContext, kinds: readonly Interruption[], first: (kind: Interruption) => void, again: () => void): this {
    let count = 0
    for (const kind of kinds) {
      this.#stops.push(context.onInterruption(kind, () => {
        count++
        if (count === 1) {
          first(kind)
        } else {
          again()
        }
      }))
    }
    return this
  }

  /** The system's habits apply again. */
  [Symbol.dispose] (): void {
    for (const stop of this.#stops) {
      stop()
    }
  }
}
