import assert from 'node:assert/strict'
import { playHistory } from '../support/lease-history.ts'
import { seeds } from '../support/seeded-random.ts'

describe('the lease protocol in any history', () => {
  for (const seed of seeds(400)) {
    it(`keeps its rules and ends the job (seed ${seed})`, () => {
      const made = playHistory(seed)
      const left = Array.from({ length: made.grid.units }, (_, unit) => unit).filter((unit) => !made.accepted.has(unit) && !made.parked.has(unit))
      assert.equal(left.length, 0, `L1: the job did not end; ${JSON.stringify(made.counts)}`)
      const totals = made.steward!.view.account.totals()
      assert.ok(totals.executions >= made.accepted.size, 'every accepted unit was rendered')
      const mostToTell = made.allowedExecutions + made.counts.raced
      assert.ok(totals.executions <= mostToTell, `B1: the account tells of ${totals.executions} executions of ${mostToTell}`)
      const delivered = Object.values(totals.byPeer).reduce((sum, units) => sum + units, 0)
      assert.equal(delivered, made.accepted.size, 'S2: each accepted unit counts for one peer')
    })
  }
})
