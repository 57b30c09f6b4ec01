import assert from 'node:assert/strict'
import { UnitSet } from '../../src/core/ledger.ts'
import { ChannelClosedError } from '../../src/errors.ts'
import { FrameReader, writeFrame } from '../../src/mesh/frames.ts'
import { KnownJobs } from '../../src/mesh/known-jobs.ts'
import { localPair } from '../../src/mesh/local-pair.ts'
import { answerQuestion, askQuestion } from '../../src/mesh/question-stream.ts'
import { QuestionMeter } from '../../src/mesh/question-meter.ts'
import { signControl, signJob } from '../../src/mesh/signing.ts'
import { decodeQuestion, encodeAnswer, encodeQuestion, rawQuestion } from '../../src/wire/codec/index.ts'
import { MAX_ANSWER_BYTES, MAX_QUESTION_BYTES, STREAM_LIMITS } from '../../src/wire/limits.ts'
import { QUESTION_PROTOCOL } from '../../src/wire/protocols.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { jobSpec } from '../support/job-spec.ts'
import { sha256 } from '../support/sha256.ts'
import { identity } from './world.ts'
import type { SignedJob } from '../../src/core/messages.ts'
import type { Answer, Question } from '../../src/core/questions.ts'
import type { ByteStream } from '../../src/mesh/byte-stream.ts'
import type { QuestionStreamInit } from '../../src/mesh/question-stream.ts'

const JOB = 'ab'.repeat(32)

/** A message of a type that only a later version knows: field 15, empty. */
const LATER = Uint8Array.of(0x7a, 0x00)

describe('question streams', () => {
  let clock: FakeClock
  let here: ByteStream
  let there: ByteStream
  let bad: string[]
  let init: QuestionStreamInit & { readonly meter: QuestionMeter }
  let job: SignedJob
  let requester: Awaited<ReturnType<typeof identity>>

  before(async () => {
    requester = await identity(2)
    job = await signJob(jobSpec({ requester: requester.peer }), requester.key, sha256)
  })

  beforeEach(() => {
    clock = new FakeClock();
    [here, there] = localPair('liar')
    bad = []
    init = { clock, sha256, jobs: new KnownJobs(), meter: new QuestionMeter(clock), onBadMessage: (peer, error) => { bad.push(`${peer}: ${error.message}`) } }
  })

  /** Whether the stream was reset, and the liar noted once. */
  async function assertReset (): Promise<void> {
    assert.ok(await there.closed instanceof Error)
    assert.equal(bad.length, 1, bad.join(' | '))
  }

  async function assertRefused (question: Uint8Array): Promise<void> {
    await writeFrame(there, question)
    await assert.rejects(answerQuestion(here, async () => assert.fail('it was handed on'), init), ChannelClosedError)
  }

  describe('answering', () => {
    it('resets on a question one byte too long', async () => {
      await assertRefused(new Uint8Array(MAX_QUESTION_BYTES + 1))
      await assertReset()
    })

    it('resets on bytes that are no question', async () => {
      await assertRefused(Uint8Array.of(1, 2, 3))
      await assertReset()
    })

    it('holds a question that only later versions know against nobody', async () => {
      await assertRefused(LATER)
      assert.ok(await there.closed instanceof Error)
      assert.deepEqual(bad, [])
    })

    it('keeps back a job that its requester did not sign', async () => {
      const forger = await identity(3)
      const forged = await signJob(job.spec, forger.key, sha256)
      await assertRefused(encodeQuestion(rawQuestion({ type: 'keep', record: { job: { ...job, signature: forged.signature }, control: undefined } })))
      await assertReset()
    })

    it('keeps back a control word of another job', async () => {
      const control = await signControl({ job: JOB, sequence: 1, state: 'cancelled', priority: 0 }, requester.key)
      await assertRefused(encodeQuestion(rawQuestion({ type: 'keep', record: { job, control } })))
      await assertReset()
    })

    it('keeps back a hand-off of more units than the job has', async () => {
      const epoch = { round: 1, peer: requester.peer, instance: 1 }
      await assertRefused(encodeQuestion(rawQuestion({ type: 'hand-off', record: { job, control: undefined }, epoch, accepted: new UnitSet(17), parked: [16] })))
      await assertReset()
    })

    it('remembers the jobs that questions bring', async () => {
      await writeFrame(there, encodeQuestion(rawQuestion({ type: 'keep', record: { job, control: undefined } })))
      await answerQuestion(here, async () => ({ type: 'refused', reason: 'full' }), init)
      assert.equal(init.jobs.requesterOf(job.id), requester.peer)
      assert.equal(init.jobs.gridOf(job.id)?.units, 16)
    })

    it('waits no longer for a question than it may take', async () => {
      const answering = assert.rejects(answerQuestion(here, async () => assert.fail('nothing was asked'), init), ChannelClosedError)
      await clock.settle(STREAM_LIMITS[QUESTION_PROTOCOL].idleMs! + 1)
      await answering
      assert.deepEqual(bad, [], 'silence is no lie')
    })
  })

  describe('asking', () => {
    const ledger: Question = { type: 'ledger', job: JOB }

    async function given (question: Question, answer: Uint8Array): Promise<void> {
      const asking = assert.rejects(askQuestion(here, question, init), ChannelClosedError)
      await new FrameReader(there, clock).frame(MAX_QUESTION_BYTES)
      await writeFrame(there, answer)
      await asking
    }

    it('resets on an answer one byte too long', async () => {
      await given(ledger, new Uint8Array(MAX_ANSWER_BYTES + 1))
      await assertReset()
    })

    it('holds an answer that only later versions know against nobody', async () => {
      await given(ledger, LATER)
      assert.deepEqual(bad, [])
    })

    const none = { epoch: undefined, parked: [], bundle: 'lacking' } as const
    const lies: readonly (readonly [what: string, question: () => Question, answer: () => Answer])[] = [
      ['of another kind', () => ledger, () => ({ type: 'probed', found: 'idle' })],
      ['that is a ledger to a probe', () => ({ type: 'probe', job: JOB, of: requester.peer }), () => ({ type: 'ledger', ledger: { job: JOB, ...none, accepted: new UnitSet(1), kept: new UnitSet(1) } })],
      ['about another job', () => ledger, () => ({ type: 'ledger', ledger: { job: 'cd'.repeat(32), ...none, accepted: new UnitSet(1), kept: new UnitSet(1) } })],
      ['of one unit more than the job has', () => ({ type: 'ledger', job: job.id }), () => ({ type: 'ledger', ledger: { job: job.id, ...none, accepted: new UnitSet(17), kept: new UnitSet(17) } })]
    ]
    for (const [what, question, answer] of lies) {
      it(`resets on an answer ${what}`, async () => {
        init.jobs.remember(job)
        await given(question(), encodeAnswer(answer()))
        await assertReset()
      })
    }

    it('waits for an answer for as long as one may take, and no longer', async () => {
      const idleMs = STREAM_LIMITS[QUESTION_PROTOCOL].idleMs!
      let outcome = 'waiting'
      const asking = askQuestion(here, ledger, init).catch((err: unknown) => { outcome = String(err) })
      assert.deepEqual(decodeQuestion((await new FrameReader(there, clock).frame(MAX_QUESTION_BYTES))!), ledger)
      await clock.settle(idleMs - 1)
      assert.equal(outcome, 'waiting')
      await clock.settle(2)
      await asking
      assert.match(outcome, /ChannelClosedError/)
      assert.deepEqual(bad, [], 'silence is no lie')
    })
  })
})
