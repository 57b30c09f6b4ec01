import fc from 'fast-check'
import { gridOf } from '../../src/core/units.ts'
import type { JobSpec } from '../../src/core/job.ts'
import type { UnitGrid } from '../../src/core/units.ts'

/** What of a JobSpec shapes its units. */
export type GridSpec = Pick<JobSpec, 'width' | 'height' | 'frames' | 'samples' | 'split' | 'tile'>

/** Jobs of up to a few thousand units, of every shape: 1 × N and N × 1 tiles, odd rests at the borders, all splits, several frames. */
export function gridSpecs (): fc.Arbitrary<GridSpec> {
  const side = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 160 }))
  return fc.record({
    width: side,
    height: side,
    tile: fc.integer({ min: 8, max: 32 }),
    samples: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 4096 })),
    split: fc.constantFrom('tiles', 'samples', 'frames'),
    frames: fc.record({ first: fc.integer({ min: -9, max: 9 }), more: fc.integer({ min: 0, max: 6 }), step: fc.integer({ min: 1, max: 4 }) })
      .map(({ first, more, step }) => ({ first, last: first + more, step }))
  })
}

/** As {@link gridSpecs}, cut. */
export function grids (): fc.Arbitrary<UnitGrid> {
  return gridSpecs().map(gridOf)
}
