import { resolve } from 'node:path'
import { UsageError } from '../errors.ts'
import { frameCount } from '../core/job.ts'
import { MAX_FRAME_NUMBER, MAX_FRAMES, MAX_PICTURE_SIDE } from '../core/limits.ts'
import { reader } from './takes.ts'
import type { FrameRange } from '../core/job.ts'
import type { Reader } from './takes.ts'

/** Readers of option values. Each throws a UsageError that names the option, the value and what would do. */

/** A whole number from `least` to `most`. */
export function wholeNumber (option: string, least: number, most: number, unit = ''): Reader<number> {
  return reader({ kind: 'number', least, most, unit }, (text) => {
    const value = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : NaN
    if (!(value >= least && value <= most)) {
      const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`
      throw new UsageError(`${option} must be a whole number ${range}${unit === '' ? '' : ' ' + unit}, not "${text}"`)
    }
    return value
  })
}

/** A number from `least` to `most`, such as 24 or 23.976. */
export function decimal (option: string, least: number, most: number): Reader<number> {
  return reader({ kind: 'number', least, most, unit: '' }, (text) => {
    const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : NaN
    if (!(value >= least && value <= most)) {
      throw new UsageError(`${option} must be a number from ${least} to ${most}, not "${text}"`)
    }
    return value
  })
}

/** Width and height of a picture in pixels: `960x540`. */
export function size (option: string): (text: string) => { readonly width: number, readonly height: number } {
  return (text) => {
    const match = /^(\d+)[x×](\d+)$/i.exec(text)
    if (match === null) {
      throw new UsageError(`${option} must be WIDTHxHEIGHT in pixels, such as 960x540, not "${text}"`)
    }
    const [width, height] = [Number(match[1]), Number(match[2])]
    for (const side of [width, height]) {
      if (side < 1 || side > MAX_PICTURE_SIDE) {
        throw new UsageError(`${option} must be from 1 to ${MAX_PICTURE_SIDE} pixels a side, not "${text}"`)
      }
    }
    return { width, height }
  }
}

/** Frames by number: `1..250`, `1..250/10` for every tenth, `7` for one. Both ends count; numbers may be negative. */
export function frameRange (option: string): (text: string) => FrameRange {
  return (text) => {
    const match = /^([+-]?\d{1,9})(?:\.\.([+-]?\d{1,9})(?:\/(\d{1,9}))?)?$/.exec(text)
    if (match === null) {
      throw new UsageError(`${option} must be FIRST..LAST or FIRST..LAST/STEP, such as 1..250 or 1..250/10, not "${text}"`)
    }
    const first = Number(match[1])
    const frames = { first, last: Number(match[2] ?? first), step: Number(match[3] ?? 1) }
    if (frames.step < 1) {
      throw new UsageError(`${option} needs a step of at least 1, not "${text}"`)
    }
    if (frames.last < frames.first) {
      throw new UsageError(`${option} must not end before it begins, as "${text}" does`)
    }
    if (Math.max(Math.abs(frames.first), Math.abs(frames.last)) > MAX_FRAME_NUMBER || frameCount(frames) > MAX_FRAMES) {
      throw new UsageError(`${option} has room for ${MAX_FRAMES} frames, numbered from -${MAX_FRAME_NUMBER} to ${MAX_FRAME_NUMBER}; "${text}" is beyond that`)
    }
    return frames
  }
}

/** One of a few words. */
export function word<T extends string> (option: string, words: readonly T[]): Reader<T> {
  return reader({ kind: 'words', words }, (text) => {
    const value = words.find((one) => one === text)
    if (value === undefined) {
      throw new UsageError(`${option} must be ${words.join(' or ')}, not "${text}"`)
    }
    return value
  })
}

/** One of a few numbers. */
export function numberWord (option: string, numbers: readonly number[]): Reader<number> {
  const read = word(option, numbers.map(String))
  return reader(read.takes, (text) => Number(read(text)))
}

/** `KEY=VALUE`, gathered over repetitions; the same key twice is refused. */
export function setting (option: string): (text: string, before?: Readonly<Record<string, string>>) => Readonly<Record<string, string>> {
  return (text, before = {}) => {
    const split = text.indexOf('=')
    if (split < 1) {
      throw new UsageError(`${option} must be KEY=VALUE, not "${text}"`)
    }
    const key = text.slice(0, split)
    if (Object.hasOwn(before, key)) {
      throw new UsageError(`${option} gives "${key}" twice`)
    }
    return { ...before, [key]: text.slice(split + 1) }
  }
}

/** Values of a repeatable option, in order. */
export function gather (text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}

/** A picture to write; what its extension means is for whoever writes it. */
export const pictureFile: Reader<string> = reader({ kind: 'file', extensions: ['.png', '.exr'] }, (text) => text)

/** Extensions of videos that can be made. */
export const VIDEO_EXTENSIONS = ['.mp4', '.webm', '.webp']

/** A video to make. */
export const videoFile: Reader<string> = reader({ kind: 'file', extensions: VIDEO_EXTENSIONS }, (text) => text)

/** Words with commas between, out of these as far as help goes. */
export function list (option: string, words: readonly string[]): Reader<readonly string[]> {
  return reader<readonly string[]>({ kind: 'list', words }, (text) => {
    const given = text.split(',').map((one) => one.trim())
    if (given.some((one) => one === '')) {
      throw new UsageError(`${option} must be words with commas between, not "${text}"`)
    }
    return given
  })
}

/** A text of 1 to `most` bytes of UTF-8 without control characters. */
export function plainText (option: string, most: number): (text: string) => string {
  return (text) => {
    if (text.length < 1 || Buffer.byteLength(text) > most || /\p{Cc}/u.test(text)) {
      throw new UsageError(`${option} must be 1 to ${most} bytes of text without control characters`)
    }
    return text
  }
}

/** A path as the peer needs it, which may run elsewhere: absolute. */
export function absolutePath (cwd: string, path: string): string {
  return resolve(cwd, path)
}

/**
 * Checks multiaddrs.
 *
 * @throws UsageError naming the first that is none
 */
export async function checkMultiaddrs (option: string, texts: readonly string[]): Promise<void> {
  if (texts.length === 0) {
    return
  }
  const { multiaddr } = await import('@multiformats/multiaddr')
  for (const text of texts) {
    try {
      multiaddr(text)
    } catch (err) {
      throw new UsageError(`${option} must be a multiaddr, such as /ip4/0.0.0.0/tcp/4001, not "${text}"`, { cause: err })
    }
  }
}
