import { BLOCK_SAMPLES } from './limits.ts'
import { MAX_BLOCK_PIXELS } from './layout.ts'
import type { Seat } from './frame-slots.ts'
import type { RenderBlock } from './render-messages.ts'
import type { PixelRect } from '../../core/units.ts'
import type { RenderUnit } from '../../ports.ts'

/** A unit on its way: cut into blocks as threads ask for them, whose pixels are put together again here. */
export class UnitWork {
  readonly unit: RenderUnit
  /** Where its frame is, once it is in memory. */
  seat: Seat | undefined
  /** Blocks that threads have. */
  given = 0
  /** `stopped`: nobody wants it any more, but threads may still have blocks of it. */
  state: 'rendering' | 'done' | 'stopped' = 'rendering'
  /** Thread milliseconds spent on it. */
  threadMs = 0
  /** Rays followed for it. */
  rays = 0
  readonly #chunks: RenderBlock['chunks']
  /** Pixels of a block, and how many blocks there are across and in all. */
  readonly #blockWidth: number
  readonly #blockHeight: number
  readonly #across: number
  readonly #total: number
  /** Blocks cut so far, and those of them that came back undone. */
  #cut = 0
  readonly #again: RenderBlock[] = []
  #left: number
  #pixels: Float32Array | undefined

  /** @param samples samples per pixel of the whole job */
  constructor (unit: RenderUnit, samples: number) {
    this.unit = unit
    this.#chunks = Array.from({ length: unit.endChunk - unit.firstChunk }, (_, index) => {
      const first = (unit.firstChunk + index) * unit.chunkSamples
      return { first, end: Math.min(first + unit.chunkSamples, samples) }
    })
    // Near enough to square, because neighbouring rays meet the same nodes.
    const { x0, y0, x1, y1 } = unit.rect
    const samplesOfPixel = this.#chunks.at(-1)!.end - this.#chunks[0]!.first
    const pixels = Math.min(Math.max(1, Math.floor(BLOCK_SAMPLES / samplesOfPixel)), MAX_BLOCK_PIXELS)
    this.#blockWidth = Math.min(Math.ceil(Math.sqrt(pixels)), x1 - x0)
    this.#blockHeight = Math.floor(pixels / this.#blockWidth)
    this.#across = Math.ceil((x1 - x0) / this.#blockWidth)
    this.#total = this.#across * Math.ceil((y1 - y0) / this.#blockHeight)
    this.#left = this.#total
  }

  /** Whether threads could have some of it now. */
  get ready (): boolean {
    return this.seat !== undefined && !this.allGiven
  }

  /** Whether threads have all of it, or have had. */
  get allGiven (): boolean {
    return this.#cut === this.#total && this.#again.length === 0
  }

  /** The next block for a thread. @param block the number to give it */
  next (block: number): RenderBlock | undefined {
    const again = this.#again.pop()
    if (again !== undefined || this.#cut === this.#total || this.seat === undefined) {
      return again
    }
    const { rect, frame, content } = this.unit
    const x0 = rect.x0 + this.#cut % this.#across * this.#blockWidth
    const y0 = rect.y0 + Math.floor(this.#cut / this.#across) * this.#blockHeight
    this.#cut++
    const part = { x0, y0, x1: Math.min(x0 + this.#blockWidth, rect.x1), y1: Math.min(y0 + this.#blockHeight, rect.y1) }
    return { block, seat: this.seat, frame, rect: part, chunks: this.#chunks, content }
  }

  /** Takes back a block that no thread has finished. */
  giveBack (block: RenderBlock): void {
    this.#again.push(block)
  }

  /** Takes a block's pixels; returns the unit's when it was the last. */
  add (rect: PixelRect, pixels: Float32Array): Float32Array | undefined {
    this.#left--
    const whole = this.unit.rect
    const width = whole.x1 - whole.x0
    if (this.#total === 1) {
      return pixels
    }
    this.#pixels ??= new Float32Array(width * (whole.y1 - whole.y0) * 4)
    const values = (rect.x1 - rect.x0) * 4
    for (let row = 0; row < rect.y1 - rect.y0; row++) {
      this.#pixels.set(pixels.subarray(row * values, (row + 1) * values), ((rect.y0 - whole.y0 + row) * width + rect.x0 - whole.x0) * 4)
    }
    return this.#left === 0 ? this.#pixels : undefined
  }
}
