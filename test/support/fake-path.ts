import type { FakeClock } from './fake-clock.ts'
import type { SeededRandom } from './seeded-random.ts'

/** How a path between two peers behaves. All fields may change while it is in use. */
export interface LinkQuality {
  /** One way, in milliseconds. */
  latencyMs: number
  /** Up to this much is added at random, in milliseconds. */
  jitterMs: number
  /** Infinity: size costs no time. */
  bytesPerMs: number
  /** Probability that a message is lost on its way and sent again: on a stream it comes late, and what follows waits behind it. */
  loss: number
}

/** A lost message is sent again after so long, and twice as long each further time, as TCP does. Milliseconds. */
const FIRST_RESEND_MS = 200
const LONGEST_RESEND_MS = 60_000

/** What a path asks the network about its two ends, at any moment. */
export interface PathEnds {
  /** Whether the sender's process runs: what a stopped one sends waits for it. */
  senderRuns (): boolean
  /** Whether a message may arrive now: the receiver runs and nothing cuts the way. */
  arrives (): boolean
}

/**
 * One direction of a connection: reliable and in order, as TCP is. What can not arrive now waits and comes later, in order;
 * what is on its way when the connection breaks is lost. Everything is delivered through the clock, never inside {@link transmit}.
 */
export class FakePath {
  readonly #clock: FakeClock
  readonly #random: SeededRandom
  readonly #quality: LinkQuality
  readonly #ends: PathEnds
  /** Arrived, but held up. */
  #held: (() => void)[] = []
  /** Sent by a stopped sender. */
  #unsent: { readonly bytes: number, readonly deliver: () => void }[] = []
  #lastArrivalMs = 0
  #busyUntilMs = 0
  #broken = false

  constructor (clock: FakeClock, random: SeededRandom, quality: LinkQuality, ends: PathEnds) {
    this.#clock = clock
    this.#random = random
    this.#quality = quality
    this.#ends = ends
  }

  transmit (bytes: number, deliver: () => void): void {
    if (this.#broken) {
      return
    }
    if (!this.#ends.senderRuns()) {
      this.#unsent.push({ bytes, deliver })
      return
    }
    const nowMs = this.#clock.nowMs()
    this.#busyUntilMs = Math.max(this.#busyUntilMs, nowMs) + bytes / this.#quality.bytesPerMs
    const arrivalMs = this.#busyUntilMs + this.#resendMs() + this.#quality.latencyMs + this.#random.next() * this.#quality.jitterMs
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, arrivalMs)
    this.#clock.after(this.#lastArrivalMs - nowMs, () => { this.#arrive(deliver) })
  }

  /** Says that what held messages up may be over. */
  release (): void {
    if (this.#unsent.length > 0 && this.#ends.senderRuns()) {
      const unsent = this.#unsent
      this.#unsent = []
      for (const { bytes, deliver } of unsent) {
        this.transmit(bytes, deliver)
      }
    }
    if (this.#held.length > 0 && this.#ends.arrives()) {
      this.#clock.after(this.#quality.latencyMs, () => { this.#flush() })
    }
  }

  /** Ends the path: nothing arrives any more. */
  break (): void {
    this.#broken = true
    this.#held = []
    this.#unsent = []
  }

  /** What loss costs a message. */
  #resendMs (): number {
    let waitedMs = 0
    for (let nextMs = FIRST_RESEND_MS; this.#quality.loss > 0 && this.#random.chance(this.#quality.loss); nextMs = Math.min(2 * nextMs, LONGEST_RESEND_MS)) {
      waitedMs += nextMs
    }
    return waitedMs
  }

  #arrive (deliver: () => void): void {
    if (this.#broken) {
      return
    }
    if (this.#held.length > 0 || !this.#ends.arrives()) {
      this.#held.push(deliver)
    } else {
      deliver()
    }
  }

  #flush (): void {
    while (this.#held.length > 0 && this.#ends.arrives()) {
      this.#held.shift()!()
    }
  }
}
