import assert from 'node:assert/strict'
import { seeds } from '../support/seeded-random.ts'
import { SplitHistory } from '../support/split-history.ts'

const SEEDS = 400

describe('a job whose stewardship moves', () => {
  const reached = { takeOver: 0, dual: 0, return: 0, collected: 0, learned: 0 }

  for (const seed of seeds(SEEDS)) {
    it(`keeps its rules and ends at its requester (seed ${seed})`, () => {
      const history = new SplitHistory(seed)
      history.play()
      const { made, standIn } = history
      const { accepted, parked } = made
      const left = Array.from({ length: made.grid.units }, (_, unit) => unit).filter((unit) => !accepted.has(unit) && !parked.has(unit))
      assert.deepEqual(left, [], `L1: the job did not end; ${JSON.stringify(made.counts)}`)
      if (made.requester.epoch.round > standIn.epoch.round) {
        const given = [...standIn.accepted].filter((unit) => !accepted.has(unit) && !history.lost.has(unit))
        assert.ok(given.every((unit) => parked.has(unit)), `S1: ${given.join()} were accepted while the requester was away, and are not there`)
      }
      const merged = [[made.requester, standIn], [standIn, made.requester], [standIn, standIn, made.requester]].map((order) => {
        const set = made.setOf([])
        order.forEach((steward) => { set.addAll(steward.snapshot()) })
        return set.digest
      })
      assert.equal(new Set(merged).size, 1, 'S7')
      for (const key of Object.keys(reached) as (keyof typeof reached)[]) {
        reached[key] += history.reached[key]
      }
    })
  }

  it('went through everything that is to be tried', function () {
    if (process.env.SEED !== undefined) {
      this.skip()
    }
    for (const [what, times] of Object.entries(reached)) {
      assert.ok(times >= SEEDS / 10, `${what}: ${times} times in ${SEEDS} histories`)
    }
  })
})
