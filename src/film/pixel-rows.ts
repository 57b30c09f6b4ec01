import type { PixelRect } from '../core/units.ts'

/** Floats of a rectangle of RGBA pixels. */
export function floatsOf (rect: PixelRect): number {
  return (rect.x1 - rect.x0) * (rect.y1 - rect.y0) * 4
}

/** Where two rectangles overlap; they must. */
export function intersectionOf (a: PixelRect, b: PixelRect): PixelRect {
  return { x0: Math.max(a.x0, b.x0), y0: Math.max(a.y0, b.y0), x1: Math.min(a.x1, b.x1), y1: Math.min(a.y1, b.y1) }
}

/** The same rectangle, seen from (x, y) as its origin. */
export function seenFrom (rect: PixelRect, x: number, y: number): PixelRect {
  return { x0: rect.x0 - x, y0: rect.y0 - y, x1: rect.x1 - x, y1: rect.y1 - y }
}

/**
 * Copies a rectangle of RGBA pixels out of a larger picture.
 *
 * @param from row-major, `fromWidth` pixels a row
 * @param into takes width × height × 4 of the rectangle, and is returned
 */
export function cutRows<T extends Float32Array | Float64Array> (from: T, fromWidth: number, rect: PixelRect, into: T): T {
  const length = (rect.x1 - rect.x0) * 4
  for (let y = rect.y0; y < rect.y1; y++) {
    const start = (y * fromWidth + rect.x0) * 4
    into.set(from.subarray(start, start + length), (y - rect.y0) * length)
  }
  return into
}

/**
 * Copies RGBA pixels into a rectangle of a larger picture.
 *
 * @param pixels width × height × 4 of the rectangle
 * @param into row-major, `intoWidth` pixels a row
 */
export function pasteRows (pixels: Float32Array, into: Float32Array, intoWidth: number, rect: PixelRect): void {
  const length = (rect.x1 - rect.x0) * 4
  for (let y = rect.y0; y < rect.y1; y++) {
    const start = (y - rect.y0) * length
    into.set(pixels.subarray(start, start + length), (y * intoWidth + rect.x0) * 4)
  }
}
