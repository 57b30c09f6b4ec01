import assert from 'node:assert/strict'
import { RESTART_HEARING_MS } from '../../../src/core/limits.ts'
import { granted, StewardBench, told, waits } from '../../support/steward-bench.ts'

const ALL = Array.from({ length: 16 }, (_, unit) => unit)
const TOTALS = { executions: 9, lapsed: 1, raced: 0, failed: 0, byPeer: { ann: 5 }, bytesIn: 5_120, phases: { transfer: 0, load: 0, render: 500, merge: 0 } }

/** Five units are accepted; three were out, at ann. */
function restarted (): StewardBench {
  return new StewardBench({}, { accepted: [{ first: 0, end: 5 }], out: [[5, 'ann'], [6, 'ann'], [7, 'ann']], totals: TOTALS, epoch: { round: 1, peer: 'requester', instance: 9 } })
}

describe('a steward that was restarted', () => {
  it('knows what was accepted, and goes on counting', () => {
    const bench = restarted()
    assert.equal(bench.view.ledger.count('accepted'), 5)
    assert.deepEqual(bench.view.account.totals(), TOTALS)
    assert.deepEqual(bench.steward.begin(), [])
  })

  it('grants at once what was not out, and says that it hears when there is nothing else', () => {
    const bench = restarted()
    const order: number[] = []
    for (let claim = 0; claim < 8; claim++) {
      order.push(...bench.take('bea'))
    }
    assert.deepEqual(order.toSorted((a, b) => a - b), ALL.slice(8))
    assert.deepEqual(waits(bench.claim('bea')), ['hearing'])
  })

  it('gives back to a worker what it shows, and to nobody else before the time is over', () => {
    const bench = restarted()
    bench.connect('ann')
    assert.deepEqual(granted(bench.grid, bench.claim('ann', { threads: 0, holding: [5], undelivered: [6] })).toSorted(), [5, 6])
    bench.finishAllBut(5, 6, 7)
    assert.deepEqual(waits(bench.claim('bea')), ['hearing'])
    assert.deepEqual(granted(bench.grid, bench.pass(RESTART_HEARING_MS - 1)), [])
    const effects = bench.pass(1)
    assert.deepEqual(told(effects, 'lapsed'), [7])
    assert.deepEqual(effects.filter((effect) => effect.type === 'unit' && effect.state === 'lapsed').map((effect) => effect.type === 'unit' && effect.peer), ['ann'])
    assert.deepEqual(granted(bench.grid, effects, 'bea'), [7])
    assert.equal(bench.view.account.totals().lapsed, TOTALS.lapsed + 1, 'it counts, since it may be rendered twice (B1)')
  })

  it('grants what nobody showed in the old order, before anything fresh', () => {
    const bench = restarted()
    bench.pass(RESTART_HEARING_MS)
    assert.deepEqual([1, 2, 3].flatMap(() => bench.take('bea')), [5, 6, 7])
  })

  it('takes no result under a token of its last life, but knows what is done', () => {
    const bench = restarted()
    assert.equal(bench.steward.judge('ann', bench.head(6, 1)), 'unknown-token')
    assert.equal(bench.steward.judge('ann', bench.head(2, 1)), 'duplicate')
  })

  it('does not wait for units that were accepted or parked before', () => {
    const bench = new StewardBench({}, { accepted: [{ first: 0, end: 2 }], parked: [3], out: [[1, 'ann'], [3, 'ann']] })
    assert.equal(bench.view.withheld.size, 0)
    assert.equal(bench.view.hearingUntilMs, bench.nowMs)
  })

  it('takes an unreported start of before for none of now', () => {
    const bench = restarted()
    bench.connect('ann')
    bench.claim('ann', { threads: 0, holding: [5, 6], undelivered: [7] })
    bench.start('ann', bench.grantOf('ann', 7), 1)
    bench.start('ann', bench.grantOf('ann', 5), 2)
    assert.equal(bench.view.account.totals().executions, TOTALS.executions, 'of nine executions five were delivered and one may have lapsed: three go on')
  })

  it('just before the end says that there is nothing left', () => {
    const bench = new StewardBench({}, { accepted: [{ first: 0, end: 15 }], parked: [15] })
    assert.deepEqual(bench.steward.begin(), [{ type: 'complete' }])
    assert.deepEqual(bench.steward.begin(), [])
    assert.deepEqual(waits(bench.claim('ann')), ['ended'])
  })
})
