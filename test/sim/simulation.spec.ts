import assert from 'node:assert/strict'
import { runSeeds } from './seed-pool.ts'
import { Simulation } from './simulation.ts'

/** Seeds that are run for every commit; `npm run test:sim` runs more. */
const SEEDS = Number(process.env['SIM_SEEDS'] ?? 500)

describe('the simulation', () => {
  it('takes the same course for the same seed', async () => {
    const [first, again, other] = [await new Simulation(2).run(), await new Simulation(2).run(), await new Simulation(3).run()]
    assert.deepEqual(again, first)
    assert.notEqual(other.trace, first.trace)
  }).timeout(60_000)

  it(`holds whatever goes wrong: seeds 1 to ${SEEDS}`, async () => {
    const violations: string[] = []
    await runSeeds(Array.from({ length: SEEDS }, (_, index) => index + 1).values(), {
      processes: 2,
      outcome: ({ seed, violations: [first] }) => {
        if (first !== undefined) {
          violations.push(`seed ${seed}: ${first}; npm run test:sim -- --first ${seed} --trace`)
        }
        return 'go on'
      }
    })
    assert.deepEqual(violations, [])
  }).timeout(1_200_000)
})
