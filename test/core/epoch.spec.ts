import assert from 'node:assert/strict'
import fc from 'fast-check'
import { compareEpochs, instanceOf, MAX_BOOT_COUNTER, sameEpoch } from '../../src/core/epoch.ts'
import type { Epoch } from '../../src/core/epoch.ts'

/** Few enough values that equal parts are common, and the largest there can be. */
function epochs (): fc.Arbitrary<Epoch> {
  return fc.record({
    round: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant(Number.MAX_SAFE_INTEGER)),
    peer: fc.constantFrom('12D3KooWA', '12D3KooWB', '12D3KooWa', 'Qm'),
    instance: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(Number.MAX_SAFE_INTEGER), fc.constant(Number.MAX_SAFE_INTEGER - 1))
  })
}

describe('epochs', () => {
  it('are in a total order', () => {
    fc.assert(fc.property(epochs(), epochs(), epochs(), (a, b, c) => {
      assert.equal(Math.sign(compareEpochs(a, b)), 0 - Math.sign(compareEpochs(b, a)))
      if (compareEpochs(a, b) <= 0 && compareEpochs(b, c) <= 0) {
        assert.ok(compareEpochs(a, c) <= 0)
      }
      const equal = a.round === b.round && a.peer === b.peer && a.instance === b.instance
      assert.equal(sameEpoch(a, b), equal)
      assert.equal(compareEpochs(a, b) === 0, equal)
    }), { numRuns: 2000 })
  })

  it('are compared by round, then peer, then instance', () => {
    const low: Epoch = { round: 1, peer: 'b', instance: 5 }
    assert.ok(compareEpochs(low, { round: 2, peer: 'a', instance: 0 }) < 0)
    assert.ok(compareEpochs(low, { round: 1, peer: 'c', instance: 0 }) < 0)
    assert.ok(compareEpochs(low, { round: 1, peer: 'b', instance: 6 }) < 0)
  })

  it('never repeat an instance over boots, and order it by boot', () => {
    const boots = fc.integer({ min: 0, max: MAX_BOOT_COUNTER - 1 })
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(fc.property(boots, random, random, (boot, before, after) => {
      assert.ok(Number.isSafeInteger(instanceOf(boot, before)))
      assert.ok(instanceOf(boot, before) < instanceOf(boot + 1, after))
    }))
    assert.ok(Number.isSafeInteger(instanceOf(MAX_BOOT_COUNTER, 1 - Number.EPSILON / 2)))
    assert.ok(!Number.isSafeInteger(instanceOf(MAX_BOOT_COUNTER + 1, 0)))
  })
})
