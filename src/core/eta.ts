const REMEMBERED = 64

/**
 * How long the rest of a job will take, from the pace of its last deliveries.
 */
export class Pace {
  readonly #deliveredAtMs: number[] = []

  /** A unit was accepted. */
  delivered (nowMs: number): void {
    this.#deliveredAtMs.push(nowMs)
    if (this.#deliveredAtMs.length > REMEMBERED) {
      this.#deliveredAtMs.shift()
    }
  }

  /** Units per millisecond over the last deliveries, slowing down while none comes; undefined before there is anything to go by. */
  unitsPerMs (nowMs: number): number | undefined {
    const first = this.#deliveredAtMs[0]
    const last = this.#deliveredAtMs.at(-1)
    if (first === undefined || last === undefined || this.#deliveredAtMs.length < 3 || last <= first) {
      return undefined
    }
    const intervals = this.#deliveredAtMs.length - 1
    const meanMs = (last - first) / intervals
    const spanMs = Math.max(last - first, nowMs - first - meanMs)
    return intervals / spanMs
  }

  /** Milliseconds until `units` more are done; null while unknown. */
  etaMs (units: number, nowMs: number): number | null {
    if (units === 0) {
      return 0
    }
    const pace = this.unitsPerMs(nowMs)
    return pace === undefined ? null : Math.round(units / pace)
  }
}
