import assert from 'node:assert/strict'
import fc from 'fast-check'
import { SOFT_LIMIT_SHARE } from '../../src/core/limits.ts'
import { unitsIn } from '../../src/core/rect.ts'
import { Steward } from '../../src/core/steward/steward.ts'
import { gridOf } from '../../src/core/units.ts'
import { jobSpec } from '../support/job-spec.ts'
import { StewardBench } from '../support/steward-bench.ts'
import type { StewardEffect } from '../../src/core/events.ts'
import type { Grant, Recall, StewardMessage } from '../../src/core/messages.ts'

const JOB = 'a'.repeat(64)
const UNIT_MS = 100

/** A job of a row of units and its steward; workers are played by the tests. */
class Row {
  readonly steward: Steward
  readonly grid
  readonly sent: { readonly to: string, readonly message: StewardMessage }[] = []
  readonly raced: number[] = []
  nowMs = 1000

  constructor (units: number) {
    const spec = jobSpec({ width: 8 * units, height: 8, tile: 8, split: 'tiles' })
    this.grid = gridOf(spec)
    this.steward = new Steward({ job: JOB, spec, epoch: { round: 1, peer: 'steward', instance: 1 }, control: 'running', nowMs: this.nowMs })
  }

  /** A worker with one thread claims. */
  claim (peer: string, msPerUnit: number): void {
    const { fingerprint } = this.steward.view.spec
    if (!this.steward.view.workers.has(peer)) {
      this.do(this.steward.connected(peer, this.nowMs))
    }
    this.do(this.steward.claim(peer, { type: 'claim', job: JOB, fingerprint, threads: 1, speed: { fixedMs: 0, msPerUnit }, holding: [], undelivered: [] }, this.nowMs))
  }

  /** A worker holds the whole row in one lease, or in many of one unit each, and begins to render. */
  hold (peer: string, units: number, leases: 'one' | 'many', begin: 'begins' | 'only loads'): void {
    while (this.heldBy(peer).length < units) {
      // Speeds are not known while a worker claims 0 ms a unit: it is given as many as it has threads.
      this.claim(peer, leases === 'one' ? 1 : 0)
    }
    const [first] = this.grantsTo(peer)
    if (begin === 'begins') {
      this.do(this.steward.started(peer, [{ job: JOB, token: first!.token, started: 1 }], this.nowMs))
    }
    this.sent.length = 0
  }

  /** A result comes, of a unit that took so long. */
  deliver (peer: string, renderMs: number): void {
    const [unit] = this.heldBy(peer)
    const [grant] = this.steward.view.holders.get(unit!)!
    const token = { epoch: this.steward.view.epoch, grant: grant! }
    this.do(this.steward.accept({ token }, { unit: unit!, worker: peer, bytes: 1, phases: { transferMs: 0, loadMs: 0, renderMs } }, this.nowMs))
  }

  pass (ms: number): void {
    this.nowMs += ms
    this.do(this.steward.tick(this.nowMs))
  }

  heldBy (peer: string): number[] {
    return [...this.steward.view.leases.values()].filter(({ worker }) => worker === peer).flatMap(({ remaining }) => [...remaining])
  }

  grantsTo (peer: string): Grant[] {
    return this.sent.filter(({ to }) => to === peer).map(({ message }) => message).filter((message) => message.type === 'grant')
  }

  recallsFrom (peer: string): Recall[] {
    return this.sent.filter(({ to }) => to === peer).map(({ message }) => message).filter((message) => message.type === 'recall')
  }

  /** Units asked back from a worker. */
  recalled (peer: string): number {
    return this.recallsFrom(peer).reduce((sum, { units }) => sum + units, 0)
  }

  do (effects: readonly StewardEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'send') {
        this.sent.push(effect)
      } else if (effect.type === 'unit' && effect.state === 'raced') {
        this.raced.push(effect.unit)
      }
    }
  }
}

