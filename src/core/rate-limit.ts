/** What a limit lets through at once after a pause, in milliseconds of its rate: timers that fire late must not cost speed. */
export const RATE_BURST_MS = 250

/**
 * How fast bytes may pass: a token bucket (J. Turner, "New directions in communications", 1986), kept as the moment until which everything that has
 * passed is paid for. Who asks is told how long to wait, in the order of asking, so streams that ask for equal pieces get equal shares.
 * Pure: time comes in as monotonic milliseconds.
 */
export class RateLimit {
  #bytesPerSecond = Infinity
  #paidToMs = -Infinity

  /** Bytes per second; Infinity lets everything through. */
  get bytesPerSecond (): number {
    return this.#bytesPerSecond
  }

  /** Changes the rate. What was let through before stays paid for at the rate of then. */
  set (bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond
    if (bytesPerSecond === Infinity) {
      this.#paidToMs = -Infinity
    }
  }

  /** Counts bytes as passed and returns how many milliseconds they are to wait before they do. */
  take (bytes: number, nowMs: number): number {
    if (this.#bytesPerSecond === Infinity) {
      return 0
    }
    this.#paidToMs = Math.max(this.#paidToMs, nowMs - RATE_BURST_MS) + bytes * 1000 / this.#bytesPerSecond
    return Math.max(0, this.#paidToMs - nowMs)
  }
}
