import { WireError } from '../../errors.ts'
import { halfBlocks } from './half-blocks.ts'
import type { TerminalSpace } from './half-blocks.ts'
import type { PreviewBlock } from '../../api.ts'

/** Longest side of a preview that is taken, in pixels: twice what peers of this version send. */
export const MAX_CANVAS_SIDE = 1024

/** Frames whose pictures are kept: as many peers as a terminal shows, each at work on its own frame. A picture is at most 4 MiB. */
export const MAX_CANVAS_FRAMES = 8

/** One frame as it grows. */
interface CanvasFrame {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
  /** 1 where a block has drawn. */
  readonly drawn: Uint8Array
  undrawn: number
}

/**
 * Holds the growing picture that a terminal shows.
 *
 * Of an animation it shows one frame until all of it has been drawn, then the one a block came for last: frames that
 * grow at the same time do not flicker.
 */
export class PreviewCanvas {
  /** By number; the one drawn to longest ago first. */
  readonly #frames = new Map<number, CanvasFrame>()
  #shown: number | undefined

  /** The frame that is shown; undefined before the first block. */
  get frame (): number | undefined {
    return this.#shown
  }

  /** @throws WireError when the block is larger than any preview, or not a part of its picture */
  draw (block: PreviewBlock): void {
    checkBlock(block)
    const frame = this.#frameOf(block)
    for (let row = 0; row < block.blockHeight; row++) {
      const start = (block.y + row) * frame.width + block.x
      frame.rgba.set(block.rgba.subarray(row * block.blockWidth * 4, (row + 1) * block.blockWidth * 4), start * 4)
      for (let i = start; i < start + block.blockWidth; i++) {
        frame.undrawn -= 1 - frame.drawn[i]!
        frame.drawn[i] = 1
      }
    }
    const shown = this.#shown === undefined ? undefined : this.#frames.get(this.#shown)
    if (shown === undefined || shown.undrawn === 0) {
      this.#shown = block.frame
    }
  }

  /** The shown frame as lines of text; none before the first block. */
  lines (space: TerminalSpace): string[] {
    const shown = this.#shown === undefined ? undefined : this.#frames.get(this.#shown)
    return shown === undefined ? [] : halfBlocks(shown, space)
  }

  #frameOf (block: PreviewBlock): CanvasFrame {
    let frame = this.#frames.get(block.frame)
    this.#frames.delete(block.frame)
    if (frame === undefined || frame.width !== block.width || frame.height !== block.height) {
      const pixels = block.width * block.height
      frame = { width: block.width, height: block.height, rgba: new Uint8Array(pixels * 4), drawn: new Uint8Array(pixels), undrawn: pixels }
    }
    this.#frames.set(block.frame, frame)
    for (const [oldest] of this.#frames) {
      if (this.#frames.size <= MAX_CANVAS_FRAMES) {
        break
      }
      this.#frames.delete(oldest)
    }
    return frame
  }
}

function checkBlock ({ frame, width, height, x, y, blockWidth, blockHeight, rgba }: PreviewBlock): void {
  const whole = [frame, width, height, x, y, blockWidth, blockHeight].every(Number.isSafeInteger)
  if (!whole || width < 1 || height < 1 || x < 0 || y < 0 || blockWidth < 0 || blockHeight < 0 || x + blockWidth > width || y + blockHeight > height) {
    throw new WireError('a preview block is not a part of its picture')
  }
  if (Math.max(width, height) > MAX_CANVAS_SIDE) {
    throw new WireError(`a preview of ${width} × ${height} pixels is too large: at most ${MAX_CANVAS_SIDE} a side`, 'MAX_CANVAS_SIDE')
  }
  if (rgba.length !== blockWidth * blockHeight * 4) {
    throw new WireError('a preview block has the wrong number of pixels')
  }
}
