import assert from 'node:assert/strict'
import { gridOf, placeOf } from '../../src/core/units.ts'
import { IllegalTransitionError, WireError } from '../../src/errors.ts'
import { renderFrame, renderUnit } from '../support/chunk-renderer.ts'
import type { FilmSpec } from '../../src/film/film.ts'
import type { UnitGrid } from '../../src/core/units.ts'
import type { Film, FilmPart } from '../../src/ports.ts'

/** What every {@link Film} does, whoever made it. */
export function filmContract (name: string, createFilm: (spec: FilmSpec) => Film): void {
  const still: FilmSpec = { width: 20, height: 13, frames: { first: 1, last: 1, step: 1 }, samples: 40, split: 'tiles', tile: 8 }
  const bySamples: FilmSpec = { ...still, split: 'samples' }
  const walk: FilmSpec = { ...still, frames: { first: 10, last: 14, step: 2 }, split: 'frames' }

  describe(`${name}: film`, () => {
    for (const spec of [still, bySamples, walk]) {
      it(`says which frame became complete with a unit, split by ${spec.split}`, () => {
        const film = createFilm(spec)
        const { units, frames } = gridOf(spec)
        const completed = Array.from({ length: units }, (_, unit) => film.merge(unit, renderUnit(spec, unit)))
        assert.deepEqual(completed.filter((frame) => frame !== undefined), Array.from({ length: frames }, (_, frame) => frame))
        assert.equal(completed.at(-1), frames - 1)
        assert.deepEqual(film.frame(frames - 1), renderFrame(spec, frames - 1))
      })

      it(`refuses a unit that it has, split by ${spec.split}`, () => {
        const film = createFilm(spec)
        film.merge(0, renderUnit(spec, 0))
        const before = film.snapshot(0)
        assert.throws(() => film.merge(0, renderUnit(spec, 0)), IllegalTransitionError)
        assert.deepEqual(film.snapshot(0), before)
      })
    }

    it('refuses a unit that waits for lower chunks, and one of a complete tile', () => {
      const film = createFilm(bySamples)
      film.merge(1, renderUnit(bySamples, 1))
      assert.throws(() => film.merge(1, renderUnit(bySamples, 1)), IllegalTransitionError)
      film.merge(0, renderUnit(bySamples, 0))
      film.merge(2, renderUnit(bySamples, 2))
      for (const unit of [0, 1, 2]) {
        assert.throws(() => film.merge(unit, renderUnit(bySamples, unit)), IllegalTransitionError)
      }
    })

    it('refuses units the job has not, and pixels that are not the unit\'s', () => {
      const film = createFilm(still)
      const { units } = gridOf(still)
      for (const unit of [-1, units, 0.5, Number.NaN]) {
        assert.throws(() => film.merge(unit, renderUnit(still, 0)), WireError)
      }
      assert.throws(() => film.merge(0, new Float32Array(8 * 8 * 4 - 1)), WireError)
      assert.throws(() => film.merge(units - 1, new Float32Array(8 * 8 * 4)), WireError)
      assert.equal(film.bytes, 0)
    })

    it('gives no frame before it is complete', () => {
      const film = createFilm(still)
      assert.throws(() => film.frame(0), IllegalTransitionError)
      film.merge(0, renderUnit(still, 0))
      assert.throws(() => film.frame(0), IllegalTransitionError)
    })

    it('shows what is there, and 0 0 0 0 where nothing is', () => {
      const film = createFilm(still)
      assert.deepEqual(film.snapshot(0), new Float32Array(20 * 13 * 4))
      const tile = renderUnit(still, 1)
      film.merge(1, tile)
      const whole = film.snapshot(0)
      for (let y = 0; y < 13; y++) {
        for (let x = 0; x < 20; x++) {
          const inside = x >= 8 && x < 16 && y < 8
          const expected = inside ? tile.subarray((y * 8 + x - 8) * 4, (y * 8 + x - 7) * 4) : new Float32Array(4)
          assert.deepEqual(whole.slice((y * 20 + x) * 4, (y * 20 + x + 1) * 4), expected.slice(), `pixel ${x} ${y}`)
        }
      }
    })

    it('divides a part-summed tile by the samples that have come, waiting chunks included', () => {
      const film = createFilm(bySamples)
      const ones = (samples: number): Float32Array => new Float32Array(8 * 8 * 4).fill(samples)
      film.merge(0, ones(16))
      assert.equal(film.snapshot(0)[0], 1)
      film.merge(2, ones(8 * 3))
      assert.equal(film.snapshot(0)[0], Math.fround((16 + 24) / 24))
      film.merge(1, ones(16))
      assert.equal(film.snapshot(0)[0], Math.fround((16 + 16 + 24) / 40))
    })

    it('shows the same whatever order the waiting chunks came in', () => {
      const chunks = [2 ** 60, -(2 ** 60), 1].map((value) => new Float32Array(8 * 8 * 4).fill(value))
      for (const order of [[0, 1, 2], [2, 1, 0], [2, 0, 1]]) {
        const film = createFilm({ ...bySamples, samples: 64 })
        for (const i of order) {
          film.merge(i + 1, chunks[i]!)
        }
        assert.equal(film.snapshot(0)[0], Math.fround(1 / 48))
      }
    })

    it('cuts any rectangle out of a snapshot', () => {
      const film = createFilm(bySamples)
      for (const unit of [0, 1, 2, 3, 5, 10, 13]) {
        film.merge(unit, renderUnit(bySamples, unit))
      }
      const whole = film.snapshot(0)
      for (const rect of [{ x0: 3, y0: 5, x1: 19, y1: 12 }, { x0: 0, y0: 0, x1: 1, y1: 1 }, { x0: 7, y0: 7, x1: 9, y1: 9 }, { x0: 16, y0: 8, x1: 20, y1: 13 }]) {
        const part = film.snapshotRect(0, rect)
        const width = rect.x1 - rect.x0
        assert.equal(part.length, width * (rect.y1 - rect.y0) * 4)
        for (let y = rect.y0; y < rect.y1; y++) {
          assert.deepEqual(part.slice((y - rect.y0) * width * 4, (y - rect.y0 + 1) * width * 4), whole.slice((y * 20 + rect.x0) * 4, (y * 20 + rect.x1) * 4))
        }
      }
    })

    it('keeps no hold on the pixels it was given', () => {
      for (const spec of [still, bySamples]) {
        const film = createFilm(spec)
        const pixels = renderUnit(spec, 1)
        film.merge(1, pixels)
        const before = film.snapshot(0)
        pixels.fill(7)
        assert.deepEqual(film.snapshot(0), before)
      }
    })

    it('takes memory with a frame\'s first unit and gives it back when the frame is dropped', () => {
      const film = createFilm(walk)
      assert.equal(film.bytes, 0)
      film.snapshot(0)
      assert.equal(film.bytes, 0)
      film.merge(1, renderUnit(walk, 1))
      assert.equal(film.bytes, 20 * 13 * 16)
      film.drop(1)
      assert.equal(film.bytes, 0)
    })

    it('counts the sums and the chunks that wait', () => {
      const film = createFilm(bySamples)
      film.merge(1, renderUnit(bySamples, 1))
      assert.equal(film.bytes, 20 * 13 * 16 + 8 * 8 * 16)
      film.merge(0, renderUnit(bySamples, 0))
      assert.equal(film.bytes, 20 * 13 * 16 + 8 * 8 * 32)
      film.merge(2, renderUnit(bySamples, 2))
      assert.equal(film.bytes, 20 * 13 * 16)
    })

    it('drops complete and untouched frames only, and says so when one is asked for again', () => {
      const film = createFilm(still)
      film.merge(0, renderUnit(still, 0))
      assert.throws(() => film.drop(0), IllegalTransitionError)
      const other = createFilm(walk)
      other.drop(0)
      assert.throws(() => other.merge(0, renderUnit(walk, 0)), IllegalTransitionError)
      assert.throws(() => other.frame(0), IllegalTransitionError)
      assert.throws(() => other.snapshot(0), IllegalTransitionError)
      assert.deepEqual([...other.checkpoint()], [])
      other.drop(0)
    })

    it('lists the frames that are complete and not dropped', () => {
      const film = createFilm(walk)
      assert.deepEqual(film.completeFrames(), [])
      film.merge(2, renderUnit(walk, 2))
      film.merge(0, renderUnit(walk, 0))
      assert.deepEqual([...film.completeFrames()].sort(), [0, 2])
      film.drop(2)
      assert.deepEqual(film.completeFrames(), [0])
      const part = createFilm(still)
      part.merge(0, renderUnit(still, 0))
      assert.deepEqual(part.completeFrames(), [])
    })

    it('refuses to restore what it has, and what is not of this job', () => {
      const film = createFilm(bySamples)
      for (const unit of [0, 1, 5]) {
        film.merge(unit, renderUnit(bySamples, unit))
      }
      const entries = [...film.checkpoint()]
      assert.equal(entries.length, 2)
      for (const { unit, state } of entries) {
        assert.throws(() => film.restore(unit, state), IllegalTransitionError)
        const fresh = createFilm(bySamples)
        assert.throws(() => fresh.restore(unit, state.subarray(0, -1)), WireError)
        assert.throws(() => fresh.restore(unit, new Uint8Array()), WireError)
        assert.throws(() => fresh.restore(unit, Uint8Array.of(9, ...state.subarray(1))), WireError)
        assert.throws(() => createFilm({ ...still, tile: 8 }).restore(0, state), WireError)
        fresh.restore(unit, state)
        assert.throws(() => fresh.restore(unit, state), IllegalTransitionError)
      }
    })

    it('takes merged parts in any order, also when it has a part of what they bring, and is the same in the end', () => {
      const complete = createFilm(bySamples)
      const parts: { readonly unit: number, readonly state: Uint8Array }[] = []
      for (const unit of [0, 1, 2]) {
        complete.merge(unit, renderUnit(bySamples, unit))
        parts.push(...[...complete.checkpoint()].map(({ unit: of, state }) => ({ unit: of, state: state.slice() })))
      }
      for (const order of [[0, 1, 2], [2, 1, 0], [1, 2, 0], [1, 0, 2]]) {
        for (const early of [0, 1, 2]) {
          const film = createFilm(bySamples)
          film.merge(early, renderUnit(bySamples, early))
          for (const { unit, state } of order.map((index) => parts[index]!)) {
            try {
              film.restore(unit, state)
            } catch (error) {
              assert.ok(error instanceof IllegalTransitionError)
            }
          }
          assert.deepEqual(film.snapshot(0), complete.snapshot(0))
          assert.equal(film.bytes, complete.bytes)
        }
      }
    })

    it('says which units an entry holds', () => {
      const film = createFilm(bySamples)
      for (const unit of [0, 1, 5]) {
        film.merge(unit, renderUnit(bySamples, unit))
      }
      const fresh = createFilm(bySamples)
      assert.deepEqual(Array.from(film.checkpoint(), ({ unit, state }) => fresh.restore(unit, state)), [{ first: 0, end: 2 }, { first: 5, end: 6 }])
    })

    it('refuses to go on with a checkpoint when the film has changed', () => {
      const film = createFilm(still)
      film.merge(0, renderUnit(still, 0))
      film.merge(1, renderUnit(still, 1))
      const entries = film.checkpoint()[Symbol.iterator]()
      entries.next()
      film.merge(2, renderUnit(still, 2))
      assert.throws(() => entries.next(), IllegalTransitionError)
    })

    for (const spec of [still, bySamples, walk]) {
      it(`gives a part for each unit it has, of which a film can be made again, split by ${spec.split}`, () => {
        const { units } = gridOf(spec)
        const whole = createFilm(spec)
        for (let unit = 0; unit < units; unit++) {
          whole.merge(unit, renderUnit(spec, unit))
        }
        for (const dropped of ['kept', 'dropped'] as const) {
          const part = partsOf(whole, gridOf(spec), dropped)
          const again = createFilm(spec)
          const here = new Set<number>()
          for (let unit = 0; unit < units; unit++) {
            if (!here.has(unit)) {
              takePart(again, part(unit)!, here)
            }
          }
          assert.equal(here.size, units)
          for (let frame = 0; frame < gridOf(spec).frames; frame++) {
            assert.deepEqual(again.frame(frame), renderFrame(spec, frame))
          }
        }
      })
    }

    it('gives a unit\'s pixels as they came where nothing is summed, and what waits for its turn', () => {
      const film = createFilm(still)
      film.merge(3, renderUnit(still, 3))
      assert.deepEqual(film.part(3), { unit: 3, units: { first: 3, end: 4 }, content: 'unit', bytes: new Uint8Array(renderUnit(still, 3).buffer) })
      assert.equal(film.part(2), undefined)
      const summing = createFilm(bySamples)
      summing.merge(2, renderUnit(bySamples, 2))
      assert.deepEqual(summing.part(2), { unit: 2, units: { first: 2, end: 3 }, content: 'unit', bytes: new Uint8Array(renderUnit(bySamples, 2).buffer) })
      assert.equal(summing.part(0), undefined)
    })

    it('gives the sums so far for all units that are in them', () => {
      const film = createFilm(bySamples)
      for (const unit of [3, 4]) {
        film.merge(unit, renderUnit(bySamples, unit))
      }
      const part = film.part(3)!
      assert.deepEqual([part.unit, part.units, part.content], [4, { first: 3, end: 5 }, 'film'])
      assert.deepEqual(film.part(4), part)
      const again = createFilm(bySamples)
      assert.deepEqual(again.restore(part.unit, part.bytes), part.units)
      again.merge(5, renderUnit(bySamples, 5))
      film.merge(5, renderUnit(bySamples, 5))
      assert.deepEqual(again.snapshot(0), film.snapshot(0))
    })

    it('takes back a part that brings more than it has, whatever it has of it', () => {
      const source = createFilm(bySamples)
      const chunks = [3, 4, 5].map((unit) => renderUnit(bySamples, unit))
      source.merge(3, chunks[0]!)
      source.merge(4, chunks[1]!)
      const sums = source.part(4)!
      source.merge(5, chunks[2]!)
      const complete = source.part(4)!
      for (const before of [[], [3], [4], [5], [3, 5], [4, 5]]) {
        for (const part of [sums, complete]) {
          const film = createFilm(bySamples)
          before.forEach((unit) => { film.merge(unit, chunks[unit - 3]!) })
          assert.deepEqual(film.restore(part.unit, part.bytes), part.units)
          if (part === sums && !before.includes(5)) {
            film.merge(5, chunks[2]!)
          }
          assert.deepEqual(film.snapshot(0), source.snapshot(0), `${before.join()} ${part.content}`)
          assert.equal(film.bytes, source.bytes)
        }
      }
    })

    it('gives parts that are its own no longer', () => {
      for (const spec of [still, bySamples]) {
        const film = createFilm(spec)
        film.merge(0, renderUnit(spec, 0))
        const before = film.snapshot(0)
        film.part(0)!.bytes.fill(7)
        assert.deepEqual(film.snapshot(0), before)
      }
    })

    it('gives no part of a frame that is dropped but out of its saved film', () => {
      const film = createFilm(walk)
      film.merge(1, renderUnit(walk, 1))
      film.drop(1)
      assert.throws(() => film.part(1), IllegalTransitionError)
      assert.deepEqual(film.partOfFrame(1, renderFrame(walk, 1)).bytes, new Uint8Array(renderUnit(walk, 1).buffer))
      for (const unit of [-1, gridOf(walk).units]) {
        assert.throws(() => film.part(unit), WireError)
        assert.throws(() => film.partOfFrame(unit, renderFrame(walk, 0)), WireError)
      }
    })
  })
}

/** Reads parts of a film whose frames are all complete: as they are, or out of what was saved of them before they were dropped. */
function partsOf (film: Film, grid: UnitGrid, which: 'kept' | 'dropped'): (unit: number) => FilmPart | undefined {
  if (which === 'kept') {
    return (unit) => film.part(unit)
  }
  const saved = Array.from({ length: grid.frames }, (_, frame) => film.frame(frame))
  saved.forEach((_, frame) => { film.drop(frame) })
  return (unit) => film.partOfFrame(unit, saved[placeOf(grid, unit).frame]!)
}

function takePart (film: Film, { unit, units, content, bytes }: FilmPart, here: Set<number>): void {
  if (content === 'unit') {
    film.merge(unit, new Float32Array(bytes.slice().buffer))
  } else {
    assert.deepEqual(film.restore(unit, bytes), units)
  }
  for (let part = units.first; part < units.end; part++) {
    assert.equal(here.has(part), false)
    here.add(part)
  }
}
