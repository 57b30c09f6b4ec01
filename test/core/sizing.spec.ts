import assert from 'node:assert/strict'
import fc from 'fast-check'
import { MAX_LEASE_MS, MAX_LEASE_UNITS, MIN_LEASE_MS } from '../../src/core/limits.ts'
import { grantSize, heartbeatOf, holderLeaseMs, reclaimAfterMs } from '../../src/core/sizing.ts'
import type { SizingView } from '../../src/core/sizing.ts'

function size (view: Partial<SizingView> & { readonly fixedMs?: number, readonly msPerUnit?: number }): number {
  const { fixedMs = 0, msPerUnit = 0, ...rest } = view
  return grantSize({ heartbeatMs: 10_000, speed: { fixedMs, msPerUnit }, threads: 1, open: 1_000_000, capablePeers: 1, speedShare: undefined, ...rest })
}

describe('the size of a grant', () => {
  it('is two heartbeats of work', () => {
    assert.equal(size({ msPerUnit: 100 }), 200)
    assert.equal(size({ msPerUnit: 3 }), 6_666)
    assert.equal(size({ msPerUnit: 100, heartbeatMs: 1_000 }), 20)
  })

  it('is ten times the fixed cost, where that is more', () => {
    assert.equal(size({ msPerUnit: 100, fixedMs: 2_000 }), 200)
    assert.equal(size({ msPerUnit: 100, fixedMs: 2_001 }), 200)
    assert.equal(size({ msPerUnit: 100, fixedMs: 2_010 }), 201)
    assert.equal(size({ msPerUnit: 100, fixedMs: 60_000 }), 6_000)
  })

  it('is never more than the rest over twice the capable peers', () => {
    assert.equal(size({ msPerUnit: 1, open: 100, capablePeers: 1 }), 50)
    assert.equal(size({ msPerUnit: 1, open: 100, capablePeers: 5 }), 10)
    assert.equal(size({ msPerUnit: 1, fixedMs: 1e6, open: 100, capablePeers: 5 }), 10)
  })

  it('is never more than the part that the peer\'s speed has of all, by half', () => {
    assert.equal(size({ msPerUnit: 1, open: 100, capablePeers: 2, speedShare: 0.1 }), 5)
    assert.equal(size({ msPerUnit: 1, open: 100, capablePeers: 2, speedShare: 0.9 }), 25)
  })

  it('is one unit a thread while the speed is not known', () => {
    assert.equal(size({ threads: 8 }), 8)
    assert.equal(size({ threads: 8, open: 10 }), 5)
  })

  it('is at least one unit, and at most what is open and what a lease may have', () => {
    assert.equal(size({ msPerUnit: 1e9 }), 1)
    assert.equal(size({ msPerUnit: 1, open: 1, capablePeers: 100 }), 1)
    assert.equal(size({ msPerUnit: 0.001 }), MAX_LEASE_UNITS)
    fc.assert(fc.property(fc.record({
      heartbeatMs: fc.integer({ min: 1_000, max: 10_000 }),
      speed: fc.record({ fixedMs: fc.double({ min: 0, max: Number.MAX_SAFE_INTEGER, noNaN: true }), msPerUnit: fc.double({ min: 0, max: Number.MAX_SAFE_INTEGER, noNaN: true }) }),
      threads: fc.integer({ min: 1, max: 4096 }),
      open: fc.integer({ min: 1, max: 1_000_000 }),
      capablePeers: fc.integer({ min: 1, max: 10_000 }),
      speedShare: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined })
    }), (view) => {
      const units = grantSize(view)
      assert.ok(Number.isInteger(units) && units >= 1 && units <= view.open && units <= MAX_LEASE_UNITS)
    }))
  })
})

describe('the durations of a lease', () => {
  it('let three heartbeats go into it, and one every ten seconds', () => {
    assert.equal(heartbeatOf(30_000), 10_000)
    assert.equal(heartbeatOf(3_000), 1_000)
    assert.equal(heartbeatOf(MAX_LEASE_MS), 10_000)
  })

  it('make the holder stop believing before the steward takes back, though their clocks differ by 5 % each way', () => {
    for (const leaseMs of [MIN_LEASE_MS, 30_000, MAX_LEASE_MS]) {
      assert.ok(holderLeaseMs(leaseMs) / 0.95 < reclaimAfterMs(leaseMs) / 1.05)
    }
  })
})
