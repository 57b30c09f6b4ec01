import assert from 'node:assert/strict'
import { MAX_ACCEPTED_LOG, MAX_REMEMBERED_GRANTS } from '../../../src/core/limits.ts'
import { unitBytes } from '../../../src/core/units.ts'
import { EPOCH, StewardBench, revokes, sent, told, token } from '../../support/steward-bench.ts'
import type { ResultHead } from '../../../src/core/messages.ts'

function leased (threads = 2): { bench: StewardBench, units: number[] } {
  const bench = new StewardBench()
  bench.connect('ann')
  return { bench, units: bench.take('ann', { threads }) }
}

describe('a result', () => {
  it('is taken from the worker that holds its unit, and from no other', () => {
    const { bench, units } = leased()
    assert.equal(bench.steward.judge('ann', bench.head(units[0]!, 1)), 'take')
    assert.equal(bench.steward.judge('bea', bench.head(units[0]!, 1)), 'unknown-token')
  })

  it('that is none of this job is refused before a byte of it is read', () => {
    const { bench, units } = leased()
    const head = bench.head(units[0]!, 1)
    const wrong: Partial<ResultHead>[] = [
      { unit: bench.grid.units }, { unit: -1 }, { content: 'sum' }, { bytes: head.bytes + 1 }, { bytes: head.bytes - 1 }, { bytes: 0 }
    ]
    for (const lie of wrong) {
      assert.equal(bench.steward.judge('ann', { ...head, ...lie }), 'refused', JSON.stringify(lie))
    }
    const odd = new StewardBench({ width: 20, height: 20 })
    odd.take('ann', { threads: 9 })
    const corner = [...odd.view.holders.keys()].find((unit) => unitBytes(odd.grid, unit) === 4 * 8 * 16)!
    assert.equal(odd.steward.judge('ann', odd.head(corner, 1)), 'take', 'tiles at the border are smaller')
  })

  it('under a token of another unit, grant or epoch has a token that is not known', () => {
    const { bench, units } = leased()
    const head = bench.head(units[0]!, 1)
    const other = Array.from({ length: 16 }, (_, unit) => unit).find((unit) => !units.includes(unit))!
    assert.equal(bench.steward.judge('ann', { ...head, unit: other }), 'unknown-token')
    assert.equal(bench.steward.judge('ann', { ...head, token: token(2) }), 'unknown-token')
    for (const epoch of [{ ...EPOCH, round: 2 }, { ...EPOCH, round: 0 }, { ...EPOCH, peer: 'else' }, { ...EPOCH, instance: 8 }, { ...EPOCH, instance: 6 }]) {
      assert.equal(bench.steward.judge('ann', { ...head, token: token(1, epoch) }), 'unknown-token')
    }
  })

  it('of an accepted unit is a duplicate, whatever its token', () => {
    const { bench, units } = leased()
    const head = bench.head(units[0]!, 1)
    bench.accept('ann', units[0]!, 1)
    assert.equal(bench.steward.judge('ann', head), 'duplicate')
    assert.equal(bench.steward.judge('bea', head), 'duplicate')
    assert.equal(bench.steward.judge('ann', { ...head, token: token(1, { ...EPOCH, round: 9 }) }), 'duplicate')
  })

  it('that comes late is taken while its unit is open, and while another renders it', () => {
    const { bench, units } = leased(1)
    const [unit] = units as [number]
    bench.pass(34_000)
    assert.equal(bench.view.ledger.stateOf(unit), 'open')
    assert.equal(bench.steward.judge('ann', bench.head(unit, 1)), 'take')
    bench.claim('bea', { threads: 0, holding: [unit] })
    assert.equal(bench.view.ledger.stateOf(unit), 'leased')
    assert.equal(bench.steward.judge('ann', bench.head(unit, 1)), 'take')
    const effects = bench.accept('ann', unit, 1)
    assert.deepEqual(revokes(effects), [{ to: 'bea', reason: 'race-lost' }])
    assert.equal(bench.steward.judge('bea', bench.head(unit, 2)), 'duplicate')
  })

  it('ends with its job', () => {
    for (const control of ['cancelled', 'finished'] as const) {
      const { bench, units } = leased()
      bench.steward.control(control, bench.nowMs)
      assert.equal(bench.steward.judge('ann', bench.head(units[0]!, 1)), 'ended')
    }
    const { bench, units } = leased()
    bench.steward.control('paused', bench.nowMs)
    assert.equal(bench.steward.judge('ann', bench.head(units[0]!, 1)), 'take')
  })

  it('counts once (S2): a second call changes nothing', () => {
    const { bench, units } = leased()
    const effects = bench.accept('ann', units[0]!, 1)
    assert.deepEqual(told(effects, 'delivered'), [units[0]])
    const before = JSON.stringify([bench.view.account.totals(), [...bench.view.leases.values()].map((lease) => [...lease.remaining]), bench.view.acceptedLog])
    assert.throws(() => bench.accept('ann', units[0]!, 1), { name: 'IllegalTransitionError', state: 'accepted' })
    assert.equal(JSON.stringify([bench.view.account.totals(), [...bench.view.leases.values()].map((lease) => [...lease.remaining]), bench.view.acceptedLog]), before)
  })

  it('counts a render that nobody reported, once', () => {
    const { bench, units } = leased(2)
    bench.accept('ann', units[0]!, 1)
    assert.equal(bench.view.account.totals().executions, 1)
    bench.start('ann', 1, 2)
    bench.accept('ann', units[1]!, 1)
    assert.equal(bench.view.account.totals().executions, 2)
  })

  it('of a parked unit is taken from whoever has one, although its lease was another stewardship\'s', () => {
    const bench = new StewardBench({ width: 16, height: 8 }, { parked: [0] })
    bench.connect('ann')
    const old = { epoch: { ...EPOCH, round: 0 }, grant: 3 }
    assert.equal(bench.steward.judge('ann', { ...bench.head(0, 1), token: old }), 'take')
    assert.equal(bench.steward.judge('ann', { ...bench.head(1, 1), token: old }), 'unknown-token')
  })

  it('of a parked unit counts after all', () => {
    const bench = new StewardBench({ width: 16, height: 8 }, { parked: [0], accepted: [{ first: 1, end: 2 }] })
    assert.equal(bench.steward.begin().filter(({ type }) => type === 'complete').length, 1)
    assert.deepEqual(bench.accept('ann', 0, 1).filter(({ type }) => type === 'complete'), [], 'it is told once')
    assert.equal(bench.view.ledger.stateOf(0), 'accepted')
  })

  it('of the last unit completes the job, once', () => {
    const bench = new StewardBench({ width: 16, height: 8 })
    bench.claim('ann', { threads: 0, holding: [0, 1] })
    assert.deepEqual(bench.accept('ann', 0, 1).filter(({ type }) => type === 'complete'), [])
    assert.equal(bench.accept('ann', 1, 1).filter(({ type }) => type === 'complete').length, 1)
    assert.deepEqual(bench.pass(250), [])
  })

  it('ends the lease with its last unit, and the number is remembered as long as there is room', () => {
    const { bench, units } = leased(1)
    bench.accept('ann', units[0]!, 1)
    assert.equal(bench.view.leases.size, 0)
    assert.ok(bench.view.past.has(1))
    const [other] = bench.take('ann') as [number]
    for (let lease = 0; lease < MAX_REMEMBERED_GRANTS - 2; lease++) {
      bench.release('ann', bench.grantOf('ann', other), [other], 'yield')
      bench.take('ann')
    }
    assert.ok(bench.view.past.has(1))
    bench.release('ann', bench.grantOf('ann', other), [other], 'yield')
    bench.take('ann')
    assert.equal(bench.view.past.size, MAX_REMEMBERED_GRANTS)
    bench.release('ann', bench.grantOf('ann', other), [other], 'yield')
    assert.equal(bench.view.past.size, MAX_REMEMBERED_GRANTS)
    assert.ok(!bench.view.past.has(1), 'the oldest went')
  })
})

