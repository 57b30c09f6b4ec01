import assert from 'node:assert/strict'
import { systemClock, systemRandom } from '../src/clock.ts'
import { describeClock } from './contracts/clock.ts'

describeClock('the machine', () => ({
  clock: systemClock,
  pass: async (ms) => new Promise((resolve) => setTimeout(resolve, ms))
}))

describe('random: the machine', () => {
  it('draws numbers from 0 to below 1 that differ', () => {
    const drawn = Array.from({ length: 1000 }, () => systemRandom.next())
    assert.ok(drawn.every((number) => number >= 0 && number < 1))
    assert.equal(new Set(drawn).size, drawn.length)
    assert.ok(Math.max(...drawn) > 0.9 && Math.min(...drawn) < 0.1)
  })

  it('draws as many bytes as asked for', () => {
    assert.equal(systemRandom.bytes(0).length, 0)
    assert.equal(systemRandom.bytes(100_000).length, 100_000)
    assert.notDeepEqual(systemRandom.bytes(32), systemRandom.bytes(32))
  })
})
