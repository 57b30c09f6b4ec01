import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Holding } from '../../src/core/holding.ts'
import { rectsOf } from '../../src/core/rect.ts'
import { gridOf } from '../../src/core/units.ts'
import { jobSpec } from '../support/job-spec.ts'
import { JOB, token } from '../support/steward-bench.ts'
import type { UnitIndex } from '../../src/core/ids.ts'
import type { Grant } from '../../src/core/messages.ts'
import type { UnitRect } from '../../src/core/rect.ts'

const grid = gridOf(jobSpec())
const LEASE_MS = 30_000
/** 0.9 of it. */
const BELIEVED_MS = 27_000

function grantOf (number: number, units: readonly UnitIndex[], rects: readonly UnitRect[] = rectsOf(grid, units)): Grant {
  return { type: 'grant', job: JOB, token: token(number), rects, leaseMs: LEASE_MS, heartbeatMs: 10_000 }
}

/** Holds units 0, 1, 2 under grant 1, heard of at time 0. */
function holding (units: readonly UnitIndex[] = [0, 1, 2]): Holding {
  const held = new Holding(JOB, grid)
  held.grant(grantOf(1, units), 0)
  return held
}

function started (held: Holding): [grant: number, started: number][] {
  return held.reports().map((report) => [report.token.grant, report.started])
}

describe('what a worker holds', () => {
  it('goes from queued to rendering to finished to gone', () => {
    const held = holding()
    assert.deepEqual(held.take(2, 'steward-reachable', 1), [0, 1])
    assert.deepEqual([held.queued, held.rendering], [1, 2])
    assert.equal(held.finish(0)?.state, 'finished')
    assert.deepEqual([held.queued, held.rendering], [1, 1])
    held.forget(0)
    assert.equal(held.unit(0), undefined)
    held.forget(1)
    held.forget(2)
    assert.ok(held.empty)
    assert.deepEqual([held.queued, held.rendering], [0, 0])
    assert.deepEqual(held.reports(), [])
  })

  it('takes up what an earlier life had finished: it is shown as undelivered, and goes on under the token of its next grant', () => {
    const held = holding([0])
    held.takeUp(7, token(3))
    held.takeUp(0, token(3))
    assert.deepEqual(held.unit(7), { unit: 7, token: token(3), state: 'finished' })
    assert.equal(held.unit(0)?.state, 'queued', 'what is held stays as it is')
    assert.deepEqual(held.show().undelivered, rectsOf(grid, [7]))
    assert.deepEqual(started(held), [[1, 0]], 'nobody is told of a lease that is not known')
    held.grant(grantOf(4, [7]), 0)
    assert.deepEqual(held.unit(7)?.token, token(4))
    assert.deepEqual(started(held), [[1, 0], [4, 1]])
    held.forget(7)
    assert.deepEqual(started(held), [[1, 0]])
    held.takeUp(8, token(3))
    assert.deepEqual(held.revoke(token(3), [], 'finished'), [])
    held.forget(8)
    assert.equal(held.unit(8), undefined)
  })

  it('finishes nothing that is not being rendered', () => {
    const held = holding()
    assert.equal(held.finish(0), undefined)
    held.take(1, 'steward-reachable', 1)
    held.finish(0)
    assert.equal(held.finish(0), undefined)
    assert.equal(held.finish(9), undefined)
    held.forget(9)
    assert.deepEqual([held.queued, held.rendering], [2, 0])
  })

  it('reports how many units of each lease were started, and no lease of which nothing is left', () => {
    const held = holding()
    held.grant(grantOf(2, [5, 6]), 0)
    held.take(4, 'steward-reachable', 1)
    assert.deepEqual(started(held), [[1, 3], [2, 1]])
    for (const unit of [0, 1, 2]) {
      held.forget(unit)
    }
    assert.deepEqual(started(held), [[2, 1]])
  })

  it('gives back from the end of a lease what is not started, each unit once', () => {
    const held = holding([0, 1, 2, 3])
    held.grant(grantOf(2, [8]), 0)
    held.take(1, 'steward-reachable', 1)
    assert.deepEqual(held.giveBack(token(1), 2), [3, 2])
    held.grant(grantOf(3, [3]), 0)
    assert.deepEqual(held.giveBack(token(3), 5), [3])
    held.grant(grantOf(4, [3, 2]), 0)
    assert.deepEqual(held.giveBack(token(4), 2).toSorted(), [2, 3], 'although their first places in the queue are left over')
    assert.deepEqual(held.giveBack(token(1), 100), [1])
    assert.deepEqual(held.giveBack(token(1), 100), [])
    assert.deepEqual(held.giveBack(token(9), 100), [])
    assert.deepEqual([held.queued, held.rendering], [1, 1])
  })

  it('gives back by lease all that is not started, or not finished', () => {
    for (const [which, of1] of [['queued', [2]], ['unfinished', [1, 2]]] as const) {
      const held = holding()
      held.grant(grantOf(2, [7]), 0)
      held.take(2, 'steward-reachable', 1)
      held.finish(0)
      assert.deepEqual(held.giveBackAll(which).map((back) => [back.token.grant, [...back.units].sort()]), [[1, of1], [2, [7]]])
      assert.equal(held.unit(0)?.state, 'finished')
      assert.equal(held.queued, 0)
    }
  })
})

