import { UsageError } from '../../src/errors.ts'
import type { Clock, VideoMaker, VideoOrder } from '../../src/ports.ts'

/** A video that was made: its films in order, and its speed. */
export interface MadeVideo {
  readonly fps: number
  readonly films: readonly Float32Array[]
}

/** Videos that are kept in memory by the name of their file; each frame takes a second. */
export class FakeVideoMaker implements VideoMaker {
  readonly videos = new Map<string, MadeVideo>()
  /** What it says of every video before a job starts; undefined: it can make them. */
  refusal: string | undefined
  /** Thrown after the first frame; undefined: all goes well. */
  fault: Error | undefined
  /** How often it began, the keys it was given. */
  readonly attempts: string[] = []
  readonly #clock: Clock

  constructor (clock: Clock) {
    this.#clock = clock
  }

  async check (): Promise<void> {
    if (this.refusal !== undefined) {
      throw new UsageError(this.refusal)
    }
  }

  async make (order: VideoOrder, signal: AbortSignal): Promise<void> {
    this.attempts.push(order.key)
    const films: Float32Array[] = []
    for (let frame = 0; frame < order.frames; frame++) {
      films.push((await order.film(frame)).slice())
      order.progressed(frame + 1)
      await new Promise<void>((resolve) => { this.#clock.after(1_000, resolve) })
      signal.throwIfAborted()
      if (this.fault !== undefined) {
        throw this.fault
      }
    }
    this.videos.set(order.file, { fps: order.fps, films })
  }
}
