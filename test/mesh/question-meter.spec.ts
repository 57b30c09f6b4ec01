import assert from 'node:assert/strict'
import { MAX_UNITS } from '../../src/core/limits.ts'
import {
  QUESTION_BASE_BYTES, QUESTION_BYTES_PER_SECOND, QUESTION_PATIENCE_MS, QUESTIONS_ANSWERED_FACTOR, QUESTIONS_BURST_SECONDS, QUESTIONS_PER_SECOND, STREAMS_BURST_SECONDS,
  STREAMS_PER_SECOND
} from '../../src/mesh/limits.ts'
import { QuestionMeter } from '../../src/mesh/question-meter.ts'
import { writeFrame } from '../../src/mesh/frames.ts'
import { KnownJobs } from '../../src/mesh/known-jobs.ts'
import { localPair } from '../../src/mesh/local-pair.ts'
import { protocolHandlers } from '../../src/mesh/protocol-handlers.ts'
import { signJob } from '../../src/mesh/signing.ts'
import { gridOf } from '../../src/core/units.ts'
import { encodeQuestion } from '../../src/wire/codec/index.ts'
import { MAX_QUESTION_BYTES } from '../../src/wire/limits.ts'
import { QUESTION_PROTOCOL } from '../../src/wire/protocols.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { quietHandlers } from '../support/handlers.ts'
import { jobSpec } from '../support/job-spec.ts'
import { sha256 } from '../support/sha256.ts'
import { identity, keepingLog } from './world.ts'
import type { Question } from '../../src/core/questions.ts'

const JOB = 'ab'.repeat(32)
const LEDGER: Question = { type: 'ledger', job: JOB }
const PROBE: Question = { type: 'probe', job: JOB, of: 'bob' }

describe('what one peer may ask', () => {
  let clock: FakeClock
  let meter: QuestionMeter

  beforeEach(() => {
    clock = new FakeClock()
    meter = new QuestionMeter(clock)
  })

  async function ask (peer: string, question: Question, units: number): Promise<void> {
    await meter.read(peer, 0)
    await meter.answer(peer, question, units)
  }

  /** How many of so many questions at once are let through without waiting. */
  async function atOnce (count: number, question: Question, units: number, peer = 'ann'): Promise<number> {
    let admitted = 0
    for (let i = 0; i < count; i++) {
      ask(peer, question, units).then(() => { admitted++ }, () => {})
    }
    await clock.settle(0)
    return admitted
  }

  it('is so many small questions at once, and not one more', async () => {
    const most = QUESTIONS_PER_SECOND * QUESTIONS_ANSWERED_FACTOR * QUESTIONS_BURST_SECONDS
    assert.equal(await atOnce(most + 1, PROBE, 1_000), most)
  })

  it('is so many ledgers of the largest job at once, and not one more', async () => {
    const most = Math.floor(QUESTION_BYTES_PER_SECOND * QUESTIONS_BURST_SECONDS / (QUESTION_BASE_BYTES + 3 * MAX_UNITS / 8))
    assert.ok(most >= 10, 'a peer that takes a few jobs over never waits')
    assert.equal(await atOnce(most + 1, LEDGER, MAX_UNITS), most)
  })

  it('is so many long questions at once, and not one more', async () => {
    const most = Math.floor(QUESTION_BYTES_PER_SECOND * QUESTIONS_BURST_SECONDS / (QUESTION_BASE_BYTES + MAX_QUESTION_BYTES))
    let read = 0
    for (let i = 0; i <= most; i++) {
      meter.read('ann', MAX_QUESTION_BYTES).then(() => { read++ }, () => {})
    }
    await clock.settle(0)
    assert.equal(read, most)
  })

  it('is each peer\'s own', async () => {
    await atOnce(1_000, LEDGER, MAX_UNITS)
    assert.equal(await atOnce(1, LEDGER, MAX_UNITS, 'bob'), 1)
  })

  it('is waited for, and comes back with time', async () => {
    await atOnce(100, LEDGER, MAX_UNITS)
    await clock.settle(QUESTION_PATIENCE_MS + 1_000)
    const spentMs = clock.nowMs()
    let admittedMs: number | undefined
    const asking = ask('ann', LEDGER, MAX_UNITS).then(() => { admittedMs = clock.nowMs() })
    await clock.settle(3_000)
    await asking
    assert.ok(admittedMs! - spentMs < 2_000, `it waited ${admittedMs! - spentMs} ms`)
  })

  it('is refused when it would have to be waited for too long', async () => {
    const outcomes: string[] = []
    for (let i = 0; i < 60; i++) {
      ask('ann', LEDGER, MAX_UNITS).then(() => { outcomes.push('answered') }, (err: Error) => { outcomes.push(err.name) })
    }
    await clock.settle(QUESTION_PATIENCE_MS + 200)
    const answered = outcomes.filter((outcome) => outcome === 'answered').length
    const affordable = QUESTION_BYTES_PER_SECOND * (QUESTIONS_BURST_SECONDS + QUESTION_PATIENCE_MS / 1000 + 1) / (QUESTION_BASE_BYTES + 3 * MAX_UNITS / 8)
    assert.equal(outcomes.length, 60)
    assert.ok(answered <= affordable && answered >= affordable - 3, `${answered} were answered`)
    assert.ok(outcomes.includes('ChannelClosedError'))
  })

  it('is counted where questions are answered: what is too much does not reach the farm', async () => {
    const requester = await identity(2)
    const job = await signJob(jobSpec({ requester: requester.peer, width: 8_000, height: 8_000, tile: 8 }), requester.key, sha256)
    const jobs = new KnownJobs()
    jobs.remember(job)
    const units = gridOf(job.spec).units
    assert.equal(units, MAX_UNITS)
    let asked = 0
    const handlers = quietHandlers({ asked: async () => { asked++; return { type: 'refused', reason: 'unknown-job' } } })
    const served = protocolHandlers({ handlers, clock, log: keepingLog(), sha256, jobs, meter, onBadMessage: () => {} })
    const question = encodeQuestion({ type: 'ledger', job: job.id })
    const most = Math.floor(QUESTION_BYTES_PER_SECOND * QUESTIONS_BURST_SECONDS / (QUESTION_BASE_BYTES + question.byteLength + 3 * units / 8))
    for (let i = 0; i <= most; i++) {
      const [here, there] = localPair('ann')
      await writeFrame(there, question)
      Promise.resolve(served[QUESTION_PROTOCOL](here)).catch(() => {})
    }
    await clock.settle(0)
    assert.equal(asked, most)
  })

  it('is never as much as what others take for a flood, when the other side is a peer like this one', () => {
    assert.ok(QUESTIONS_PER_SECOND <= STREAMS_PER_SECOND / 2)
    assert.ok(QUESTIONS_PER_SECOND * QUESTIONS_BURST_SECONDS <= STREAMS_PER_SECOND * STREAMS_BURST_SECONDS / 2)
  })
})
