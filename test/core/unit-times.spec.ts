import assert from 'node:assert/strict'
import fc from 'fast-check'
import { UnitTimes } from '../../src/core/unit-times.ts'

describe('times of units', () => {
  it('are nothing before one is measured', () => {
    const times = new UnitTimes()
    assert.deepEqual([times.count, times.meanMs, times.quantileMs(0.95)], [0, 0, 0])
  })

  it('have a mean that is exact, and quantiles that are at most 9.1 % too high and never too low', () => {
    const some = fc.array(fc.double({ min: 0.125, max: 1e10, noNaN: true }), { minLength: 1, maxLength: 60 })
    fc.assert(fc.property(some, fc.constantFrom(0.01, 0.5, 0.95, 1), (all, share) => {
      const times = new UnitTimes()
      all.forEach((ms) => { times.add(ms) })
      assert.equal(times.count, all.length)
      assert.equal(times.meanMs, all.reduce((sum, ms) => sum + ms, 0) / all.length)
      const exact = all.toSorted((a, b) => a - b)[Math.ceil(all.length * share - 1e-9) - 1]!
      const found = times.quantileMs(share)
      assert.ok(found >= exact * (1 - 1e-12), `${found} is below ${exact}`)
      assert.ok(found <= exact * 2 ** (1 / 8) * (1 + 1e-12), `${found} is far above ${exact}`)
    }))
  })

  it('bear times that are too short or too long to tell apart', () => {
    const times = new UnitTimes()
    for (const ms of [0, 0.001, Number.MAX_SAFE_INTEGER]) {
      times.add(ms)
    }
    assert.ok(times.quantileMs(0.5) < 0.2)
    assert.ok(times.quantileMs(1) > 1e11)
  })
})
