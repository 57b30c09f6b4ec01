/**
 * How chunks of samples become pixels: the only arithmetic that touches a film outside a renderer.
 *
 * Float addition is not associative, so whoever sums — a worker for a unit of tiles, the requester for a unit of samples — adds
 * the float32 sums of the chunks in float64 from chunk 0 upward, divides once, and rounds once. Then neither the split, nor the
 * tile size, nor who was fast changes a bit. Only + and ÷ and a store to float32 happen here: IEEE 754 fixes the result of each,
 * which it does not for the functions of `Math`; a spec reads this file's source and holds it to that.
 */

/**
 * Adds one chunk's sums. Call from chunk 0 upward.
 *
 * @param sums what was summed so far, four values a pixel; changed in place
 * @param chunk the chunk's float32 sums, as many values as `sums`
 */
export function addChunk (sums: Float64Array, chunk: Float32Array): void {
  if (chunk.length !== sums.length) {
    throw new RangeError(`a chunk of ${chunk.length} values does not fit sums of ${sums.length}`)
  }
  for (let i = 0; i < sums.length; i++) {
    sums[i] = sums[i]! + chunk[i]!
  }
}

/**
 * Divides sums by the number of samples in them, rounding each value to float32 once.
 *
 * @param samples samples per pixel that were summed, at least 1
 */
export function meanOf (sums: Float64Array, samples: number): Float32Array<ArrayBuffer> {
  const mean = new Float32Array(sums.length)
  for (let i = 0; i < sums.length; i++) {
    mean[i] = sums[i]! / samples
  }
  return mean
}
