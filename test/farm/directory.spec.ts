import assert from 'node:assert/strict'
import fc from 'fast-check'
import { MAX_KNOWN_JOBS, MAX_ROUND_STEP } from '../../src/core/limits.ts'
import { Directory } from '../../src/farm/directory.ts'
import { MAX_LIVE_JOBS_PER_REQUESTER } from '../../src/farm/limits.ts'
import { rememberJobs } from '../../src/farm/remember-jobs.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { readJob, signControl, signJob } from '../support/fake-signatures.ts'
import { jobSpec } from '../support/job-spec.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { MemoryStore } from '../support/memory-store.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import type { JobState } from '../../src/core/job.ts'
import type { Mesh } from '../../src/ports.ts'
import type { Beacon, JobRecord, SignedControl, SignedJob, UnitRange } from '../../src/core/messages.ts'

const STATES: readonly JobState[] = ['running', 'paused', 'cancelled', 'finished']
const DIGEST = '00000000000000ab'

function directory (self = 'me'): Directory {
  return new Directory(self, new MemoryStore(new FakeClock()), new MemoryLog(), () => {})
}

function job (serial: number, requester = 'ann'): SignedJob {
  return signJob(requester, jobSpec({ requester, serial }))
}

function word (of: SignedJob, sequence: number, state: JobState, priority = 0): SignedControl {
  return signControl(of.spec.requester, { job: of.id, sequence, state, priority })
}

/** All that a directory knows, in an order of its own. */
function knowledge (known: Directory): unknown {
  return known.all().toSorted((a, b) => a.signed.id < b.signed.id ? -1 : 1).map(({ signed, control, epoch, done, digest }) => ({
    job: signed.id, control: control?.control, epoch, done, digest
  }))
}

const JOBS = [job(1), job(2), job(3, 'bea')]

type News =
  | { readonly record: JobRecord }
  | { readonly beacon: Beacon }
  | { readonly accepted: readonly [job: string, ranges: readonly UnitRange[]] }

function anyNews (): fc.Arbitrary<News> {
  const which = fc.constantFrom(...JOBS)
  const epoch = fc.record({ round: fc.integer({ min: 1, max: 3 }), peer: fc.constantFrom('ann', 'bea'), instance: fc.nat(2) }, { noNullPrototype: true })
  return fc.oneof(
    fc.tuple(which, fc.nat(4), fc.constantFrom(...STATES), fc.integer({ min: -1, max: 10 }))
      .map(([of, sequence, state, priority]) => ({ record: { job: of, control: word(of, sequence, state, priority) } })),
    which.map((of) => ({ record: { job: of, control: undefined } })),
    fc.tuple(which, epoch, fc.nat(16), fc.constantFrom('00', '01')).map(([of, known, done, digest]) => ({
      beacon: { steward: known.peer, jobs: [{ job: of.id, epoch: known, controlSequence: 1, open: 16 - done, done, digest }] }
    })),
    fc.tuple(which, fc.nat(15)).map(([of, first]) => ({ accepted: [of.id, [{ first, end: first + 1 }]] as const }))
  )
}

function learn (known: Directory, news: News): void {
  if ('record' in news) {
    known.learnRecord(news.record)
  } else if ('beacon' in news) {
    known.learnBeacon(news.beacon)
  } else {
    known.learnAccepted(...news.accepted)
  }
}

