import assert from 'node:assert/strict'
import fc from 'fast-check'
import { MAX_HEALTH_FACTOR, TICK_LATE_MS } from '../../../src/core/limits.ts'
import { LocalHealth } from '../../../src/core/succession/local-health.ts'

describe('local health', () => {
  it('is good to begin with, and while timers come in time', () => {
    const health = new LocalHealth()
    for (let tick = 0; tick < 100; tick++) {
      health.ticked(TICK_LATE_MS)
    }
    assert.equal(health.factor, 1)
  })

  it('worsens with each timer that comes late and each round of probes that nobody answers, up to its limit', () => {
    const health = new LocalHealth()
    health.ticked(TICK_LATE_MS + 1)
    assert.equal(health.factor, 2)
    health.unanswered()
    assert.equal(health.factor, 3)
    for (let tick = 0; tick < 100; tick++) {
      health.ticked(60_000)
    }
    assert.equal(health.factor, MAX_HEALTH_FACTOR)
  })

  it('mends with answers at once, and with timers that come in time again in the end', () => {
    const health = new LocalHealth()
    for (let tick = 0; tick < 100; tick++) {
      health.ticked(60_000)
    }
    health.answered()
    assert.equal(health.factor, MAX_HEALTH_FACTOR - 1)
    for (let tick = 0; tick < 200; tick++) {
      health.ticked(0)
    }
    assert.equal(health.factor, 1)
  })

  it('stays within its limits, whatever happens', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.nat(10_000), fc.constantFrom('answered', 'unanswered'))), (events) => {
      const health = new LocalHealth()
      for (const event of events) {
        if (typeof event === 'number') {
          health.ticked(event)
        } else if (event === 'answered') {
          health.answered()
        } else {
          health.unanswered()
        }
        assert.ok(Number.isInteger(health.factor) && health.factor >= 1 && health.factor <= MAX_HEALTH_FACTOR)
      }
    }))
  })
})
