import { StoreError, UsageError } from '../../src/errors.ts'
import { filmHash, frameHash } from '../../src/film/film-hash.ts'
import { createFilm } from '../../src/film/film.ts'
import { previewOf } from '../../src/film/preview.ts'
import { createView } from '../../src/film/tonemap.ts'
import type { Hash } from '../../src/core/ids.ts'
import type { JobSpec } from '../../src/core/job.ts'
import type { PixelRect } from '../../src/core/units.ts'
import type { Darkroom, Film, PreviewBlock } from '../../src/ports.ts'

/** A picture that was written. */
export interface WrittenPicture {
  readonly width: number
  readonly height: number
  readonly pixels: Float32Array
  readonly bits: 8 | 16
}

/** Real films, and pictures that are kept in memory by the name of their file. */
export class FakeDarkroom implements Darkroom {
  readonly pictures = new Map<string, WrittenPicture>()
  /** The files of all writes that went well, in order. */
  readonly writes: string[] = []
  /** The names for which leftovers were removed. */
  readonly swept: string[] = []
  /** What the disk says to every write; undefined: it takes them. */
  diskFault: string | undefined

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
    return previewOf(spec, film, frame, rect, createView())
  }

  async write (file: string, width: number, height: number, pixels: Float32Array, bits: 8 | 16): Promise<void> {
    if (!/\.(png|exr)$/i.test(file)) {
      throw new UsageError(`${file} is neither a .png nor an .exr file`)
    }
    if (this.diskFault !== undefined) {
      throw new StoreError(this.diskFault)
    }
    this.writes.push(file)
    this.pictures.set(file, { width, height, pixels: pixels.slice(), bits })
  }

  async removeUnfinished (pattern: string): Promise<void> {
    this.swept.push(pattern)
    if (this.diskFault !== undefined) {
      throw new StoreError(this.diskFault)
    }
  }
}
