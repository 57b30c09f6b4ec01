import assert from 'node:assert/strict'
import fc from 'fast-check'
import { PROBE_ANSWER_MS, RANK_STAGGER_MS, SUSPECT_AFTER_MS } from '../../../src/core/limits.ts'
import { Suspicion } from '../../../src/core/succession/suspicion.ts'
import type { Found } from '../../../src/core/questions.ts'
import type { Standing, Step } from '../../../src/core/succession/suspicion.ts'

const SECOND = 1_000

/** Looks once a second and answers each step as the world would; the steps that were told, with when. */
class Watch {
  readonly suspicion = new Suspicion(0)
  readonly steps: { readonly step: Step, readonly atMs: number }[] = []
  nowMs = 0
  direct: Found | 'no answer' = 'silent'
  others: readonly Found[] | 'no answer' = ['silent', 'silent']

  pass (ms: number, standing: Standing = { rank: 0, factor: 1 }): void {
    for (const untilMs = this.nowMs + ms; this.nowMs < untilMs;) {
      this.nowMs += SECOND
      const step = this.suspicion.look(this.nowMs, standing)
      if (step === 'nothing') {
        continue
      }
      this.steps.push({ step, atMs: this.nowMs })
      if (step === 'probe' && this.direct !== 'no answer') {
        this.suspicion.probed(this.direct, this.nowMs)
      } else if (step === 'probe-through-others' && this.others !== 'no answer') {
        this.suspicion.probedThroughOthers(this.others, this.nowMs)
      }
    }
  }

  atMs (step: Step): number | undefined {
    return this.steps.find((one) => one.step === step)?.atMs
  }
}

