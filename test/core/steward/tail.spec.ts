import assert from 'node:assert/strict'
import { RACE_EXTRA_UNITS } from '../../../src/core/limits.ts'
import { granted, recalls, revokes, sent, StewardBench, told, waits } from '../../support/steward-bench.ts'

/** A row of units, of which each peer holds a run, one of them started. All peers take a second a unit. */
function tail (runs: Readonly<Record<string, number>>, units = Object.values(runs).reduce((sum, run) => sum + run, 0)): StewardBench {
  const bench = new StewardBench({ width: 8 * units, height: 8 })
  bench.steward.capablePeers(1)
  let first = 0
  for (const [peer, run] of Object.entries(runs)) {
    bench.connect(peer)
    bench.claim(peer, { threads: 0, holding: Array.from({ length: run }, (_, index) => first + index) })
    bench.view.workers.get(peer)!.speed = { fixedMs: 0, msPerUnit: 1_000 }
    bench.view.workers.get(peer)!.unitMs = 1_000
    bench.start(peer, bench.grantOf(peer, first), 1)
    first += run
  }
  return bench
}

describe('a claimer that finds nothing open', () => {
  it('has half of what the busiest has to do asked back for it', () => {
    const bench = tail({ ann: 5, bea: 10, cem: 2 })
    bench.connect('dan')
    assert.deepEqual(recalls(bench.claim('dan', { msPerUnit: 1_000 })), [{ to: 'bea', grant: 2, units: 5 }])
    const effects = bench.release('bea', 2, [10, 11, 12, 13, 14])
    assert.ok(granted(bench.grid, effects, 'dan').length > 0)
    assert.deepEqual(told(effects, 'lapsed'), [], 'what is recalled has not lapsed')
    assert.equal(bench.view.leases.get(2)?.state, 'live')
  })

  it('waits for an answer before another is asked, however many wait', () => {
    const bench = tail({ ann: 5, bea: 10 })
    bench.connect('cem', 'dan')
    assert.equal(recalls(bench.claim('cem')).length, 1)
    assert.deepEqual(recalls([...bench.claim('dan'), ...bench.pass(250)]), [])
    assert.deepEqual(waits([...bench.claim('cem')]), ['nothing-open'])
  })

  it('is given what was asked back for it, although the one that gave it back has waited for longer', () => {
    const bench = tail({ ann: 2 })
    bench.claim('ann')
    bench.connect('bea')
    assert.deepEqual(recalls(bench.claim('bea')), [{ to: 'ann', grant: 1, units: 1 }])
    const effects = bench.release('ann', 1, [1])
    assert.deepEqual([granted(bench.grid, effects, 'ann'), granted(bench.grid, effects, 'bea')], [[], [1]])
    assert.deepEqual(recalls([...effects, ...bench.pass(250)]), [], 'and nobody asks for it again')
  })

  it('is not given its own waiting units', () => {
    const bench = tail({ ann: 5 })
    assert.deepEqual(recalls(bench.claim('ann')), [])
    assert.deepEqual(told(bench.pass(250), 'raced'), [])
  })

  it('leaves a last unit to one who has nothing else, whether or not it began to load', () => {
    const bench = new StewardBench({ width: 8, height: 8 })
    bench.connect('ann', 'bea')
    bench.take('ann')
    assert.deepEqual(recalls(bench.claim('bea')), [])
    const two = new StewardBench({ width: 16, height: 8 })
    two.connect('ann', 'bea')
    two.claim('ann', { threads: 0, holding: [0, 1] })
    assert.deepEqual(recalls(two.claim('bea')), [{ to: 'ann', grant: 1, units: 1 }])
  })

  it('takes a waiting unit from one who is busy with another', () => {
    const bench = tail({ ann: 2 })
    bench.connect('bea')
    assert.deepEqual(recalls(bench.claim('bea')), [{ to: 'ann', grant: 1, units: 1 }])
  })

  it('is not kept waiting by a holder that is away', () => {
    const bench = tail({ ann: 5, bea: 10 })
    bench.connect('cem')
    bench.claim('cem', { msPerUnit: 1_000 })
    bench.steward.disconnected('bea', 10_000, bench.nowMs)
    assert.deepEqual(recalls(bench.pass(1_999)), [])
    assert.deepEqual(recalls(bench.pass(1)), [{ to: 'ann', grant: 1, units: 2 }])
  })

  it('is not helped twice by an answer that brings nothing', () => {
    const bench = tail({ ann: 2 })
    bench.connect('bea')
    bench.claim('bea')
    assert.deepEqual(recalls(bench.release('ann', 1, [])), [], 'until its holder was heard again')
    assert.equal(bench.view.leases.get(1)?.state, 'live')
  })
})

