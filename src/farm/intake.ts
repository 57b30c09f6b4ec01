import { MAX_INCOMING_BYTES } from './limits.ts'
import type { PeerId, UnitIndex } from '../core/ids.ts'
import type { ResultAnswer, ResultHead } from '../core/messages.ts'
import type { ResultVerdict } from '../core/events.ts'

/** What an intake does with results. */
export interface IntakeContext {
  judge (from: PeerId, head: ResultHead): ResultVerdict
  /** Journals the pixels and counts the result. @throws when the disk refuses: nothing is counted then */
  store (from: PeerId, head: ResultHead, pixels: Uint8Array): Promise<void>
  storeFailed (error: unknown): void
}

/**
 * Takes results in for one job: each unit once, whoever delivers it and however often, and never more bytes at a time than a bound.
 * Two copies that arrive together wait for the same disk.
 */
export class Intake {
  readonly #context: IntakeContext
  readonly #storing = new Map<UnitIndex, Promise<boolean>>()
  #incomingBytes = 0
  #paused: Promise<void> | undefined

  constructor (context: IntakeContext) {
    this.#context = context
  }

  /** Judges a head; reserves room for its pixels when they are wanted. */
  offer (from: PeerId, head: ResultHead): ResultVerdict {
    const verdict = this.#context.judge(from, head)
    if (verdict !== 'take') {
      return verdict
    }
    if (this.#incomingBytes > 0 && this.#incomingBytes + head.bytes > MAX_INCOMING_BYTES) {
      return 'busy'
    }
    this.#incomingBytes += head.bytes
    return 'take'
  }

  /** The pixels of an offered head came whole. */
  async take (from: PeerId, head: ResultHead, pixels: Uint8Array): Promise<ResultAnswer> {
    try {
      while (this.#paused !== undefined) {
        await this.#paused
      }
      const twin = this.#storing.get(head.unit)
      if (twin !== undefined) {
        return await twin ? 'duplicate' : 'busy'
      }
      const verdict = this.#context.judge(from, head)
      if (verdict !== 'take') {
        return verdict
      }
      const storing = this.#store(from, head, pixels)
      this.#storing.set(head.unit, storing)
      const stored = await storing
      this.#storing.delete(head.unit)
      return stored ? 'accepted' : 'busy'
    } finally {
      this.#incomingBytes -= head.bytes
    }
  }

  /** The pixels of an offered head will not come. */
  drop (head: ResultHead): void {
    this.#incomingBytes -= head.bytes
  }

  /** Runs something while nothing is being stored; results that arrive meanwhile wait. */
  async exclusively (run: () => Promise<void>): Promise<void> {
    while (this.#paused !== undefined) {
      await this.#paused
    }
    let resume = (): void => {}
    this.#paused = new Promise((resolve) => { resume = resolve })
    try {
      await Promise.all(this.#storing.values())
      await run()
    } finally {
      this.#paused = undefined
      resume()
    }
  }

  async #store (from: PeerId, head: ResultHead, pixels: Uint8Array): Promise<boolean> {
    try {
      await this.#context.store(from, head, pixels)
      return true
    } catch (error) {
      this.#context.storeFailed(error)
      return false
    }
  }
}
