import assert from 'node:assert/strict'
import { Holding } from '../../src/core/holding.ts'
import { DEFAULT_LEASE_MS, HARD_LIMIT_MIN_MS, LOSS_GRACE_MS } from '../../src/core/limits.ts'
import { rectsOf } from '../../src/core/rect.ts'
import { gridOf } from '../../src/core/units.ts'
import { jobSpec } from '../support/job-spec.ts'
import { granted, JOB, StewardBench, token } from '../support/steward-bench.ts'

const HOURS_MS = 8 * 3_600_000
const DOUBT_MS = 5_000

describe('a steward that slept', () => {
  it('grants nothing while it doubts, and then what was waited for', () => {
    const bench = new StewardBench()
    bench.connect('ann')
    bench.steward.doubt(bench.nowMs + DOUBT_MS, bench.nowMs)
    assert.deepEqual(granted(bench.grid, bench.claim('ann')), [])
    assert.deepEqual(bench.pass(DOUBT_MS - 1), [])
    assert.ok(granted(bench.grid, bench.pass(1), 'ann').length > 0)
  })

  it('trusts itself before that when it is told to', () => {
    const bench = new StewardBench()
    bench.connect('ann')
    bench.steward.doubt(bench.nowMs + DOUBT_MS, bench.nowMs)
    bench.claim('ann')
    assert.ok(granted(bench.grid, bench.steward.trust(bench.nowMs), 'ann').length > 0)
  })

  it('holds nobody\'s silence against him while it was not there to hear him, however long that was', () => {
    const bench = new StewardBench()
    bench.connect('ann', 'bea')
    bench.take('ann')
    bench.take('bea')
    bench.steward.disconnected('bea', LOSS_GRACE_MS, bench.nowMs)
    bench.nowMs += HOURS_MS
    bench.steward.doubt(bench.nowMs + DOUBT_MS, bench.nowMs)
    const leases = bench.view.leases.size
    assert.deepEqual(bench.pass(DOUBT_MS - 1), [])
    assert.equal(bench.view.leases.size, leases)
    bench.pass(1)
    assert.ok(bench.view.workers.get('ann')!.grants.size > 0, 'the one that is connected has its leases')
    assert.equal(bench.view.workers.get('bea')!.grants.size, 0, 'the one that is not had its grace')
    bench.pass(HARD_LIMIT_MIN_MS + 2 * DEFAULT_LEASE_MS)
    assert.equal(bench.view.leases.size, 0, 'silence from now on counts')
  })
})

describe('a worker that slept', () => {
  const grid = gridOf(jobSpec())
  const grant = (number: number, units: readonly number[]): Parameters<Holding['grant']>[0] => ({ type: 'grant', job: JOB, token: token(number), rects: rectsOf(grid, units), leaseMs: 30_000, heartbeatMs: 10_000 })

  it('starts nothing of what it held, whether its steward can be reached or not, until that has answered', () => {
    const held = new Holding(JOB, grid)
    held.grant(grant(1, [0, 1, 2, 3]), 0)
    assert.deepEqual(held.take(1, 'steward-reachable', 1), [0])
    held.doubt()
    assert.deepEqual(held.take(9, 'steward-reachable', 2), [])
    assert.deepEqual(held.take(9, 'steward-away', 2), [])
    assert.equal(held.rendering, 1, 'what is being rendered is rendered')
    held.streamOpened()
    assert.deepEqual(held.show(), { holding: rectsOf(grid, [0, 1, 2, 3]), undelivered: [] })
    held.grant(grant(2, [0, 2]), 3)
    assert.deepEqual(held.showAnswered(), [1, 3])
    assert.deepEqual(held.take(9, 'steward-reachable', 4), [2])
  })
})
