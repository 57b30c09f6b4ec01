import assert from 'node:assert/strict'
import fc from 'fast-check'
import { SLEPT_AFTER_MS } from '../../../src/core/limits.ts'
import { WakeDetector } from '../../../src/core/succession/wake-detector.ts'

const HOURS = 3_600_000

describe('a wake detector', () => {
  it('notices once that the wall clock ran on while the monotonic clock stood still', () => {
    const detector = new WakeDetector()
    assert.equal(detector.look(1_000, 50_000, 1_000), 'awake')
    assert.equal(detector.look(2_000, 51_000 + 8 * HOURS, 2_000), 'slept')
    assert.equal(detector.look(3_000, 52_000 + 8 * HOURS, 3_000), 'awake')
  })

  it('notices that both clocks ran on while this process did not', () => {
    const detector = new WakeDetector()
    detector.look(1_000, 50_000, 1_000)
    assert.equal(detector.look(1_000 + HOURS, 50_000 + HOURS, 2_000), 'slept')
    assert.equal(detector.look(1_001 + HOURS, 50_001 + HOURS, 2_500), 'awake', 'another timer of before is the same sleep')
    assert.equal(detector.look(2_000 + HOURS, 51_000 + HOURS, 2_000 + HOURS), 'awake')
  })

  it('takes exactly its limit for a busy machine, and a millisecond more for sleep', () => {
    for (const [beyondMs, verdict] of [[0, 'awake'], [1, 'slept']] as const) {
      const late = new WakeDetector()
      late.look(1_000, 1_000, 1_000)
      assert.equal(late.look(1_000 + SLEPT_AFTER_MS + beyondMs, 1_000 + SLEPT_AFTER_MS + beyondMs, 1_000), verdict)
      const still = new WakeDetector()
      still.look(0, 0, 0)
      assert.equal(still.look(1_000, 1_000 + SLEPT_AFTER_MS + beyondMs, 1_000), verdict)
    }
  })

  it('says at most once that this peer slept when a person sets the clock, and nothing when it is set back', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -48 * HOURS, max: 48 * HOURS }), { maxLength: 10 }), (jumps) => {
      const detector = new WakeDetector()
      let wallMs = 0
      let nowMs = 0
      for (const jumpMs of [0, ...jumps]) {
        wallMs += 1_000 + jumpMs
        nowMs += 1_000
        assert.equal(detector.look(nowMs, wallMs, nowMs), jumpMs > SLEPT_AFTER_MS ? 'slept' : 'awake')
        for (let tick = 0; tick < 5; tick++) {
          wallMs += 1_000
          nowMs += 1_000
          assert.equal(detector.look(nowMs, wallMs, nowMs), 'awake')
        }
      }
    }))
  })
})
