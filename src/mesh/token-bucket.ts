import type { Clock } from '../ports.ts'

/** Sources with a bucket of their own; beyond it the longest unused is forgotten, which gives its source a full one again. */
const MAX_SOURCES = 4_096

/** What each source may spend: so much a second, and what it saved of the last seconds. */
export interface Allowance {
  readonly messagesPerSecond: number
  readonly bytesPerSecond: number
  readonly burstSeconds: number
}

interface Bucket {
  messages: number
  bytes: number
  filledMs: number
}

/** Token buckets by source. */
export class TokenBuckets {
  readonly #clock: Clock
  readonly #allowance: Allowance
  readonly #buckets = new Map<string, Bucket>()

  constructor (clock: Clock, allowance: Allowance) {
    this.#clock = clock
    this.#allowance = allowance
  }

  /** Takes so many messages, one if nothing is said, of so many bytes together from a source's bucket, or nothing and false when it does not hold that much. */
  spend (source: string, bytes: number, messages = 1): boolean {
    const bucket = this.#filled(source)
    if (bucket.messages < messages || bucket.bytes < bytes) {
      return false
    }
    bucket.messages -= messages
    bucket.bytes -= bytes
    return true
  }

  #filled (source: string): Bucket {
    const { messagesPerSecond, bytesPerSecond, burstSeconds } = this.#allowance
    const nowMs = this.#clock.nowMs()
    const known = this.#buckets.get(source)
    this.#buckets.delete(source)
    const bucket = known ?? { messages: messagesPerSecond * burstSeconds, bytes: bytesPerSecond * burstSeconds, filledMs: nowMs }
    const seconds = (nowMs - bucket.filledMs) / 1000
    bucket.messages = Math.min(messagesPerSecond * burstSeconds, bucket.messages + seconds * messagesPerSecond)
    bucket.bytes = Math.min(bytesPerSecond * burstSeconds, bucket.bytes + seconds * bytesPerSecond)
    bucket.filledMs = nowMs
    this.#buckets.set(source, bucket)
    if (this.#buckets.size > MAX_SOURCES) {
      this.#buckets.delete(this.#buckets.keys().next().value!)
    }
    return bucket
  }
}
