import assert from 'node:assert/strict'
import { CustodyBench, keptPart, keptUnit } from '../../support/custody-bench.ts'
import { MAX_KEPT_JOBS, MAX_KEPT_JOBS_PER_REQUESTER } from '../../../src/farm/custody/limits.ts'
import { CUSTODY_RETENTION_MS } from '../../../src/core/limits.ts'
import { MAX_INCOMING_BYTES } from '../../../src/farm/limits.ts'
import { StoreError } from '../../../src/errors.ts'
import { signControl, signJob } from '../../support/fake-signatures.ts'
import { jobSpec } from '../../support/job-spec.ts'
import type { SignedJob } from '../../../src/core/messages.ts'
import type { Answer } from '../../../src/core/questions.ts'

const DAY_MS = 24 * 3_600_000

async function ask (bench: CustodyBench, job: SignedJob): Promise<Answer> {
  return bench.clock.drive(bench.custodian.answerKeep({ type: 'keep', record: { job, control: undefined } }))
}

async function custody (quotaBytes?: number): Promise<{ readonly bench: CustodyBench, readonly job: SignedJob }> {
  const bench = new CustodyBench(quotaBytes)
  await bench.clock.drive(bench.custodian.open())
  const job = await bench.job()
  return { bench, job }
}

describe('custodian', () => {
  it('keeps a job when it is asked, and tells what it has', async () => {
    const { bench, job } = await custody()
    const answer = await ask(bench, job)
    assert.equal(answer.type, 'ledger')
    assert.equal(await bench.bring(keptUnit(job, 2)), 'accepted')
    assert.equal(await bench.bring(keptUnit(job, 2)), 'duplicate')
    assert.deepEqual([...bench.custodian.kept(job.id)!.values()], [2])
    assert.deepEqual(await bench.sent(job, [1, 2]), [keptUnit(job, 2)])
    const ledger = bench.custodian.ledgerOf(bench.directory.get(job.id)!)
    assert.deepEqual([[...ledger.kept.values()], [...ledger.accepted.values()]], [[2], [2]])
  })

  it('accepts nothing before it is on disk', async () => {
    const { bench, job } = await custody()
    await ask(bench, job)
    bench.store.disk.syncMs = 1_000
    const { head, bytes } = keptUnit(job, 2)
    let answer: string | undefined
    assert.equal(bench.custodian.offer('steward', head), 'take')
    void bench.custodian.take('steward', head, bytes).then((outcome) => { answer = outcome })
    await bench.clock.settle(999)
    assert.deepEqual([answer, bench.custodian.kept(job.id)!.size], [undefined, 0])
    await bench.clock.settle(1)
    assert.equal(answer, 'accepted')
  })

  it('takes results of jobs that it knows, that live, and that are another\'s', async () => {
    const { bench, job } = await custody()
    assert.equal(await bench.bring(keptUnit(job, 2)), 'refused', 'unknown')
    bench.directory.learnJob(job)
    assert.equal(await bench.bring(keptUnit(job, 2)), 'accepted', 'known, although nobody has asked to keep it')
    const own = signJob('me', jobSpec({ requester: 'me' }))
    bench.directory.learnJob(own)
    assert.equal(await bench.bring(keptUnit(own, 2)), 'ended')
    assert.deepEqual(await ask(bench, own), { type: 'refused', reason: 'stale' })
    bench.say(job, 'cancelled')
    assert.equal(await bench.bring(keptUnit(job, 3)), 'ended')
    assert.deepEqual(await ask(bench, job), { type: 'refused', reason: 'ended' })
    await assert.rejects(bench.clock.drive(bench.custodian.keep({ job, control: undefined })), StoreError)
  })

  it('refuses heads that can not be of the job', async () => {
    const { bench, job } = await custody()
    await ask(bench, job)
    const { head } = keptUnit(job, 2)
    for (const wrong of [{ ...head, bytes: head.bytes + 1 }, { ...head, unit: 16 }, { ...head, content: 'sum' as const }, keptPart(job, 2, { first: 2, end: 4 }).head]) {
      assert.equal(bench.custodian.offer('steward', wrong), 'refused')
    }
  })

  it('answers busy when the disk refuses, and takes the result when it does not', async () => {
    const { bench, job } = await custody()
    await ask(bench, job)
    bench.store.disk.fault = 'no space left'
    assert.equal(await bench.bring(keptUnit(job, 2)), 'busy')
    assert.equal(await bench.bring(keptUnit(job, 2)), 'busy')
    assert.equal(bench.log.lines.filter(({ level }) => level === 'warn' || level === 'error').filter(({ message }) => message.includes('could not be kept')).length, 1, 'said once')
    bench.store.disk.fault = undefined
    assert.equal(await bench.bring(keptUnit(job, 2)), 'accepted')
  })

  it('lets what is kept go at the final word, also of a result that comes at that moment', async () => {
    const { bench, job } = await custody()
    await ask(bench, job)
    await bench.bring(keptUnit(job, 2))
    bench.store.disk.syncMs = 100
    const { head, bytes } = keptUnit(job, 3)
    assert.equal(bench.custodian.offer('steward', head), 'take')
    const coming = bench.custodian.take('steward', head, bytes)
    bench.say(job, 'finished')
    await bench.clock.settle(1_000)
    await coming
    assert.equal(bench.custodian.kept(job.id), undefined)
    assert.equal(bench.store.disk.custody.size, 0)
    assert.deepEqual([bench.custodian.scenes(), bench.custodian.bytes], [[], 0])
  })

  it('takes up what it kept, and lets go of what ended meanwhile', async () => {
    const { bench, job } = await custody()
    const other = await bench.job(2)
    for (const one of [job, other]) {
      await ask(bench, one)
      await bench.bring(keptUnit(one, 2))
    }
    const word = signControl('ann', { job: other.id, sequence: 2, state: 'finished', priority: 0 })
    const next = await bench.again([{ job, control: undefined }, { job: other, control: word }])
    assert.deepEqual([...next.custodian.kept(job.id)!.values()], [2])
    assert.equal(next.custodian.kept(other.id), undefined)
    assert.deepEqual([...next.store.disk.custody.keys()], [job.id])
    assert.deepEqual(await next.sent(job, [2]), [keptUnit(job, 2)])
  })

  it('keeps what it does not know the job of, and serves it as soon as it does', async () => {
    const { bench, job } = await custody()
    await ask(bench, job)
    await bench.bring(keptUnit(job, 2))
    const next = await bench.again([])
    assert.equal(next.custodian.kept(job.id), undefined)
    assert.ok(next.custodian.bytes > 0)
    next.directory.learnJob(job)
    await next.clock.settle(10)
    assert.deepEqual([...next.custodian.kept(job.id)!.values()], [2])
    assert.ok(next.custodian.bytes > 0)
  })

  it('lets go of what has not grown for the time of retention, at the start and while it runs', async () => {
    const { bench, job } = await custody()
    await ask(bench, job)
    await bench.bring(keptUnit(job, 2))
    await bench.clock.settle(CUSTODY_RETENTION_MS - DAY_MS)
    assert.equal(bench.store.disk.custody.size, 1)
    await bench.bring(keptUnit(job, 3))
    await bench.clock.settle(CUSTODY_RETENTION_MS - DAY_MS)
    const next = await bench.again()
    assert.equal(next.store.disk.custody.size, 1)
    await next.clock.settle(3 * DAY_MS)
    assert.equal(next.store.disk.custody.size, 0)

    const another = await custody()
    await ask(another.bench, another.job)
    await another.bench.bring(keptUnit(another.job, 2))
    another.bench.clock.jumpWall(CUSTODY_RETENTION_MS + 1)
    assert.equal((await another.bench.again()).store.disk.custody.size, 0)
  })

  it('takes no byte beyond its quota, nor one requester\'s more than half of it', async () => {
    const entry = 100 + 8 * 8 * 16
    const { bench, job } = await custody(6 * entry)
    for (const unit of [0, 1, 2]) {
      assert.equal(await bench.bring(keptUnit(await known(bench, job), unit)), 'accepted')
    }
    assert.equal(await bench.bring(keptUnit(job, 3)), 'refused')
    const bea = await known(bench, signJob('bea', jobSpec({ requester: 'bea' })))
    for (const unit of [0, 1, 2]) {
      assert.equal(await bench.bring(keptUnit(bea, unit)), 'accepted')
    }
    const cid = await known(bench, signJob('cid', jobSpec({ requester: 'cid' })))
    assert.equal(await bench.bring(keptUnit(cid, 0)), 'refused')
    assert.equal(bench.custodian.bytes, 6 * entry)
    bench.say(bea, 'finished')
    await bench.clock.settle(10)
    assert.equal(await bench.bring(keptUnit(cid, 0)), 'accepted')
  })

  it('counts what is on its way to the disk', async () => {
    const entry = 100 + 8 * 8 * 16
    const { bench, job } = await custody(4 * entry)
    await ask(bench, job)
    bench.store.disk.syncMs = 100
    const taking = [0, 1, 2].map((unit) => {
      const { head, bytes } = keptUnit(job, unit)
      return bench.custodian.offer('steward', head) === 'take' ? bench.custodian.take('steward', head, bytes) : Promise.resolve('refused')
    })
    const answers = await bench.clock.drive(Promise.all(taking))
    assert.ok(answers.includes('refused'))
    assert.ok(bench.custodian.bytes <= 2 * entry)
    const outcomes = [await bench.bring(keptUnit(job, 0)), await bench.bring(keptUnit(job, 1))]
    assert.ok(!outcomes.includes('refused'), 'what was on its way takes no room any more')
    assert.equal(await bench.bring(keptUnit(job, 2)), 'refused')
  })

  it('holds no more in memory than what may be on its way', async () => {
    const { bench } = await custody(2 ** 40)
    const job = signJob('ann', jobSpec({ requester: 'ann', width: 8_192, height: 8_192, tile: 2_048 }))
    bench.directory.learnJob(job)
    const head = keptUnit(job, 0, new Uint8Array(1)).head
    const big = { ...head, bytes: 2_048 * 2_048 * 16 }
    const most = MAX_INCOMING_BYTES / big.bytes
    for (let unit = 0; unit < most; unit++) {
      assert.equal(bench.custodian.offer('steward', { ...big, unit, keep: { ...head.keep!, units: { first: unit, end: unit + 1 } } }), 'take')
    }
    const next = { ...big, unit: most, keep: { ...head.keep!, units: { first: most, end: most + 1 } } }
    assert.equal(bench.custodian.offer('steward', next), 'busy')
    bench.custodian.drop('steward', big, new Error('it did not come'))
    assert.equal(bench.custodian.offer('steward', next), 'take')
  })

  it('keeps a bounded number of jobs, of one requester and of all', async () => {
    const { bench } = await custody()
    for (let serial = 0; serial < MAX_KEPT_JOBS_PER_REQUESTER; serial++) {
      assert.equal((await ask(bench, await bench.job(serial))).type, 'ledger')
    }
    const oneMore = await bench.job(MAX_KEPT_JOBS_PER_REQUESTER)
    assert.deepEqual(await ask(bench, oneMore), { type: 'refused', reason: 'full' })
    assert.equal(await bench.bring(keptUnit(oneMore, 0)), 'refused')
    for (let serial = MAX_KEPT_JOBS_PER_REQUESTER; serial < MAX_KEPT_JOBS; serial++) {
      const requester = `requester ${serial % 17}`
      assert.equal((await ask(bench, signJob(requester, jobSpec({ requester, serial })))).type, 'ledger')
    }
    assert.deepEqual(await ask(bench, signJob('zoe', jobSpec({ requester: 'zoe' }))), { type: 'refused', reason: 'full' })
    bench.say(await bench.job(0), 'finished')
    assert.equal((await ask(bench, signJob('zoe', jobSpec({ requester: 'zoe' })))).type, 'ledger')
  }).timeout(20_000)

  it('says that it is full, or that it leaves, when it can not keep a job', async () => {
    const { bench, job } = await custody()
    bench.store.disk.fault = 'read-only'
    assert.deepEqual(await ask(bench, job), { type: 'refused', reason: 'full' })
    bench.store.disk.fault = undefined
    await bench.clock.drive(bench.custodian.close())
    assert.deepEqual(await ask(bench, job), { type: 'refused', reason: 'leaving' })
  })
})

