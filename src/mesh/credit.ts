import type { ChannelClosedError } from '../errors.ts'

/** Lets a fixed number of callers through at a time; the others wait in order. */
export class Credit {
  #free: number
  readonly #waiting: Array<PromiseWithResolvers<void>> = []
  #ended: ChannelClosedError | undefined

  constructor (count: number) {
    this.#free = count
  }

  /** Resolves when it is the caller's turn; every turn is given back with {@link release}. @throws ChannelClosedError after {@link end} */
  async acquire (): Promise<void> {
    if (this.#ended !== undefined) {
      throw this.#ended
    }
    if (this.#free > 0) {
      this.#free--
      return
    }
    const turn = Promise.withResolvers<void>()
    this.#waiting.push(turn)
    await turn.promise
  }

  release (): void {
    const next = this.#waiting.shift()
    if (next === undefined) {
      this.#free++
    } else {
      next.resolve()
    }
  }

  /** Turns everybody away from now on. */
  end (reason: ChannelClosedError): void {
    this.#ended = reason
    for (const turn of this.#waiting.splice(0)) {
      turn.reject(reason)
    }
  }
}
