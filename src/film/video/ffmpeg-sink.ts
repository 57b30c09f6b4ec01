import { rm } from 'node:fs/promises'
import { FfmpegProcess, chooseEncoder, ffmpegArguments } from './ffmpeg.ts'
import { finishPart, removePart } from './part-file.ts'
import type { FfmpegFormat } from './ffmpeg.ts'
import type { VideoSink, VideoTarget } from './sink.ts'

/** A video that ffmpeg writes; it is fed frames of red, green and blue bytes. */
export class FfmpegSink implements VideoSink {
  readonly #target: VideoTarget
  readonly #ffmpeg: FfmpegProcess

  private constructor (target: VideoTarget, ffmpeg: FfmpegProcess) {
    this.#target = target
    this.#ffmpeg = ffmpeg
  }

  /** @param program absolute path of ffmpeg. @throws VideoError when it can not make such a video; what `node:fs` throws */
  static async open (target: VideoTarget, program: string, format: FfmpegFormat): Promise<FfmpegSink> {
    const { width, height, fps, file, part } = target
    const encoder = await chooseEncoder(program, format, { width, height, fps }, file)
    await rm(part, { force: true })
    return new FfmpegSink(target, new FfmpegProcess(program, ffmpegArguments({ width, height, fps, encoder }, [...format.container, part]), file))
  }

  /** @throws VideoError or StoreError when ffmpeg ends */
  async add (frame: Uint8Array): Promise<void> {
    await this.#ffmpeg.write(frame)
  }

  /** @throws VideoError or StoreError; what `node:fs` throws */
  async finish (): Promise<void> {
    await this.#ffmpeg.finish()
    await finishPart(this.#target.part, this.#target.file)
  }

  async discard (): Promise<void> {
    await this.#ffmpeg.kill()
    await removePart(this.#target.part)
  }
}