describe('the answer to a renewal', () => {
  it('tells each worker what was accepted since it was last told', () => {
    const bench = new StewardBench()
    bench.connect('ann', 'bea')
    bench.claim('ann', { threads: 0, holding: [0, 1, 2, 3, 8] })
    for (const unit of [2, 1, 8]) {
      bench.accept('ann', unit, 1)
    }
    assert.deepEqual(bench.renew('ann', 1).accepted, [{ first: 1, end: 3 }, { first: 8, end: 9 }])
    assert.deepEqual(bench.renew('ann', 1).accepted, [])
    bench.accept('ann', 0, 1)
    assert.deepEqual(bench.renew('bea').accepted, [{ first: 0, end: 3 }, { first: 8, end: 9 }])
    assert.deepEqual(bench.renew('ann', 1).accepted, [{ first: 0, end: 1 }])
  })

  it('goes back no further than a bounded log, however long a worker was silent', () => {
    const bench = new StewardBench({ width: 8 * 100, height: 8 * 100 })
    bench.connect('ann')
    for (let unit = 0; unit < 9_000; unit++) {
      bench.accept('gone', unit, 1)
      assert.ok(bench.view.acceptedLog.length < 2 * MAX_ACCEPTED_LOG)
    }
    assert.deepEqual(bench.renew('ann').accepted, [{ first: 9_000 - MAX_ACCEPTED_LOG, end: 9_000 }])
  })
})

describe('a release', () => {
  it('opens the units given back, which go out next in their order', () => {
    const { bench, units } = leased(4)
    assert.deepEqual(told(bench.release('ann', 1, units.slice(1)), 'lapsed'), [])
    assert.deepEqual(bench.view.leases.get(1)?.remaining, new Set([units[0]]))
    assert.deepEqual([1, 2, 3].flatMap(() => bench.take('bea')), units.slice(1))
  })

  it('of a peer that leaves counts as lapses', () => {
    const { bench, units } = leased(3)
    assert.deepEqual(told(bench.release('ann', 1, units, 'leaving'), 'lapsed').toSorted(), units.toSorted())
    assert.equal(bench.view.leases.size, 0)
    assert.equal(bench.view.account.totals().lapsed, 3)
  })

  it('of others\' leases, of an old epoch, or of units that are not of the lease, does nothing', () => {
    const { bench, units } = leased(2)
    const rest = Array.from({ length: 16 }, (_, unit) => unit).filter((unit) => !units.includes(unit))
    bench.release('bea', 1, units)
    bench.release('ann', 2, units)
    bench.release('ann', 1, rest)
    bench.steward.release('ann', { type: 'release', job: bench.view.job, token: token(1, { ...EPOCH, instance: 1 }), rects: bench.view.leases.get(1)!.rects, reason: 'leaving' }, bench.nowMs)
    assert.equal(bench.view.ledger.count('leased'), 2)
  })

  it('of a raced unit leaves the other copy', () => {
    const { bench, units } = leased(1)
    bench.claim('bea', { threads: 0, undelivered: units })
    bench.release('ann', 1, units)
    assert.equal(bench.view.ledger.stateOf(units[0]!), 'leased')
    assert.deepEqual(sent(bench.release('bea', 2, units), 'grant'), [])
    assert.equal(bench.view.ledger.stateOf(units[0]!), 'open')
  })
})