describe('what a peer knows of jobs', () => {
  it('is the same in whatever order it was heard, and however often (S7)', () => {
    fc.assert(fc.property(fc.array(anyNews(), { maxLength: 20 }), fc.nat(), (news, seed) => {
      const random = new SeededRandom(seed)
      const [first, second] = [directory(), directory()]
      // A word about a job that is not known can not be kept: it comes again with the job.
      for (const known of [first, second]) {
        JOBS.forEach((one) => known.learnJob(one))
      }
      news.forEach((one) => { learn(first, one) })
      random.shuffle([...news, ...news, ...news.slice(0, 3)]).forEach((one) => { learn(second, one) })
      assert.deepEqual(knowledge(second), knowledge(first))
    }), { numRuns: 300 })
  })

  it('spreads by digest exchange until both know the same', () => {
    fc.assert(fc.property(fc.array(anyNews(), { maxLength: 15 }), fc.array(anyNews(), { maxLength: 15 }), (mine, theirs) => {
      const [here, there] = [directory('here'), directory('there')]
      mine.forEach((news) => { learn(here, news) })
      theirs.forEach((news) => { learn(there, news) })
      for (let round = 0; round < 2; round++) {
        here.recordsFor(there.digests(0)).forEach((record) => { there.learnRecord(record) })
        there.recordsFor(here.digests(0)).forEach((record) => { here.learnRecord(record) })
      }
      assert.deepEqual(here.all().map(({ signed }) => signed.id).sort(), there.all().map(({ signed }) => signed.id).sort())
      for (const { signed, control } of here.all()) {
        const other = there.get(signed.id)!.control
        const both = [control?.control.state, other?.control.state].map((state) => state === 'cancelled' || state === 'finished')
        assert.equal(both[0], both[1], 'both know that it has ended, or neither')
      }
      assert.deepEqual(here.recordsFor(there.digests(0)), [])
    }))
  })

  it('never goes back: not to an earlier word, not from the end, not to a lower stewardship (S4)', () => {
    const known = directory()
    const [one] = JOBS as [SignedJob]
    known.learnRecord({ job: one, control: word(one, 5, 'paused') })
    known.learnControl(word(one, 4, 'running'))
    assert.equal(known.stateOf(known.get(one.id)!), 'paused')
    known.learnControl(word(one, 6, 'cancelled'))
    known.learnControl(word(one, 7, 'running'))
    assert.equal(known.stateOf(known.get(one.id)!), 'cancelled')
    assert.deepEqual(known.live(), [])
    const told = (round: number, instance: number, done: number, steward = 'ann'): void => {
      known.learnBeacon({ steward, jobs: [{ job: one.id, epoch: { round, peer: 'ann', instance }, controlSequence: 1, open: 0, done, digest: DIGEST }] })
    }
    told(2, 3, 7)
    told(1, 9, 12)
    told(2, 2, 12)
    told(3, 1, 12, 'bea')
    assert.deepEqual([known.get(one.id)!.epoch, known.get(one.id)!.done], [{ round: 2, peer: 'ann', instance: 3 }, 7])
    told(2, 3, 6)
    assert.equal(known.get(one.id)!.done, 7)
    told(3, 0, 2)
    assert.equal(known.get(one.id)!.done, 2, 'a new steward knows what it has')
  })

  it('obeys the highest stewardship in its next life too; the first one everybody expects (S4)', async () => {
    const store = new MemoryStore(new FakeClock())
    const known = new Directory('me', store, new MemoryLog(), () => {})
    const [one, two] = JOBS as [SignedJob, SignedJob]
    known.learnJob(one)
    known.learnJob(two)
    assert.ok(known.learnEpoch(one.id, { round: 1, peer: 'ann', instance: 4 }))
    assert.deepEqual([...store.disk.records.get(one.id)!.keys()], ['job'])
    assert.ok(known.learnEpoch(one.id, { round: 2, peer: 'cid', instance: 1 }))
    assert.ok(!known.learnEpoch(one.id, { round: 2, peer: 'bea', instance: 9 }))
    assert.ok(!known.learnEpoch(one.id, { round: 2, peer: 'cid', instance: 1 }))
    const mesh = { readJob: async (bytes: Uint8Array, signature: Uint8Array) => readJob(bytes, signature), readControl: async () => { throw new Error('none was kept') } } as unknown as Mesh
    const again = new Directory('me', store, new MemoryLog(), () => {})
    await rememberJobs({ mesh, store, log: new MemoryLog() }, again)
    assert.deepEqual(again.get(one.id)!.epoch, { round: 2, peer: 'cid', instance: 1 })
    assert.equal(again.get(two.id)!.epoch, undefined)
  })

  it('writes down later what the disk refused: a job that was cancelled meanwhile does not come back in the next life', async () => {
    const clock = new FakeClock()
    const store = new MemoryStore(clock)
    const log = new MemoryLog()
    const known = new Directory('me', store, log, () => {})
    const [one] = JOBS as [SignedJob]
    known.learnJob(one)
    await clock.settle(0)
    store.disk.fault = 'no space left'
    known.learnControl(word(one, 2, 'cancelled'))
    known.learnEpoch(one.id, { round: 2, peer: 'cid', instance: 1 })
    await clock.settle(0)
    known.saveAgain()
    await clock.settle(0)
    assert.deepEqual([...store.disk.records.get(one.id)!.keys()], ['job'])
    store.disk.fault = undefined
    known.saveAgain()
    await clock.settle(0)
    assert.deepEqual([...store.disk.records.get(one.id)!.keys()], ['job', 'control', 'epoch'])
    assert.deepEqual(store.disk.records.get(one.id)!.get('control'), { type: 'control', bytes: word(one, 2, 'cancelled').bytes, signature: word(one, 2, 'cancelled').signature })
  })

  it('does not believe in a round that nobody could outbid, however it is told', () => {
    const known = directory()
    const [one] = JOBS as [SignedJob]
    known.learnJob(one)
    known.learnBeacon({ steward: 'eve', jobs: [{ job: one.id, epoch: { round: MAX_ROUND_STEP + 2, peer: 'eve', instance: 1 }, controlSequence: 1, open: 0, done: 16, digest: DIGEST }] })
    assert.deepEqual([known.get(one.id)!.epoch, known.get(one.id)!.done], [undefined, 0])
    assert.ok(known.learnEpoch(one.id, { round: MAX_ROUND_STEP + 1, peer: 'eve', instance: 1 }), 'the highest step that is taken')
    assert.ok(known.learnEpoch(one.id, { round: MAX_ROUND_STEP + 2, peer: 'ann', instance: 1 }), 'it can be outbid')
  })

  it('counts accepted units by what workers were told, and does not read a liar\'s list to its end', () => {
    const known = directory()
    const [one] = JOBS as [SignedJob]
    known.learnJob(one)
    known.learnAccepted(one.id, [{ first: 3, end: 6 }, { first: 8, end: 9 }])
    known.learnAccepted(one.id, [{ first: 4, end: 7 }])
    assert.equal(known.get(one.id)!.done, 5)
    known.learnAccepted(one.id, [{ first: 0, end: 1 }, { first: 0, end: 16 }, { first: 15, end: 16 }])
    assert.equal(known.get(one.id)!.done, 6)
    const began = performance.now()
    known.learnAccepted(one.id, Array.from({ length: 4_096 }, () => ({ first: 0, end: 1_000_000 })))
    assert.ok(performance.now() - began < 1_000)
    known.learnAccepted('f'.repeat(64), [{ first: 0, end: 1 }])
  })
})

