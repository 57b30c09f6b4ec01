import * as limits from '../limits.ts'

/**
 * Notices that this peer was away without knowing it: suspended, or stopped. Two signs tell: the wall clock ran on while the monotonic clock stood
 * still (Linux, macOS), or a timer came far later than it was due (a monotonic clock that runs on in sleep, as on Windows; a process that was
 * stopped). Both may err, when a person sets the clock or the machine is overloaded: what follows is to be harmless, and follows once.
 */
export class WakeDetector {
  #last: { readonly nowMs: number, readonly wallMs: number } | undefined

  /**
   * To be called by a timer.
   *
   * @param nowMs monotonic milliseconds
   * @param wallMs the time of day, milliseconds since 1970
   * @param dueMs when the timer was due, monotonic milliseconds
   */
  look (nowMs: number, wallMs: number, dueMs: number): 'awake' | 'slept' {
    const last = this.#last ?? { nowMs, wallMs }
    this.#last = { nowMs, wallMs }
    const stoodStillMs = (wallMs - last.wallMs) - (nowMs - last.nowMs)
    // Of many timers that are late together, the first one tells.
    const lateMs = nowMs - Math.max(dueMs, last.nowMs)
    return stoodStillMs > limits.SLEPT_AFTER_MS || lateMs > limits.SLEPT_AFTER_MS ? 'slept' : 'awake'
  }
}
