import assert from 'node:assert/strict'
import { AVOID_MS, OTHERS_MAY_TRY_MS } from '../../../src/core/limits.ts'
import { EPOCH, granted, StewardBench, told, token } from '../../support/steward-bench.ts'

const PEERS = ['ann', 'bea', 'cem', 'dan'] as const

/** A bench with peers that have claimed once, so that they count as capable. */
function benchWith (...peers: readonly string[]): StewardBench {
  const bench = new StewardBench()
  bench.connect(...peers)
  peers.forEach((peer) => { bench.claim(peer, { threads: 0 }) })
  bench.steward.capablePeers(peers.length)
  return bench
}

/** A unit is granted to a peer and fails there. */
function failOn (bench: StewardBench, peer: string, unit: number): ReturnType<StewardBench['fail']> {
  bench.claim(peer, { threads: 0, holding: [unit] })
  return bench.fail(peer, unit, bench.grantOf(peer, unit))
}

describe('a unit that fails', () => {
  it('is tried elsewhere next, and not where it failed', () => {
    const bench = benchWith('ann', 'bea')
    assert.deepEqual(told(failOn(bench, 'ann', 9), 'failed'), [9])
    assert.equal(bench.view.ledger.stateOf(9), 'open')
    assert.ok(!bench.take('ann').includes(9))
    assert.deepEqual(bench.take('bea'), [9])
  })

  it('is parked when three different peers failed on it, and the job ends without it (L5)', () => {
    const bench = benchWith(...PEERS)
    for (const peer of ['ann', 'bea']) {
      assert.deepEqual(told(failOn(bench, peer, 9), 'parked'), [])
    }
    assert.deepEqual(told(failOn(bench, 'cem', 9), 'parked'), [9])
    assert.equal(bench.view.ledger.stateOf(9), 'parked')
    let completions = 0
    for (let unit = 0; unit < 16; unit++) {
      completions += unit === 9 ? 0 : bench.accept('dan', unit, 1).filter(({ type }) => type === 'complete').length
    }
    assert.equal(completions, 1)
  })

  it('for a reason of its peer alone is shown and tried elsewhere, and never parked for that', () => {
    const bench = benchWith(...PEERS)
    for (const peer of [...PEERS, ...PEERS]) {
      bench.claim(peer, { threads: 0, holding: [9] })
      const effects = bench.fail(peer, 9, bench.grantOf(peer, 9), 'peer')
      assert.deepEqual([told(effects, 'failed'), told(effects, 'parked')], [[9], []])
      assert.equal(bench.view.ledger.stateOf(9), 'open')
    }
    assert.deepEqual(bench.take('ann'), [9])
  })

  it('and is the last that is left completes the job by being parked', () => {
    const bench = benchWith(...PEERS)
    bench.finishAllBut(9)
    failOn(bench, 'ann', 9)
    failOn(bench, 'bea', 9)
    assert.equal(failOn(bench, 'cem', 9).filter(({ type }) => type === 'complete').length, 1)
  })

  it('on all peers that there are, fewer than three, is tried again and parked after the third time', () => {
    for (const peers of [['ann'], ['ann', 'bea']]) {
      const bench = benchWith(...peers)
      const effects = [0, 1, 2].flatMap((time) => {
        bench.nowMs += OTHERS_MAY_TRY_MS
        return failOn(bench, peers[time % peers.length]!, 9)
      })
      assert.deepEqual(told(effects, 'failed'), [9, 9, 9])
      assert.deepEqual(told(effects, 'parked'), [9])
    }
  })

  it('three times on one peer is not parked while another has not tried', () => {
    const bench = benchWith('ann', 'bea')
    bench.claim('bea', { threads: 0, holding: [3] })
    for (const time of [1, 2, 3, 4]) {
      assert.deepEqual(told(failOn(bench, 'ann', 9), 'parked'), [], `time ${time}`)
    }
    bench.finishAllBut(9)
    assert.deepEqual(bench.take('ann'), [])
    assert.deepEqual(granted(bench.grid, bench.claim('bea'), 'bea'), [9])
  })

  it('on the only one that claimed waits a little for members that may still come', () => {
    const bench = benchWith('ann')
    bench.steward.capablePeers(2)
    failOn(bench, 'ann', 9)
    assert.ok(!bench.take('ann', { threads: 16 }).includes(9))
    bench.finishAllBut(9)
    bench.pass(OTHERS_MAY_TRY_MS - 1)
    assert.deepEqual(bench.take('ann'), [])
    bench.nowMs += 1
    assert.deepEqual(bench.take('ann'), [9])
  })

  it('does not wait for a worker that is connected but works elsewhere (L1)', () => {
    const bench = benchWith('ann', 'bea')
    bench.finishAllBut(9)
    for (const time of [1, 2, 3]) {
      assert.deepEqual(granted(bench.grid, [...bench.claim('ann'), ...bench.pass(OTHERS_MAY_TRY_MS)], 'ann'), [9], `time ${time}`)
      assert.deepEqual(told(bench.fail('ann', 9, bench.grantOf('ann', 9)), 'parked'), time === 3 ? [9] : [])
      assert.deepEqual(granted(bench.grid, [...bench.claim('ann'), ...bench.pass(OTHERS_MAY_TRY_MS - 1)]), [])
    }
  })

  it('while a copy of it is out is not open, nor parked, before the copy failed too', () => {
    const bench = benchWith(...PEERS)
    failOn(bench, 'ann', 9)
    failOn(bench, 'bea', 9)
    bench.claim('cem', { threads: 0, holding: [9] })
    bench.claim('dan', { threads: 0, undelivered: [9] })
    assert.deepEqual(told(bench.fail('cem', 9, bench.grantOf('cem', 9)), 'parked'), [])
    assert.equal(bench.view.ledger.stateOf(9), 'leased')
    assert.deepEqual(told(bench.release('dan', bench.grantOf('dan', 9), [9], 'leaving'), 'lapsed'), [9])
    assert.equal(bench.view.ledger.stateOf(9), 'open')
  })

  it('counts only from who holds it, under the token of that', () => {
    const bench = benchWith('ann', 'bea')
    bench.claim('ann', { threads: 0, holding: [9] })
    const nonsense = { type: 'failed', job: bench.view.job, unit: 9, reason: '', log: '' } as const
    const effects = [
      bench.fail('bea', 9, 1),
      bench.fail('ann', 9, 2),
      bench.fail('ann', 8, 1),
      bench.steward.failed('ann', { ...nonsense, token: token(1, { ...EPOCH, instance: 1 }) }, bench.nowMs),
      bench.steward.failed('ann', { ...nonsense, token: token(1), unit: 999_999 }, bench.nowMs)
    ]
    assert.deepEqual(effects.flat(), [])
    bench.fail('ann', 9, 1)
    assert.deepEqual(bench.fail('ann', 9, 1), [], 'and once')
    assert.equal(bench.view.account.totals().failed, 1)
  })

  it('was rendered, as far as it went', () => {
    const bench = benchWith('ann', 'bea')
    failOn(bench, 'ann', 9)
    assert.equal(bench.view.account.totals().executions, 1)
  })
})