describe('the belief of a worker', () => {
  it('lasts nine tenths of the lease from when it asked', () => {
    const held = holding()
    assert.deepEqual(held.take(1, 'steward-reachable', BELIEVED_MS - 1), [0])
    assert.ok(held.mayStart(1, BELIEVED_MS - 1))
    assert.ok(!held.mayStart(1, BELIEVED_MS))
    assert.deepEqual(held.take(1, 'steward-reachable', BELIEVED_MS), [], 'others have it by now')
    assert.equal(held.unit(1), undefined)
    assert.equal(held.unit(0)?.state, 'rendering', 'a lapse never kills a running unit')
  })

  it('does not matter while no steward can be reached', () => {
    assert.deepEqual(holding().take(5, 'steward-away', 10 * BELIEVED_MS), [0, 1, 2])
  })

  it('is renewed from when the renewal was sent, for the leases that live', () => {
    const held = holding()
    held.grant(grantOf(2, [7]), 0)
    held.renewed([token(1), token(2)], [token(1)], 10_000)
    assert.ok(held.mayStart(2, BELIEVED_MS + 9_999))
    assert.ok(!held.mayStart(2, BELIEVED_MS + 10_000))
    assert.ok(!held.mayStart(7, 10_001), 'it was told that this one lapsed')
    assert.deepEqual(held.dropLapsed(10_001), [7])
    assert.equal(held.queued, 3)
  })

  it('is not touched by the answer to a renewal that did not name it', () => {
    const held = holding()
    held.renewed([], [], 5_000)
    assert.ok(held.mayStart(0, BELIEVED_MS - 1))
    held.renewed([token(9)], [token(9)], 5_000)
    assert.ok(!held.mayStart(0, BELIEVED_MS))
  })

  it('ends for what is queued, not for what runs or is finished', () => {
    const held = holding()
    held.take(2, 'steward-reachable', 1)
    held.finish(0)
    assert.deepEqual(held.dropLapsed(BELIEVED_MS), [2])
    assert.deepEqual([held.unit(0)?.state, held.unit(1)?.state], ['finished', 'rendering'])
  })
})

describe('a new stream to the steward', () => {
  it('lets nothing be started under earlier leases until what was shown is answered', () => {
    const held = holding()
    held.take(1, 'steward-reachable', 1)
    held.streamOpened()
    assert.deepEqual(held.take(1, 'steward-reachable', 2), [])
    assert.ok(!held.mayStart(1, 2))
    assert.equal(held.queued, 2, 'but it stays')
    assert.deepEqual(held.show(), { holding: rectsOf(grid, [0, 1, 2]), undelivered: [] })
    held.grant(grantOf(4, [0, 2]), 2)
    assert.deepEqual(held.showAnswered(), [1], 'the others have this one')
    assert.deepEqual(held.take(5, 'steward-reachable', 3), [2])
    assert.deepEqual(started(held), [[4, 2]], 'what was begun before belongs to the new lease')
  })

  it('does not stop the work when the steward is gone again', () => {
    const held = holding()
    held.streamOpened()
    assert.deepEqual(held.take(5, 'steward-away', 2), [0, 1, 2])
  })

  it('shows finished units apart', () => {
    const held = holding()
    held.take(2, 'steward-reachable', 1)
    held.finish(1)
    assert.deepEqual(held.show(), { holding: rectsOf(grid, [0, 2]), undelivered: rectsOf(grid, [1]) })
  })

  it('does not bring back a unit whose result was acknowledged before the grant that names it came', () => {
    const held = holding()
    held.take(2, 'steward-reachable', 1)
    held.finish(0)
    held.finish(1)
    held.streamOpened()
    held.show()
    held.forget(0)
    held.grant(grantOf(4, [0, 1]), 2)
    assert.equal(held.unit(0), undefined)
    assert.equal(held.unit(1)?.token.grant, 4)
    held.grant(grantOf(5, [0]), 2)
    assert.deepEqual(held.reports().map((report) => report.token.grant), [1, 4], 'a grant of nothing is no lease')
    held.showAnswered()
    held.grant(grantOf(6, [0]), 3)
    assert.equal(held.unit(0)?.state, 'queued', 'later it may be granted again: its ledger may have been lost')
  })

  it('moves the count of started units with the unit', () => {
    const held = holding()
    held.take(2, 'steward-reachable', 1)
    held.grant(grantOf(4, [0]), 2)
    assert.deepEqual(started(held), [[1, 1], [4, 1]])
  })
})

