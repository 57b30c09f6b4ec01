import { meanOf } from '../core/chunk-sums.ts'
import { contentOf, gridOf, pixelsOf, placeOf, samplesOf, unitAt } from '../core/units.ts'
import { IllegalTransitionError, JobSpecError, WireError } from '../errors.ts'
import { cutRows, floatsOf, intersectionOf, pasteRows, seenFrom } from './pixel-rows.ts'
import { decodeTileState, encodeTileState } from './tile-state.ts'
import { COMPLETE, EMPTY, partialMean, takeChunk, takeSums, tileBytes } from './tile.ts'
import type { SummingTile, Tile } from './tile.ts'
import type { UnitIndex } from '../core/ids.ts'
import type { JobSpec } from '../core/job.ts'
import type { UnitRange } from '../core/messages.ts'
import type { PixelRect, UnitGrid, UnitPlace } from '../core/units.ts'
import type { Film, FilmPart } from '../ports.ts'

/** What of a job shapes its film. */
export type FilmSpec = Pick<JobSpec, 'width' | 'height' | 'frames' | 'samples' | 'split' | 'tile'>

/** A frame in memory, from its first unit on. */
interface FilmFrame {
  /** Width × height × 4; complete tiles are in it, all else is 0. */
  readonly pixels: Float32Array
  /** By tile row, then tile column. */
  readonly tiles: Tile[]
  completeTiles: number
  /** Bytes of tiles that are being summed. */
  tileBytes: number
}

/**
 * Makes the empty film of a job. Frames are counted from 0, as in {@link UnitPlace}.
 *
 * The float64 additions, the division and the rounding are those of `core/chunk-sums.ts`, which workers use too:
 * the film is the same to the bit however the job is split and in whatever order its units come.
 *
 * @throws JobSpecError when the job has too many units
 */
export function createFilm (spec: FilmSpec): Film {
  return new TiledFilm(gridOf(spec))
}

class TiledFilm implements Film {
  readonly #grid: UnitGrid
  readonly #frames = new Map<number, FilmFrame>()
  readonly #dropped = new Set<number>()
  /** Counts changes, so that a checkpoint notices when the film changed under it. */
  #version = 0

  constructor (grid: UnitGrid) {
    this.#grid = grid
  }

  get bytes (): number {
    let bytes = 0
    for (const frame of this.#frames.values()) {
      bytes += frame.pixels.byteLength + frame.tileBytes
    }
    return bytes
  }

