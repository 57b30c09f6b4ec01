import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { renameOverSync, syncFolderSync } from '../platform/files.ts'
import { EXR_BLOCK_ROWS, ExrEncoder } from './exr.ts'
import { encodePng } from './png.ts'
import { quantizeTo16, quantizeTo8 } from './quantize.ts'
import { createView } from './tonemap.ts'
import type { View, ViewOptions } from './tonemap.ts'

/** What picture to write, and where. */
export interface PicturePlan {
  /** Absolute path of the finished picture. */
  readonly file: string
  /** Absolute path in the same folder under which it grows. */
  readonly partFile: string
  readonly format: 'png' | 'exr'
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
  /** Bits per channel of a PNG. */
  readonly bits: 8 | 16
  /** How a PNG shows the film; an EXR holds it as it is. */
  readonly view: ViewOptions
}

/** Takes bands of rows, and the encoded bytes out of them. */
interface PictureEncoder {
  rows (pixels: Float32Array, write: Write): void
  end (write: Write): void
}

/** Writes bytes at a position of the file, or after what was written last. */
type Write = (bytes: Uint8Array, position?: number) => void

/**
 * A picture on its way to the disk. Synchronous: it belongs into a thread of its own.
 *
 * It grows under its part name and gets its final name only when it is whole and on the disk; when anything fails the part is removed.
 * All methods throw what `node:fs` throws.
 */
export class PictureFile {
  readonly #plan: PicturePlan
  readonly #encoder: PictureEncoder
  readonly #descriptor: number

  constructor (plan: PicturePlan) {
    this.#plan = plan
    this.#encoder = plan.format === 'exr' ? new ExrRows(plan) : new PngRows(plan)
    this.#descriptor = openSync(plan.partFile, 'wx')
  }

  /** The next band from the top: whole rows, width × rows × 4, a multiple of {@link EXR_BLOCK_ROWS} rows but in the last. */
  rows (pixels: Float32Array): void {
    this.#orRemove(() => { this.#encoder.rows(pixels, this.#write) })
  }

  /** Gives the picture its name. */
  finish (): void {
    this.#orRemove(() => {
      this.#encoder.end(this.#write)
      fsyncSync(this.#descriptor)
    })
    closeSync(this.#descriptor)
    try {
      renameOverSync(this.#plan.partFile, this.#plan.file)
    } catch (error) {
      rmSync(this.#plan.partFile, { force: true })
      throw error
    }
    keepName(dirname(this.#plan.file))
  }

  /** Gives up: nothing stays on the disk. */
  discard (): void {
    closeSync(this.#descriptor)
    rmSync(this.#plan.partFile, { force: true })
  }

  #orRemove (step: () => void): void {
    try {
      step()
    } catch (error) {
      this.discard()
      throw error
    }
  }

  readonly #write = (bytes: Uint8Array, position?: number): void => {
    let written = 0
    while (written < bytes.length) {
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written, position === undefined ? null : position + written)
    }
  }
}

/** Compressed and written block by block: of a large film only a band is in memory. */
class ExrRows implements PictureEncoder {
  readonly #encoder: ExrEncoder
  readonly #blockFloats: number
  #begun = false

  constructor (plan: PicturePlan) {
    this.#encoder = new ExrEncoder(plan.width, plan.height)
    this.#blockFloats = plan.width * EXR_BLOCK_ROWS * 4
  }

  rows (pixels: Float32Array, write: Write): void {
    if (!this.#begun) {
      write(this.#encoder.head())
      this.#begun = true
    }
    for (let start = 0; start < pixels.length; start += this.#blockFloats) {
      write(this.#encoder.rows(pixels.subarray(start, start + this.#blockFloats)))
    }
  }

  end (write: Write): void {
    write(this.#encoder.offsets(), this.#encoder.offsetsAt)
  }
}

/** Tone-mapped band by band, compressed at the end. */
class PngRows implements PictureEncoder {
  readonly #plan: PicturePlan
  readonly #view: View
  readonly #samples: Uint8Array | Uint16Array
  #floats = 0

  constructor (plan: PicturePlan) {
    this.#plan = plan
    this.#view = createView(plan.view)
    const floats = plan.width * plan.height * 4
    this.#samples = plan.bits === 16 ? new Uint16Array(floats) : new Uint8Array(floats)
  }

  rows (pixels: Float32Array): void {
    const firstRow = this.#floats / (this.#plan.width * 4)
    this.#samples.set(this.#plan.bits === 16 ? quantizeTo16(pixels, this.#view) : quantizeTo8(pixels, this.#plan.width, firstRow, this.#view), this.#floats)
    this.#floats += pixels.length
  }

  end (write: Write): void {
    write(encodePng(this.#plan.width, this.#plan.height, this.#samples))
  }
}

/** Brings the folder's entry to the disk; where that can not be done the name alone may be lost in a power cut. */
function keepName (folder: string): void {
  try {
    syncFolderSync(folder)
  } catch {
    // The picture itself is safe and has its name.
  }
}
