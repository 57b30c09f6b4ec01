/** Bytes of a frame of a video without transparency, for pictures of this size. */
export function rgbBytes (width: number, height: number): number {
  return evenSide(width) * evenSide(height) * 3
}

/** A side as the usual kinds of video have it: colour is stored for pairs of pixels, so a picture of odd size repeats its last row or column. */
export function evenSide (pixels: number): number {
  return pixels + pixels % 2
}

/**
 * Puts rows of a picture into a frame without transparency, red, green, blue, 8 bits each, of even size: over black, as they would be seen alone.
 *
 * @param rgba not premultiplied, whole rows
 * @param firstRow the picture's row of the first of them
 * @param frame takes {@link rgbBytes}
 */
export function flattenRows (rgba: Uint8Array, { width, height }: { readonly width: number, readonly height: number }, firstRow: number, frame: Uint8Array): void {
  const rowBytes = evenSide(width) * 3
  for (let from = 0, y = firstRow; from < rgba.length; y++) {
    let to = y * rowBytes
    for (const end = from + width * 4; from < end; from += 4, to += 3) {
      const alpha = rgba[from + 3]!
      if (alpha === 255) {
        frame[to] = rgba[from]!
        frame[to + 1] = rgba[from + 1]!
        frame[to + 2] = rgba[from + 2]!
      } else {
        frame[to] = rgba[from]! * alpha / 255 + 0.5
        frame[to + 1] = rgba[from + 1]! * alpha / 255 + 0.5
        frame[to + 2] = rgba[from + 2]! * alpha / 255 + 0.5
      }
    }
    if (width % 2 === 1) {
      frame.copyWithin(to, to - 3, to)
    }
    if (y === height - 1 && height % 2 === 1) {
      frame.copyWithin((y + 1) * rowBytes, y * rowBytes, (y + 1) * rowBytes)
    }
  }
}