describe('the number of jobs a peer knows', () => {
  it('is bounded for each requester: one live job more is not taken in, an own one is', () => {
    const known = directory('me')
    for (let serial = 1; serial <= MAX_LIVE_JOBS_PER_REQUESTER; serial++) {
      assert.ok(known.learnJob(job(serial)))
      assert.ok(known.learnJob(job(serial, 'me')))
    }
    assert.ok(!known.learnJob(job(MAX_LIVE_JOBS_PER_REQUESTER + 1)))
    assert.ok(known.learnJob(job(1, 'bea')), 'others are not pushed out')
    assert.ok(known.learnJob(job(MAX_LIVE_JOBS_PER_REQUESTER + 1, 'me')))
    const [first] = known.all()
    known.learnControl(word(first!.signed, 1, 'finished'))
    assert.ok(known.learnJob(job(MAX_LIVE_JOBS_PER_REQUESTER + 1)))
  }).timeout(30_000)

  it('is bounded in all: the oldest that has ended goes first', () => {
    const known = directory('me')
    const jobs = Array.from({ length: MAX_KNOWN_JOBS }, (_, index) => job(index, `requester${index % 8}`))
    jobs.forEach((one) => { assert.ok(known.learnJob(one)) })
    assert.ok(!known.learnJob(job(1, 'late')))
    known.learnControl(word(jobs[9]!, 1, 'cancelled'))
    known.learnControl(word(jobs[5]!, 1, 'finished'))
    assert.ok(known.learnJob(job(1, 'late')))
    assert.equal(known.all().length, MAX_KNOWN_JOBS)
    assert.equal(known.get(jobs[5]!.id), undefined)
    assert.ok(known.get(jobs[9]!.id) !== undefined)
  }).timeout(30_000)
})

describe('digests of more jobs than one exchange holds', () => {
  const MANY = 2_500
  const all = Array.from({ length: MANY }, (_, index) => job(index, `requester${index % 4}`))

  function knowing (jobs: readonly SignedJob[]): Directory {
    const known = directory('me')
    jobs.forEach((one) => { assert.ok(known.learnJob(one)) })
    return known
  }

  it('speak of a run of them: peers that know the same have nothing to tell each other, wherever the run begins', () => {
    const [here, there] = [knowing(all), knowing(all.toReversed())]
    for (const at of [0, 0.3, 0.61, 0.999]) {
      assert.equal(here.digests(at).length, 1_000)
      assert.deepEqual(there.recordsFor(here.digests(at)), [])
    }
  })

  it('find every job that the other lacks, at either end of the order too, within a few exchanges', () => {
    const sorted = all.toSorted((a, b) => a.id < b.id ? -1 : 1)
    const lacks = [0, 1, 700, 1_234, MANY - 1].map((index) => sorted[index]!)
    const [here, there] = [knowing(all.filter((one) => !lacks.includes(one))), knowing(all)]
    const random = new SeededRandom(5)
    for (let exchange = 0; exchange < 16; exchange++) {
      there.recordsFor(here.digests(random.next())).forEach((record) => { here.learnRecord(record) })
    }
    assert.ok(lacks.every(({ id }) => here.get(id) !== undefined))
  })

  it('do not push out what a full peer knows for jobs that have ended', () => {
    const full = knowing(Array.from({ length: MAX_KNOWN_JOBS }, (_, index) => job(index, `requester${index % 8}`)))
    const ended = job(1, 'late')
    full.learnControl(word(full.all()[0]!.signed, 1, 'finished'))
    assert.ok(!full.learnRecord({ job: ended, control: word(ended, 2, 'finished') }))
    assert.ok(full.learnRecord({ job: ended, control: word(ended, 1, 'running') }))
  }).timeout(30_000)
})
