import type { PixelRect, UnitContent } from '../../core/units.ts'

/** What a render thread is made with. */
export interface RenderThreadData {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Which of the thread blocks is its own. */
  readonly thread: number
}

/** A block to render: part of a unit, with all of the unit's chunks. */
export interface RenderBlock {
  /** Tells blocks apart. */
  readonly block: number
  readonly frame: number
  readonly rect: PixelRect
  /** Samples of the unit's chunks, end exclusive, from low to high. */
  readonly chunks: readonly { readonly first: number, readonly end: number }[]
  readonly content: UnitContent
  /** Number of the stop word that ends it. */
  readonly stop: number
}

/** What became of a block. Pixels as in a unit, of the block's rect. */
export type RenderReply =
  | { readonly block: number, readonly state: 'rendered', readonly pixels: Float32Array<ArrayBuffer>, readonly ms: number, readonly rays: number }
  | { readonly block: number, readonly state: 'stopped' }
