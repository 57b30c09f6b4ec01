import { fileOfFrame } from '../core/frame-file.ts'
import { frameCount } from '../core/job.ts'
import { frameNumber, gridOf } from '../core/units.ts'
import { FilmGoneError } from '../errors.ts'
import { PatientDisk } from './patient-disk.ts'
import type { Hash } from '../core/ids.ts'
import type { JobSpec } from '../core/job.ts'
import type { Clock, Darkroom, Film, JobStore, OutputPlan } from '../ports.ts'
import type { FinishedFrame } from './restore.ts'

/** Longest pause before a write that the disk refused is tried again. */
const WRITE_RETRY_LONGEST_MS = 10_000

/** Complete frames that wait for a disk that refuses, besides the one being written. Each holds its film in memory; beyond it results have to wait. */
const MAX_WAITING_FRAMES = 2

/**
 * Films of complete frames that wait for the disk, in bytes. Beyond it the next frame's results are asked to wait: what renders faster than
 * this disk writes must not pile up in memory. One frame may always wait.
 */
const MAX_UNWRITTEN_BYTES = 256 * 1024 * 1024

/**
 * Writes each frame as soon as it is complete: the float film into the store, the picture where the user wanted it,
 * then a record into the journal. One frame at a time.
 *
 * What the disk refuses is tried again until it works or the writer is stopped: a job has not ended before its pictures are written.
 */
export class FrameWriter {
  readonly #spec: JobSpec
  readonly #output: OutputPlan | undefined
  readonly #film: Film
  readonly #store: JobStore
  readonly #darkroom: Darkroom
  readonly #finished: Map<number, FinishedFrame>
  readonly #extraFiles: string[] = []
  readonly #disk: PatientDisk
  #work: Promise<void> = Promise.resolve()
  #queued = 0

  constructor (spec: JobSpec, output: OutputPlan | undefined, finished: ReadonlyMap<number, FinishedFrame>, film: Film, store: JobStore, world: { readonly darkroom: Darkroom, readonly clock: Clock }) {
    this.#spec = spec
    this.#output = output
    this.#film = film
    this.#store = store
    this.#darkroom = world.darkroom
    this.#disk = new PatientDisk(world.clock, WRITE_RETRY_LONGEST_MS)
    this.#finished = new Map(finished)
  }

  /** Frames whose film and picture are on disk. */
  get finished (): ReadonlyMap<number, FinishedFrame> {
    return this.#finished
  }

  /** The frame that was finished last; undefined while none is. */
  get latest (): number | undefined {
    return [...this.#finished.keys()].at(-1)
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

  /** So many complete frames wait for a disk that refuses, or that is slower than the renderers, that no more results should be taken in. */
  get isBehind (): boolean {
    return (this.#disk.refusal !== undefined && this.#queued > MAX_WAITING_FRAMES) ||
      (this.#queued > 1 && this.#queued * this.#spec.width * this.#spec.height * 16 > MAX_UNWRITTEN_BYTES)
  }

  /** What the disk refuses now, in one line; undefined while it takes everything. */
  get refusal (): string | undefined {
    return this.#disk.refusal
  }

  /** Queues a complete frame. */
  write (frame: number, failed: (error: unknown) => void): void {
    this.#queue(failed, async () => {
      const pixels = this.#film.frame(frame)
      const hash = this.#darkroom.frameHash(pixels)
      await this.#disk.insist(failed, async () => this.#store.saveFilm(frame, pixels))
      const files = await this.#picture(frame, pixels, failed)
      await this.#disk.insist(failed, async () => this.#store.append({ type: 'frame', frame, hash, files }))
      this.#finished.set(frame, { hash, files })
      this.#film.drop(frame)
    })
  }

  /** Queues pictures of the frames that lack parked units, as far as they go. */
  writeIncomplete (failed: (error: unknown) => void): void {
    for (let frame = 0; frame < frameCount(this.#spec.frames); frame++) {
      this.#queue(failed, async () => {
        if (!this.#finished.has(frame)) {
          const pixels = this.#film.snapshot(frame)
          await this.#disk.insist(failed, async () => this.#store.saveFilm(frame, pixels))
          this.#extraFiles.push(...await this.#picture(frame, pixels, failed))
        }
      })
    }
  }

  /** Queues pictures of frames as far as they go. One that the disk refuses is left out: the next is soon due. Resolves when they are written. */
  async writeSoFar (frames: readonly number[], failed: (error: unknown) => void): Promise<void> {
    for (const frame of frames) {
      this.#queue(failed, async () => {
        if (!this.#finished.has(frame) && !this.#disk.signal.aborted) {
          await this.#draw(frame, this.#film.snapshot(frame))
        }
      })
    }
    await this.#work
  }

  /** Resolves when everything queued so far is written, or the writer is stopped. */
  async settled (): Promise<void> {
    await this.#work
  }

  /** The same, but does not wait for a disk that refuses: `refused` then. */
  async settledOrRefused (): Promise<'settled' | 'refused'> {
    return this.#disk.settledOrRefused(this.#work)
  }

  /** Gives up what the disk refuses; what is being written is finished. */
  stop (): void {
    this.#disk.stop()
  }

  /**
   * The film of a frame: Float32Array, width × height × 4, linear premultiplied RGBA. Kept if it is finished, else as far as it goes.
   *
   * @throws FilmGoneError when it was finished and is not kept any more
   */
  async film (frame: number): Promise<Float32Array> {
    const finished = this.#finished.get(frame)
    if (finished === undefined) {
      return this.#film.snapshot(frame)
    }
    const kept = await this.#store.readFilm(frame)
    if (kept === undefined) {
      throw new FilmGoneError(`The film of ${this.#spec.name} is no longer kept: it had to make room, was cleared, or its disk damaged it. Its pictures are where they were written; rendering it again brings it back`)
    }
    return kept
  }

  async #picture (frame: number, pixels: Float32Array, failed: (error: unknown) => void): Promise<string[]> {
    return this.#disk.insist(failed, async () => this.#draw(frame, pixels))
  }

  async #draw (frame: number, pixels: Float32Array): Promise<string[]> {
    if (this.#output === undefined) {
      return []
    }
    const { file: pattern, bits } = this.#output
    const file = fileOfFrame(pattern, frameNumber(gridOf(this.#spec), frame))
    await this.#darkroom.write(file, this.#spec.width, this.#spec.height, pixels, bits)
    return [file]
  }

  #queue (failed: (error: unknown) => void, run: () => Promise<void>): void {
    this.#queued++
    this.#work = this.#work.then(run).catch((error: unknown) => {
      if (!this.#disk.signal.aborted) {
        failed(error)
      }
    }).finally(() => { this.#queued-- })
  }
}
