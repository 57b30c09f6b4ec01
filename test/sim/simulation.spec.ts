import assert from 'node:assert/strict'
import { drawPlan } from './plan.ts'
import { Simulation } from './simulation.ts'

describe('the simulation', () => {
  it('takes the same course for the same seed', async () => {
    const [first, again, other] = [await new Simulation(2).run(), await new Simulation(2).run(), await new Simulation(3).run()]
    assert.deepEqual(again, first)
    assert.notEqual(other.trace, first.trace)
  }).timeout(60_000)

  for (let seed = 1; seed <= 20; seed++) {
    it(`holds when nothing goes wrong: seed ${seed}`, async () => {
      const { violations } = await new Simulation(drawPlan(seed, { mood: 'calm' })).run()
      assert.deepEqual(violations, [])
    }).timeout(60_000)
  }
})
