import { addChunk, meanOf } from '../../src/core/chunk-sums.ts'
import { frameNumber, gridOf } from '../../src/core/units.ts'
import { sha256 } from './sha256.ts'
import type { JobSpec } from '../../src/core/job.ts'
import type { PixelRect, UnitContent } from '../../src/core/units.ts'

/** Which chunks of which pixels: the part of a RenderUnit that pixels depend on. */
export interface FakeRegion {
  /** The frame's number. */
  readonly frame: number
  readonly rect: PixelRect
  readonly firstChunk: number
  readonly endChunk: number
  readonly chunkSamples: number
  readonly content: UnitContent
}

/**
 * The pixels of the fake renderer: noise that depends on the scene's bytes, the frame, the pixel and the chunk alone. Red, green and
 * blue of a sample are between 0 and 1 and alpha is 1; chunks are summed as the real ones are, so every split gives the same film.
 *
 * @param samples samples per pixel of the whole job: the last chunk may have fewer than the others
 */
export function fakePixels (scene: Uint8Array, samples: number, region: FakeRegion): Float32Array {
  const seed = sceneSeed(scene)
  const { frame, rect, firstChunk, endChunk, chunkSamples } = region
  const sums = new Float64Array((rect.x1 - rect.x0) * (rect.y1 - rect.y0) * 4)
  const chunkSums = new Float32Array(sums.length)
  let summed = 0
  for (let chunk = firstChunk; chunk < endChunk; chunk++) {
    const count = Math.min(samples - chunk * chunkSamples, chunkSamples)
    summed += count
    let index = 0
    for (let y = rect.y0; y < rect.y1; y++) {
      for (let x = rect.x0; x < rect.x1; x++) {
        let noise = mix(seed ^ mix(x ^ mix(y ^ mix(chunk ^ mix(frame)))))
        for (let channel = 0; channel < 3; channel++) {
          chunkSums[index++] = noise / 2 ** 32 * count
          noise = mix(noise)
        }
        chunkSums[index++] = count
      }
    }
    if (region.content === 'sum') {
      return chunkSums
    }
    addChunk(sums, chunkSums)
  }
  return meanOf(sums, summed)
}

/** The film of one frame as a run without faults makes it. `frame` is counted from 0. */
export function fakeFilm (scene: Uint8Array, spec: JobSpec, frame = 0): Float32Array {
  const grid = gridOf(spec)
  return fakePixels(scene, spec.samples, {
    frame: frameNumber(grid, frame),
    rect: { x0: 0, y0: 0, x1: spec.width, y1: spec.height },
    firstChunk: 0,
    endChunk: grid.chunks,
    chunkSamples: grid.chunkSamples,
    content: 'mean'
  })
}

const seedsByScene = new WeakMap<Uint8Array, number>()

function sceneSeed (scene: Uint8Array): number {
  const known = seedsByScene.get(scene)
  if (known !== undefined) {
    return known
  }
  const seed = parseInt(sha256(scene).slice(0, 8), 16)
  seedsByScene.set(scene, seed)
  return seed
}

/** Scrambles 32 bits. (The finalizer of MurmurHash3, by Austin Appleby.) */
function mix (bits: number): number {
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
