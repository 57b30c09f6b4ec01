import assert from 'node:assert/strict'
import { AVOID_MS, MAX_LEASE_RECTS, WAIT_RETRY_MS } from '../../../src/core/limits.ts'
import { unitAtPosition } from '../../../src/core/order.ts'
import { granted, sent, StewardBench, told, waits } from '../../support/steward-bench.ts'

describe('a claim', () => {
  it('is answered by a grant, which is journalled before it is sent', () => {
    const bench = new StewardBench()
    bench.connect('ann')
    const effects = bench.claim('ann', { threads: 3 })
    const [grant] = sent(effects, 'grant', 'ann')
    assert.deepEqual(grant?.token, { epoch: bench.view.epoch, grant: 1 })
    assert.deepEqual([grant.leaseMs, grant.heartbeatMs], [30_000, 10_000])
    assert.deepEqual(granted(bench.grid, effects).toSorted(), [0, 1, 2].map((position) => unitAtPosition(bench.grid, position)).toSorted())
    assert.equal(effects[0]?.type, 'granted')
    assert.deepEqual(told(effects, 'leased').length, 3)
    assert.equal(bench.view.ledger.count('leased'), 3)
  })

  it('of another fingerprint is refused for good', () => {
    const bench = new StewardBench()
    const effects = bench.claim('ann', { fingerprint: 'fake 2' })
    assert.deepEqual(waits(effects, 'ann'), ['fingerprint'])
    assert.deepEqual(waits(bench.pass(60_000)), [])
    assert.equal(bench.view.workers.get('ann')?.claim, undefined)
  })

  it('stands while nothing is open, is told so once, and is granted as soon as something opens', () => {
    const bench = new StewardBench({ width: 8, height: 8 })
    bench.connect('ann', 'bea')
    assert.deepEqual(bench.take('ann'), [0])
    assert.deepEqual(waits(bench.claim('bea')), ['nothing-open'])
    assert.deepEqual(waits(bench.pass(250)), [])
    assert.deepEqual(granted(bench.grid, bench.release('ann', 1, [0], 'yield'), 'bea'), [0])
    assert.deepEqual(waits(bench.claim('ann')), ['nothing-open'])
  })

  it('that is made again is answered again, and keeps its place', () => {
    const bench = new StewardBench({ width: 8, height: 8 })
    bench.connect('ann', 'bea', 'cem')
    bench.take('ann')
    bench.claim('bea')
    bench.nowMs += 10
    bench.claim('cem')
    bench.nowMs += 10
    assert.deepEqual(waits(bench.claim('bea')), ['nothing-open'])
    assert.deepEqual(granted(bench.grid, bench.release('ann', 1, [0], 'yield'), 'bea'), [0], 'who claimed first has it')
  })

  it('with no threads is only a show: it is answered by "shown" and gets nothing fresh', () => {
    const bench = new StewardBench()
    const effects = bench.claim('ann', { threads: 0 })
    assert.deepEqual(waits(effects), ['shown'])
    assert.deepEqual(granted(bench.grid, effects), [])
    assert.equal(bench.view.workers.get('ann')?.claim, undefined)
  })

  it('gets nothing of a job that is over, paused, or that is to be spared from this peer', () => {
    const cases = [['cancelled', 'ended', false], ['finished', 'ended', false], ['paused', 'paused', true]] as const
    for (const [control, reason, stands] of cases) {
      const bench = new StewardBench({}, { control })
      const effects = bench.claim('ann')
      assert.deepEqual(waits(effects), [reason])
      assert.equal(sent(effects, 'wait')[0]?.retryMs, WAIT_RETRY_MS)
      assert.equal(bench.view.workers.get('ann')?.claim !== undefined, stands)
    }
  })

  it('is told that it has to wait as long as it is avoided', () => {
    const bench = new StewardBench()
    bench.connect('ann', 'bea')
    bench.claim('bea')
    for (const unit of bench.take('ann', { threads: 3 })) {
      bench.fail('ann', unit, bench.grantOf('ann', unit))
    }
    bench.nowMs += 1_000
    const [wait] = sent(bench.claim('ann'), 'wait', 'ann')
    assert.deepEqual([wait?.reason, wait?.retryMs], ['avoided', AVOID_MS - 1_000])
    bench.pass(AVOID_MS - 1_001)
    assert.deepEqual(waits(bench.claim('ann')), ['avoided'])
    bench.pass(1)
    assert.ok(bench.take('ann').length > 0, 'then it is forgiven')
  })

  it('standing when the job is done is told that it is over', () => {
    const bench = new StewardBench({ width: 8, height: 8 })
    bench.connect('ann', 'bea')
    bench.take('ann')
    bench.claim('bea')
    const effects = bench.accept('ann', 0, 1)
    assert.deepEqual(waits(effects, 'bea'), ['ended'])
    assert.deepEqual(effects.filter(({ type }) => type === 'complete').length, 1)
    assert.deepEqual(waits(bench.claim('ann')), ['ended'])
  })

  it('of a peer that is away is not granted, and is forgotten with its stream', () => {
    const bench = new StewardBench({ width: 8, height: 8 })
    bench.connect('ann', 'bea')
    bench.take('ann')
    bench.claim('bea')
    bench.steward.disconnected('bea', 2_000, bench.nowMs)
    assert.deepEqual(granted(bench.grid, bench.release('ann', 1, [0], 'yield')), [])
    bench.connect('bea')
    assert.deepEqual(granted(bench.grid, bench.pass(250)), [])
    assert.deepEqual(bench.take('bea'), [0])
  })
})

describe('a grant', () => {
  it('has at most 64 rectangles: what lies scattered is split, under numbers of their own', () => {
    const bench = new StewardBench({ width: 8 * 40, height: 8 * 40 })
    const scattered = Array.from({ length: 800 }, (_, index) => 2 * index + (Math.floor(index / 20) % 2))
    const grants = sent(bench.claim('ann', { threads: 0, undelivered: scattered }), 'grant')
    assert.deepEqual(grants.map(({ rects }) => rects.length), [...Array.from({ length: 12 }, () => MAX_LEASE_RECTS), 800 - 12 * MAX_LEASE_RECTS])
    assert.deepEqual(grants.map(({ token }) => token.grant), Array.from({ length: 13 }, (_, index) => index + 1))
    assert.equal(bench.view.ledger.count('leased'), 800)
  })

  it('is guided by the capable members of the mesh, also those that have not claimed', () => {
    const sizes = [1, 4, 100].map((members) => {
      const bench = new StewardBench({ width: 8 * 40, height: 8 * 40 })
      bench.steward.capablePeers(members)
      return bench.take('ann', { msPerUnit: 1 }).length
    })
    assert.deepEqual(sizes, [800, 200, 8])
  })

  it('is guided by those who claim, if they are more than the mesh tells of', () => {
    const bench = new StewardBench({ width: 8 * 40, height: 8 * 40 })
    bench.connect('ann', 'bea', 'cem', 'dan')
    for (const peer of ['ann', 'bea', 'cem']) {
      bench.claim(peer, { fingerprint: 'fake 1', threads: 0 })
    }
    assert.equal(bench.take('dan', { msPerUnit: 1 }).length, 200)
  })

  it('is smaller for a slow peer among fast ones', () => {
    const bench = new StewardBench({ width: 8 * 40, height: 8 * 40 })
    bench.connect('slow', 'fast')
    const fast = bench.take('fast', { msPerUnit: 1 }).length
    assert.equal(fast, 800)
    assert.equal(bench.take('slow', { msPerUnit: 9 }).length, 40, 'a tenth of the speed, so a tenth of what is open, by half')
  })
})
