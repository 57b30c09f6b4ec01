import assert from 'node:assert/strict'
import { endLease, endRecall, grantLease, inProgress, notStarted, recallLease } from '../../src/core/lease.ts'
import type { LiveLease } from '../../src/core/lease.ts'

const RECTS = [{ frame: 0, x0: 0, y0: 0, x1: 3, y1: 1, run0: 0, run1: 1 }]

function lease (started = 0, settled = 0, remaining = [0, 1, 2]): LiveLease {
  return { ...grantLease(4, 'ann', RECTS, remaining, 100), started, settled }
}

describe('lease', () => {
  it('begins live, heard and progressing', () => {
    const begun = lease()
    assert.equal(begun.state, 'live')
    assert.deepEqual([begun.grantedAtMs, begun.heardAtMs, begun.progressAtMs], [100, 100, 100])
    assert.deepEqual([...begun.remaining], [0, 1, 2])
  })

  it('goes from live to recalling and back', () => {
    const recalling = recallLease(lease(), 300)
    assert.equal(recalling.state, 'recalling')
    assert.equal(recalling.recalledAtMs, 300)
    assert.deepEqual(endRecall(recalling), lease())
  })

  it('is not recalled twice, and no recall ends that was not made', () => {
    const live = lease()
    assert.throws(() => recallLease(recallLease(live, 1), 2), { name: 'IllegalTransitionError', state: 'recalling' })
    assert.throws(() => endRecall(live), { name: 'IllegalTransitionError', state: 'live' })
  })

  it('leaves behind what a late result needs', () => {
    for (const ended of [endLease(lease(2, 1)), endLease(recallLease(lease(2, 1), 5))]) {
      assert.deepEqual(ended, { grant: 4, worker: 'ann', rects: RECTS, settled: 1, started: 2 })
    }
  })

  it('knows what is not started and what is in progress', () => {
    const cases: [started: number, settled: number, remaining: number[], waiting: number, running: number][] = [
      [0, 0, [0, 1, 2], 3, 0],
      [1, 0, [0, 1, 2], 2, 1],
      [2, 1, [0, 1], 1, 1],
      [3, 1, [0, 1], 0, 2],
      // More was settled than was reported as started: the report is on its way.
      [0, 2, [0], 1, 0],
      // Started units were given back.
      [3, 0, [0], 0, 1]
    ]
    for (const [started, settled, remaining, waiting, running] of cases) {
      assert.equal(notStarted(lease(started, settled, remaining)), waiting)
      assert.equal(inProgress(lease(started, settled, remaining)), running)
    }
  })
})
