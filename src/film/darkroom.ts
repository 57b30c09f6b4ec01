import { rm } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { UsageError } from '../errors.ts'
import { startThread } from '../program-parts.ts'
import { EXR_BLOCK_ROWS } from './exr.ts'
import { filmHash, frameHash } from './film-hash.ts'
import { createFilm } from './film.ts'
import { partFileOf, removeParts } from './part-name.ts'
import { pictureError } from './picture-error.ts'
import { previewOf } from './preview.ts'
import { createView } from './tonemap.ts'
import type { PicturePlan } from './picture-file.ts'
import type { PictureReply } from './picture-worker.ts'
import type { View, ViewOptions } from './tonemap.ts'
import type { Hash } from '../core/ids.ts'
import type { JobSpec } from '../core/job.ts'
import type { PixelRect } from '../core/units.ts'
import type { Darkroom, Film, PreviewBlock } from '../ports.ts'
import type { ProgramPart } from '../program-parts.ts'

const PICTURE_WORKER: ProgramPart = { name: 'picture-worker.js', locate: () => new URL('./picture-worker.js', import.meta.url) }

/** Pixels are copied to the thread in bands of about this many bytes: a copy takes the caller's thread about a millisecond. */
const BAND_BYTES = 4 * 2 ** 20

/** How a darkroom makes pictures. */
export interface DarkroomInit {
  /** How PNGs and previews show the film. @default AgX at exposure 0 */
  readonly view?: ViewOptions
}

/**
 * Makes a darkroom. Pictures are written one after the other, each in a thread that ends with it: an idle darkroom keeps no process alive.
 */
export function createDarkroom (init: DarkroomInit = {}): Darkroom {
  return new ThreadDarkroom(init.view ?? {})
}

/**
 * The format a picture's name asks for.
 *
 * @throws UsageError when it is not one we write
 */
export function pictureFormat (file: string): 'png' | 'exr' {
  const extension = extname(file).toLowerCase()
  switch (extension) {
    case '.png': return 'png'
    case '.exr': return 'exr'
    default: throw new UsageError(`Pictures are written as .png or .exr, and "${basename(file)}" is neither; choose another name`)
  }
}

class ThreadDarkroom implements Darkroom {
  readonly #viewOptions: ViewOptions
  readonly #view: View
  /** The end of the last picture asked for; never rejects. */
  #last: Promise<unknown> = Promise.resolve()

  constructor (view: ViewOptions) {
    this.#viewOptions = view
    this.#view = createView(view)
  }

  film (spec: JobSpec): Film {
    return createFilm(spec)
  }

  frameHash (pixels: Float32Array): Hash {
    return frameHash(pixels)
  }

  filmHash (frames: readonly Hash[]): Hash {
    return filmHash(frames)
  }

  preview (spec: JobSpec, film: Pick<Film, 'snapshotRect'>, frame: number, rect: PixelRect): PreviewBlock {
    return previewOf(spec, film, frame, rect, this.#view)
  }

  /**
   * The file is there, whole and on the disk, when this resolves; when it rejects nothing of it is left, and what had its name before is untouched.
   * The pixels are read until then: do not change them. While a picture grows it is `.NAME.RANDOM.part` in the same folder.
   *
   * @throws UsageError for an extension other than .png and .exr, StoreError when the disk refuses, RangeError when pixels are not width × height × 4
   */
  async write (file: string, width: number, height: number, pixels: Float32Array, bits: 8 | 16): Promise<void> {
    const path = resolve(file)
    const format = pictureFormat(path)
    if (pixels.length !== width * height * 4 || pixels.length === 0) {
      throw new RangeError(`${pixels.length} floats are no picture of ${width} × ${height} pixels`)
    }
    const plan: PicturePlan = { file: path, partFile: partFileOf(path), format, width, height, bits, view: this.#viewOptions }
    const turn = this.#last
    const written = turn.then(() => develop(plan, pixels))
    this.#last = written.catch(() => {})
    await written
  }

  async removeUnfinished (pattern: string): Promise<void> {
    await removeParts(resolve(pattern)).catch((error: NodeJS.ErrnoException) => { throw pictureError(pattern, error.code, error.message, { cause: error }) })
  }
}

/** Writes one picture in a thread, band by band as the thread asks for them. */
async function develop (plan: PicturePlan, pixels: Float32Array): Promise<void> {
  const worker = startThread(PICTURE_WORKER, { workerData: plan, name: 'darkroom' })
  const bandFloats = bandRows(plan.width) * plan.width * 4
  let sent = 0
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  worker.on('message', (reply: PictureReply) => {
    switch (reply.type) {
      case 'next': {
        const band = pixels.slice(sent, sent + bandFloats)
        sent += band.length
        worker.postMessage(band, [band.buffer])
        break
      }
      case 'written':
        resolve()
        break
      case 'failed':
        reject(pictureError(plan.file, reply.code, reply.message))
        break
    }
  })
  worker.on('error', (error: NodeJS.ErrnoException) => { reject(pictureError(plan.file, error.code, error.message, { cause: error })) })
  worker.on('exit', (code) => { reject(pictureError(plan.file, undefined, `its thread ended with status ${code}`)) })
  try {
    await promise
  } catch (error) {
    await worker.terminate()
    await rm(plan.partFile, { force: true }).catch(() => {})
    throw error
  }
}

/** Rows in a band: whole EXR blocks. */
function bandRows (width: number): number {
  const blockBytes = width * EXR_BLOCK_ROWS * 16
  return Math.max(1, Math.floor(BAND_BYTES / blockBytes)) * EXR_BLOCK_ROWS
}
