import { basename, extname } from 'node:path'
import { StoreError, UsageError, VideoError } from '../../errors.ts'
import { programOnPath } from '../../platform/programs.ts'
import { pictureError } from '../picture-error.ts'
import { FfmpegSink } from './ffmpeg-sink.ts'
import { FFMPEG_FORMATS, chooseEncoder } from './ffmpeg.ts'
import { FrameDeveloper } from './frame-developer.ts'
import { partFileOf } from './part-file.ts'
import { MAX_WEBP_PIXELS, MAX_WEBP_SIDE } from './webp-animation.ts'
import { WebpSink } from './webp-sink.ts'
import type { ProgramPlace } from '../../platform/programs.ts'
import type { VideoMaker, VideoOrder } from '../../ports.ts'
import type { ViewOptions } from '../tonemap.ts'
import type { FfmpegFormat } from './ffmpeg.ts'
import type { VideoSink, VideoTarget } from './sink.ts'

/** Longest side of a video that ffmpeg is asked for: what the usual kinds can have. */
const MAX_FFMPEG_SIDE = 16_384

/** How a video maker works. */
export interface VideoMakerInit {
  /** How frames are shown. @default as the darkroom's PNGs: AgX at exposure 0 */
  readonly view?: ViewOptions
  /** Where ffmpeg is looked for. @default this process's environment */
  readonly programs?: ProgramPlace
}

/** Makes a video maker: animated WebP by itself, MP4 and WebM by ffmpeg where it is installed. */
export function createVideoMaker (init: VideoMakerInit = {}): VideoMaker {
  return new ThreadVideoMaker(init)
}

/** Who makes a video. */
type Way =
  | { readonly by: 'itself' }
  | { readonly by: 'ffmpeg', readonly extension: string, readonly format: FfmpegFormat }

class ThreadVideoMaker implements VideoMaker {
  readonly #init: VideoMakerInit

  constructor (init: VideoMakerInit) {
    this.#init = init
  }

  async check ({ file, fps, width, height }: Pick<VideoOrder, 'file' | 'fps' | 'width' | 'height'>): Promise<void> {
    const way = wayOf(file)
    const mostPixels = way.by === 'itself' ? MAX_WEBP_SIDE : MAX_FFMPEG_SIDE
    if (Math.max(width, height) > mostPixels) {
      throw new UsageError(`a ${extname(file)} video has at most ${mostPixels} pixels a side, and ${width}×${height} is more; choose a smaller --size, or leave --video out`)
    }
    if (way.by === 'itself') {
      if (width * height > MAX_WEBP_PIXELS) {
        throw new UsageError(`a .webp video has at most ${Math.floor(MAX_WEBP_PIXELS / 1e6)} million pixels a frame, and ${width}×${height} is more; choose a smaller --size, or an .mp4`)
      }
      return
    }
    const program = await this.#ffmpeg()
    if (program === undefined) {
      throw new UsageError(`${way.extension} videos are made by ffmpeg, which is not found on this peer; install it (ffmpeg.org), or choose a .webp, which needs nothing`)
    }
    try {
      await chooseEncoder(program, way.format, { width, height, fps }, file)
    } catch (error) {
      throw new UsageError(`${messageOf(error)}; choose a .webp, which needs nothing`, { cause: error })
    }
  }

  async make (order: VideoOrder, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { file, width, height } = order
    const way = wayOf(file)
    let sink: VideoSink | undefined
    const developer = new FrameDeveloper({ width, height, into: way.by === 'ffmpeg' ? 'rgb' : 'webp', view: this.#init.view ?? {} })
    const stop = (): void => {
      void developer.close()
      void sink?.discard()
    }
    signal.addEventListener('abort', stop)
    try {
      sink = await this.#open({ ...order, part: partFileOf(file, order.key) }, way)
      for (let frame = 0; frame < order.frames; frame++) {
        const pixels = await order.film(frame)
        signal.throwIfAborted()
        await sink.add(await developer.develop(pixels))
        signal.throwIfAborted()
        order.progressed(frame + 1)
      }
      await sink.finish()
    } catch (error) {
      await sink?.discard()
      signal.throwIfAborted()
      throw videoError(file, error)
    } finally {
      signal.removeEventListener('abort', stop)
      await developer.close()
    }
  }

  async #open (target: VideoTarget, way: Way): Promise<VideoSink> {
    if (way.by === 'itself') {
      return WebpSink.open(target)
    }
    const program = await this.#ffmpeg()
    if (program === undefined) {
      throw new VideoError(`${basename(target.file)} was not made: ffmpeg is not there any more; its pictures are`)
    }
    return FfmpegSink.open(target, program, way.format)
  }

  async #ffmpeg (): Promise<string | undefined> {
    return programOnPath('ffmpeg', this.#init.programs)
  }
}

/** @throws UsageError when no video has this extension */
function wayOf (file: string): Way {
  const extension = extname(file).toLowerCase()
  if (extension === '.webp') {
    return { by: 'itself' }
  }
  const format = FFMPEG_FORMATS[extension]
  if (format === undefined) {
    throw new UsageError(`Videos are made as .mp4, .webm or .webp, and "${basename(file)}" is none of these; choose another name`)
  }
  return { by: 'ffmpeg', extension, format }
}

function videoError (file: string, error: unknown): unknown {
  if (error instanceof StoreError || error instanceof VideoError || !(error instanceof Error)) {
    return error
  }
  const { code } = error as NodeJS.ErrnoException
  return code === undefined ? error : pictureError(file, code, error.message, { cause: error })
}

function messageOf (error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
