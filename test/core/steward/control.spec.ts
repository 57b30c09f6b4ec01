import assert from 'node:assert/strict'
import { granted, recalls, revokes, StewardBench, told, waits } from '../../support/steward-bench.ts'

function leased (): { bench: StewardBench, units: number[] } {
  const bench = new StewardBench()
  bench.connect('ann', 'bea')
  return { bench, units: bench.take('ann', { threads: 4 }) }
}

describe('a pause', () => {
  it('asks back what is not started, leaves the rest, and grants nothing', () => {
    const { bench, units } = leased()
    bench.start('ann', 1, 1)
    const effects = bench.steward.control('paused', bench.nowMs)
    assert.deepEqual(recalls(effects), [{ to: 'ann', grant: 1, units: 3 }])
    assert.deepEqual(revokes(effects), [])
    assert.deepEqual(waits(bench.claim('bea')), ['paused'])
    assert.deepEqual(granted(bench.grid, bench.release('ann', 1, units.slice(1))), [])
    assert.deepEqual(granted(bench.grid, bench.pass(10_000)), [])
    assert.deepEqual(told(bench.accept('ann', units[0]!, 1), 'delivered'), [units[0]], 'what was started is delivered')
    assert.equal(bench.view.ledger.count('leased'), 0)
    assert.deepEqual(granted(bench.grid, bench.steward.control('running', bench.nowMs), 'bea').length, 1)
    assert.equal(bench.view.account.totals().lapsed, 0, 'a pause costs no lapse')
  })

  it('goes through a recall that was under way', () => {
    const bench = new StewardBench({ width: 32, height: 8 })
    bench.connect('ann', 'bea')
    bench.claim('ann', { threads: 0, holding: [0, 1, 2, 3] })
    assert.deepEqual(recalls(bench.claim('bea')), [{ to: 'ann', grant: 1, units: 2 }])
    assert.deepEqual(recalls(bench.steward.control('paused', bench.nowMs)), [{ to: 'ann', grant: 1, units: 4 }])
    bench.release('ann', 1, [2, 3])
    bench.release('ann', 1, [0, 1])
    assert.equal(bench.view.ledger.count('open'), 4)
  })

  it('asks back what a worker shows when it comes back meanwhile', () => {
    const { bench, units } = leased()
    bench.steward.control('paused', bench.nowMs)
    bench.connect('ann')
    const effects = bench.claim('ann', { threads: 0, holding: units })
    assert.deepEqual(granted(bench.grid, effects).toSorted(), units.toSorted())
    assert.deepEqual(recalls(effects), [{ to: 'ann', grant: 2, units: 4 }])
  })

  it('lets leases lapse as ever', () => {
    const { bench, units } = leased()
    bench.steward.control('paused', bench.nowMs)
    assert.deepEqual(told(bench.pass(34_000), 'lapsed').toSorted(), units.toSorted())
  })
})

describe('the end of a job', () => {
  it('takes every unit away at once and tells all who wait', () => {
    for (const word of ['cancelled', 'finished'] as const) {
      const bench = new StewardBench({ width: 16, height: 8 })
      bench.connect('ann', 'bea', 'cem')
      bench.take('ann')
      bench.take('bea')
      bench.claim('cem')
      const effects = bench.steward.control(word, bench.nowMs)
      assert.deepEqual(revokes(effects), [{ to: 'ann', reason: word }, { to: 'bea', reason: word }])
      assert.deepEqual(waits(effects, 'cem'), ['ended'])
      assert.deepEqual(granted(bench.grid, [...bench.claim('cem'), ...bench.pass(60_000)]), [])
    }
  })

  it('is final (S4)', () => {
    const { bench } = leased()
    bench.steward.control('cancelled', bench.nowMs)
    assert.deepEqual(bench.steward.control('running', bench.nowMs), [])
    assert.deepEqual(waits(bench.claim('bea')), ['ended'])
    assert.deepEqual(bench.pass(3_600_000), [])
  })

  it('bears what is still said afterwards', () => {
    const { bench, units } = leased()
    bench.steward.control('cancelled', bench.nowMs)
    bench.release('ann', 1, [units[0]!])
    bench.fail('ann', units[1]!, 1)
    bench.start('ann', 1, 4)
    assert.deepEqual(bench.renew('ann', 1).live.length, 1)
    bench.accept('ann', units[2]!, 1)
    bench.steward.disconnected('ann', 2_000, bench.nowMs)
    assert.deepEqual(granted(bench.grid, bench.pass(2_000)), [])
  })
})
