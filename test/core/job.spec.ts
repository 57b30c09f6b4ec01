import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { checkJobSpec, frameCount, isFinal, laterControl } from '../../src/core/job.ts'
import * as limits from '../../src/core/limits.ts'
import { jobSpec } from '../support/job-spec.ts'
import type { JobControl, JobSpec } from '../../src/core/job.ts'

const JOB = 'a'.repeat(64)

/** Control words of one job, with few enough values that ties are common. */
function controls (): fc.Arbitrary<JobControl> {
  return fc.record({
    job: fc.constant(JOB),
    sequence: fc.integer({ min: 0, max: 3 }),
    state: fc.constantFrom('running', 'paused', 'cancelled', 'finished'),
    priority: fc.integer({ min: -2, max: 12 })
  }, { noNullPrototype: true })
}

/** A change of a spec, short enough for a title. */
function titleOf (change: Partial<JobSpec>): string {
  return inspect(change, { breakLength: Infinity, maxStringLength: 4 })
}

describe('control words', () => {
  it('end in the same word in every order of arrival (S4, S7)', () => {
    fc.assert(fc.property(fc.array(controls(), { minLength: 1, maxLength: 6 }).chain((words) => fc.tuple(fc.constant(words), fc.shuffledSubarray(words, { minLength: words.length }))), ([words, shuffled]) => {
      assert.deepEqual(shuffled.reduce(laterControl), words.reduce(laterControl))
    }), { numRuns: 2000 })
  })

  it('are merged commutatively, associatively and idempotently (S7)', () => {
    fc.assert(fc.property(controls(), controls(), controls(), (a, b, c) => {
      assert.deepEqual(laterControl(a, b), laterControl(b, a))
      assert.deepEqual(laterControl(laterControl(a, b), c), laterControl(a, laterControl(b, c)))
      assert.deepEqual(laterControl(a, a), a)
    }), { numRuns: 2000 })
  })

  it('never leave a final state, and cancelled wins over finished (S4)', () => {
    fc.assert(fc.property(controls(), controls(), (a, b) => {
      const later = laterControl(a, b)
      assert.equal(isFinal(later.state), isFinal(a.state) || isFinal(b.state))
      if (a.state === 'cancelled' || b.state === 'cancelled') {
        assert.equal(later.state, 'cancelled')
      }
      if (isFinal(a.state) === isFinal(b.state) && a.state === b.state) {
        assert.equal(later.sequence, Math.max(a.sequence, b.sequence))
      }
    }))
  })
})

describe('job specs', () => {
  const refused: readonly [what: string, spec: Partial<JobSpec>][] = [
    ['width', { width: 0 }],
    ['width', { width: limits.MAX_PICTURE_SIDE + 1 }],
    ['width', { width: 1.5 }],
    ['width', { width: NaN }],
    ['height', { height: limits.MAX_PICTURE_SIDE + 1 }],
    ['height', { height: -1 }],
    ['samples', { samples: 0 }],
    ['samples', { samples: limits.MAX_SAMPLES + 1 }],
    ['tile', { tile: limits.MIN_TILE - 1 }],
    ['tile', { tile: limits.MAX_TILE + 1 }],
    ['lease', { leaseMs: limits.MIN_LEASE_MS - 1 }],
    ['lease', { leaseMs: limits.MAX_LEASE_MS + 1 }],
    ['serial', { serial: -1 }],
    ['serial', { serial: Number.MAX_SAFE_INTEGER + 1 }],
    ['first frame', { frames: { first: -limits.MAX_FRAME_NUMBER - 1, last: 0, step: 1 } }],
    ['last frame', { frames: { first: 2, last: 1, step: 1 } }],
    ['last frame', { frames: { first: limits.MAX_FRAME_NUMBER, last: limits.MAX_FRAME_NUMBER + 1, step: 1 } }],
    ['frame step', { frames: { first: 1, last: 1, step: 0 } }],
    ['number of frames', { frames: { first: 1, last: limits.MAX_FRAMES + 1, step: 1 } }],
    ['manifest size', { bundle: { manifest: JOB, manifestBytes: 0, entry: 'a' } }],
    ['sha256', { bundle: { manifest: JOB.toUpperCase(), manifestBytes: 1, entry: 'a' } }],
    ['sha256', { bundle: { manifest: JOB.slice(1), manifestBytes: 1, entry: 'a' } }],
    ['too large for one unit', { split: 'frames', width: limits.MAX_TILE + 1, height: limits.MAX_TILE }],
    ['sorted', { settings: [['b', ''], ['a', '']] }],
    ['sorted', { settings: [['a', '1'], ['a', '2']] }]
  ]

  for (const [what, change] of refused) {
    it(`are refused with "${what}": ${titleOf(change)}`, () => {
      assert.throws(() => { checkJobSpec(jobSpec(change)) }, { name: 'JobSpecError', message: new RegExp(what) })
    })
  }

  const taken: readonly Partial<JobSpec>[] = [
    {},
    { width: limits.MAX_PICTURE_SIDE, height: limits.MAX_PICTURE_SIDE, tile: limits.MAX_TILE },
    { width: 1, height: 1, samples: 1, tile: limits.MIN_TILE },
    { samples: limits.MAX_SAMPLES, leaseMs: limits.MAX_LEASE_MS },
    { leaseMs: limits.MIN_LEASE_MS, serial: Number.MAX_SAFE_INTEGER },
    { frames: { first: 1, last: limits.MAX_FRAMES, step: 1 } },
    { frames: { first: -limits.MAX_FRAME_NUMBER, last: limits.MAX_FRAME_NUMBER, step: limits.MAX_FRAME_NUMBER } },
    { split: 'frames', width: limits.MAX_TILE, height: limits.MAX_TILE },
    { settings: [['a', '2'], ['b', '1']] }
  ]

  for (const change of taken) {
    it(`are taken up to the limits: ${titleOf(change)}`, () => {
      checkJobSpec(jobSpec(change))
    })
  }

  it('count their frames as they are listed', () => {
    fc.assert(fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 20 }), (first, more, step) => {
      let listed = 0
      for (let frame = first; frame <= first + more; frame += step) {
        listed++
      }
      assert.equal(frameCount({ first, last: first + more, step }), listed)
    }))
  })
})
