import { frameCount } from '../core/job.ts'
import { PatientDisk } from './patient-disk.ts'
import type { SignedJob } from '../core/messages.ts'
import type { Clock, JobStore, VideoMaker, VideoOutcome, VideoPlan } from '../ports.ts'

/** Longest pause before a video that the disk refused is made again: all of it is, so a disk that stays full must not keep a processor busy. */
const VIDEO_RETRY_LONGEST_MS = 300_000

/** What a job's video needs of its job. */
export interface JobVideoContext {
  readonly videos: VideoMaker
  readonly clock: Clock
  readonly store: JobStore
  /** The film of a frame, as {@link FrameWriter.film} gives it. */
  film (frame: number): Promise<Float32Array>
  /** So many frames are in the video. */
  progressed (frames: number): void
  /** The disk refuses, or the video can not be made. */
  trouble (error: unknown): void
}

/**
 * The video of a job, made once all its frames are written. What the disk refuses is tried again until it works; what else goes wrong ends it:
 * the pictures are there, and a person can make a video of them. Either way its outcome is in the journal before the job has ended.
 */
export class JobVideo {
  readonly #signed: SignedJob
  readonly #plan: VideoPlan | undefined
  readonly #context: JobVideoContext
  readonly #disk: PatientDisk
  #outcome: VideoOutcome | undefined
  #frames: number | undefined

  /** @param outcome what became of it in an earlier life of the peer */
  constructor (signed: SignedJob, plan: VideoPlan | undefined, outcome: VideoOutcome | undefined, context: JobVideoContext) {
    this.#signed = signed
    this.#plan = plan
    this.#outcome = outcome
    this.#context = context
    this.#disk = new PatientDisk(context.clock, VIDEO_RETRY_LONGEST_MS)
  }

  /** Undefined: none is wanted, or it is still to be made. */
  get outcome (): VideoOutcome | undefined {
    return this.#outcome
  }

  /** The finished video. */
  get files (): readonly string[] {
    return this.#outcome?.state === 'made' ? [this.#outcome.file] : []
  }

  /** Why there is none although one was wanted. */
  get problem (): string | undefined {
    return this.#outcome?.state === 'failed' ? this.#outcome.reason : undefined
  }

  /** Frames in it so far; undefined while it is not being made. */
  get frames (): number | undefined {
    return this.#frames
  }

  /** What the disk said when it refused the video last; undefined: it did not. */
  get refusal (): string | undefined {
    return this.#disk.refusal
  }

  /** Gives up making it, for this life of the peer. */
  stop (): void {
    this.#disk.stop()
  }

  /**
   * Makes the video if one is wanted and there is none yet. Resolves when its outcome is in the journal, or it was stopped.
   *
   * @throws StoreError when the journal can not be written
   */
  async make (): Promise<void> {
    if (this.#plan === undefined || this.#outcome !== undefined) {
      return
    }
    const outcome = await this.#attempt(this.#plan)
    if (outcome !== undefined) {
      await this.#context.store.append({ type: 'video', outcome })
      this.#outcome = outcome
    }
  }

  async #attempt (plan: VideoPlan): Promise<VideoOutcome | undefined> {
    const { spec } = this.#signed
    try {
      await this.#disk.insist((error) => { this.#context.trouble(error) }, async () => {
        this.#progressed(0)
        await this.#context.videos.make({
          ...plan,
          width: spec.width,
          height: spec.height,
          frames: frameCount(spec.frames),
          key: this.#signed.id,
          film: async (frame) => this.#context.film(frame),
          progressed: (frames) => { this.#progressed(frames) }
        }, this.#disk.signal)
      })
      return { state: 'made', file: plan.file }
    } catch (error) {
      if (this.#disk.signal.aborted) {
        return undefined
      }
      this.#context.trouble(error)
      return { state: 'failed', reason: error instanceof Error ? error.message : String(error) }
    } finally {
      this.#frames = undefined
    }
  }

  #progressed (frames: number): void {
    this.#frames = frames
    this.#context.progressed(frames)
  }
}
