interface Event {
  readonly atMs: number
  readonly run: () => void
}

/** Things that will happen, in the order of their times; those of one time in the order they were planned. */
export class Timeline {
  nowMs = 0
  /** Latest first, so that the next is taken from the end. */
  readonly #events: Event[] = []

  /** Plans something; never before what is happening now. */
  after (delayMs: number, run: () => void): void {
    const atMs = this.nowMs + Math.max(0, delayMs)
    let first = 0
    let end = this.#events.length
    while (first < end) {
      const middle = (first + end) >> 1
      if (this.#events[middle]!.atMs > atMs) {
        first = middle + 1
      } else {
        end = middle
      }
    }
    this.#events.splice(first, 0, { atMs, run })
  }

  /** Lets the next thing happen, unless it lies beyond a time; false when there is none. */
  step (untilMs: number): boolean {
    const next = this.#events.at(-1)
    if (next === undefined || next.atMs > untilMs) {
      return false
    }
    this.#events.pop()
    this.nowMs = next.atMs
    next.run()
    return true
  }
}
