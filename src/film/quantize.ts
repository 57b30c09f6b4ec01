import type { DisplayPixel, View } from './tonemap.ts'

/**
 * Shows pixels with 8 bits a channel, RGBA, not premultiplied.
 *
 * Colour is dithered, so that a slow gradient has no bands: by a fixed pattern, the same in every run. What 8 bits hold exactly
 * (black, white, a colour that came from 8 bits) stays as it is. Alpha is rounded.
 *
 * @param pixels whole rows, width × rows × 4
 * @param firstRow the picture's row of the first of them: the pattern belongs to the picture, not to the block
 */
export function quantizeTo8 (pixels: Float32Array, width: number, firstRow: number, view: View): Uint8Array {
  const bytes = new Uint8Array(pixels.length)
  const shown: DisplayPixel = [0, 0, 0, 0]
  let x = 0
  let y = firstRow
  for (let i = 0; i < pixels.length; i += 4) {
    view(pixels, i, shown)
    const threshold = ditherThreshold(x, y)
    bytes[i] = shown[0] * 255 + threshold
    bytes[i + 1] = shown[1] * 255 + threshold
    bytes[i + 2] = shown[2] * 255 + threshold
    bytes[i + 3] = shown[3] * 255 + 0.5
    if (++x === width) {
      x = 0
      y++
    }
  }
  return bytes
}

/** Shows pixels with 8 bits a channel, rounded: for pictures that are scaled again. */
export function roundTo8 (pixels: Float32Array, view: View): Uint8Array {
  const bytes = new Uint8Array(pixels.length)
  const shown: DisplayPixel = [0, 0, 0, 0]
  for (let i = 0; i < pixels.length; i += 4) {
    view(pixels, i, shown)
    for (let channel = 0; channel < 4; channel++) {
      bytes[i + channel] = shown[channel]! * 255 + 0.5
    }
  }
  return bytes
}

/** Shows pixels with 16 bits a channel, RGBA, not premultiplied, rounded. */
export function quantizeTo16 (pixels: Float32Array, view: View): Uint16Array {
  const words = new Uint16Array(pixels.length)
  const shown: DisplayPixel = [0, 0, 0, 0]
  for (let i = 0; i < pixels.length; i += 4) {
    view(pixels, i, shown)
    for (let channel = 0; channel < 4; channel++) {
      words[i + channel] = shown[channel]! * 65535 + 0.5
    }
  }
  return words
}

/** Keeps the threshold off 0 and 1 by more than the rounding of a curve, so that exact values are not moved. */
const THRESHOLD_MARGIN = 1 / 512

/**
 * What is added before a value is cut to a whole number, between 0 and 1: interleaved gradient noise, whose error is as fine as
 * blue noise's. (Jorge Jimenez, "Next Generation Post Processing in Call of Duty: Advanced Warfare", SIGGRAPH 2014.)
 */
function ditherThreshold (x: number, y: number): number {
  const inner = 0.06711056 * x + 0.00583715 * y
  const outer = 52.9829189 * (inner - Math.floor(inner))
  return THRESHOLD_MARGIN + (1 - 2 * THRESHOLD_MARGIN) * (outer - Math.floor(outer))
}
