import assert from 'node:assert/strict'
import fc from 'fast-check'
import { RESTART_HEARING_MS } from '../../src/core/limits.ts'
import { Ledger, UnitSet } from '../../src/core/ledger.ts'
import { granted, revokes, sent, StewardBench, told, waits } from '../support/steward-bench.ts'
import type { UnitIndex } from '../../src/core/ids.ts'
import type { StewardEffect } from '../../src/core/events.ts'

const UNITS = 16

function setOf (...units: readonly UnitIndex[]): UnitSet {
  const set = new UnitSet(UNITS)
  units.forEach((unit) => set.add(unit))
  return set
}

function all (): UnitIndex[] {
  return Array.from({ length: UNITS }, (_, unit) => unit)
}

function isComplete (effects: readonly StewardEffect[]): boolean {
  return effects.some(({ type }) => type === 'complete')
}

describe('what another stewardship accepted', () => {
  describe('while it is elsewhere', () => {
    it('is not granted, and a claimer that finds nothing else is told once to wait', () => {
      const bench = new StewardBench({}, { elsewhere: setOf(...all().slice(1)) })
      bench.connect('ann', 'bea')
      assert.deepEqual(bench.take('ann'), [0])
      const effects = bench.claim('bea')
      assert.deepEqual(waits(effects, 'bea'), ['nothing-open'])
      assert.deepEqual(Array.from({ length: 20 }, () => bench.pass(250)).flat(), [], 'nothing is said again while nothing changes')
    })

    it('goes to whoever waits as soon as nobody has it any more', () => {
      const bench = new StewardBench({}, { elsewhere: setOf(...all()) })
      bench.connect('ann')
      assert.deepEqual(waits(bench.claim('ann')), ['nothing-open'])
      const effects = bench.steward.lost([3, 5], bench.nowMs)
      assert.deepEqual(granted(bench.grid, effects, 'ann'), [3])
      assert.equal(bench.view.elsewhere.size, UNITS - 2)
    })

    it('does not complete the job before it is collected', () => {
      const bench = new StewardBench({}, { elsewhere: setOf(0, 1) })
      for (let unit = 2; unit < UNITS; unit++) {
        assert.ok(!isComplete(bench.accept('gone', unit, 1)))
      }
      const phases = { transferMs: 1, loadMs: 2, renderMs: 3 }
      assert.ok(!isComplete(bench.steward.collected({ unit: 0, worker: 'ann', bytes: 10, phases }, bench.nowMs)))
      const effects = bench.steward.collected({ unit: 1, worker: 'ann', bytes: 10, phases }, bench.nowMs)
      assert.ok(isComplete(effects))
      assert.deepEqual(told(effects, 'delivered'), [1])
      assert.deepEqual(effects.find(({ type }) => type === 'started'), { type: 'started', count: 1 })
      assert.equal(bench.view.account.totals().byPeer.ann, 2)
      assert.deepEqual(bench.steward.collected({ unit: 1, worker: 'bea', bytes: 10, phases }, bench.nowMs), [], 'a second copy is nothing')
      assert.equal(bench.view.account.totals().byPeer.bea, undefined)
    })

    it('is taken from whoever renders it, and still accepted when that worker was faster', () => {
      const bench = new StewardBench()
      bench.connect('ann')
      const units = bench.take('ann', { threads: 1, msPerUnit: 1 })
      const unit = units[0]!
      const grant = bench.grantOf('ann', unit)
      bench.start('ann', grant, 1)
      const effects = bench.steward.learnElsewhere(setOf(unit), bench.nowMs)
      assert.deepEqual(revokes(effects), [{ to: 'ann', reason: 'race-lost' }])
      assert.equal(bench.view.ledger.stateOf(unit), 'open')
      assert.ok(!bench.view.leases.get(grant)?.remaining.has(unit))
      assert.equal(bench.steward.judge('ann', bench.head(unit, grant)), 'take')
      bench.accept('ann', unit, grant)
      assert.equal(bench.view.ledger.stateOf(unit), 'accepted')
      assert.equal(bench.view.elsewhere.size, 0)
      assert.equal(bench.view.account.totals().executions, 1)
    })

    it('is not granted to one who shows that it has finished it, and its result under another token is answered as one that is there', () => {
      const bench = new StewardBench({}, { elsewhere: setOf(4, 5) })
      bench.connect('ann')
      const effects = bench.claim('ann', { threads: 0, holding: [5], undelivered: [4] })
      assert.deepEqual(granted(bench.grid, effects), [])
      assert.deepEqual(waits(effects), ['shown'])
      const head = bench.head(4, 7)
      assert.equal(bench.steward.judge('ann', { ...head, token: { ...head.token, epoch: { round: 0, peer: 'bea', instance: 1 } } }), 'duplicate')
    })

    it('is no longer parked', () => {
      const bench = new StewardBench({}, { parked: [2, 3], elsewhere: setOf(3) })
      assert.equal(bench.view.ledger.stateOf(3), 'open')
      bench.steward.learnElsewhere(setOf(2), bench.nowMs)
      assert.equal(bench.view.ledger.stateOf(2), 'open')
      assert.equal(bench.view.elsewhere.size, 2)
    })

    it('leaves the units alone that are here, or that the job does not have', () => {
      const bench = new StewardBench()
      bench.accept('gone', 1, 1)
      const beyond = new UnitSet(100)
      beyond.add(1)
      beyond.add(99)
      assert.deepEqual(bench.steward.learnElsewhere(beyond, bench.nowMs), [])
      assert.equal(bench.view.elsewhere.size, 0)
      assert.equal(bench.view.ledger.stateOf(1), 'accepted')
    })
  })

  describe('for a steward that stands in', () => {
    it('is accepted here too, stops whoever renders it, and is told to workers, without an account', () => {
      const bench = new StewardBench()
      bench.connect('ann')
      const [unit] = bench.take('ann', { msPerUnit: 1_000 })
      const effects = bench.steward.learnAccepted(setOf(unit!), bench.nowMs)
      assert.deepEqual(revokes(effects), [{ to: 'ann', reason: 'race-lost' }])
      assert.equal(bench.view.ledger.stateOf(unit!), 'accepted')
      assert.deepEqual(bench.renew('ann').accepted, [{ first: unit, end: unit! + 1 }])
      assert.deepEqual(bench.view.account.totals().byPeer, {})
      assert.ok(isComplete(bench.steward.learnAccepted(setOf(...all()), bench.nowMs)))
      assert.deepEqual(bench.steward.learnAccepted(setOf(...all()), bench.nowMs), [])
    })
  })

  it('merges to the same set in any order, any number of times, with equal digests (S7)', () => {
    const sets = fc.array(fc.uniqueArray(fc.nat(UNITS - 1)), { minLength: 1, maxLength: 5 })
    fc.assert(fc.property(sets, fc.infiniteStream(fc.nat(1000)), (lists, picks) => {
      const merged = [0, 1].map((order) => {
        const { steward, view } = new StewardBench()
        const rest = lists.map((list) => setOf(...list))
        const known = setOf()
        while (rest.length > 0) {
          const pick = order === 0 ? 0 : picks.next().value % rest.length
          const [next] = rest.splice(pick, 1)
          steward.learnAccepted(next!, 1_000)
          known.addAll(next!)
          known.addAll(next!)
        }
        assert.equal(view.ledger.digest, known.digest)
        return known
      })
      assert.equal(merged[0]!.digest, merged[1]!.digest)
      assert.deepEqual(merged[0]!.toBytes(), merged[1]!.toBytes())
    }))
  })
})