  /**
   * @throws IllegalTransitionError when the unit is merged already, or its frame dropped
   * @throws WireError when there are not exactly the unit's pixels
   */
  merge (unit: UnitIndex, pixels: Float32Array): number | undefined {
    const place = this.#place(unit)
    const rect = pixelsOf(this.#grid, place)
    if (pixels.length !== floatsOf(rect)) {
      throw new WireError(`unit ${unit} came with ${pixels.length} floats, and its tile takes ${floatsOf(rect)}`)
    }
    const frame = this.#openFrame(place.frame, 'merge')
    const tile = frame.tiles[this.#tileIndex(place)]!
    if (contentOf(this.#grid) === 'sum') {
      this.#putSumming(frame, place, tile, () => takeChunk(tile, place.run, pixels))
    } else {
      if (tile.state !== 'empty') {
        throw new IllegalTransitionError(tile.state, 'merge')
      }
      this.#putComplete(frame, place, pixels)
    }
    return isComplete(frame) ? place.frame : undefined
  }

  /** @throws IllegalTransitionError when the frame is not complete, or dropped. The array is the film's own: do not change it. */
  frame (frame: number): Float32Array {
    const open = this.#readable(frame, 'frame')
    if (open === undefined || !isComplete(open)) {
      throw new IllegalTransitionError('incomplete', 'frame')
    }
    return open.pixels
  }

  /** @throws IllegalTransitionError when the frame is dropped */
  snapshot (frame: number): Float32Array {
    return this.snapshotRect(frame, { x0: 0, y0: 0, x1: this.#grid.width, y1: this.#grid.height })
  }

  /**
   * A tile of which some chunks have come is divided by the samples of these. The rectangle lies inside the picture.
   *
   * @throws IllegalTransitionError when the frame is dropped
   */
  snapshotRect (frame: number, rect: PixelRect): Float32Array {
    const open = this.#readable(frame, 'snapshot')
    const pixels = new Float32Array(floatsOf(rect))
    if (open === undefined) {
      return pixels
    }
    cutRows(open.pixels, this.#grid.width, rect, pixels)
    for (const place of this.#tilesIn(frame, rect)) {
      const tile = open.tiles[this.#tileIndex(place)]!
      if (tile.state === 'summing') {
        this.#pastePartial(tile, pixelsOf(this.#grid, place), rect, pixels)
      }
    }
    return pixels
  }

  /** Frames that are in memory only. Take all entries before the next merge: later they are refused with IllegalTransitionError. */
  checkpoint (): Iterable<{ readonly unit: UnitIndex, readonly state: Uint8Array }> {
    return this.#entries(this.#version)
  }

  /**
   * Takes an entry also when the film has a part of what it brings.
   *
   * @throws IllegalTransitionError when the film has all of it; WireError when it is not an entry of this job
   */
  restore (unit: UnitIndex, state: Uint8Array): UnitRange {
    const place = this.#place(unit)
    const rect = pixelsOf(this.#grid, place)
    const entry = decodeTileState(state, floatsOf(rect))
    if (entry.kind !== 'complete' && contentOf(this.#grid) === 'mean') {
      throw new WireError('a film checkpoint holds sums where the job has means; it is of another job')
    }
    const frame = this.#openFrame(place.frame, 'restore')
    const tile = frame.tiles[this.#tileIndex(place)]!
    switch (entry.kind) {
      case 'complete':
        if (tile.state === 'complete') {
          throw new IllegalTransitionError(tile.state, 'restore')
        }
        frame.tileBytes -= tileBytes(tile)
        this.#putComplete(frame, place, entry.pixels)
        return { first: unit, end: unit + this.#grid.runs }
      case 'sums':
        this.#putSumming(frame, place, tile, () => takeSums(tile, place.run + 1, entry.sums))
        return { first: unit - place.run, end: unit + 1 }
      case 'waiting':
        this.#putSumming(frame, place, tile, () => takeChunk(tile, place.run, entry.pixels))
        return { first: unit, end: unit + 1 }
    }
  }

  /** @throws IllegalTransitionError when the frame is dropped: see {@link partOfFrame} */
  part (unit: UnitIndex): FilmPart | undefined {
    const place = this.#place(unit)
    const open = this.#readable(place.frame, 'part')
    const tile = open?.tiles[this.#tileIndex(place)]
    if (open === undefined || tile === undefined || tile.state === 'empty') {
      return undefined
    }
    if (tile.state === 'complete') {
      return this.partOfFrame(unit, open.pixels)
    }
    if (place.run < tile.merged) {
      const last = unit - place.run + tile.merged - 1
      return { unit: last, units: { first: unit - place.run, end: last + 1 }, content: 'film', bytes: encodeTileState({ kind: 'sums', sums: tile.sums! }) }
    }
    const pixels = tile.pending.get(place.run)
    return pixels === undefined ? undefined : { unit, units: { first: unit, end: unit + 1 }, content: 'unit', bytes: bytesOf(pixels) }
  }

  partOfFrame (unit: UnitIndex, frame: Float32Array): FilmPart {
    const place = this.#place(unit)
    const rect = pixelsOf(this.#grid, place)
    const pixels = cutRows(frame, this.#grid.width, rect, new Float32Array(floatsOf(rect)))
    if (contentOf(this.#grid) === 'mean') {
      return { unit, units: { first: unit, end: unit + 1 }, content: 'unit', bytes: bytesOf(pixels) }
    }
    const first = unit - place.run
    return { unit: first, units: { first, end: first + this.#grid.runs }, content: 'film', bytes: encodeTileState({ kind: 'complete', pixels }) }
  }

  completeFrames (): readonly number[] {
    return [...this.#frames].filter(([, frame]) => isComplete(frame)).map(([index]) => index)
  }

  /** @throws IllegalTransitionError when units of the frame were merged and others are missing */
  drop (frame: number): void {
    const open = this.#frames.get(frame)
    if (open !== undefined && !isComplete(open)) {
      throw new IllegalTransitionError('incomplete', 'drop')
    }
    this.#frames.delete(frame)
    this.#dropped.add(frame)
    this.#version++
  }

  * #entries (version: number): Generator<{ readonly unit: UnitIndex, readonly state: Uint8Array }> {
    for (const [index, frame] of this.#frames) {
      for (const place of this.#tilesIn(index, { x0: 0, y0: 0, x1: this.#grid.width, y1: this.#grid.height })) {
        for (const entry of this.#tileEntries(frame, place)) {
          if (version !== this.#version) {
            throw new IllegalTransitionError('changed since the checkpoint began', 'checkpoint')
          }
          yield entry
        }
      }
    }
  }

  * #tileEntries (frame: FilmFrame, place: UnitPlace): Generator<{ readonly unit: UnitIndex, readonly state: Uint8Array }> {
    const tile = frame.tiles[this.#tileIndex(place)]!
    if (tile.state === 'complete') {
      yield { unit: unitAt(this.#grid, place), state: encodeTileState({ kind: 'complete', pixels: this.#tilePixels(frame, place) }) }
    } else if (tile.state === 'summing') {
      if (tile.sums !== undefined) {
        yield { unit: unitAt(this.#grid, { ...place, run: tile.merged - 1 }), state: encodeTileState({ kind: 'sums', sums: tile.sums }) }
      }
      for (const [run, pixels] of tile.pending) {
        yield { unit: unitAt(this.#grid, { ...place, run }), state: encodeTileState({ kind: 'waiting', pixels }) }
      }
    }
  }

  #putSumming (frame: FilmFrame, place: UnitPlace, before: Tile, take: () => SummingTile): void {
    const bytesBefore = tileBytes(before)
    const tile = take()
    frame.tileBytes -= bytesBefore
    this.#version++
    if (tile.merged === this.#grid.runs && tile.sums !== undefined) {
      this.#putComplete(frame, place, meanOf(tile.sums, this.#grid.samples))
      return
    }
    frame.tileBytes += tileBytes(tile)
    frame.tiles[this.#tileIndex(place)] = tile
  }

  #putComplete (frame: FilmFrame, place: UnitPlace, pixels: Float32Array): void {
    const rect = pixelsOf(this.#grid, place)
    pasteRows(pixels, frame.pixels, this.#grid.width, rect)
    frame.tiles[this.#tileIndex(place)] = COMPLETE
    frame.completeTiles++
    this.#version++
  }

  #pastePartial (tile: SummingTile, tileRect: PixelRect, wanted: PixelRect, pixels: Float32Array): void {
    const part = intersectionOf(tileRect, wanted)
    const mean = partialMean(tile, tileRect.x1 - tileRect.x0, seenFrom(part, tileRect.x0, tileRect.y0), (chunk) => {
      const { first, end } = samplesOf(this.#grid, chunk)
      return end - first
    })
    pasteRows(mean, pixels, wanted.x1 - wanted.x0, seenFrom(part, wanted.x0, wanted.y0))
  }

  #tilePixels (frame: FilmFrame, place: UnitPlace): Float32Array {
    const rect = pixelsOf(this.#grid, place)
    return cutRows(frame.pixels, this.#grid.width, rect, new Float32Array(floatsOf(rect)))
  }

  /** The tiles that lie in or across a rectangle, by their lowest run. */
  * #tilesIn (frame: number, rect: PixelRect): Generator<UnitPlace> {
    const { tileWidth, tileHeight } = this.#grid
    for (let tileY = Math.floor(rect.y0 / tileHeight); tileY * tileHeight < rect.y1; tileY++) {
      for (let tileX = Math.floor(rect.x0 / tileWidth); tileX * tileWidth < rect.x1; tileX++) {
        yield { frame, tileX, tileY, run: 0 }
      }
    }
  }

  #tileIndex (place: UnitPlace): number {
    return place.tileY * this.#grid.tilesX + place.tileX
  }

  #place (unit: UnitIndex): UnitPlace {
    if (!Number.isSafeInteger(unit) || unit < 0 || unit >= this.#grid.units) {
      throw new WireError(`there is no unit ${unit}: the job has ${this.#grid.units}`)
    }
    return placeOf(this.#grid, unit)
  }

  #readable (frame: number, move: string): FilmFrame | undefined {
    if (this.#dropped.has(frame)) {
      throw new IllegalTransitionError('dropped', move)
    }
    return this.#frames.get(frame)
  }

  #openFrame (frame: number, move: string): FilmFrame {
    const open = this.#readable(frame, move)
    if (open !== undefined) {
      return open
    }
    const { width, height, tilesX, tilesY } = this.#grid
    const fresh: FilmFrame = {
      pixels: allocate(width, height),
      tiles: new Array<Tile>(tilesX * tilesY).fill(EMPTY),
      completeTiles: 0,
      tileBytes: 0
    }
    this.#frames.set(frame, fresh)
    return fresh
  }
}

/** A copy of pixels as the bytes they are on the wire. */
function bytesOf (pixels: Float32Array): Uint8Array {
  return new Uint8Array(pixels.slice().buffer)
}

function isComplete (frame: FilmFrame): boolean {
  return frame.completeTiles === frame.tiles.length
}

function allocate (width: number, height: number): Float32Array {
  try {
    return new Float32Array(width * height * 4)
  } catch (error) {
    const gibibytes = (width * height * 16 / 2 ** 30).toFixed(1)
    throw new JobSpecError(`a frame of ${width} × ${height} pixels takes ${gibibytes} GiB of memory, more than this computer gives; choose a smaller --size`, { cause: error })
  }
}
