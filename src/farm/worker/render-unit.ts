import { chunksOf, contentOf, frameNumber, pixelsOf, placeOf } from '../../core/units.ts'
import type { UnitIndex } from '../../core/ids.ts'
import type { UnitGrid } from '../../core/units.ts'
import type { RenderUnit } from '../../ports.ts'

/** What an engine is told of a unit. */
export function renderUnitOf (grid: UnitGrid, unit: UnitIndex, signal: AbortSignal): RenderUnit {
  const place = placeOf(grid, unit)
  const chunks = chunksOf(grid, place)
  return {
    unit,
    frame: frameNumber(grid, place.frame),
    rect: pixelsOf(grid, place),
    firstChunk: chunks.first,
    endChunk: chunks.end,
    chunkSamples: grid.chunkSamples,
    content: contentOf(grid),
    signal
  }
}