describe('a steward that took over', () => {
  it('grants at first only what workers show, and everything else when it has heard them', () => {
    const bench = new StewardBench({}, { hearing: 'everyone' })
    bench.connect('ann', 'bea')
    const effects = bench.claim('ann', { holding: [7], undelivered: [8] })
    assert.deepEqual(granted(bench.grid, effects).sort(), [7, 8])
    assert.deepEqual(waits(effects), ['hearing'])
    assert.deepEqual(waits(bench.claim('bea')), ['hearing'])
    assert.deepEqual(bench.pass(RESTART_HEARING_MS - 1), [])
    const after = bench.pass(1)
    assert.ok(granted(bench.grid, after, 'bea').length > 0 || granted(bench.grid, after, 'ann').length > 0)
    assert.deepEqual(sent(after, 'wait'), [])
  })
})

describe('a set of units', () => {
  it('forgets a unit, and has the digest of one that never had it', () => {
    const set = setOf(1, 9, 15)
    assert.ok(set.delete(9))
    assert.ok(!set.delete(9))
    assert.deepEqual([...set.values()], [1, 15])
    assert.equal(set.size, 2)
    assert.equal(set.digest, setOf(1, 15).digest)
  })
})

describe('a ledger', () => {
  it('takes a parked unit back, and nothing else', () => {
    const ledger = new Ledger(2)
    ledger.park(0)
    ledger.unpark(0)
    assert.equal(ledger.stateOf(0), 'open')
    assert.throws(() => { ledger.unpark(0) }, { name: 'IllegalTransitionError' })
  })
})
