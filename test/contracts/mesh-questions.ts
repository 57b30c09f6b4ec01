import assert from 'node:assert/strict'
import { UnitSet } from '../../src/core/ledger.ts'
import { gridOf } from '../../src/core/units.ts'
import { ChannelClosedError } from '../../src/errors.ts'
import { STREAM_LIMITS } from '../../src/wire/limits.ts'
import { QUESTION_PROTOCOL } from '../../src/wire/protocols.ts'
import { quietHandlers } from '../support/handlers.ts'
import { jobSpec } from '../support/job-spec.ts'
import { startAll } from './mesh.ts'
import type { PeerId } from '../../src/core/ids.ts'
import type { JobRecord } from '../../src/core/messages.ts'
import type { Answer, JobLedger, Question } from '../../src/core/questions.ts'
import type { Mesh, MeshHandlers } from '../../src/ports.ts'
import type { CreateMeshes, MeshesUnderTest } from './mesh.ts'

const JOB = 'ab'.repeat(32)
const PEER = '12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA'

/** Some units of a job that has so many. */
export function unitSet (units: number, ...members: readonly number[]): UnitSet {
  const set = new UnitSet(units)
  members.forEach((unit) => set.add(unit))
  return set
}

/** The same with the units of its sets in the open, for comparison. */
function shown (message: Question | Answer): unknown {
  return JSON.parse(JSON.stringify(message, (_key, value: unknown) => value instanceof UnitSet ? { of: value.units, units: [...value.values()] } : value))
}

