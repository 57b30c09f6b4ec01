import { StoreError } from '../errors.ts'
import type { Clock } from '../ports.ts'

/** First pause before a write that the disk refused is tried again: a full disk needs a person, and nobody is to wait long after it was helped. */
const WRITE_RETRY_FIRST_MS = 2_000

/**
 * Does what the disk refuses again until it works or is stopped: a job has not ended before its pictures are written.
 */
export class PatientDisk {
  readonly #clock: Clock
  readonly #stop = new AbortController()
  readonly #longestPauseMs: number
  /** Told when the disk refuses. */
  readonly #onRefusal = new Set<() => void>()
  #refusal: string | undefined

  /** @param longestPauseMs pauses between attempts grow up to this */
  constructor (clock: Clock, longestPauseMs: number) {
    this.#clock = clock
    this.#longestPauseMs = longestPauseMs
  }

  /** Why the disk did not take what was written last; undefined: it did. */
  get refusal (): string | undefined {
    return this.#refusal
  }

  /** Aborted when it is stopped. */
  get signal (): AbortSignal {
    return this.#stop.signal
  }

  /** Gives up what the disk refuses. */
  stop (): void {
    this.#stop.abort()
  }

  /** Does something until the disk takes it. Each new refusal is told once. @throws when it is stopped, or the disk is not the cause */
  async insist<T> (refused: (error: unknown) => void, step: () => Promise<T>): Promise<T> {
    for (let pauseMs = WRITE_RETRY_FIRST_MS; ; pauseMs = Math.min(2 * pauseMs, this.#longestPauseMs)) {
      try {
        const done = await step()
        this.#refusal = undefined
        return done
      } catch (error) {
        if (!(error instanceof StoreError)) {
          throw error
        }
        const isNew = error.message !== this.#refusal
        this.#refusal = error.message
        this.#onRefusal.forEach((tell) => { tell() })
        if (isNew) {
          refused(error)
        }
      }
      await this.#pause(pauseMs)
      this.#stop.signal.throwIfAborted()
    }
  }

  /** What happens first: the work settles, or the disk refuses. */
  async settledOrRefused (work: Promise<unknown>): Promise<'settled' | 'refused'> {
    if (this.#refusal !== undefined) {
      return 'refused'
    }
    let refused = (): void => {}
    const refusal = new Promise<'refused'>((resolve) => { refused = () => { resolve('refused') } })
    this.#onRefusal.add(refused)
    try {
      return await Promise.race([work.then(() => 'settled' as const), refusal])
    } finally {
      this.#onRefusal.delete(refused)
    }
  }

  async #pause (ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(ms, () => {
        this.#stop.signal.removeEventListener('abort', stopped)
        resolve()
      })
      const stopped = (): void => {
        timer.stop()
        resolve()
      }
      this.#stop.signal.addEventListener('abort', stopped, { once: true })
      if (this.#stop.signal.aborted) {
        stopped()
      }
    })
  }
}
