import { chunksOf, contentOf, gridOf, pixelsOf, placeOf, samplesOf } from '../../src/core/units.ts'
import type { UnitIndex } from '../../src/core/ids.ts'
import type { FilmSpec } from '../../src/film/film.ts'

/**
 * A renderer for tests: every sample of every pixel is a known number, so that any split of the same job must give the same film.
 * It sums in its own words, not with the product's code.
 */
export function renderUnit (spec: FilmSpec, unit: UnitIndex): Float32Array {
  const grid = gridOf(spec)
  const place = placeOf(grid, unit)
  const rect = pixelsOf(grid, place)
  const { first, end } = chunksOf(grid, place)
  const pixels = new Float32Array((rect.x1 - rect.x0) * (rect.y1 - rect.y0) * 4)
  let next = 0
  for (let y = rect.y0; y < rect.y1; y++) {
    for (let x = rect.x0; x < rect.x1; x++) {
      for (let channel = 0; channel < 4; channel++) {
        const sums = Array.from({ length: end - first }, (_, i) => chunkSum(spec, place.frame, x, y, channel, first + i))
        pixels[next++] = contentOf(grid) === 'sum' ? sums[0]! : sums.reduce((sum, chunk) => sum + chunk, 0) / spec.samples
      }
    }
  }
  return pixels
}

/** The film of a whole frame, computed without any film. */
export function renderFrame (spec: FilmSpec, frame: number): Float32Array {
  return renderUnit({ ...spec, split: 'frames' }, frame)
}

function chunkSum (spec: FilmSpec, frame: number, x: number, y: number, channel: number, chunk: number): number {
  const { first, end } = samplesOf(gridOf({ ...spec, split: 'frames' }), chunk)
  let sum = 0
  for (let sample = first; sample < end; sample++) {
    sum = Math.fround(sum + sampleValue(frame, x, y, channel, sample))
  }
  return sum
}

/** A value with all its bits in use, of very different sizes and either sign. */
function sampleValue (frame: number, x: number, y: number, channel: number, sample: number): number {
  let hash = 0x9e3779b9
  for (const part of [frame, x, y, channel, sample]) {
    hash = Math.imul(hash ^ part, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
  }
  return Math.fround((hash / 2 ** 31) * 2 ** ((hash & 15) - 4))
}
