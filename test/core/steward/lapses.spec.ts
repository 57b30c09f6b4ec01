import assert from 'node:assert/strict'
import { HARD_LIMIT_MIN_MS } from '../../../src/core/limits.ts'
import { granted, recalls, revokes, StewardBench, told } from '../../support/steward-bench.ts'

/** Silence after which a lease of 30 s is taken back: 1.1 × + 1 s. */
const RECLAIM_MS = 34_000

function leased (threads = 3): { bench: StewardBench, units: number[] } {
  const bench = new StewardBench()
  bench.connect('ann')
  return { bench, units: bench.take('ann', { threads }) }
}

describe('a lease', () => {
  it('of a peer whose connection closed lapses after the grace, and its units go out next in their old order', () => {
    const { bench, units } = leased()
    bench.steward.disconnected('ann', 2_000, bench.nowMs)
    assert.deepEqual(told(bench.pass(1_999), 'lapsed'), [])
    const effects = bench.pass(1)
    assert.deepEqual(told(effects, 'lapsed').toSorted(), units.toSorted())
    assert.deepEqual(revokes(effects), [], 'nobody is there to be told')
    bench.connect('bea')
    const order = [1, 2, 3, 4].flatMap(() => bench.take('bea'))
    assert.deepEqual(order.slice(0, 3), units)
    assert.ok(!units.includes(order[3]!))
  })

  it('of a peer that is silent lapses after 1.1 times its length and a second, is revoked, and its units go out last', () => {
    const { bench, units } = leased(2)
    bench.nowMs += 4_000
    bench.renew('ann', 1)
    assert.deepEqual(told(bench.pass(RECLAIM_MS - 1), 'lapsed'), [])
    const effects = bench.pass(1)
    assert.deepEqual(told(effects, 'lapsed').toSorted(), units.toSorted())
    assert.deepEqual(revokes(effects), [{ to: 'ann', reason: 'lapsed' }])
    const order = Array.from({ length: 14 }, () => bench.take('bea')).flat()
    assert.ok(!order.includes(units[0]!) && !order.includes(units[1]!))
    assert.deepEqual([...bench.take('bea'), ...bench.take('bea')].toSorted(), units.toSorted())
  })

  it('that a renewal does not name is not renewed', () => {
    const { bench } = leased(1)
    bench.take('ann')
    bench.nowMs += 30_000
    assert.deepEqual(bench.renew('ann', 2).live.map(({ token }) => token.grant), [2])
    assert.deepEqual(told(bench.pass(4_000), 'lapsed').length, 1)
    assert.deepEqual([...bench.view.leases.keys()], [2])
  })

  it('is renewed only by its own worker, and only of this epoch', () => {
    const { bench } = leased(1)
    bench.nowMs += 30_000
    assert.deepEqual(bench.renew('bea', 1).live, [])
    const foreign = { job: bench.view.job, token: { epoch: { ...bench.view.epoch, instance: 6 }, grant: 1 }, started: 1 }
    assert.deepEqual(bench.steward.renew('ann', [foreign], bench.nowMs).live, [])
    const lower = { job: bench.view.job, token: { epoch: { ...bench.view.epoch, round: 0 }, grant: 1 }, started: 1 }
    assert.deepEqual(bench.steward.renew('ann', [lower, { ...lower, job: 'b'.repeat(64) }], bench.nowMs).live, [])
    assert.equal(bench.view.account.totals().executions, 0)
    assert.equal(told(bench.pass(4_000), 'lapsed').length, 1)
  })

  it('is heard by a report and by a result too', () => {
    const { bench, units } = leased(3)
    bench.nowMs += 30_000
    bench.start('ann', 1, 1)
    bench.nowMs += 30_000
    bench.accept('ann', units[0]!, 1)
    assert.deepEqual(told(bench.pass(RECLAIM_MS - 1), 'lapsed'), [])
    assert.deepEqual(told(bench.pass(1), 'lapsed').length, 2)
  })

  it('that lapsed may still be delivered, and its worker\'s reports still count', () => {
    const { bench, units } = leased(2)
    bench.pass(RECLAIM_MS)
    bench.start('ann', 1, 2)
    assert.equal(bench.view.account.totals().executions, 2)
    assert.equal(bench.steward.judge('ann', bench.head(units[0]!, 1)), 'take')
    bench.accept('ann', units[0]!, 1)
    assert.equal(bench.view.ledger.stateOf(units[0]!), 'accepted')
    assert.equal(bench.view.account.totals().executions, 2)
  })

  it('of which another holds a copy leaves that copy alone', () => {
    const { bench, units } = leased(1)
    const [unit] = units as [number]
    bench.claim('bea', { threads: 0, undelivered: [unit] })
    bench.nowMs += 30_000
    bench.renew('bea', 2)
    const effects = bench.pass(4_000)
    assert.deepEqual(revokes(effects), [{ to: 'ann', reason: 'lapsed' }])
    assert.deepEqual(told(effects, 'lapsed'), [], 'the unit did not')
    assert.deepEqual(bench.view.holders.get(unit), [2])
  })
})

