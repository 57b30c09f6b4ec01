import { frameCount } from '../core/job.ts'
import { frameNumber, gridOf } from '../core/units.ts'
import type { Hash } from '../core/ids.ts'
import type { JobSpec } from '../core/job.ts'
import type { Clock, Darkroom, Film, JobStore, OutputPlan } from '../ports.ts'
import type { FinishedFrame } from './restore.ts'

/** How long a picture that could not be written waits before it is tried once more. */
const WRITE_RETRY_MS = 2_000

/** Tries before a picture is given up; its film is kept and can be fetched. */
const WRITE_TRIES = 3

/**
 * Writes each frame as soon as it is complete: the float film into the store, the picture where the user wanted it,
 * then a record into the journal. One frame at a time.
 */
export class FrameWriter {
  readonly #spec: JobSpec
  readonly #output: OutputPlan | undefined
  readonly #film: Film
  readonly #store: JobStore
  readonly #darkroom: Darkroom
  readonly #clock: Clock
  readonly #finished: Map<number, FinishedFrame>
  readonly #extraFiles: string[] = []
  #work: Promise<void> = Promise.resolve()

  constructor (spec: JobSpec, output: OutputPlan | undefined, finished: ReadonlyMap<number, FinishedFrame>, film: Film, store: JobStore, world: { readonly darkroom: Darkroom, readonly clock: Clock }) {
    this.#spec = spec
    this.#output = output
    this.#film = film
    this.#store = store
    this.#darkroom = world.darkroom
    this.#clock = world.clock
    this.#finished = new Map(finished)
  }

  /** Frames whose film and picture are on disk. */
  get finished (): ReadonlyMap<number, FinishedFrame> {
    return this.#finished
  }

  /** Pictures written so far, in the order of their frames. */
  get files (): string[] {
    return [...[...this.#finished.keys()].sort((a, b) => a - b).flatMap((frame) => this.#finished.get(frame)!.files), ...this.#extraFiles]
  }

  /** The hash of the whole film; null while frames are missing. */
  get filmHash (): Hash | null {
    const hashes: Hash[] = []
    for (let frame = 0; frame < frameCount(this.#spec.frames); frame++) {
      const finished = this.#finished.get(frame)
      if (finished === undefined) {
        return null
      }
      hashes.push(finished.hash)
    }
    return this.#darkroom.filmHash(hashes)
  }

  /** Writes frames that were complete before a restart but had no record yet. */
  resume (failed: (error: unknown) => void): void {
    for (const frame of this.#film.completeFrames()) {
      if (!this.#finished.has(frame)) {
        this.write(frame, failed)
      }
    }
  }

  /** Queues a complete frame. */
  write (frame: number, failed: (error: unknown) => void): void {
    this.#work = this.#work.then(async () => {
      const pixels = this.#film.frame(frame)
      const hash = this.#darkroom.frameHash(pixels)
      await this.#store.saveFilm(frame, pixels)
      const files = await this.#picture(frame, pixels, failed)
      await this.#store.append({ type: 'frame', frame, hash, files })
      this.#finished.set(frame, { hash, files })
      this.#film.drop(frame)
    }).catch(failed)
  }

  /** Queues pictures of the frames that lack parked units, as far as they go. */
  writeIncomplete (failed: (error: unknown) => void): void {
    for (let frame = 0; frame < frameCount(this.#spec.frames); frame++) {
      this.#work = this.#work.then(async () => {
        if (!this.#finished.has(frame)) {
          const pixels = this.#film.snapshot(frame)
          await this.#store.saveFilm(frame, pixels)
          this.#extraFiles.push(...await this.#picture(frame, pixels, failed))
        }
      }).catch(failed)
    }
  }

  /** Resolves when everything queued so far is written or given up. */
  async settled (): Promise<void> {
    await this.#work
  }

  /** The film of a frame: Float32Array, width × height × 4, linear premultiplied RGBA. Kept if it is finished, else as far as it goes. */
  async film (frame: number): Promise<Float32Array> {
    return (this.#finished.has(frame) ? await this.#store.readFilm(frame) : undefined) ?? this.#film.snapshot(frame)
  }

  async #picture (frame: number, pixels: Float32Array, failed: (error: unknown) => void): Promise<string[]> {
    if (this.#output === undefined) {
      return []
    }
    const { file: pattern, bits } = this.#output
    const file = fileOfFrame(pattern, frameNumber(gridOf(this.#spec), frame))
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#darkroom.write(file, this.#spec.width, this.#spec.height, pixels, bits)
        return [file]
      } catch (error) {
        if (attempt === WRITE_TRIES) {
          failed(error)
          return []
        }
        await new Promise<void>((resolve) => { this.#clock.after(WRITE_RETRY_MS, resolve) })
      }
    }
  }
}

/** Puts a frame's number where the pattern has a run of `#`, padded with zeros to its length. */
export function fileOfFrame (pattern: string, frame: number): string {
  return pattern.replace(/#+(?!.*#)/, (hashes) => (frame < 0 ? '-' : '') + String(Math.abs(frame)).padStart(hashes.length, '0'))
}
