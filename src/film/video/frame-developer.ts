import { VideoError } from '../../errors.ts'
import { startThread } from '../../program-parts.ts'
import type { Worker } from 'node:worker_threads'
import type { ProgramPart } from '../../program-parts.ts'
import type { FramePlan, FrameReply } from './frame-thread.ts'

/** Pixels are copied to the thread in bands of about this many bytes: a copy takes the caller's thread about a millisecond. */
const BAND_BYTES = 4 * 2 ** 20

const FRAME_THREAD: ProgramPart = { name: 'frame-thread.js', locate: () => new URL('./frame-thread.js', import.meta.url) }

/** Turns films of frames into what a video is fed with, in a thread of its own. One frame at a time. */
export class FrameDeveloper {
  readonly #worker: Worker
  readonly #bandFloats: number
  #waiting: PromiseWithResolvers<FrameReply> | undefined
  #broken: VideoError | undefined

  constructor (plan: FramePlan) {
    const rowFloats = plan.width * 4
    this.#bandFloats = Math.max(1, Math.floor(BAND_BYTES / (rowFloats * 4))) * rowFloats
    this.#worker = startThread(FRAME_THREAD, { workerData: plan, name: 'video' })
    this.#worker.on('message', (reply: FrameReply) => { this.#waiting?.resolve(reply) })
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      this.#break(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'there is not enough memory for its frames; choose a smaller --size' : error.message, error)
    })
    this.#worker.on('exit', (status) => { this.#break(`its thread ended with status ${status}`) })
  }

  /**
   * Develops a frame: width × height × 4 floats of the film, which are only read.
   *
   * @throws VideoError when it can not be done, or the developer is closed meanwhile
   */
  async develop (pixels: Float32Array): Promise<Uint8Array> {
    for (let sent = 0; ;) {
      const band = pixels.slice(sent, sent + this.#bandFloats)
      sent += band.length
      const reply = await this.#send(band)
      switch (reply.type) {
        case 'taken': continue
        case 'frame': return reply.bytes
        case 'failed': throw new VideoError(`a frame of the video could not be encoded: ${reply.message}`)
      }
    }
  }

  /** Ends the thread; what is being developed is given up. */
  async close (): Promise<void> {
    await this.#worker.terminate()
  }

  async #send (band: Float32Array<ArrayBuffer>): Promise<FrameReply> {
    if (this.#broken !== undefined) {
      throw this.#broken
    }
    this.#waiting = Promise.withResolvers()
    this.#worker.postMessage(band, [band.buffer])
    return this.#waiting.promise
  }

  #break (reason: string, cause?: unknown): void {
    this.#broken ??= new VideoError(`the video could not be made: ${reason}`, { cause })
    this.#waiting?.reject(this.#broken)
  }
}
