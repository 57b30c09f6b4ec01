import { pixelsOf, placeOf } from '../core/units.ts'
import { FrameWriter } from './frame-writer.ts'
import { JobVideo } from './job-video.ts'
import { SaveTimer } from './save-timer.ts'
import type { Hash, UnitIndex } from '../core/ids.ts'
import type { SignedJob } from '../core/messages.ts'
import type { UnitGrid } from '../core/units.ts'
import type { Clock, Darkroom, Film, JobStore, Log, VideoMaker, VideoOutcome } from '../ports.ts'
import type { EventHub } from './event-hub.ts'
import type { JobProducts } from './job-event.ts'
import type { JobTrouble } from './job-trouble.ts'
import type { FinishedFrame, RestoredJob } from './restore.ts'

/** What the pictures of a job need of its peer. */
export interface JobPicturesContext {
  readonly clock: Clock
  readonly log: Log
  readonly darkroom: Darkroom
  readonly videos: VideoMaker
  readonly store: JobStore
  /** Who wants to see blocks of the growing picture. */
  readonly hub: EventHub
  readonly trouble: JobTrouble
  /** More of a video is made. */
  progressed (): void
}

/** What a job's pixels become at its requester: the film, the pictures of its frames as they are complete, a video at the end. */
export class JobPictures {
  readonly film: Film
  readonly #signed: SignedJob
  readonly #grid: UnitGrid
  readonly #context: JobPicturesContext
  readonly #frames: FrameWriter
  readonly #video: JobVideo
  readonly #saves: SaveTimer | undefined
  #videoMaking: Promise<void> = Promise.resolve()

  constructor ({ signed, film, output, frames, video }: RestoredJob, grid: UnitGrid, context: JobPicturesContext) {
    this.film = film
    this.#signed = signed
    this.#grid = grid
    this.#context = context
    const { store, clock, videos, trouble } = context
    this.#frames = new FrameWriter(signed.spec, output, frames, film, store, context)
    this.#video = new JobVideo(signed, output?.video, video, {
      videos,
      clock,
      store,
      film: async (frame) => this.#frames.film(frame),
      progressed: () => { context.progressed() },
      trouble: (error) => { trouble.report('video', error) }
    })
    const saveEveryMs = output?.saveEveryMs
    this.#saves = saveEveryMs === undefined
      ? undefined
      : new SaveTimer(saveEveryMs, clock, async (some) => this.#frames.writeSoFar(some, this.#failed))
  }

  /** Goes on with what an earlier life of this peer left undone. */
  resume (): void {
    this.#frames.resume(this.#failed)
  }

  /** Adds a unit to the film, shows it, and writes its frame if that is complete now. */
  merge (unit: UnitIndex, pixels: Float32Array): void {
    const frame = this.film.merge(unit, pixels)
    const place = placeOf(this.#grid, unit)
    if (this.#context.hub.wantsBlocks) {
      const block = this.#context.darkroom.preview(this.#signed.spec, this.film, place.frame, pixelsOf(this.#grid, place))
      this.#context.hub.publish({ type: 'preview', block })
    }
    this.#saves?.grew(place.frame)
    if (frame !== undefined) {
      this.#frames.write(frame, this.#failed)
    }
  }

  /**
   * All units have come that will: writes what is not written yet, then makes the video.
   *
   * @param parts whether pixels are missing for good
   * @returns false when it was no longer wanted in between
   * @throws StoreError
   */
  async finish (parts: 'all' | 'some', goesOn: () => boolean): Promise<boolean> {
    if (parts === 'some') {
      this.#frames.writeIncomplete(this.#failed)
    }
    await this.#frames.settled()
    if (!goesOn()) {
      return false
    }
    this.#videoMaking = this.#video.make()
    await this.#videoMaking
    return goesOn()
  }

  /** Frames that wait for the disk take so much memory that no more results are to come. */
  get isBehind (): boolean {
    return this.#frames.isBehind
  }

  /** What happens first: all frames that are complete are on disk, or the disk refuses one. */
  async settledOrRefused (): Promise<'settled' | 'refused'> {
    return this.#frames.settledOrRefused()
  }

  /** What is written so far, without its time. */
  get products (): Omit<JobProducts, 'wallMs'> {
    return { files: [...this.#frames.files, ...this.#video.files], filmHash: this.filmHash, problem: this.#video.problem }
  }

  /** The hash of the whole film; null while frames are missing. */
  get filmHash (): Hash | null {
    return this.#frames.filmHash
  }

  /** For the journal. */
  get records (): { readonly frames: ReadonlyMap<number, FinishedFrame>, readonly video: VideoOutcome | undefined } {
    return { frames: this.#frames.finished, video: this.#video.outcome }
  }

  /** Why the disk does not take a picture; undefined: it does. */
  get refusal (): string | undefined {
    return this.#frames.refusal ?? this.#video.refusal
  }

  /** Frames in the video; undefined while none is made. */
  get videoFrames (): number | undefined {
    return this.#video.frames
  }

  /** The film of a frame as it is now: from disk when it is finished, else as far as it goes. */
  async filmOf (frame: number): Promise<Float32Array> {
    return this.#frames.film(frame)
  }

  /** The frame whose picture was written last; undefined while none is. */
  get latestFrame (): number | undefined {
    return this.#frames.latest
  }

  /** Whether a frame's film and picture are on disk. */
  isFinished (frame: number): boolean {
    return this.#frames.finished.has(frame)
  }

  /** Nothing new is written; what is under way may still be. */
  stop (): void {
    this.#saves?.stop()
    this.#frames.stop()
    this.#video.stop()
  }

  /** Resolves when nothing is being written any more. */
  async settled (): Promise<void> {
    await this.#frames.settled()
    await this.#videoMaking.catch(() => {})
  }

  readonly #failed = (error: unknown): void => { this.#context.trouble.report('output', error) }
}
