import assert from 'node:assert/strict'
import fc from 'fast-check'
import { sinCos } from '../../src/core/sin-cos.ts'

describe('core/sin-cos', () => {
  it('agrees with the sine and cosine of the machine', () => {
    fc.assert(fc.property(fc.double({ min: -100, max: 100, noNaN: true }), (angle) => {
      const [sin, cos] = sinCos(angle)
      assert.ok(Math.abs(sin - Math.sin(angle)) < 1e-13)
      assert.ok(Math.abs(cos - Math.cos(angle)) < 1e-13)
    }))
    assert.deepEqual(sinCos(0), [0, 1])
  })
})