/** The part of the contract that is about questions. */
export function describeMeshQuestions (create: CreateMeshes): void {
  let world: MeshesUnderTest | undefined

  afterEach(async () => {
    await world?.end()
    world = undefined
  })

  for (const target of ['another peer', 'itself'] as const) {
    describe(`questions to ${target}`, () => {
      /** The mesh that asks, and the one that is asked. */
      async function pair (asked: MeshHandlers['asked']): Promise<[Mesh, Mesh]> {
        world = await (target === 'itself' ? startAll(create, { asked }) : startAll(create, { asked }, {}))
        const meshes = world.meshes as [Mesh, Mesh]
        return target === 'itself' ? [meshes[0], meshes[0]] : [meshes[1], meshes[0]]
      }

      async function recordOf (mesh: Mesh): Promise<JobRecord> {
        const job = await world!.settled(mesh.signJob(jobSpec({ requester: mesh.self })))
        return { job, control: await world!.settled(mesh.signControl({ job: job.id, sequence: 1, state: 'running', priority: 0 })) }
      }

      const ledgerOf = (job: string, units: number): JobLedger => ({
        job,
        epoch: { round: 2, peer: PEER, instance: 7 },
        accepted: unitSet(units, 0, 2, units - 1),
        parked: [1],
        kept: unitSet(units, 2),
        bundle: 'whole'
      })

      it('arrive as they were asked, with who asked, and bring the answer', async () => {
        const asked: { readonly question: Question, readonly from: PeerId }[] = []
        const answers: Answer[] = []
        const [asker, other] = await pair(async (question, from) => {
          asked.push({ question, from })
          return answers[asked.length - 1]!
        })
        const record = await recordOf(asker)
        const { units } = gridOf(record.job.spec)
        const epoch = { round: 1, peer: asker.self, instance: 3 }
        const talk: readonly (readonly [Question, Answer])[] = [
          [{ type: 'probe', job: JOB, of: PEER }, { type: 'probed', found: 'silent' }],
          [{ type: 'ledger', job: record.job.id }, { type: 'ledger', ledger: ledgerOf(record.job.id, units) }],
          [{ type: 'ledger', job: JOB }, { type: 'ledger', ledger: { ...ledgerOf(JOB, 1_000_000), epoch: undefined, bundle: 'lacking' } }],
          [{ type: 'hand-off', record, epoch, accepted: unitSet(units, 3, 4), parked: [0, 5] }, { type: 'taken-over', epoch: { round: 2, peer: other.self, instance: 9 } }],
          [{ type: 'keep', record: { job: record.job, control: undefined } }, { type: 'ledger', ledger: ledgerOf(record.job.id, units) }],
          [{ type: 'keep', record }, { type: 'refused', reason: 'full' }],
          [{ type: 'probe', job: JOB, of: PEER }, { type: 'refused', reason: 'unknown-job' }]
        ]
        answers.push(...talk.map(([, answer]) => answer))
        for (const [question, answer] of talk) {
          assert.deepEqual(shown(await world!.settled(asker.ask(other.self, question))), shown(answer))
        }
        assert.deepEqual(asked.map(({ question }) => shown(question)), talk.map(([question]) => shown(question)))
        assert.ok(asked.every(({ from }) => from === asker.self))
      })

      it('wait for an answer that takes its time', async () => {
        const reply = Promise.withResolvers<Answer>()
        const [asker, other] = await pair(async () => reply.promise)
        let answer: Answer | undefined
        const asking = asker.ask(other.self, { type: 'probe', job: JOB, of: PEER }).then((given) => { answer = given })
        await world!.pass(1_500)
        assert.equal(answer, undefined)
        reply.resolve({ type: 'probed', found: 'idle' })
        await world!.settled(asking)
        assert.deepEqual(answer, { type: 'probed', found: 'idle' })
      })

      it('wait in line when many are asked at once', async () => {
        const atOnce = STREAM_LIMITS[QUESTION_PROTOCOL].outboundPerPeer
        const count = 3 * atOnce
        const waiting: (() => void)[] = []
        let most = 0
        let answered = 0
        const [asker, other] = await pair(async () => {
          await new Promise<void>((resolve) => { waiting.push(resolve) })
          answered++
          return { type: 'probed', found: 'idle' }
        })
        const asking = Promise.all(Array.from({ length: count }, () => asker.ask(other.self, { type: 'probe', job: JOB, of: PEER })))
        for (let round = 0; round < count; round++) {
          await world!.until('the next question', () => waiting.length > 0)
          await world!.pass(20)
          most = Math.max(most, waiting.length)
          waiting.shift()!()
        }
        await world!.settled(asking)
        assert.equal(answered, count)
        assert.ok(most <= atOnce, `${most} were out at once`)
      })

      it('bring no answer of another kind, of another job, or with the units of another job', async () => {
        let answer: Answer = { type: 'probed', found: 'idle' }
        const [asker, other] = await pair(async () => answer)
        const record = await recordOf(asker)
        const { units } = gridOf(record.job.spec)
        const [ledger, keep, probe]: Question[] = [{ type: 'ledger', job: record.job.id }, { type: 'keep', record }, { type: 'probe', job: JOB, of: PEER }]
        const wrong: readonly (readonly [Question, Answer])[] = target === 'itself'
          ? [[ledger!, { type: 'probed', found: 'idle' }], [keep!, { type: 'ledger', ledger: ledgerOf(JOB, units) }], [ledger!, { type: 'ledger', ledger: ledgerOf(record.job.id, units + 1) }]]
          : [[probe!, { type: 'ledger', ledger: ledgerOf(JOB, units) }], [keep!, { type: 'ledger', ledger: ledgerOf(record.job.id, units - 1) }]]
        for (const [question, lie] of wrong) {
          answer = lie
          await assert.rejects(world!.settled(asker.ask(other.self, question)), ChannelClosedError)
        }
      })

      it('do not arrive with a job or control word that was not signed by its requester, or with units the job has not', async () => {
        const asked: string[] = []
        const [asker, other] = await pair(async (question) => {
          asked.push(question.type)
          return { type: 'refused', reason: 'full' }
        })
        const record = await recordOf(asker)
        const { units } = gridOf(record.job.spec)
        const flipped = record.job.signature.slice()
        flipped[10] = flipped[10]! ^ 1
        const forgedJob: JobRecord = { job: { ...record.job, signature: flipped }, control: undefined }
        const forgedControl: JobRecord = { job: record.job, control: { ...record.control!, signature: record.job.signature } }
        const epoch = { round: 1, peer: asker.self, instance: 3 }
        const lies: Question[] = target === 'itself'
          ? [{ type: 'keep', record: forgedJob }, { type: 'keep', record: forgedControl }]
          : [{ type: 'hand-off', record: forgedControl, epoch, accepted: unitSet(units), parked: [] }, { type: 'hand-off', record, epoch, accepted: unitSet(units + 1), parked: [] }]
        for (const lie of lies) {
          await assert.rejects(world!.settled(asker.ask(other.self, lie)), ChannelClosedError)
        }
        assert.deepEqual(asked, [])
        assert.deepEqual(await world!.settled(asker.ask(other.self, { type: 'keep', record })), { type: 'refused', reason: 'full' })
      })

      it('end with an error when the other side stops before it has answered', async () => {
        const [asker, other] = await pair(async () => new Promise(() => {}))
        const outcome = Promise.allSettled([asker.ask(other.self, { type: 'ledger', job: JOB })])
        await world!.pass(50)
        await world!.settled(other.stop())
        const [settled] = await world!.settled(outcome)
        assert.ok(settled!.status === 'rejected' && settled!.reason instanceof ChannelClosedError)
      })
    })
  }

  describe('questions', () => {
    it('make their job known: its control words are heard from then on', async () => {
      const heard: string[] = []
      world = await startAll(create, {}, { control: ({ control }) => { heard.push(control.state) } })
      const [asker, other] = world.meshes as [Mesh, Mesh]
      const job = await world.settled(asker.signJob(jobSpec({ requester: asker.self })))
      const control = await world.settled(asker.signControl({ job: job.id, sequence: 1, state: 'paused', priority: 0 }))
      await world.settled(asker.ask(other.self, { type: 'keep', record: { job, control: undefined } }))
      for (let attempt = 0; attempt < 20 && heard.length === 0; attempt++) {
        asker.publishControl(control)
        await world.pass(250)
      }
      assert.ok(heard.includes('paused'))
    })

    it('to a peer that is not there do not hold up those to another', async () => {
      world = await create(3)
      const [asker, other, absent] = world.meshes as [Mesh, Mesh, Mesh]
      for (const mesh of [asker, other]) {
        await world.settled(mesh.start(quietHandlers({ asked: async () => ({ type: 'probed', found: 'idle' }) })))
      }
      await world.until('both to meet', () => asker.peers().length === 1)
      const vain = Promise.allSettled(Array.from({ length: 10 }, () => asker.ask(absent.self, { type: 'ledger', job: JOB })))
      assert.deepEqual(await world.settled(asker.ask(other.self, { type: 'probe', job: JOB, of: absent.self })), { type: 'probed', found: 'idle' })
      assert.ok((await world.settled(vain)).every(({ status }) => status === 'rejected'))
    })
  })
}