describe('a peer that fails', () => {
  it('three units in a row is avoided for five minutes, if there is another', () => {
    const bench = benchWith('ann', 'bea')
    failOn(bench, 'ann', 1)
    failOn(bench, 'ann', 2)
    assert.equal(bench.view.workers.get('ann')!.avoidedUntilMs, 0)
    failOn(bench, 'ann', 3)
    assert.equal(bench.view.workers.get('ann')!.avoidedUntilMs, bench.nowMs + AVOID_MS)
  })

  it('is not avoided when it delivered in between', () => {
    const bench = benchWith('ann', 'bea')
    failOn(bench, 'ann', 1)
    failOn(bench, 'ann', 2)
    bench.claim('ann', { threads: 0, holding: [5] })
    bench.accept('ann', 5, bench.grantOf('ann', 5))
    failOn(bench, 'ann', 3)
    failOn(bench, 'ann', 4)
    assert.equal(bench.view.workers.get('ann')!.avoidedUntilMs, 0)
    failOn(bench, 'ann', 6)
    assert.ok(bench.view.workers.get('ann')!.avoidedUntilMs > 0)
  })

  it('is not avoided when it is the only one', () => {
    const bench = benchWith('ann')
    for (const unit of [1, 2, 3, 4]) {
      failOn(bench, 'ann', unit)
    }
    assert.equal(bench.view.workers.get('ann')!.avoidedUntilMs, 0)
  })

  it('and is forgiven must fail three times again', () => {
    const bench = benchWith('ann', 'bea')
    for (const unit of [1, 2, 3]) {
      failOn(bench, 'ann', unit)
    }
    bench.nowMs += AVOID_MS
    failOn(bench, 'ann', 4)
    failOn(bench, 'ann', 5)
    assert.ok(bench.view.workers.get('ann')!.avoidedUntilMs <= bench.nowMs)
    failOn(bench, 'ann', 6)
    assert.ok(bench.view.workers.get('ann')!.avoidedUntilMs > bench.nowMs)
  })
})