describe('a race', () => {
  /** One unit left, begun by ann; units take a second. */
  function lastUnit (): StewardBench {
    const bench = new StewardBench({ width: 16, height: 8 })
    bench.connect('ann', 'bea')
    bench.claim('ann', { threads: 0, holding: [0, 1] })
    bench.start('ann', 1, 2)
    bench.accept('ann', 0, 1, 1_000)
    return bench
  }

  it('begins when the holder is late by more than the claimer takes from the start', () => {
    const bench = lastUnit()
    bench.claim('bea')
    assert.deepEqual(told(bench.pass(2_000), 'raced'), [])
    const effects = bench.pass(250)
    assert.deepEqual(told(effects, 'raced'), [1])
    assert.deepEqual(granted(bench.grid, effects, 'bea'), [1])
    assert.equal(bench.view.holders.get(1)?.length, 2)
    assert.equal(bench.view.workers.get('bea')?.claim, undefined)
  })

  it('does not begin when the claimer\'s fixed cost eats the gain', () => {
    const bench = lastUnit()
    bench.claim('bea', { fixedMs: 800 })
    assert.deepEqual(told(bench.pass(2_800), 'raced'), [])
    assert.deepEqual(told(bench.pass(1), 'raced'), [1])
  })

  it('begins at once against a unit beyond three times what 95 of 100 take, whatever the claimer costs', () => {
    const bench = lastUnit()
    bench.claim('bea', { fixedMs: 3_600_000 })
    const softMs = 3 * bench.view.times.quantileMs(0.95)
    assert.deepEqual(told(bench.pass(softMs - 1), 'raced'), [])
    assert.deepEqual(told(bench.pass(2), 'raced'), [1])
  })

  it('waits for two heartbeats while no unit was ever measured', () => {
    const bench = new StewardBench({ width: 8, height: 8 })
    bench.connect('ann', 'bea')
    bench.take('ann')
    bench.start('ann', 1, 1)
    bench.claim('bea')
    assert.deepEqual(told(bench.pass(19_999), 'raced'), [])
    assert.deepEqual(told(bench.pass(1), 'raced'), [0])
  })

  it('is won by the first result, and the loser is told at once', () => {
    const bench = lastUnit()
    bench.claim('bea')
    bench.pass(1_250)
    const effects = bench.accept('bea', 1, 2)
    assert.deepEqual(revokes(effects), [{ to: 'ann', reason: 'race-lost' }])
    assert.deepEqual(sent(effects, 'revoke')[0]?.rects, [{ frame: 0, x0: 1, y0: 0, x1: 2, y1: 1, run0: 0, run1: 1 }])
    assert.equal(bench.steward.judge('ann', bench.head(1, 1)), 'duplicate')
  })

  it('has at most two runners', () => {
    const bench = lastUnit()
    bench.connect('cem')
    bench.claim('bea')
    bench.claim('cem')
    assert.deepEqual(told([...bench.pass(5_000), ...bench.pass(5_000)], 'raced'), [1])
    assert.equal(bench.view.holders.get(1)?.length, 2)
  })

  it('goes on with the copy when the original lapses, and with the original when it comes back with the result', () => {
    const bench = lastUnit()
    bench.claim('bea')
    bench.pass(5_000)
    bench.nowMs += 20_000
    bench.renew('bea', 2)
    assert.deepEqual(told(bench.pass(10_000), 'lapsed'), [])
    assert.deepEqual(bench.view.holders.get(1), [2])
    bench.connect('ann')
    assert.deepEqual(granted(bench.grid, bench.claim('ann', { threads: 0, holding: [1] })), [], 'it may not have it again while it is not finished')
    assert.deepEqual(granted(bench.grid, bench.claim('ann', { threads: 0, undelivered: [1] })), [1])
    assert.deepEqual(revokes(bench.accept('ann', 1, 3)), [{ to: 'bea', reason: 'race-lost' }])
  })

  it('is run at most for 5 % of the units and 8 more (B1)', () => {
    for (const units of [16, 100]) {
      const bench = tail({ ann: units })
      const budget = Math.floor(units * 0.05) + RACE_EXTRA_UNITS
      bench.start('ann', 1, units)
      bench.accept('ann', 0, 1, 100)
      let raced = 0
      for (let claimer = 0; claimer < units; claimer++) {
        bench.connect(`idle${claimer}`)
        raced += told([...bench.claim(`idle${claimer}`), ...bench.pass(1_000)], 'raced').length
        for (const { peer, grants } of bench.view.workers.values()) {
          bench.renew(peer, ...grants)
        }
      }
      assert.equal(raced, Math.min(budget, units - 1))
      assert.equal(bench.view.account.totals().raced, raced)
    }
  })

  it('brings no poisoned unit to more peers than may fail on it (L5)', () => {
    const bench = tail({ ann: 1, bea: 1 })
    for (const peer of ['cem', 'dan']) {
      bench.connect(peer)
      bench.claim(peer, { threads: 0 })
    }
    bench.fail('ann', 0, 1)
    bench.claim('cem', { threads: 0, holding: [0] })
    bench.fail('cem', 0, bench.grantOf('cem', 0))
    bench.claim('dan', { threads: 0, holding: [0] })
    bench.start('dan', bench.grantOf('dan', 0), 1)
    bench.accept('bea', 1, 2)
    bench.claim('bea')
    assert.deepEqual(told([...bench.pass(10_000), ...bench.pass(10_000)], 'raced'), [], 'dan may be the third')
  })
})
