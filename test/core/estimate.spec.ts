import assert from 'node:assert/strict'
import fc from 'fast-check'
import { expectedMs } from '../../src/core/estimate.ts'
import type { PeerPace } from '../../src/core/estimate.ts'

/** A peer that renders so many samples a millisecond. */
function peer (samplesPerMs: number, readyMs = 0): PeerPace {
  return { threads: 1, threadMsPerMegasample: 1e6 / samplesPerMs, readyMs }
}

const work = (samples: number, units = 1_000): { samples: number, units: number } => ({ samples, units })

describe('the time a job is expected to take', () => {
  it('is unknown without peers', () => {
    assert.equal(expectedMs(work(1), []), null)
  })

  it('is what one peer takes, its loading included', () => {
    assert.equal(expectedMs(work(1_000), [peer(2, 300)]), 800)
    assert.equal(expectedMs(work(4_000_000), [{ threads: 4, threadMsPerMegasample: 500, readyMs: 0 }]), 500)
  })

  it('is shared by peers according to their speed', () => {
    assert.equal(expectedMs(work(1_000), [peer(1), peer(3)]), 250)
  })

  it('counts a peer from when it is ready, and not at all when the others are through by then', () => {
    assert.equal(expectedMs(work(1_000), [peer(1), peer(1, 500)]), 750)
    assert.equal(expectedMs(work(1_000), [peer(1), peer(100, 1_000)]), 1_000)
  })

  it('gives no more peers something to do than there are units: the fastest', () => {
    assert.equal(expectedMs(work(1_000, 1), [peer(1), peer(4), peer(2)]), 250)
    assert.equal(expectedMs(work(1_000, 2), [peer(1), peer(6), peer(2)]), 125)
  })

  it('lets every peer work until the same end, in any order they are given', () => {
    const peers = fc.array(fc.record({ rate: fc.integer({ min: 1, max: 1_000 }), ready: fc.nat(10_000) }), { minLength: 1, maxLength: 20 })
    fc.assert(fc.property(peers, fc.integer({ min: 1, max: 1e9 }), (all, samples) => {
      const ms = expectedMs(work(samples), all.map(({ rate, ready }) => peer(rate, ready)))!
      const done = all.reduce((sum, { rate, ready }) => sum + rate * Math.max(0, ms - ready), 0)
      const rateOfAll = all.reduce((sum, { rate }) => sum + rate, 0)
      assert.ok(Math.abs(done - samples) <= rateOfAll, `${done} of ${samples} samples in ${ms} ms`)
      assert.equal(expectedMs(work(samples), all.map(({ rate, ready }) => peer(rate, ready)).reverse()), ms)
    }))
  })
})
