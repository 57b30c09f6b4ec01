import type { Clock, Timer } from '../../src/ports.ts'

/** Noon of the first of January 2026: what {@link FakeClock} starts with when nobody says otherwise. */
const NOON_MS = Date.UTC(2026, 0, 1, 12)

/** Event loop turns given to promises between two steps of {@link FakeClock.settle}: one drains all microtasks, the second what real I/O queued. */
const TURNS = 2

/**
 * The least a timer takes that is to take time at all. A delay too small to change a sum of milliseconds would otherwise come due at once, for ever,
 * to whoever waits for the rest of a time-out by subtracting.
 */
const LEAST_DELAY_MS = 0.001

/** More timers than this at one moment are a circle. */
const MAX_FIRED_AT_ONCE = 1_000_000

interface Pending {
  readonly dueMs: number
  readonly sequence: number
  readonly run: () => void
  stopped: boolean
}

/**
 * Time that stands still until told. Due timers fire synchronously inside {@link advance}, in order of due time, then of creation,
 * each seeing its own due time as now. What a timer throws comes out of `advance`.
 */
export class FakeClock implements Clock {
  #nowMs = 0
  #wallOffsetMs: number
  #sequence = 0
  #stopped = 0
  /** Timers that fired at the present moment. */
  #firedNow = 0
  /** A binary heap by (dueMs, sequence). */
  #heap: Pending[] = []

  constructor (wallMs: number = NOON_MS) {
    this.#wallOffsetMs = wallMs
  }

  nowMs (): number {
    return this.#nowMs
  }

  wallMs (): number {
    return this.#wallOffsetMs + this.#nowMs
  }

  /** Timers that have not fired and were not stopped. */
  get pending (): number {
    return this.#heap.length - this.#stopped
  }

  after (delayMs: number, run: () => void): Timer {
    if (Number.isNaN(delayMs)) {
      throw new TypeError('a timer needs a delay in milliseconds, not NaN')
    }
    const entry: Pending = { dueMs: this.#nowMs + (delayMs > 0 ? Math.max(LEAST_DELAY_MS, delayMs) : 0), sequence: this.#sequence++, run, stopped: false }
    if (entry.dueMs !== Infinity) {
      this.#push(entry)
    }
    return {
      stop: () => {
        if (!entry.stopped) {
          entry.stopped = true
          this.#stopped++
          this.#sweep()
        }
      }
    }
  }

  /** Moves the wall clock alone, as a person or a time server does. */
  jumpWall (byMs: number): void {
    this.#wallOffsetMs += byMs
  }

  /** When the next timer is due, in the milliseconds of {@link nowMs}; undefined when none is pending. */
  nextDueMs (): number | undefined {
    this.#dropStopped()
    return this.#heap[0]?.dueMs
  }

  /** Moves on, firing what becomes due, also what fired timers add. */
  advance (ms: number): void {
    this.#advanceTo(this.#nowMs + ms)
  }

  #advanceTo (endMs: number): void {
    for (let next = this.nextDueMs(); next !== undefined && next <= endMs; next = this.nextDueMs()) {
      const entry = this.#pop()
      this.#moveTo(Math.max(this.#nowMs, entry.dueMs))
      entry.stopped = true
      entry.run()
    }
    this.#nowMs = endMs
  }

  /** @throws Error when timers follow one another for ever without any time between them */
  #moveTo (ms: number): void {
    this.#firedNow = ms === this.#nowMs ? this.#firedNow + 1 : 0
    this.#nowMs = ms
    if (this.#firedNow > MAX_FIRED_AT_ONCE) {
      throw new Error(`${MAX_FIRED_AT_ONCE} timers fired at one moment: time stands still`)
    }
  }

  /** Fires timers one after the other until the predicate holds; whether it did within `limitMs`. For code without promises. */
  runUntil (predicate: () => boolean, limitMs: number): boolean {
    const endMs = this.#nowMs + limitMs
    while (!predicate()) {
      const next = this.nextDueMs()
      if (next === undefined || next > endMs) {
        this.#nowMs = endMs
        return predicate()
      }
      this.#advanceTo(next)
    }
    return true
  }

  /**
   * Moves on in steps, letting promises settle before, between and after. Steps in which nothing is due are skipped.
   *
   * @param stepMs timers due within one step fire together; 0 lets promises settle after every moment at which something fired
   */
  async settle (ms: number, stepMs = 0): Promise<void> {
    await this.settleUntil(() => false, ms, stepMs)
  }

  /** As {@link settle}, until the predicate holds; whether it did within `limitMs`. */
  async settleUntil (predicate: () => boolean, limitMs: number, stepMs = 0): Promise<boolean> {
    const endMs = this.#nowMs + limitMs
    await drainPromises()
    while (!predicate()) {
      const next = this.nextDueMs()
      if (next === undefined || next > endMs) {
        this.#nowMs = endMs
        return predicate()
      }
      this.#advanceTo(Math.min(endMs, Math.max(next, this.#nowMs + stepMs)))
      await drainPromises()
    }
    return true
  }

  /**
   * Drives the clock until a promise settles, and returns what it resolved with: for a single awaited call in a test.
   *
   * @throws what the promise rejects with, or an Error when it is still pending after `limitMs`
   */
  async drive<T> (promise: Promise<T>, limitMs = 3_600_000, stepMs = 0): Promise<T> {
    let settled = false
    const watched = promise.finally(() => { settled = true })
    watched.catch(() => {})
    if (!await this.settleUntil(() => settled, limitMs, stepMs)) {
      throw new Error(`still pending after ${limitMs} ms of fake time`)
    }
    return watched
  }

  /** Stopped timers stay in the heap until they would be due; a heap that is mostly such is rebuilt. */
  #sweep (): void {
    if (this.#stopped > 64 && this.#stopped * 2 > this.#heap.length) {
      const live = this.#heap.filter((entry) => !entry.stopped)
      this.#heap = []
      this.#stopped = 0
      for (const entry of live) {
        this.#push(entry)
      }
    }
  }

  #dropStopped (): void {
    while (this.#heap[0]?.stopped === true) {
      this.#pop()
      this.#stopped--
    }
  }

  #push (entry: Pending): void {
    const heap = this.#heap
    let index = heap.push(entry) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!before(entry, heap[parent]!)) {
        break
      }
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = entry
  }

  #pop (): Pending {
    const heap = this.#heap
    const top = heap[0]!
    const last = heap.pop()!
    if (heap.length > 0) {
      let index = 0
      for (;;) {
        let child = 2 * index + 1
        if (child >= heap.length) {
          break
        }
        if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) {
          child++
        }
        if (!before(heap[child]!, last)) {
          break
        }
        heap[index] = heap[child]!
        index = child
      }
      heap[index] = last
    }
    return top
  }
}

function before (a: Pending, b: Pending): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence)
}

/** Lets everything run that waits for promises, without moving any clock. */
export async function drainPromises (): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) {
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}