describe('the tail of a job', () => {
  it('is shared by asking the worker with most to do for so much that both end together', () => {
    const row = new Row(21)
    row.hold('ann', 21, 'many', 'begins')
    row.deliver('ann', UNIT_MS)
    row.claim('bea', UNIT_MS)
    // 20 units are left and ann is at one of them: half of it is hers.
    assert.equal(row.recalled('ann'), 10)
  })

  it('gives more to a fast claimer and less to a slow one', () => {
    const recalledFor = (msPerUnit: number): number => {
      const row = new Row(21)
      row.hold('ann', 21, 'many', 'begins')
      row.deliver('ann', UNIT_MS)
      row.claim('bea', msPerUnit)
      return row.recalled('ann')
    }
    assert.equal(recalledFor(4 * UNIT_MS), 4)
    assert.ok(recalledFor(UNIT_MS) > recalledFor(2 * UNIT_MS))
  })

  it('is taken from many leases of one unit, the last granted first', () => {
    const row = new Row(8)
    row.hold('ann', 8, 'many', 'begins')
    row.deliver('ann', UNIT_MS)
    const grants = [...row.steward.view.leases.keys()]
    row.claim('bea', UNIT_MS)
    assert.deepEqual(row.recallsFrom('ann').map(({ token }) => token.grant), grants.slice(-3).reverse())
  })

  it('leaves a worker that still loads the scene at least one unit', () => {
    const row = new Row(3)
    row.hold('ann', 3, 'many', 'only loads')
    row.claim('bea', 0)
    assert.equal(row.recalled('ann'), 2)
    const last = new Row(1)
    last.hold('ann', 1, 'many', 'only loads')
    last.claim('bea', 0)
    assert.equal(last.recalled('ann'), 0)
  })

  it('is not asked for by a worker that has as much to do itself', () => {
    const row = new Row(12)
    row.hold('ann', 6, 'many', 'begins')
    row.hold('bea', 6, 'many', 'begins')
    row.deliver('ann', UNIT_MS)
    row.deliver('bea', UNIT_MS)
    row.claim('bea', UNIT_MS)
    assert.equal(row.recalled('ann'), 0)
    assert.deepEqual(row.raced, [])
  })

  it('is asked for as soon as a waiting worker has less to do, with no need of a tick', () => {
    const row = new Row(12)
    row.hold('ann', 6, 'many', 'begins')
    row.hold('bea', 6, 'many', 'begins')
    row.deliver('bea', UNIT_MS)
    row.claim('bea', UNIT_MS)
    assert.equal(row.recalled('ann'), 0)
    for (let unit = 0; unit < 4; unit++) {
      row.deliver('bea', UNIT_MS)
    }
    assert.ok(row.recalled('ann') > 0)
  })

  describe('of which one unit waits while everybody renders', () => {
    /** How often it is asked back while every worker claims again and again, and time stands still. */
    function recallsWhenAllClaim (elapsed: readonly number[], msPerUnit: readonly number[]): number {
      const bench = new StewardBench({ width: 8 * 20, height: 8, tile: 8, split: 'tiles' })
      const peers = elapsed.map((_, index) => `worker${index}`)
      bench.connect(...peers, 'gone')
      bench.finishAllBut(...Array.from({ length: peers.length + 1 }, (_, index) => 19 - index))
      const longest = Math.max(...elapsed)
      const order = peers.toSorted((a, b) => elapsed[peers.indexOf(b)]! - elapsed[peers.indexOf(a)]!)
      let passed = 0
      for (const peer of order) {
        const since = (longest - elapsed[peers.indexOf(peer)]!) * UNIT_MS
        bench.nowMs += since - passed
        passed = since
        const [unit] = bench.take(peer)
        bench.start(peer, bench.grantOf(peer, unit!), 1)
      }
      bench.take(order[0]!)
      bench.nowMs += longest * UNIT_MS - passed
      let asked = 0
      for (let round = 0; round < 30; round++) {
        for (const [index, peer] of peers.entries()) {
          let effects: readonly StewardEffect[] = bench.claim(peer, { msPerUnit: msPerUnit[index]! * UNIT_MS })
          for (let recalls = recallsIn(effects); recalls.length > 0 && asked < 1_000; recalls = recallsIn(effects)) {
            asked += recalls.length
            effects = recalls.flatMap(({ to, grant }) => bench.release(to, grant, [...bench.view.leases.get(grant)!.remaining]))
          }
        }
      }
      return asked
    }

    it('stays where it is when all are stuck', () => {
      assert.equal(recallsWhenAllClaim([20, 20, 20], [1, 1, 1]), 0)
      assert.equal(recallsWhenAllClaim([20, 25, 30], [1, 2, 3]), 0)
    })

    it('is not asked back for a worker that failed on it, as it would not be given to it', () => {
      const bench = new StewardBench({ width: 8 * 20, height: 8, tile: 8, split: 'tiles' })
      bench.connect('ann', 'bea', 'gone')
      bench.steward.capablePeers(2)
      bench.finishAllBut(17, 18)
      bench.claim('ann', { msPerUnit: UNIT_MS })
      const [failing] = [...bench.view.leases.values()].flatMap(({ worker, remaining }) => worker === 'ann' ? [...remaining] : [])
      bench.fail('ann', failing!, bench.grantOf('ann', failing!))
      const [other] = [17, 18].filter((unit) => unit !== failing)
      // What ann still holds she gives back, so that bea has both: one under way, and the one that ann failed on behind it.
      for (const { grant, worker, remaining } of [...bench.view.leases.values()]) {
        if (worker === 'ann') {
          bench.release('ann', grant, [...remaining])
        }
      }
      while ([...bench.view.leases.values()].reduce((sum, { worker, remaining }) => sum + (worker === 'bea' ? remaining.size : 0), 0) < 2) {
        bench.claim('bea', { msPerUnit: UNIT_MS })
      }
      bench.start('bea', bench.grantOf('bea', other!), 1)
      const effects = bench.claim('ann', { msPerUnit: UNIT_MS })
      assert.deepEqual(recallsIn(effects), [])
      assert.deepEqual(recallsIn(bench.pass(UNIT_MS)), [])
    })

    it('goes to the one that comes to it first, and not round', () => {
      assert.ok(recallsWhenAllClaim([0.1, 0.5, 0.9], [1, 1, 1]) <= 3)
      fc.assert(fc.property(fc.array(fc.tuple(fc.double({ min: 0, max: 8, noNaN: true }), fc.double({ min: 0.1, max: 4, noNaN: true })), { minLength: 2, maxLength: 8 }), (workers) => {
        const asked = recallsWhenAllClaim(workers.map(([elapsed]) => elapsed), workers.map(([, msPerUnit]) => msPerUnit))
        assert.ok(asked <= 2 * workers.length, `asked for ${asked} times`)
      }), { numRuns: 200 })
    })
  })
})

