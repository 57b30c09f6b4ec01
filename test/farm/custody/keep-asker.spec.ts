import assert from 'node:assert/strict'
import { KeepAsker } from '../../../src/farm/custody/keep-asker.ts'
import { CUSTODIAN_SILENCE_MS, FULL_CUSTODIAN_MS, KEEP_QUESTION_EVERY_MS, KEEP_QUESTIONS_BURST } from '../../../src/farm/custody/limits.ts'
import { drainPromises, FakeClock } from '../../support/fake-clock.ts'
import { signJob } from '../../support/fake-signatures.ts'
import { jobSpec } from '../../support/job-spec.ts'
import type { Answer } from '../../../src/core/questions.ts'

const RECORD = { job: signJob('ann', jobSpec({ requester: 'ann' })), control: undefined }
const FULL: Answer = { type: 'refused', reason: 'full' }

describe('asking others to keep jobs', () => {
  it('asks one peer only so often, for all jobs together, and another meanwhile', async () => {
    const clock = new FakeClock()
    const asked: string[] = []
    const asker = new KeepAsker({ clock, mesh: { ask: async (peer) => { asked.push(peer); return { type: 'refused', reason: 'ended' } } } })
    const most = KEEP_QUESTIONS_BURST + CUSTODIAN_SILENCE_MS / KEEP_QUESTION_EVERY_MS
    const answers: unknown[] = []
    for (let job = 0; job <= most; job++) {
      void asker.ask('bea', RECORD, 'not yet').then((answer) => answers.push(answer))
    }
    await drainPromises()
    assert.deepEqual([asked.length, answers.filter((answer) => answer === 'later').length], [KEEP_QUESTIONS_BURST, 1])
    void asker.ask('cid', RECORD, 'not yet')
    await drainPromises()
    assert.equal(asked.at(-1), 'cid')
    await clock.settle(CUSTODIAN_SILENCE_MS)
    assert.equal(answers.length, most + 1)
  })

  it('leaves a full peer alone for other jobs for a while, not for those that it keeps', async () => {
    const clock = new FakeClock()
    let answer: Answer = FULL
    let asked = 0
    const asker = new KeepAsker({ clock, mesh: { ask: async () => { asked++; return answer } } })
    assert.deepEqual(await clock.drive(asker.ask('bea', RECORD, 'not yet')), FULL)
    assert.deepEqual(await clock.drive(asker.ask('bea', RECORD, 'not yet')), FULL)
    assert.equal(asked, 1)
    await clock.drive(asker.ask('bea', RECORD, 'keeps it'))
    assert.equal(asked, 2)
    answer = { type: 'refused', reason: 'ended' }
    await clock.settle(FULL_CUSTODIAN_MS)
    await clock.drive(asker.ask('bea', RECORD, 'not yet'))
    assert.equal(asked, 3)
    answer = FULL
    await clock.drive(asker.ask('bea', RECORD, 'not yet'))
    asker.returned('bea')
    await clock.drive(asker.ask('bea', RECORD, 'not yet'))
    assert.equal(asked, 5)
  })

  it('says so when nobody answers', async () => {
    const clock = new FakeClock()
    const asker = new KeepAsker({ clock, mesh: { ask: async () => new Promise<Answer>(() => {}) } })
    assert.equal(await clock.drive(asker.ask('bea', RECORD, 'not yet')), undefined)
    assert.equal(clock.nowMs(), CUSTODIAN_SILENCE_MS)
  })
})
