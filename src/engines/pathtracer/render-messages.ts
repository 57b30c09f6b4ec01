import type { PixelRect, UnitContent } from '../../core/units.ts'
import type { Seat } from './frame-slots.ts'

/** What a render thread is made with. */
export interface RenderThreadData {
  readonly module: WebAssembly.Module
  /** The memories there are to begin with. */
  readonly memories: readonly SlotMemory[]
  /** Which of the thread blocks is its own. */
  readonly thread: number
}

/** The memory that blocks of a slot are rendered from. A memory that holds another frame now is told again: the kernel reads it anew. */
export interface SlotMemory {
  readonly slot: number
  readonly memory: WebAssembly.Memory
}

/** What a thread is told. */
export type RenderOrder =
  | { readonly order: 'open', readonly opened: SlotMemory }
  | { readonly order: 'render', readonly block: RenderBlock }

/** A block to render: part of a unit, with all of the unit's chunks. */
export interface RenderBlock {
  /** Tells blocks apart. */
  readonly block: number
  /** Where the frame's memory is, and the number of the stop word there that ends it. */
  readonly seat: Seat
  readonly frame: number
  readonly rect: PixelRect
  /** Samples of the unit's chunks, end exclusive, from low to high. */
  readonly chunks: readonly { readonly first: number, readonly end: number }[]
  readonly content: UnitContent
}

/** What became of a block. Pixels as in a unit, of the block's rect. */
export type RenderReply =
  | { readonly block: number, readonly state: 'rendered', readonly pixels: Float32Array<ArrayBuffer>, readonly ms: number, readonly rays: number }
  | { readonly block: number, readonly state: 'stopped' }
