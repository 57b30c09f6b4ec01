import { open, rm } from 'node:fs/promises'
import { VideoError } from '../../errors.ts'
import { finishPart, removePart } from './part-file.ts'
import { ANIMATION_HEAD_BYTES, MAX_WEBP_BYTES, animationFrame, animationHead, frameDurationMs } from './webp-animation.ts'
import type { FileHandle } from 'node:fs/promises'
import type { VideoSink, VideoTarget } from './sink.ts'

/** Writes an animated WebP frame by frame. */
export class WebpSink implements VideoSink {
  readonly #target: VideoTarget
  readonly #handle: FileHandle
  #frames = 0
  #bytes = ANIMATION_HEAD_BYTES
  #alpha: 'opaque' | 'transparent' = 'opaque'

  private constructor (target: VideoTarget, handle: FileHandle) {
    this.#target = target
    this.#handle = handle
  }

  /** @throws what `node:fs` throws */
  static async open (target: VideoTarget): Promise<WebpSink> {
    await rm(target.part, { force: true })
    return new WebpSink(target, await open(target.part, 'wx'))
  }

  /** Takes a still WebP. @throws VideoError when the file would be too long; what `node:fs` throws */
  async add (still: Uint8Array): Promise<void> {
    const { width, height, fps } = this.#target
    const { bytes, alpha } = animationFrame(still, width, height, frameDurationMs(this.#frames, fps))
    if (this.#bytes + bytes.length > MAX_WEBP_BYTES) {
      throw new VideoError('the animated WebP would be longer than the 4 GiB it can have; choose an .mp4, or fewer frames')
    }
    await this.#write(bytes, this.#bytes)
    this.#bytes += bytes.length
    this.#frames++
    this.#alpha = alpha === 'transparent' ? alpha : this.#alpha
  }

  /** @throws what `node:fs` throws */
  async finish (): Promise<void> {
    const { width, height, part, file } = this.#target
    await this.#write(animationHead({ width, height, alpha: this.#alpha, fileBytes: this.#bytes }), 0)
    await this.#handle.close()
    await finishPart(part, file)
  }

  async discard (): Promise<void> {
    await this.#handle.close().catch(() => {})
    await removePart(this.#target.part)
  }

  async #write (bytes: Uint8Array, position: number): Promise<void> {
    for (let written = 0; written < bytes.length;) {
      written += (await this.#handle.write(bytes, written, bytes.length - written, position + written)).bytesWritten
    }
  }
}
