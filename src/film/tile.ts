import { addChunk, meanOf } from '../core/chunk-sums.ts'
import { IllegalTransitionError } from '../errors.ts'
import { cutRows, floatsOf } from './pixel-rows.ts'
import type { PixelRect } from '../core/units.ts'

/**
 * What the film has of one tile.
 *
 * empty → complete (a unit that holds the finished mean), or
 * empty → summing → complete (units that hold the sum of one chunk each).
 * The pixels of a complete tile are in its frame.
 */
export type Tile = EmptyTile | SummingTile | CompleteTile

/** Nothing has come. */
export interface EmptyTile {
  readonly state: 'empty'
}

/** Some chunks have come. Rounding makes the order of additions matter, so a chunk is added only when all below it have been. */
export interface SummingTile {
  readonly state: 'summing'
  /** Chunks 0 … merged − 1 are in `sums`. */
  merged: number
  /** Width × height × 4 of the tile, row-major from the top left; undefined while merged is 0. */
  sums: Float64Array | undefined
  /** Chunks that came before their turn, by number; each width × height × 4. */
  readonly pending: Map<number, Float32Array>
}

/** All chunks have come. */
export interface CompleteTile {
  readonly state: 'complete'
}

/** The one empty tile. */
export const EMPTY: EmptyTile = { state: 'empty' }
/** The one complete tile. */
export const COMPLETE: CompleteTile = { state: 'complete' }

/**
 * Gives a tile the sum of one more chunk: adds it if its turn has come, with all that waited for it, else keeps a copy.
 *
 * @throws IllegalTransitionError when the tile has the chunk already
 */
export function takeChunk (tile: Tile, chunk: number, pixels: Float32Array): SummingTile {
  const summing = summingTile(tile, `merge chunk ${chunk}`)
  if (chunk < summing.merged || summing.pending.has(chunk)) {
    throw new IllegalTransitionError(`chunk ${chunk} merged`, 'merge')
  }
  if (chunk > summing.merged) {
    summing.pending.set(chunk, pixels.slice())
    return summing
  }
  summing.sums ??= new Float64Array(pixels.length)
  addChunk(summing.sums, pixels)
  summing.merged++
  addWaiting(summing)
  return summing
}

/**
 * Gives a tile its sums of chunks 0 … merged − 1 at once, from a checkpoint. They take the place of what it has of these chunks: whoever adds
 * them, the sums are the same to the bit.
 *
 * @throws IllegalTransitionError when the tile has summed all these chunks already
 */
export function takeSums (tile: Tile, merged: number, sums: Float64Array): SummingTile {
  const summing = summingTile(tile, 'restore sums')
  if (summing.merged >= merged) {
    throw new IllegalTransitionError('summing', 'restore sums')
  }
  summing.merged = merged
  summing.sums = sums
  for (let chunk = 0; chunk < merged; chunk++) {
    summing.pending.delete(chunk)
  }
  addWaiting(summing)
  return summing
}

/**
 * The mean of all chunks a tile has so far, of part of it: waiting ones are added too, lowest first.
 *
 * @param tileWidth pixels in a row of the tile
 * @param part in pixels of the tile
 * @param samplesOf samples in the chunk with this number
 * @returns width × height × 4 of the part
 */
export function partialMean (tile: SummingTile, tileWidth: number, part: PixelRect, samplesOf: (chunk: number) => number): Float32Array {
  const sums = tile.sums === undefined ? new Float64Array(floatsOf(part)) : cutRows(tile.sums, tileWidth, part, new Float64Array(floatsOf(part)))
  let samples = 0
  for (let chunk = 0; chunk < tile.merged; chunk++) {
    samples += samplesOf(chunk)
  }
  for (const chunk of [...tile.pending.keys()].sort((a, b) => a - b)) {
    addChunk(sums, cutRows(tile.pending.get(chunk)!, tileWidth, part, new Float32Array(floatsOf(part))))
    samples += samplesOf(chunk)
  }
  return meanOf(sums, samples)
}

/** Bytes a tile holds beside its frame. */
export function tileBytes (tile: Tile): number {
  if (tile.state !== 'summing') {
    return 0
  }
  let bytes = tile.sums?.byteLength ?? 0
  for (const chunk of tile.pending.values()) {
    bytes += chunk.byteLength
  }
  return bytes
}

function summingTile (tile: Tile, move: string): SummingTile {
  switch (tile.state) {
    case 'empty': return { state: 'summing', merged: 0, sums: undefined, pending: new Map() }
    case 'summing': return tile
    case 'complete': throw new IllegalTransitionError(tile.state, move)
  }
}

/** Adds chunks whose turn has come. */
function addWaiting (tile: SummingTile): void {
  let next = tile.pending.get(tile.merged)
  while (next !== undefined && tile.sums !== undefined) {
    addChunk(tile.sums, next)
    tile.pending.delete(tile.merged)
    tile.merged++
    next = tile.pending.get(tile.merged)
  }
}