describe('a unit that came back twice', () => {
  it('goes to the back, even from a peer that is surely gone', () => {
    const { bench, units } = leased(1)
    bench.steward.disconnected('ann', 2_000, bench.nowMs)
    bench.pass(2_000)
    bench.connect('bea')
    assert.deepEqual(bench.take('bea'), units, 'the first time it is next')
    bench.steward.disconnected('bea', 2_000, bench.nowMs)
    bench.pass(2_000)
    bench.connect('cem')
    const order = Array.from({ length: 16 }, () => bench.take('cem')).flat()
    assert.deepEqual(order.slice(-1), units, 'the second time it is last')
    assert.equal(order.length, 16)
  })

  it('is like any other once it was accepted', () => {
    const { bench, units } = leased(1)
    bench.pass(RECLAIM_MS)
    assert.equal(bench.view.troubles.size, 1)
    bench.accept('ann', units[0]!, 1)
    assert.equal(bench.view.troubles.size, 0)
  })
})

describe('a lease without progress', () => {
  /** Passes in heartbeats. */
  function beat (bench: StewardBench, forMs: number, grant: number): ReturnType<StewardBench['pass']> {
    const all = []
    for (const untilMs = bench.nowMs + forMs; bench.nowMs < untilMs;) {
      bench.renew('ann', grant)
      all.push(...bench.pass(Math.min(10_000, untilMs - bench.nowMs)))
    }
    return all
  }

  it('is revoked after ten minutes, although its worker lives', () => {
    const { bench, units } = leased(1)
    assert.deepEqual(told(beat(bench, HARD_LIMIT_MIN_MS - 1, 1), 'lapsed'), [])
    const effects = beat(bench, 1, 1)
    assert.deepEqual(revokes(effects), [{ to: 'ann', reason: 'no-progress' }])
    assert.deepEqual(told(effects, 'lapsed'), units)
  })

  it('has ten times as long as 95 of 100 units take, if that is more', () => {
    const bench = new StewardBench()
    bench.connect('ann')
    const units = bench.take('ann', { threads: 2 })
    bench.accept('ann', units[0]!, 1, 120_000)
    const p95Ms = bench.view.times.quantileMs(0.95)
    assert.deepEqual(told(beat(bench, 10 * p95Ms - 1, 1), 'lapsed'), [])
    assert.deepEqual(told(beat(bench, 1, 1), 'lapsed'), [units[1]])
  })

  it('has twice as long when one of its units lapsed before: a unit that only takes long is rendered in the end (L1)', () => {
    const bench = new StewardBench({ width: 8, height: 8 })
    bench.connect('ann')
    let limitMs = HARD_LIMIT_MIN_MS
    for (let attempt = 1; attempt <= 4; attempt++) {
      bench.take('ann')
      assert.deepEqual(told(beat(bench, limitMs - 1, attempt), 'lapsed'), [], `attempt ${attempt}`)
      assert.deepEqual(told(beat(bench, 1, attempt), 'lapsed'), [0])
      limitMs *= 2
    }
  })

  it('progresses with each unit that is started or delivered', () => {
    const { bench, units } = leased(3)
    beat(bench, 400_000, 1)
    bench.start('ann', 1, 1)
    beat(bench, 400_000, 1)
    bench.accept('ann', units[0]!, 1)
    assert.deepEqual(told(beat(bench, 400_000, 1), 'lapsed'), [])
    bench.start('ann', 1, 1)
    assert.deepEqual(told(beat(bench, 200_000, 1), 'lapsed').length, 2, 'a report that tells nothing new is no progress')
  })
})

describe('an unanswered recall', () => {
  it('is given up after two seconds, and its holder is not asked again before it was heard', () => {
    const bench = new StewardBench({ width: 32, height: 8 })
    bench.connect('ann', 'bea')
    bench.claim('ann', { threads: 0, holding: [0, 1, 2, 3] })
    bench.start('ann', 1, 1)
    bench.nowMs += 1_000
    assert.deepEqual(recalls(bench.claim('bea')), [{ to: 'ann', grant: 1, units: 2 }])
    assert.deepEqual(recalls(bench.pass(1_999)), [])
    bench.pass(1)
    assert.equal(bench.view.leases.get(1)?.state, 'live')
    assert.deepEqual(recalls(bench.pass(250)), [])
    bench.renew('ann', 1)
    assert.deepEqual(recalls(bench.pass(250)), [{ to: 'ann', grant: 1, units: 2 }])
    assert.deepEqual(granted(bench.grid, bench.release('ann', 1, [2, 3]), 'bea').length, 1)
  })
})
