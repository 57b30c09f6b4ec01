import { roundTo8 } from './quantize.ts'
import type { FilmSpec } from './film.ts'
import type { View } from './tonemap.ts'
import type { PixelRect } from '../core/units.ts'
import type { Film, PreviewBlock } from '../ports.ts'

/** Longer side of a preview in its own pixels: enough for any terminal, and a whole one is at most 1 MiB. */
export const MAX_PREVIEW_SIDE = 512

/** How a job's frames are shown small: each preview pixel is the mean of `factor` × `factor` film pixels, fewer at the right and bottom edge. */
export interface PreviewSize {
  readonly factor: number
  /** Of the whole preview, in its own pixels. */
  readonly width: number
  readonly height: number
}

/** The size of a job's preview: the smallest whole factor with which neither side is longer than {@link MAX_PREVIEW_SIDE}. */
export function previewSize (spec: Pick<FilmSpec, 'width' | 'height'>): PreviewSize {
  const factor = Math.ceil(Math.max(spec.width, spec.height) / MAX_PREVIEW_SIDE)
  return { factor, width: Math.ceil(spec.width / factor), height: Math.ceil(spec.height / factor) }
}

/**
 * Shows part of a frame as far as it goes: the block of preview pixels that `rect` has a part in.
 *
 * The borders of tiles are no multiples of the factor. So the block grows outward to whole preview pixels, whose other film pixels are
 * read from the film: a pixel on a border is half transparent until the tile beyond has come, and is sent again with that one.
 * Costs a pass over the rectangle's film pixels and a rim of less than `factor` around it.
 *
 * @param frame counted from 0
 * @param rect in pixels of the film, usually a tile
 */
export function previewOf (spec: Pick<FilmSpec, 'width' | 'height'>, film: Pick<Film, 'snapshotRect'>, frame: number, rect: PixelRect, view: View): PreviewBlock {
  const { factor, width, height } = previewSize(spec)
  const x = Math.floor(rect.x0 / factor)
  const y = Math.floor(rect.y0 / factor)
  const blockWidth = Math.ceil(rect.x1 / factor) - x
  const blockHeight = Math.ceil(rect.y1 / factor) - y
  const grown = { x0: x * factor, y0: y * factor, x1: Math.min((x + blockWidth) * factor, spec.width), y1: Math.min((y + blockHeight) * factor, spec.height) }
  const means = boxMeans(film.snapshotRect(frame, grown), grown.x1 - grown.x0, grown.y1 - grown.y0, factor)
  return { frame, width, height, x, y, blockWidth, blockHeight, rgba: roundTo8(means, view) }
}

/** The mean of every factor × factor box, premultiplied as the film is: coverage averages with its colour. */
function boxMeans (pixels: Float32Array, width: number, height: number, factor: number): Float32Array {
  if (factor === 1) {
    return pixels
  }
  const boxesX = Math.ceil(width / factor)
  const boxesY = Math.ceil(height / factor)
  const means = new Float32Array(boxesX * boxesY * 4)
  for (let boxY = 0; boxY < boxesY; boxY++) {
    const rows = Math.min(factor, height - boxY * factor)
    for (let boxX = 0; boxX < boxesX; boxX++) {
      const columns = Math.min(factor, width - boxX * factor)
      let red = 0
      let green = 0
      let blue = 0
      let alpha = 0
      for (let row = 0; row < rows; row++) {
        const start = ((boxY * factor + row) * width + boxX * factor) * 4
        for (let i = start; i < start + columns * 4; i += 4) {
          red += pixels[i]!
          green += pixels[i + 1]!
          blue += pixels[i + 2]!
          alpha += pixels[i + 3]!
        }
      }
      const count = rows * columns
      means.set([red / count, green / count, blue / count, alpha / count], (boxY * boxesX + boxX) * 4)
    }
  }
  return means
}
