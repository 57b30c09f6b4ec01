import assert from 'node:assert/strict'
import { World } from '../support/world.ts'
import type { Answer, Question } from '../../src/core/questions.ts'
import type { SentMessage } from '../support/fake-network.ts'

const UNKNOWN_JOB = 'ab'.repeat(32)

describe('looking for a steward for another peer', () => {
  let world: World
  let asked: string[]

  beforeEach(async () => {
    world = new World(11)
    for (const id of ['A', 'B', 'C']) {
      await world.start(id, { work: 'off' })
    }
    await world.settle(2_000)
    asked = []
    world.network.watch = ({ kind, from, to, message }: SentMessage) => {
      if (kind === 'question' && (message as Question | Answer).type === 'probe') {
        asked.push(`${from} asks ${to}`)
      }
    }
  })

  /** What B answers A. */
  async function probed (question: Omit<Question & { type: 'probe' }, 'type'>): Promise<Answer> {
    return world.drive(world.network.mesh('A').ask('B', { type: 'probe', ...question }))
  }

  it('asks the steward and tells what it found', async () => {
    const job = await world.render('C')
    await world.settle(2_000)
    assert.deepEqual(await probed({ job, of: 'C' }), { type: 'probed', found: 'steward' })
    assert.ok(asked.includes('B asks C'))
  })

  it('says that a member that is there does not steward a job', async () => {
    assert.deepEqual(await probed({ job: UNKNOWN_JOB, of: 'C' }), { type: 'probed', found: 'idle' })
  })

  it('says that a steward which has vanished is silent', async () => {
    const job = await world.render('C')
    await world.settle(2_000)
    world.kill('C')
    await world.settle(100)
    assert.deepEqual(await probed({ job, of: 'C' }), { type: 'probed', found: 'silent' })
  })

  it('is not done for a peer that is neither here nor anything to the job: nobody sends a mesh after another', async () => {
    const job = await world.render('C')
    await world.settle(2_000)
    for (const question of [{ job, of: 'stranger' }, { job: UNKNOWN_JOB, of: 'stranger' }]) {
      asked = []
      assert.deepEqual(await probed(question), { type: 'refused', reason: 'unknown-job' })
      assert.deepEqual(asked.filter((line) => line.startsWith('B asks')), [])
    }
  })
})