describe('scene of a job that is kept', () => {
  it('is fetched, pinned while the job lives, and let go of then', async () => {
    const { bench, job } = await custody()
    await bench.clock.drive(bench.cache.open())
    await bench.clock.drive(bench.cache.begin([]))
    await ask(bench, job)
    await bench.clock.settle(1_000)
    assert.equal(bench.custodian.bundleOf(job.id), 'whole')
    assert.equal((await bench.clock.drive(bench.cache.clear())).freedBytes, 0)
    bench.say(job, 'finished')
    await bench.clock.settle(1_000)
    assert.ok((await bench.clock.drive(bench.cache.clear())).freedBytes > 0)
    assert.equal(bench.custodian.bundleOf(job.id), 'lacking')
  })

  it('is tried again until somebody has it', async () => {
    const { bench, job } = await custody()
    bench.originIsHere = false
    await ask(bench, job)
    await bench.clock.settle(600_000)
    assert.equal(bench.custodian.bundleOf(job.id), 'lacking')
    bench.originIsHere = true
    bench.custodian.peerJoined()
    await bench.clock.settle(10)
    assert.equal(bench.custodian.bundleOf(job.id), 'whole')
  })

  it('is looked at again after a restart, and every day', async () => {
    const { bench, job } = await custody()
    await ask(bench, job)
    await bench.bring(keptUnit(job, 2))
    await bench.clock.settle(1_000)
    const next = await bench.again()
    await next.clock.settle(1_000)
    assert.equal(next.custodian.bundleOf(job.id), 'whole')
    next.store.disk.blobs.clear()
    await next.clock.settle(DAY_MS)
    assert.equal(next.custodian.bundleOf(job.id), 'whole')
    assert.ok(next.store.disk.blobs.size > 0, 'fetched again')
  })
})

async function known (bench: CustodyBench, job: SignedJob): Promise<SignedJob> {
  bench.directory.learnJob(job)
  return job
}