describe('a race', () => {
  /** One unit is left, at ann, who has needed `UNIT_MS` for the one before; bea is idle and as fast. */
  function lastUnit (): Row {
    const row = new Row(2)
    row.hold('ann', 2, 'many', 'begins')
    row.nowMs += UNIT_MS
    row.deliver('ann', UNIT_MS)
    const [lease] = row.steward.view.leases.values()
    row.do(row.steward.started('ann', [{ job: JOB, token: { epoch: row.steward.view.epoch, grant: lease!.grant }, started: 1 }], row.nowMs))
    row.claim('bea', UNIT_MS)
    return row
  }

  it('is not run against an equal worker that is only a little late', () => {
    const row = lastUnit()
    row.pass(UNIT_MS + 1)
    row.pass(UNIT_MS / 2)
    assert.deepEqual(row.raced, [])
  })

  it('is run when the holder is late by more than the unit takes the claimer', () => {
    const row = lastUnit()
    const left = row.heldBy('ann')
    row.pass(2 * UNIT_MS + 1)
    assert.deepEqual(row.raced, left)
    assert.deepEqual(row.grantsTo('bea').flatMap(({ rects }) => [...unitsIn(row.grid, rects)]), left)
  })

  it('is run at once against a worker that is known to be much slower', () => {
    const row = new Row(2)
    row.hold('ann', 2, 'many', 'begins')
    row.nowMs += 10 * UNIT_MS
    row.deliver('ann', 10 * UNIT_MS)
    const [lease] = row.steward.view.leases.values()
    row.do(row.steward.started('ann', [{ job: JOB, token: { epoch: row.steward.view.epoch, grant: lease!.grant }, started: 1 }], row.nowMs))
    row.steward.view.workers.get('ann')!.speed = { fixedMs: 0, msPerUnit: 10 * UNIT_MS }
    row.claim('bea', UNIT_MS)
    row.pass(1)
    assert.equal(row.raced.length, 0, 'bea has finished nothing yet: she is taken for average')
    row.steward.view.workers.get('bea')!.unitMs = UNIT_MS
    row.pass(1)
    assert.equal(row.raced.length, 1)
  })

  it('is not run by a worker that has something to do itself', () => {
    const row = new Row(4)
    row.hold('ann', 2, 'many', 'begins')
    row.hold('bea', 2, 'many', 'begins')
    row.deliver('ann', UNIT_MS)
    row.deliver('bea', UNIT_MS)
    row.claim('bea', UNIT_MS)
    row.pass(1.5 * UNIT_MS)
    assert.deepEqual(row.raced, [])
  })

  it('is run against a worker that is stuck, beyond the soft limit', () => {
    const row = lastUnit()
    row.pass(SOFT_LIMIT_SHARE * 2 * UNIT_MS)
    assert.equal(row.raced.length, 1)
  })
})

function recallsIn (effects: readonly StewardEffect[]): { readonly to: string, readonly grant: number }[] {
  return effects.flatMap((effect) => effect.type === 'send' && effect.message.type === 'recall' ? [{ to: effect.to, grant: effect.message.token.grant }] : [])
}