describe('suspicion of a steward', () => {
  it('probes after thirty seconds of silence, then through others, and the next in rank takes over', () => {
    const watch = new Watch()
    watch.pass(SUSPECT_AFTER_MS - SECOND)
    assert.deepEqual(watch.steps, [])
    watch.pass(4 * SECOND)
    assert.deepEqual(watch.steps.map(({ step }) => step), ['probe', 'probe-through-others', 'take-over'])
    assert.ok(watch.nowMs <= SUSPECT_AFTER_MS + 4 * SECOND)
  })

  it('waits for its turn, by rank', () => {
    const times = [0, 1, 2, 7].map((rank) => {
      const watch = new Watch()
      watch.pass(120 * SECOND, { rank, factor: 1 })
      return watch.atMs('take-over')!
    })
    assert.deepEqual(times.map((atMs) => atMs - times[0]!), [0, RANK_STAGGER_MS, 2 * RANK_STAGGER_MS, 7 * RANK_STAGGER_MS].map((ms) => Math.max(0, ms - (ms > 0 ? SECOND : 0))))
  })

  it('asks nobody else about a steward that answers that it does not steward', () => {
    const watch = new Watch()
    watch.direct = 'idle'
    watch.pass(SUSPECT_AFTER_MS + 3 * SECOND)
    assert.deepEqual(watch.steps.map(({ step }) => step), ['probe', 'take-over'])
  })

  it('trusts again when the steward or one of the others says that it is there', () => {
    for (const [direct, others] of [['steward', []], ['silent', ['silent', 'steward']]] as const) {
      const watch = new Watch()
      watch.direct = direct
      watch.others = others
      watch.pass(10 * SUSPECT_AFTER_MS)
      assert.equal(watch.atMs('take-over'), undefined)
    }
  })

  it('trusts again although the answer comes late', () => {
    const watch = new Watch()
    watch.others = 'no answer'
    watch.pass(SUSPECT_AFTER_MS + 2 * SECOND)
    assert.equal(watch.steps.at(-1)?.step, 'probe-through-others')
    watch.suspicion.probed('steward', watch.nowMs)
    watch.pass(SUSPECT_AFTER_MS - SECOND)
    assert.equal(watch.steps.length, 2)
  })

  it('goes on when an answer never comes at all', () => {
    const watch = new Watch()
    watch.direct = 'no answer'
    watch.others = 'no answer'
    watch.pass(5 * SUSPECT_AFTER_MS)
    assert.equal(watch.atMs('probe-through-others')! - watch.atMs('probe')!, PROBE_ANSWER_MS)
    assert.ok(watch.atMs('take-over') !== undefined)
  })

  it('gives a steward twice the time when there is nobody else to ask: this peer may be the one that is cut off', () => {
    const [alone, asked] = [[], ['silent']].map((others) => {
      const watch = new Watch()
      watch.others = others as Found[]
      watch.pass(300 * SECOND, { rank: 1, factor: 1 })
      return watch.atMs('take-over')!
    })
    assert.ok(alone! >= 2 * SUSPECT_AFTER_MS + 2 * RANK_STAGGER_MS)
    assert.ok(alone! >= asked! + SUSPECT_AFTER_MS)
  })

  it('takes everything slower by as much as the peer doubts itself', () => {
    const watch = new Watch()
    watch.pass(4 * SUSPECT_AFTER_MS - SECOND, { rank: 2, factor: 4 })
    assert.deepEqual(watch.steps, [])
    watch.pass(60 * SECOND, { rank: 2, factor: 4 })
    assert.ok(watch.atMs('take-over')! >= 4 * (SUSPECT_AFTER_MS + 2 * RANK_STAGGER_MS))
  })

  it('looks again when its take-over came to nothing', () => {
    const watch = new Watch()
    watch.pass(3 * SUSPECT_AFTER_MS)
    assert.deepEqual(watch.steps.map(({ step }) => step), ['probe', 'probe-through-others', 'take-over', 'probe', 'probe-through-others', 'take-over'])
  })

  it('never takes over while it hears, whatever is answered when', () => {
    const event = fc.oneof(
      { weight: 6, arbitrary: fc.record({ what: fc.constant('look' as const), rank: fc.nat(3), factor: fc.integer({ min: 1, max: 8 }) }) },
      fc.record({ what: fc.constant('heard' as const) }),
      fc.record({ what: fc.constant('probed' as const), found: fc.constantFrom<Found>('steward', 'idle', 'silent') }),
      fc.record({ what: fc.constant('others' as const), found: fc.array(fc.constantFrom<Found>('steward', 'idle', 'silent'), { maxLength: 2 }) })
    )
    fc.assert(fc.property(fc.array(fc.tuple(event, fc.nat(20_000)), { maxLength: 200, size: 'max' }), (events) => {
      const suspicion = new Suspicion(0)
      let nowMs = 0
      let heardAtMs = 0
      let probedSince = false
      for (const [one, afterMs] of events) {
        nowMs += afterMs
        switch (one.what) {
          case 'look': {
            const step = suspicion.look(nowMs, one)
            probedSince ||= step === 'probe'
            if (step === 'take-over') {
              assert.ok(nowMs - heardAtMs >= SUSPECT_AFTER_MS, `it was heard ${nowMs - heardAtMs} ms ago`)
              assert.ok(probedSince, 'nobody probed it')
            }
            break
          }
          case 'heard':
            suspicion.heard(nowMs)
            break
          case 'probed':
            suspicion.probed(one.found, nowMs)
            break
          case 'others':
            suspicion.probedThroughOthers(one.found, nowMs)
        }
        const isHeard = one.what === 'heard' || (one.what === 'probed' && one.found === 'steward') || (one.what === 'others' && one.found.includes('steward'))
        if (isHeard) {
          heardAtMs = nowMs
          probedSince = false
        }
      }
    }), { numRuns: 500 })
  })

  it('takes over in the end, however a silent steward is looked for (L1)', () => {
    fc.assert(fc.property(fc.nat(5), fc.integer({ min: 1, max: 8 }), fc.constantFrom<Found | 'no answer'>('idle', 'silent', 'no answer'), fc.array(fc.constantFrom<Found>('idle', 'silent'), { maxLength: 2 }), (rank, factor, direct, others) => {
      const watch = new Watch()
      watch.direct = direct
      watch.others = others
      watch.pass(factor * (2 * SUSPECT_AFTER_MS + 2 * rank * RANK_STAGGER_MS + 3 * PROBE_ANSWER_MS) + 5 * SECOND, { rank, factor })
      assert.ok(watch.atMs('take-over') !== undefined)
    }))
  })
})
