import assert from 'node:assert/strict'
import fc from 'fast-check'
import { MIN_TILE } from '../../src/core/limits.ts'
import { gridOf } from '../../src/core/units.ts'
import { JobSpecError } from '../../src/errors.ts'
import { frameHash } from '../../src/film/film-hash.ts'
import { createFilm } from '../../src/film/film.ts'
import { filmContract } from '../contracts/film.ts'
import { renderFrame, renderUnit } from '../support/chunk-renderer.ts'
import type { FilmSpec } from '../../src/film/film.ts'
import type { Film } from '../../src/ports.ts'

filmContract('createFilm', createFilm)

/** Small pictures of any shape, cut in any way. */
const specs: fc.Arbitrary<FilmSpec> = fc.record({
  width: fc.integer({ min: 1, max: 27 }),
  height: fc.integer({ min: 1, max: 27 }),
  frames: fc.record({ first: fc.integer({ min: -3, max: 3 }), last: fc.integer({ min: 4, max: 6 }), step: fc.integer({ min: 2, max: 9 }) }),
  samples: fc.integer({ min: 1, max: 70 }),
  split: fc.constantFrom('tiles', 'samples', 'frames'),
  tile: fc.integer({ min: MIN_TILE, max: 30 })
})

/** A spec, an order of its units, and after how many of them the film goes through a checkpoint whose entries come back in another order. */
const histories = specs.chain((spec) => {
  const units = Array.from({ length: gridOf(spec).units }, (_, unit) => unit)
  return fc.record({
    spec: fc.constant(spec),
    order: fc.shuffledSubarray(units, { minLength: units.length }),
    checkpoints: fc.array(fc.record({ after: fc.integer({ min: 0, max: units.length }), seed: fc.integer() }), { maxLength: 3 })
  })
})

function reopened (spec: FilmSpec, film: Film, seed: number): Film {
  const entries = [...film.checkpoint()]
  const [shuffled] = fc.sample(fc.shuffledSubarray(entries, { minLength: entries.length }), { numRuns: 1, seed })
  const again = createFilm(spec)
  for (const { unit, state } of shuffled!) {
    again.restore(unit, state)
  }
  return again
}

describe('film/film', () => {
  it('is the same to the bit in any order, split and tile size, through checkpoints at any moment', () => {
    fc.assert(fc.property(histories, ({ spec, order, checkpoints }) => {
      let film = createFilm(spec)
      const completed: number[] = []
      for (let merged = 0; merged <= order.length; merged++) {
        for (const { seed } of checkpoints.filter(({ after }) => after === merged)) {
          const before = film
          film = reopened(spec, before, seed)
          assert.equal(film.bytes, before.bytes)
          for (let frame = 0; frame < gridOf(spec).frames; frame++) {
            assert.deepEqual(film.snapshot(frame), before.snapshot(frame))
          }
        }
        const frame = merged < order.length ? film.merge(order[merged]!, renderUnit(spec, order[merged]!)) : undefined
        if (frame !== undefined) {
          completed.push(frame)
        }
      }
      const { frames } = gridOf(spec)
      assert.deepEqual(completed.sort((a, b) => a - b), Array.from({ length: frames }, (_, frame) => frame))
      for (let frame = 0; frame < frames; frame++) {
        assert.equal(frameHash(film.frame(frame)), frameHash(renderFrame(spec, frame)))
        assert.deepEqual(film.snapshot(frame), film.frame(frame))
      }
    }), { numRuns: 150 })
  })

  it('says how much memory a frame would take that this computer does not give', () => {
    const film = createFilm({ width: 2 ** 40, height: 1, frames: { first: 1, last: 1, step: 1 }, samples: 1, split: 'tiles', tile: 2 ** 21 })
    assert.throws(() => film.merge(0, new Float32Array(2 ** 21 * 4)), (error) => error instanceof JobSpecError && error.message.includes('takes 16384.0 GiB'))
  })
})
