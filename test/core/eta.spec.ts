import assert from 'node:assert/strict'
import { Pace } from '../../src/core/eta.ts'

/** Deliveries at these times. */
function pace (...atMs: readonly number[]): Pace {
  const made = new Pace()
  atMs.forEach((time) => { made.delivered(time) })
  return made
}

describe('the time a job still takes', () => {
  it('is not known before three units came', () => {
    assert.equal(pace().etaMs(5, 100), null)
    assert.equal(pace(0, 100).etaMs(5, 200), null)
    assert.equal(pace(7, 7, 7).etaMs(5, 7), null, 'nor while all came at once')
  })

  it('is nothing when nothing is left', () => {
    assert.equal(pace().etaMs(0, 100), 0)
  })

  it('follows from the pace of the last deliveries', () => {
    assert.equal(pace(0, 1_000, 2_000).etaMs(10, 2_000), 10_000)
    const quicker = pace(...Array.from({ length: 100 }, (_, unit) => unit * 1_000), ...Array.from({ length: 64 }, (_, unit) => 100_000 + unit * 10))
    assert.equal(quicker.etaMs(100, 100_630), 1_000, 'what is long ago does not count')
  })

  it('grows while nothing comes', () => {
    const still = pace(0, 1_000, 2_000)
    assert.equal(still.etaMs(10, 3_000), 10_000, 'one interval is as expected')
    assert.equal(still.etaMs(10, 5_000), 20_000)
    assert.equal(still.etaMs(10, 9_000), 40_000)
  })
})