describe('revocation', () => {
  function mixed (): Holding {
    const held = holding()
    held.take(2, 'steward-reachable', 1)
    held.finish(0)
    return held
  }

  const cases = [
    ['lapsed', [], ['finished', 'rendering', undefined]],
    ['paused', [], ['finished', 'rendering', undefined]],
    ['no-progress', [1], ['finished', undefined, undefined]],
    ['race-lost', [1], [undefined, undefined, undefined]],
    ['cancelled', [1], [undefined, undefined, undefined]],
    ['finished', [1], [undefined, undefined, undefined]]
  ] as const
  for (const [reason, aborted, left] of cases) {
    it(`"${reason}" aborts ${aborted.length === 0 ? 'nothing' : 'what runs'} and leaves ${left.filter((state) => state !== undefined).join(', ') || 'nothing'}`, () => {
      const held = mixed()
      assert.deepEqual(held.revoke(token(1), [], reason), aborted)
      assert.deepEqual([0, 1, 2].map((unit) => held.unit(unit)?.state), left)
      assert.equal(held.queued, 0)
    })
  }

  it('takes only the units named, and only of that lease', () => {
    const held = mixed()
    held.grant(grantOf(2, [5]), 0)
    assert.deepEqual(held.revoke(token(1), rectsOf(grid, [2, 5]), 'race-lost'), [])
    assert.deepEqual([2, 5].map((unit) => held.unit(unit)?.state), [undefined, 'queued'])
    assert.deepEqual(held.revoke(token(7), [], 'cancelled'), [])
    assert.equal(held.unit(1)?.state, 'rendering')
  })

  it('of everything tells what runs', () => {
    const held = mixed()
    assert.deepEqual(held.revokeAll(), [1])
    assert.ok(held.empty)
    assert.deepEqual(held.reports(), [])
  })
})

describe('a steward that says nonsense', () => {
  const beyond: UnitRect = { frame: 0, x0: 0, y0: 3, x1: 4, y1: 5, run0: 0, run1: 1 }

  it('grants units that the job does not have: they are not held', () => {
    const held = new Holding(JOB, grid)
    held.grant(grantOf(1, [], [beyond, { ...beyond, y0: 0, y1: 1, frame: 7 }]), 0)
    assert.ok(held.empty)
    assert.deepEqual(held.reports(), [])
    held.grant(grantOf(2, [], [beyond, ...rectsOf(grid, [3])]), 0)
    assert.deepEqual(held.take(99, 'steward-reachable', 1), [3])
  })

  it('grants the same twice: the second is not heard', () => {
    const held = holding()
    held.take(1, 'steward-reachable', 1)
    held.grant(grantOf(1, [0, 1, 2]), 50_000)
    assert.deepEqual(started(held), [[1, 1]])
    assert.ok(!held.mayStart(1, BELIEVED_MS))
  })

  it('names a unit in two rectangles of a grant: it is held once', () => {
    const held = new Holding(JOB, grid)
    held.grant(grantOf(1, [], [...rectsOf(grid, [0, 1]), ...rectsOf(grid, [1, 2])]), 0)
    assert.deepEqual(held.take(9, 'steward-reachable', 1), [0, 1, 2])
    held.revokeAll()
    assert.deepEqual(held.reports(), [])
  })

  it('revokes more units than there are: it takes no longer than for those it has', () => {
    const held = holding()
    const huge = { frame: 0, x0: 0, y0: 0, x1: 1e9, y1: 1e9, run0: 0, run1: 1 }
    assert.deepEqual(held.revoke(token(1), [huge], 'cancelled'), [])
    assert.equal(held.queued, 3)
  })
})

describe('the books of a worker', () => {
  type Step = readonly [move: 'grant' | 'take' | 'finish' | 'forget' | 'back' | 'revoke' | 'open' | 'answered', unit: number, more: number]

  it('are right whatever happens', () => {
    const steps: fc.Arbitrary<Step[]> = fc.array(fc.tuple(
      fc.constantFrom('grant', 'grant', 'take', 'take', 'finish', 'forget', 'back', 'revoke', 'open', 'answered'), fc.nat(15), fc.nat(4)
    ), { maxLength: 80 })
    fc.assert(fc.property(steps, (played) => {
      const held = new Holding(JOB, grid)
      let grants = 0
      for (const [move, unit, more] of played) {
        switch (move) {
          case 'grant':
            held.grant(grantOf(++grants, Array.from({ length: more + 1 }, (_, index) => (unit + index * 3) % 16)), 0)
            break
          case 'take': held.take(more, 'steward-reachable', 1); break
          case 'finish': held.finish(unit); break
          case 'forget': held.forget(unit); break
          case 'back': held.giveBack(token(unit), more); break
          case 'revoke': held.revoke(token(unit), [], 'no-progress'); break
          case 'open':
            held.streamOpened()
            held.show()
            break
          case 'answered': held.showAnswered()
        }
        const states = Array.from({ length: 16 }, (_, index) => held.unit(index)?.state)
        assert.equal(held.queued, states.filter((state) => state === 'queued').length)
        assert.equal(held.rendering, states.filter((state) => state === 'rendering').length)
        assert.equal(held.empty, states.every((state) => state === undefined))
        const tokens = new Set(Array.from({ length: 16 }, (_, index) => held.unit(index)?.token.grant).filter((grant) => grant !== undefined))
        assert.deepEqual(new Set(held.reports().map((report) => report.token.grant)), tokens, 'it reports the leases of what it holds, and no other')
        assert.ok(held.reports().every((report) => report.started >= 0))
      }
    }), { numRuns: 500 })
  })
})
