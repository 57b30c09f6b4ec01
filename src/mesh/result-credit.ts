import { RESULT_CREDIT_BYTES, RESULT_CREDIT_MOST_UNITS, RESULT_CREDIT_UNITS } from '../wire/limits.ts'
import type { ChannelClosedError } from '../errors.ts'

interface Waiting {
  readonly bytes: number
  readonly turn: PromiseWithResolvers<void>
}

/**
 * How many units may be on their way on one result stream: two of any size, or as many small ones as {@link RESULT_CREDIT_BYTES} holds.
 * Who finds no room waits in line. Both ends count alike, so an honest sender never has to wait for the receiver's own count.
 */
export class ResultCredit {
  readonly #waiting: Waiting[] = []
  #units = 0
  #bytes = 0
  #ended: ChannelClosedError | undefined

  /** Whether a unit of this size may set out now. */
  fits (bytes: number): boolean {
    return this.#units < RESULT_CREDIT_UNITS ||
      (this.#units < RESULT_CREDIT_MOST_UNITS && this.#bytes + bytes <= RESULT_CREDIT_BYTES)
  }

  /** Resolves when there is room for a unit; it is given back with {@link release}. @throws ChannelClosedError after {@link end} */
  async acquire (bytes: number): Promise<void> {
    if (this.#ended !== undefined) {
      throw this.#ended
    }
    if (this.#waiting.length > 0 || !this.fits(bytes)) {
      const turn = Promise.withResolvers<void>()
      this.#waiting.push({ bytes, turn })
      await turn.promise
    } else {
      this.#take(bytes)
    }
  }

  /** A unit is answered. */
  release (bytes: number): void {
    this.#units--
    this.#bytes -= bytes
    while (this.#waiting.length > 0 && this.fits(this.#waiting[0]!.bytes)) {
      const next = this.#waiting.shift()!
      this.#take(next.bytes)
      next.turn.resolve()
    }
  }

  /** Turns everybody away from now on. */
  end (reason: ChannelClosedError): void {
    this.#ended = reason
    for (const { turn } of this.#waiting.splice(0)) {
      turn.reject(reason)
    }
  }

  #take (bytes: number): void {
    this.#units++
    this.#bytes += bytes
  }
}
