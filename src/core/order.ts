import { unitAt } from './units.ts'
import type { UnitIndex } from './ids.ts'
import type { UnitGrid } from './units.ts'

/**
 * The order in which fresh units are granted, computed and never listed: first, last and middle frame, then the others as they come;
 * within a frame low chunks first; within a chunk from the centre of the picture outward.
 */

/** The unit at a position of the order, 0 … units − 1. A bijection, in constant time. */
export function unitAtPosition (grid: UnitGrid, position: number): UnitIndex {
  const tiles = grid.tilesX * grid.tilesY
  const perFrame = tiles * grid.runs
  const frame = frameAtPosition(grid.frames, Math.floor(position / perFrame))
  const rest = position % perFrame
  const run = Math.floor(rest / tiles)
  const [tileX, tileY] = tileAtPosition(grid.tilesX, grid.tilesY, rest % tiles)
  return unitAt(grid, { frame, tileX, tileY, run })
}

/** First, last, middle, then all others in order. */
export function frameAtPosition (frames: number, position: number): number {
  if (position === 0) {
    return 0
  }
  if (position === 1) {
    return frames - 1
  }
  const middle = Math.floor(frames / 2)
  if (position === 2) {
    return middle
  }
  const next = position - 2
  return next < middle ? next : next + 1
}

/**
 * The tile at a position of the centre-out order of a tilesX × tilesY picture: rectangular rings around a core one or two tiles thick.
 * Ring m surrounds a rectangle of (a + 2m − 2) × (b + 2m − 2) tiles, so its number follows from a square root.
 */
export function tileAtPosition (tilesX: number, tilesY: number, position: number): readonly [x: number, y: number] {
  const shorter = Math.min(tilesX, tilesY)
  const outerRings = Math.floor((shorter - 1) / 2)
  const coreX = tilesX - 2 * outerRings
  const coreY = tilesY - 2 * outerRings
  const coreTiles = coreX * coreY
  if (position < coreTiles) {
    const [x, y] = coreTile(coreX, coreY, position)
    return [outerRings + x, outerRings + y]
  }
  const inside = (ring: number): number => (coreX + 2 * ring) * (coreY + 2 * ring)
  const half = (coreX + coreY) / 4
  let ring = Math.max(1, Math.floor(Math.sqrt(half * half - coreTiles / 4 + position / 4) - half))
  while (inside(ring) <= position) {
    ring++
  }
  while (ring > 1 && inside(ring - 1) > position) {
    ring--
  }
  const offset = outerRings - ring
  const [x, y] = ringTile(coreX + 2 * ring, coreY + 2 * ring, position - inside(ring - 1))
  return [offset + x, offset + y]
}

/** The core is at most two tiles thick: walked along its longer side, from the middle to alternating sides. */
function coreTile (width: number, height: number, position: number): readonly [number, number] {
  if (width >= height) {
    return [fromMiddle(width, Math.floor(position / height)), position % height]
  }
  return [position % width, fromMiddle(height, Math.floor(position / width))]
}

function fromMiddle (count: number, step: number): number {
  const middle = Math.floor((count - 1) / 2)
  const away = Math.ceil(step / 2)
  return step % 2 === 1 ? middle + away : middle - away
}

/** Walks the border of a width × height rectangle clockwise from its top left. */
function ringTile (width: number, height: number, position: number): readonly [number, number] {
  if (position < width) {
    return [position, 0]
  }
  let rest = position - width
  if (rest < height - 1) {
    return [width - 1, rest + 1]
  }
  rest -= height - 1
  if (rest < width - 1) {
    return [width - 2 - rest, height - 1]
  }
  rest -= width - 1
  return [0, height - 2 - rest]
}
