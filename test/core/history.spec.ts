import assert from 'node:assert/strict'
import { playCancelledHistory, playHistory, playQuietly } from '../support/lease-history.ts'
import { seeds } from '../support/seeded-random.ts'

describe('the lease protocol in any history', () => {
  for (const seed of seeds(400)) {
    it(`keeps its rules and ends the job (seed ${seed})`, () => {
      const made = playHistory(seed)
      const left = Array.from({ length: made.grid.units }, (_, unit) => unit).filter((unit) => !made.accepted.has(unit) && !made.parked.has(unit))
      assert.equal(left.length, 0, `L1: the job did not end; ${JSON.stringify(made.counts)}`)
      const totals = made.steward!.view.account.totals()
      assert.ok(totals.executions >= made.accepted.size, 'every accepted unit was rendered')
      // After a restart nobody knows which of the leases that lapsed or were raced had begun: those renders may be told of twice.
      const mostToTell = made.allowedExecutions + made.counts.lapsed + made.counts.raced
      assert.ok(totals.executions <= mostToTell, `B1: the account tells of ${totals.executions} executions of ${mostToTell}`)
      const delivered = Object.values(totals.byPeer).reduce((sum, units) => sum + units, 0)
      assert.equal(delivered, made.accepted.size, 'S2: each accepted unit counts for one peer')
    })
  }
})

describe('a job that is cancelled', () => {
  for (const seed of seeds(60)) {
    it(`leaves nothing in any worker's hands, and nothing more is granted (seed ${seed})`, () => {
      const made = playCancelledHistory(seed)
      for (const worker of made.workers) {
        assert.ok(!worker.alive || worker.holding.empty || made.ended, `${worker.peer} holds ${JSON.stringify(worker.holding.show())}`)
      }
    })
  }
})

describe('a job without faults', () => {
  it('renders every unit once but for a few races, lapses nothing, and costs no more messages a unit with more peers (B3)', () => {
    const perUnit = [2, 8, 32].map((workers) => {
      const made = playQuietly(400, workers, 1_000)
      assert.ok(made.ended)
      assert.equal(made.counts.lapsed + made.counts.failed, 0)
      assert.ok(made.executions <= 400 + made.counts.raced)
      return made.counts.messages / 400
    })
    assert.ok(Math.max(...perUnit) <= 6, `${perUnit.map((messages) => messages.toFixed(1)).join(', ')} messages a unit`)
  })

  it('but with a pause in the middle lapses nothing either', () => {
    const made = playQuietly(100, 4, 1_000, 60_000)
    assert.ok(made.ended)
    assert.deepEqual([made.counts.lapsed, made.counts.failed], [0, 0])
    assert.equal(made.executions, 100 + made.counts.raced)
    assert.ok(made.timeline.nowMs < 60_000 + 45_000, `it took ${made.timeline.nowMs} ms`)
  })
})
