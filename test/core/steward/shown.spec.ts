import assert from 'node:assert/strict'
import { MAX_LEASE_UNITS } from '../../../src/core/limits.ts'
import { granted, JOB, sent, StewardBench, told, waits } from '../../support/steward-bench.ts'

/** A job of 16 units, of which ann has these. */
function leasedTo (peer: string, threads = 4): { bench: StewardBench, units: number[] } {
  const bench = new StewardBench()
  bench.connect(peer)
  return { bench, units: bench.take(peer, { threads }) }
}

describe('a worker that comes back', () => {
  it('goes on with what it shows, under a new number; what it does not show has lapsed and goes out next', () => {
    const { bench, units } = leasedTo('ann')
    const [a, b, c, d] = units as [number, number, number, number]
    bench.steward.disconnected('ann', 2_000, bench.nowMs)
    bench.connect('ann')
    const effects = bench.claim('ann', { threads: 0, holding: [a, d] })
    assert.deepEqual(granted(bench.grid, effects).toSorted(), [a, d].toSorted())
    assert.equal(sent(effects, 'grant')[0]?.token.grant, 2)
    assert.deepEqual(told(effects, 'lapsed').toSorted(), [b, c].toSorted())
    assert.equal(effects.at(-1)?.type === 'send' && waits(effects).at(-1), 'shown', 'the answer ends with this')
    bench.connect('bea')
    assert.deepEqual(bench.take('bea', { threads: 2 }), [b, c].toSorted((x, y) => x - y))
  })

  it('does not get back what others have by now', () => {
    const { bench, units } = leasedTo('ann', 2)
    bench.steward.disconnected('ann', 2_000, bench.nowMs)
    bench.pass(2_000)
    bench.connect('bea')
    assert.deepEqual(bench.take('bea', { threads: 1 }).length, 1)
    const [theirs] = bench.view.leases.get(2)!.remaining
    bench.connect('ann')
    assert.deepEqual(granted(bench.grid, bench.claim('ann', { threads: 0, holding: units })), units.filter((unit) => unit !== theirs))
  })

  it('may deliver a finished unit although another has it by now: both have it, the first result counts', () => {
    const { bench, units } = leasedTo('ann', 1)
    const [unit] = units as [number]
    bench.steward.disconnected('ann', 2_000, bench.nowMs)
    bench.pass(2_000)
    bench.connect('bea')
    bench.take('bea')
    bench.connect('ann')
    assert.deepEqual(granted(bench.grid, bench.claim('ann', { threads: 0, undelivered: [unit] })), [unit])
    assert.equal(bench.view.holders.get(unit)?.length, 2)
    assert.deepEqual(granted(bench.grid, bench.claim('ann', { threads: 0, undelivered: [unit] })), [], 'shown twice it is granted once')
    const effects = bench.accept('ann', unit, bench.grantOf('ann', unit))
    assert.deepEqual(sent(effects, 'revoke', 'bea').map(({ reason }) => reason), ['race-lost'])
    assert.equal(bench.view.holders.size, 0)
  })

  it('twice in a moment loses nothing', () => {
    const { bench, units } = leasedTo('ann')
    bench.connect('ann')
    bench.connect('ann')
    assert.deepEqual(granted(bench.grid, bench.claim('ann', { threads: 0, holding: units })).toSorted(), units.toSorted())
    // The answer was lost with the stream: it shows the same again.
    bench.connect('ann')
    const effects = bench.claim('ann', { threads: 0, holding: units })
    assert.deepEqual(granted(bench.grid, effects).toSorted(), units.toSorted())
    assert.deepEqual(told(effects, 'lapsed'), [])
    assert.equal(bench.view.leases.size, 1)
  })

  it('and shows nothing within the grace has lost it', () => {
    const { bench, units } = leasedTo('ann')
    bench.connect('ann')
    assert.deepEqual(told(bench.pass(1_999), 'lapsed'), [])
    assert.deepEqual(told(bench.pass(1), 'lapsed').toSorted(), units.toSorted())
  })

  it('and claims at once instead of showing has lost it', () => {
    const { bench, units } = leasedTo('ann')
    bench.connect('ann')
    assert.deepEqual(told(bench.claim('ann'), 'lapsed').toSorted(), units.toSorted())
  })

  it('is not taken to have begun again what it had begun', () => {
    const { bench, units } = leasedTo('ann', 3)
    const [a, b, c] = units as [number, number, number]
    bench.start('ann', 1, 2)
    bench.connect('ann')
    const effects = bench.claim('ann', { threads: 0, holding: [b, c], undelivered: [a] })
    assert.equal(sent(effects, 'grant').length, 2, 'finished units have a grant of their own')
    bench.start('ann', bench.grantOf('ann', a), 1)
    bench.start('ann', bench.grantOf('ann', b), 1)
    assert.equal(bench.view.account.totals().executions, 2)
    bench.start('ann', 1, 3)
    assert.equal(bench.view.account.totals().executions, 2, 'what it reports of the old lease it reports of the new one too')
    bench.start('ann', bench.grantOf('ann', b), 2)
    assert.equal(bench.view.account.totals().executions, 3)
  })
})

