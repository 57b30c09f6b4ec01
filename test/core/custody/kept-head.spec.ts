import assert from 'node:assert/strict'
import { covers, FILM_PART_HEAD_BYTES, holdsAny, isKeptHead } from '../../../src/core/custody/kept-head.ts'
import { UnitSet } from '../../../src/core/ledger.ts'
import { gridOf } from '../../../src/core/units.ts'
import { signJob } from '../../support/fake-signatures.ts'
import { jobSpec } from '../../support/job-spec.ts'
import { keptPart, keptUnit } from '../../support/custody-bench.ts'
import type { KeepMark, ResultHead } from '../../../src/core/messages.ts'

const BY_TILES = signJob('ann', jobSpec({ requester: 'ann' }))
/** Four units a tile. */
const BY_SAMPLES = signJob('ann', jobSpec({ requester: 'ann', split: 'samples', samples: 64 }))

function keep (head: ResultHead, mark: Partial<KeepMark>): ResultHead {
  return { ...head, keep: { ...head.keep!, ...mark } }
}

describe('what may be kept of a job', () => {
  it('is a unit with exactly its pixels', () => {
    for (const job of [BY_TILES, BY_SAMPLES]) {
      const grid = gridOf(job.spec)
      const { head } = keptUnit(job, 5)
      assert.equal(isKeptHead(grid, head), true)
      assert.equal(isKeptHead(grid, { ...head, bytes: head.bytes + 1 }), false)
      assert.equal(isKeptHead(grid, { ...head, bytes: head.bytes - 1 }), false)
      assert.equal(isKeptHead(grid, { ...head, keep: undefined } as unknown as ResultHead), false)
      assert.equal(isKeptHead(grid, { ...head, content: head.content === 'mean' ? 'sum' : 'mean' }), false)
      assert.equal(isKeptHead(grid, keep(head, { units: { first: 5, end: 7 } })), false)
      assert.equal(isKeptHead(grid, keep(head, { units: { first: 4, end: 6 } })), false)
      assert.equal(isKeptHead(grid, keep(head, { units: { first: 6, end: 7 } })), false)
    }
  })

  it('is not a unit that the job has not', () => {
    const grid = gridOf(BY_TILES.spec)
    const { head } = keptUnit(BY_TILES, 5)
    for (const unit of [-1, grid.units, 0.5, Number.NaN]) {
      assert.equal(isKeptHead(grid, keep({ ...head, unit }, { units: { first: unit, end: unit + 1 } })), false)
    }
  })

  it('is a part of the film within one tile, with at most its sums', () => {
    const grid = gridOf(BY_SAMPLES.spec)
    assert.equal(grid.runs, 4)
    const whole = keptPart(BY_SAMPLES, 4, { first: 4, end: 8 }).head
    assert.equal(isKeptHead(grid, whole), true)
    assert.equal(isKeptHead(grid, keptPart(BY_SAMPLES, 5, { first: 4, end: 6 }).head), true)
    assert.equal(isKeptHead(grid, keep(whole, { units: { first: 3, end: 8 } })), false)
    assert.equal(isKeptHead(grid, keep(whole, { units: { first: 4, end: 9 } })), false)
    assert.equal(isKeptHead(grid, keep(whole, { units: { first: 5, end: 8 } })), false, 'the unit that names it is in it')
    const most = FILM_PART_HEAD_BYTES + 8 * 8 * 4 * 8
    assert.equal(isKeptHead(grid, { ...whole, bytes: most }), true)
    assert.equal(isKeptHead(grid, { ...whole, bytes: most + 1 }), false)
    assert.equal(isKeptHead(grid, { ...whole, bytes: 0 }), false)
  })

  it('covers all its units, or holds some', () => {
    const { keep: mark } = keptPart(BY_SAMPLES, 4, { first: 4, end: 7 }).head
    const units = new UnitSet(gridOf(BY_SAMPLES.spec).units)
    assert.equal(holdsAny(units, mark!), false)
    units.add(6)
    assert.deepEqual([covers(units, mark!), holdsAny(units, mark!)], [false, true])
    units.addRange({ first: 4, end: 6 })
    assert.equal(covers(units, mark!), true)
  })
})
