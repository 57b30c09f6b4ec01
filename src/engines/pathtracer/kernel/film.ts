/** Blocks of pixels: the sums of a chunk of samples. */
import { radianceOf } from './path'

/** The word that stops a unit is looked at at least once in so many samples. */
const SAMPLES_PER_LOOK: i32 = 64

/**
 * Renders samples `firstSample` … `endSample` − 1 of the pixels x0 … x1 − 1, y0 … y1 − 1, and writes their sums in order of the
 * samples: four float32 a pixel, row-major, r g b and the number of samples (the sky is part of the picture: alpha is 1).
 *
 * @param to where the sums go
 * @param stop address of an int32 in shared memory: not 0 ends the block
 * @returns 1 when the block is whole, 0 when it was stopped
 */
export function renderBlock (frame: i32, x0: i32, y0: i32, x1: i32, y1: i32, firstSample: i32, endSample: i32, to: usize, stop: usize): i32 {
  for (let py = y0; py < y1; py++) {
    for (let px = x0; px < x1; px++) {
      let sum = f32x4.splat(0)
      for (let sample = firstSample; sample < endSample; sample++) {
        if ((sample - firstSample) % SAMPLES_PER_LOOK == 0 && atomic.load<i32>(stop) != 0) return 0
        sum = f32x4.add(sum, radianceOf(frame, px, py, sample))
      }
      v128.store(to, f32x4.replace_lane(sum, 3, <f32>(endSample - firstSample)))
      to += 16
    }
  }
  return 1
}