describe('a show', () => {
  it('in mid-stream leaves the leases alone that are alive', () => {
    const { bench, units } = leasedTo('ann')
    const [a] = units as [number]
    const effects = bench.claim('ann', { threads: 0, holding: units.slice(1), undelivered: [a] })
    assert.deepEqual(granted(bench.grid, effects), [])
    assert.deepEqual(told(effects, 'lapsed'), [])
    assert.deepEqual(waits(effects), ['shown'])
  })

  it('of a unit as held and as finished counts once', () => {
    const bench = new StewardBench()
    bench.connect('ann')
    const effects = bench.claim('ann', { threads: 0, holding: [3, 4], undelivered: [4, 5] })
    assert.deepEqual(granted(bench.grid, effects), [4, 5, 3])
    assert.ok([...bench.view.holders.values()].every((holders) => holders.length === 1))
  })

  it('is cut at the units of one lease, for each kind, and one more is not granted', () => {
    const bench = new StewardBench({ width: 8 * 200, height: 8 * 200 })
    const count = MAX_LEASE_UNITS + 1
    const holding = Array.from({ length: count }, (_, index) => index)
    const undelivered = Array.from({ length: count }, (_, index) => 39_999 - index)
    const grants = sent(bench.claim('ann', { threads: 0, holding, undelivered }), 'grant')
    assert.equal(granted(bench.grid, grants.map((message) => ({ type: 'send', to: 'ann', message }))).length, 2 * MAX_LEASE_UNITS)
    assert.equal(bench.view.leases.size, 2)
    assert.ok([...bench.view.leases.values()].every(({ remaining }) => remaining.size <= MAX_LEASE_UNITS))
  })

  it('of what the job does not have, or of another engine\'s pixels, grants nothing', () => {
    const bench = new StewardBench()
    const beyond = { frame: 0, x0: 0, y0: 3, x1: 4, y1: 5, run0: 0, run1: 1 }
    bench.steward.claim('ann', { type: 'claim', job: JOB, fingerprint: 'fake 1', threads: 0, speed: { fixedMs: 0, msPerUnit: 0 }, holding: [beyond], undelivered: [{ ...beyond, y1: 4, frame: 1 }] }, bench.nowMs)
    bench.claim('bea', { threads: 0, fingerprint: 'fake 2', holding: [1] })
    assert.equal(bench.view.leases.size, 0)
  })

  it('of a job that is over grants nothing', () => {
    const bench = new StewardBench({}, { control: 'cancelled' })
    assert.deepEqual(waits(bench.claim('ann', { threads: 0, holding: [1], undelivered: [2] })), ['shown'])
    assert.equal(bench.view.leases.size, 0)
  })

  it('of an accepted or a parked unit grants nothing', () => {
    const bench = new StewardBench({}, { accepted: [{ first: 1, end: 2 }], parked: [2] })
    bench.claim('ann', { threads: 0, holding: [1, 2], undelivered: [1, 2] })
    assert.equal(bench.view.leases.size, 0)
  })
})
