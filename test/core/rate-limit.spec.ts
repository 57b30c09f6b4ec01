import assert from 'node:assert/strict'
import fc from 'fast-check'
import { RATE_BURST_MS, RateLimit } from '../../src/core/rate-limit.ts'

describe('RateLimit', () => {
  it('lets everything through at once while there is no limit', () => {
    const limit = new RateLimit()
    assert.equal(limit.take(1e12, 0), 0)
    limit.set(1_000)
    limit.set(Infinity)
    assert.equal(limit.take(1e12, 0), 0)
  })

  it('lets through what its rate saved up, and makes the next ones wait in the order of asking', () => {
    const limit = new RateLimit()
    limit.set(1_000)
    assert.equal(limit.take(RATE_BURST_MS, 5_000), 0, 'as many bytes as milliseconds at 1 kB/s')
    assert.equal(limit.take(100, 5_000), 100)
    assert.equal(limit.take(100, 5_000), 200)
    assert.equal(limit.take(100, 5_150), 150)
  })

  it('saves up no more than its burst, however long nothing passed', () => {
    const limit = new RateLimit()
    limit.set(1_000)
    limit.take(1, 0)
    assert.equal(limit.take(RATE_BURST_MS + 100, 3_600_000), 100)
  })

  it('follows a changed rate from the next bytes on', () => {
    const limit = new RateLimit()
    limit.set(1_000)
    limit.take(RATE_BURST_MS, 0)
    limit.set(10_000)
    assert.equal(limit.take(1_000, 0), 100)
    limit.set(100)
    assert.equal(limit.take(10, 100), 100)
  })

  it('never lets more through in any stretch of time than the rate and one burst', () => {
    fc.assert(fc.property(
      fc.integer({ min: 100, max: 1e7 }),
      fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 65_536 }), pauseMs: fc.integer({ min: 0, max: 500 }) }), { minLength: 1, maxLength: 60 }),
      (bytesPerSecond, asked) => {
        const limit = new RateLimit()
        limit.set(bytesPerSecond)
        let nowMs = 0
        const passed = asked.map(({ bytes, pauseMs }) => {
          nowMs += pauseMs
          return { bytes, atMs: nowMs + limit.take(bytes, nowMs) }
        })
        for (let from = 0; from < passed.length; from++) {
          let sum = 0
          for (let to = from; to < passed.length; to++) {
            sum += passed[to]!.bytes
            const stretchMs = passed[to]!.atMs - passed[from]!.atMs
            // What passed first was paid for before the stretch began.
            assert.ok(sum - passed[from]!.bytes <= (stretchMs + RATE_BURST_MS) * bytesPerSecond / 1000 + 1e-6)
          }
        }
      }
    ))
  })
})
