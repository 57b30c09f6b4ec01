import { JobSpecError } from '../errors.ts'
import { frameCount } from './job.ts'
import { MAX_CHUNKS, MAX_TILE, MAX_UNITS, MIN_CHUNK_SAMPLES } from './limits.ts'
import type { UnitIndex } from './ids.ts'
import type { JobSpec } from './job.ts'

/** How a job is cut: everything about its units that follows from the JobSpec alone. */
export interface UnitGrid {
  readonly frames: number
  /** Number of the first frame, and the step to the next. */
  readonly firstFrame: number
  readonly frameStep: number
  readonly tilesX: number
  readonly tilesY: number
  /** Pixels; the last column and row may be smaller. */
  readonly tileWidth: number
  readonly tileHeight: number
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Chunks of samples per pixel, and units per tile: the same when split by samples, else one unit holds all chunks. */
  readonly chunks: number
  readonly runs: number
  /** Samples of a chunk; the last may have fewer. */
  readonly chunkSamples: number
  readonly samples: number
  /** frames × tilesY × tilesX × runs. */
  readonly units: number
}

/** Where a unit lies. Frames, tiles and runs are counted from 0; `frame` is an index into the range, not a frame's number. */
export interface UnitPlace {
  readonly frame: number
  readonly tileX: number
  readonly tileY: number
  readonly run: number
}

/** A rectangle of pixels, right and bottom exclusive, from the top left of the picture. */
export interface PixelRect {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

/**
 * What a unit's pixels are, four float32 each, R G B A premultiplied and linear:
 * `mean` of all samples (sums of chunks added in float64 from chunk 0 upward, divided, rounded once), or the `sum` of one chunk.
 */
export type UnitContent = 'mean' | 'sum'

/** Samples that are always summed together: max(16, samples / 16 rounded up to a power of two). Follows from `samples` alone. */
export function chunkSamplesOf (samples: number): number {
  let size = MIN_CHUNK_SAMPLES
  while (size * MAX_CHUNKS < samples) {
    size *= 2
  }
  return size
}

/**
 * Cuts a job into units.
 *
 * @throws JobSpecError when there would be more than {@link MAX_UNITS}
 */
export function gridOf (spec: Pick<JobSpec, 'width' | 'height' | 'frames' | 'samples' | 'split' | 'tile'>): UnitGrid {
  const tileWidth = spec.split === 'frames' ? spec.width : Math.min(spec.tile, spec.width)
  const tileHeight = spec.split === 'frames' ? spec.height : Math.min(spec.tile, spec.height)
  const tilesX = Math.ceil(spec.width / tileWidth)
  const tilesY = Math.ceil(spec.height / tileHeight)
  const frames = frameCount(spec.frames)
  const chunkSamples = chunkSamplesOf(spec.samples)
  const chunks = Math.ceil(spec.samples / chunkSamples)
  const runs = spec.split === 'samples' ? chunks : 1
  const units = frames * tilesX * tilesY * runs
  if (units > MAX_UNITS) {
    throw new JobSpecError(`this would be ${units} units, and a job has at most ${MAX_UNITS}; use a larger --tile or fewer frames`)
  }
  return {
    frames,
    firstFrame: spec.frames.first,
    frameStep: spec.frames.step,
    tilesX,
    tilesY,
    tileWidth,
    tileHeight,
    width: spec.width,
    height: spec.height,
    chunks,
    runs,
    chunkSamples,
    samples: spec.samples,
    units
  }
}

/**
 * The smallest tile side, a power of two times `tile`, with which the job has at most {@link MAX_UNITS} units.
 * When even {@link MAX_TILE} would be too small, the largest that may be: {@link gridOf} then refuses the job with the number of its units.
 */
export function fittingTile (spec: Pick<JobSpec, 'width' | 'height' | 'frames' | 'samples' | 'split' | 'tile'>): number {
  const frames = frameCount(spec.frames)
  const runs = spec.split === 'samples' ? Math.ceil(spec.samples / chunkSamplesOf(spec.samples)) : 1
  let tile = spec.tile
  while (tile * 2 <= MAX_TILE && tile < Math.max(spec.width, spec.height) && frames * Math.ceil(spec.width / tile) * Math.ceil(spec.height / tile) * runs > MAX_UNITS) {
    tile *= 2
  }
  return tile
}

/** Where the unit with this number lies. */
export function placeOf (grid: UnitGrid, unit: UnitIndex): UnitPlace {
  const run = unit % grid.runs
  const tile = (unit - run) / grid.runs
  const tileX = tile % grid.tilesX
  const row = (tile - tileX) / grid.tilesX
  const tileY = row % grid.tilesY
  return { frame: (row - tileY) / grid.tilesY, tileX, tileY, run }
}

/** The number of the unit at a place. */
export function unitAt (grid: UnitGrid, place: UnitPlace): UnitIndex {
  return ((place.frame * grid.tilesY + place.tileY) * grid.tilesX + place.tileX) * grid.runs + place.run
}

/** The pixels of a tile. */
export function pixelsOf (grid: UnitGrid, place: Pick<UnitPlace, 'tileX' | 'tileY'>): PixelRect {
  const x0 = place.tileX * grid.tileWidth
  const y0 = place.tileY * grid.tileHeight
  return { x0, y0, x1: Math.min(x0 + grid.tileWidth, grid.width), y1: Math.min(y0 + grid.tileHeight, grid.height) }
}

/** The chunks a unit holds, end exclusive: one when split by samples, else all. */
export function chunksOf (grid: UnitGrid, place: Pick<UnitPlace, 'run'>): { readonly first: number, readonly end: number } {
  return grid.runs === 1 ? { first: 0, end: grid.chunks } : { first: place.run, end: place.run + 1 }
}

/** The samples of a chunk, end exclusive. */
export function samplesOf (grid: UnitGrid, chunk: number): { readonly first: number, readonly end: number } {
  return { first: chunk * grid.chunkSamples, end: Math.min((chunk + 1) * grid.chunkSamples, grid.samples) }
}

/** What the units of this job hold: the sum of their one chunk when there are several, else the finished mean. */
export function contentOf (grid: UnitGrid): UnitContent {
  return grid.runs === 1 ? 'mean' : 'sum'
}

/** Bytes of a unit's pixels: four float32 each. */
export function unitBytes (grid: UnitGrid, unit: UnitIndex): number {
  const rect = pixelsOf(grid, placeOf(grid, unit))
  return (rect.x1 - rect.x0) * (rect.y1 - rect.y0) * 16
}

/** Samples of all pixels of a unit together: what its render time grows with. */
export function unitSamples (grid: UnitGrid, unit: UnitIndex): number {
  const place = placeOf(grid, unit)
  const rect = pixelsOf(grid, place)
  const chunks = chunksOf(grid, place)
  const samples = Math.min(chunks.end * grid.chunkSamples, grid.samples) - chunks.first * grid.chunkSamples
  return (rect.x1 - rect.x0) * (rect.y1 - rect.y0) * samples
}

/** The number of the frame with this index, as it stands in file names. */
export function frameNumber (grid: UnitGrid, frame: number): number {
  return grid.firstFrame + frame * grid.frameStep
}
