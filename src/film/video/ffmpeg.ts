import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { basename } from 'node:path'
import { VideoError } from '../../errors.ts'
import { pictureError } from '../picture-error.ts'
import { evenSide, rgbBytes } from './rgb-frame.ts'
import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import type { StoreError } from '../../errors.ts'

/** Of what ffmpeg says, the end is kept: the cause of a failure is in its last lines. */
const MAX_SAID_CHARACTERS = 8_192

/** Characters of ffmpeg's words that are passed on to a person. */
const MAX_REASON_CHARACTERS = 300

/** What ffmpeg says when the disk has no more room. */
const DISK_FULL = /No space left on device|Disk quota exceeded|not enough space on the disk/i

/** A kind of video that ffmpeg makes. */
export interface FfmpegFormat {
  /** ffmpeg's arguments for the file's format. */
  readonly container: readonly string[]
  /** ffmpeg's arguments for each encoder that will do, best first; which of them there are differs from one ffmpeg to the next. */
  readonly encoders: readonly (readonly string[])[]
}

/**
 * x264 looks few frames ahead at this preset: an ffmpeg whose peer was killed has little left to encode and ends at once, and the processors are
 * soon back to rendering. No `+faststart`, for the same reason: it writes the whole file twice.
 */
const MP4: FfmpegFormat = {
  container: ['-f', 'mp4'],
  encoders: [
    ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '17'],
    ['-c:v', 'libopenh264', '-b:v', '20M'],
    ['-c:v', 'mpeg4', '-q:v', '2']
  ]
}

const WEBM: FfmpegFormat = {
  container: ['-f', 'webm'],
  encoders: [
    ['-c:v', 'libvpx-vp9', '-crf', '24', '-b:v', '0', '-deadline', 'realtime', '-cpu-used', '6', '-row-mt', '1'],
    ['-c:v', 'libvpx', '-crf', '8', '-b:v', '20M', '-deadline', 'realtime']
  ]
}

/** What ffmpeg can make, by the file's extension. */
export const FFMPEG_FORMATS: Readonly<Record<string, FfmpegFormat>> = { '.mp4': MP4, '.webm': WEBM }

/** A run of ffmpeg. */
export interface FfmpegPlan {
  /** Pixels of the pictures. The video's sides are even: see {@link evenSide}. */
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly encoder: readonly string[]
}

/**
 * What ffmpeg is started with: frames of red, green and blue bytes come in on its standard input; colours are stored as the standard for video (BT.709)
 * has it, with one colour for four pixels, which every player shows.
 *
 * @param output the last arguments: the file's format, and the file
 */
export function ffmpegArguments ({ width, height, fps, encoder }: FfmpegPlan, output: readonly string[]): string[] {
  return [
    '-hide_banner', '-loglevel', 'error', '-nostats',
    '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-video_size', `${evenSide(width)}x${evenSide(height)}`, '-framerate', String(fps), '-i', 'pipe:0',
    '-vf', 'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p',
    ...encoder,
    '-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv',
    '-y', ...output
  ]
}

/** The line of ffmpeg's words that tells a person most: the last one, without the memory addresses it begins with. */
export function ffmpegReason (said: string): string {
  const lines = said.split(/[\r\n]+/).map((line) => line.replace(/\[[^\]]* @ 0x[0-9a-f]+\] */g, '').trim()).filter((line) => line !== '')
  // "Conversion failed!" and the like only repeat that there was an error before.
  const telling = lines.filter((line) => !/^(Conversion failed!|Nothing was written into output file)/.test(line))
  return (telling.at(-1) ?? lines.at(-1) ?? '').slice(0, MAX_REASON_CHARACTERS)
}

/**
 * A running ffmpeg, fed frame by frame. It is a process group of its own, so that Ctrl-C in the peer's terminal does not end it before the peer decides;
 * when the peer is killed its standard input ends, and so does it.
 */
export class FfmpegProcess {
  readonly #child: ChildProcessByStdio<Writable, null, Readable>
  readonly #ended: Promise<number | string>
  readonly #video: string
  #said = ''

  /**
   * @param program absolute path of ffmpeg
   * @param video the path people know it by
   */
  constructor (program: string, args: readonly string[], video: string) {
    this.#video = video
    this.#child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], detached: true, windowsHide: true })
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#said += `\n${error.message}`
        resolve('error')
      })
      // Not `exit`: what it said must have been read.
      this.#child.once('close', (status, signal) => { resolve(signal ?? status ?? 'error') })
    })
    // That it reads no more is told better by how it ends.
    this.#child.stdin.on('error', () => {})
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-MAX_SAID_CHARACTERS)
    })
  }

  /** Resolves when ffmpeg has taken most of it. @throws VideoError or StoreError when it ended instead */
  async write (bytes: Uint8Array): Promise<void> {
    if (this.#child.stdin.write(bytes)) {
      return
    }
    const drained = new AbortController()
    try {
      const first = await Promise.race([once(this.#child.stdin, 'drain', { signal: drained.signal }).catch(() => {}), this.#ended])
      if (!Array.isArray(first)) {
        await this.#ended
        throw this.#failure()
      }
    } finally {
      drained.abort()
    }
  }

  /** Ends its input and waits until it is done. @throws VideoError or StoreError */
  async finish (): Promise<void> {
    this.#child.stdin.end()
    if (await this.#ended !== 0) {
      throw this.#failure()
    }
  }

  /** Ends it now; resolves when it is gone. */
  async kill (): Promise<void> {
    this.#child.kill('SIGKILL')
    this.#child.stdin.destroy()
    await this.#ended
  }

  #failure (): StoreError | VideoError {
    if (DISK_FULL.test(this.#said)) {
      return pictureError(this.#video, 'ENOSPC', '')
    }
    return new VideoError(`ffmpeg could not make ${basename(this.#video)}: ${ffmpegReason(this.#said) || 'it said no reason'}`)
  }
}

/**
 * Chooses the first encoder with which this ffmpeg makes a frame of this size, by making one.
 *
 * @throws VideoError with what ffmpeg says of the best one, when none works
 */
export async function chooseEncoder (program: string, format: FfmpegFormat, plan: Omit<FfmpegPlan, 'encoder'>, video: string): Promise<readonly string[]> {
  let refusal: unknown
  for (const encoder of format.encoders) {
    const ffmpeg = new FfmpegProcess(program, ffmpegArguments({ ...plan, encoder }, ['-f', 'null', '-']), video)
    const stuck = setTimeout(() => { void ffmpeg.kill() }, TRIAL_MS)
    try {
      await tryOne(ffmpeg, rgbBytes(plan.width, plan.height))
      return encoder
    } catch (error) {
      refusal ??= error
    } finally {
      clearTimeout(stuck)
      await ffmpeg.kill()
    }
  }
  throw refusal
}

/** A trial takes a fraction of a second; one that takes this long will never end. */
const TRIAL_MS = 60_000

/** A black frame is fed in pieces of this many bytes. */
const BLACK_BYTES = 2 ** 20

async function tryOne (ffmpeg: FfmpegProcess, frameBytes: number): Promise<void> {
  const black = new Uint8Array(Math.min(BLACK_BYTES, frameBytes))
  for (let fed = 0; fed < frameBytes; fed += black.length) {
    await ffmpeg.write(black.subarray(0, frameBytes - fed))
  }
  await ffmpeg.finish()
}
