import assert from 'node:assert/strict'
import {
  BEACON_MAX_MS, MAX_UNKNOWN_STEWARDS, UNKNOWN_ASKED_AT_ONCE, UNKNOWN_PAUSE_FIRST_MS, UNKNOWN_PAUSE_LAST_MS, UNKNOWN_SPREAD_MS
} from '../../src/farm/limits.ts'
import { UnknownJobs } from '../../src/farm/unknown-jobs.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { World } from '../support/world.ts'
import type { JobId, PeerId } from '../../src/core/ids.ts'
import type { Beacon } from '../../src/core/messages.ts'

function beacon (steward: PeerId, ...jobs: JobId[]): Beacon {
  return { steward, jobs: jobs.map((job) => ({ job, epoch: { round: 2, peer: steward, instance: 1 }, controlSequence: 0, open: 1, done: 0, digest: '0'.repeat(16) })) }
}

describe('jobs that only a beacon told of', () => {
  let clock: FakeClock
  let known: Set<JobId>
  let asked: PeerId[]
  let answer: (peer: PeerId) => Promise<void>
  let unknown: UnknownJobs

  beforeEach(() => {
    clock = new FakeClock()
    known = new Set(['known'])
    asked = []
    answer = async () => {}
    unknown = new UnknownJobs({
      self: 'self',
      clock,
      random: new SeededRandom(1),
      knows: (job) => known.has(job),
      exchange: async (peer) => {
        asked.push(peer)
        await answer(peer)
      }
    })
  })

  afterEach(() => { unknown.stop() })

  it('are asked for at the steward that told, soon and once', async () => {
    unknown.heard(beacon('ann', 'known', 'a', 'b'))
    assert.deepEqual(asked, [], 'the record may be on its way')
    unknown.heard(beacon('ann', 'known', 'a', 'b'))
    await clock.settle(UNKNOWN_SPREAD_MS)
    assert.deepEqual(asked, ['ann'])
    await clock.settle(UNKNOWN_PAUSE_FIRST_MS)
    assert.deepEqual(asked, ['ann'], 'it has said nothing since')
  })

  it('are not asked for when all are known, when they are this peer\'s, or when the record came meanwhile', async () => {
    unknown.heard(beacon('ann', 'known'))
    unknown.heard(beacon('self', 'a'))
    unknown.heard(beacon('bob', 'b'))
    known.add('b')
    await clock.settle(UNKNOWN_SPREAD_MS)
    assert.deepEqual(asked, [])
  })

  it('are asked for ever more rarely while it does not help', async () => {
    const hours = 4
    for (let ms = 0; ms < hours * 3_600_000; ms += BEACON_MAX_MS) {
      unknown.heard(beacon('liar', `job ${ms}`))
      await clock.settle(BEACON_MAX_MS)
    }
    const rare = hours * 3_600_000 / UNKNOWN_PAUSE_LAST_MS
    const doublings = Math.log2(UNKNOWN_PAUSE_LAST_MS / UNKNOWN_PAUSE_FIRST_MS)
    assert.ok(asked.length <= rare + doublings + 1, `asked ${asked.length} times`)
    assert.ok(asked.length >= rare - 1, 'it is never given up')
  })

  it('are asked for at once again where asking has helped', async () => {
    answer = async () => { known.add('a') }
    unknown.heard(beacon('ann', 'a'))
    await clock.settle(UNKNOWN_SPREAD_MS)
    unknown.heard(beacon('ann', 'a'))
    unknown.heard(beacon('ann', 'a', 'b'))
    await clock.settle(UNKNOWN_SPREAD_MS)
    assert.deepEqual(asked, ['ann', 'ann'])
  })

  it('are asked for at so many stewards at once, and not at one more', async () => {
    const answers: (() => void)[] = []
    answer = async () => new Promise((resolve) => { answers.push(resolve) })
    for (let i = 0; i <= UNKNOWN_ASKED_AT_ONCE; i++) {
      unknown.heard(beacon(`steward ${i}`, 'a'))
    }
    await clock.settle(UNKNOWN_SPREAD_MS * (UNKNOWN_ASKED_AT_ONCE + 2))
    assert.equal(asked.length, UNKNOWN_ASKED_AT_ONCE)
    answers[0]!()
    await clock.settle(UNKNOWN_SPREAD_MS)
    assert.equal(asked.length, UNKNOWN_ASKED_AT_ONCE + 1)
  })

  it('of so many stewards are remembered, and of not one more until one of them has been asked', async () => {
    const answers: (() => void)[] = []
    answer = async () => new Promise((resolve) => { answers.push(resolve) })
    for (let i = 0; i <= MAX_UNKNOWN_STEWARDS; i++) {
      unknown.heard(beacon(`steward ${i}`, 'a'))
    }
    for (let round = 0; round < 2 * MAX_UNKNOWN_STEWARDS; round++) {
      await clock.settle(UNKNOWN_SPREAD_MS)
      answers.splice(0).forEach((resolve) => { resolve() })
    }
    assert.equal(new Set(asked).size, MAX_UNKNOWN_STEWARDS)
    assert.equal(asked.includes(`steward ${MAX_UNKNOWN_STEWARDS}`), false)
    unknown.heard(beacon('late', 'a'))
    await clock.settle(UNKNOWN_SPREAD_MS)
    assert.equal(asked.at(-1), 'late')
  })

  it('are asked for no more once it was stopped', async () => {
    unknown.heard(beacon('ann', 'a'))
    unknown.stop()
    unknown.heard(beacon('bob', 'b'))
    await clock.settle(UNKNOWN_SPREAD_MS)
    assert.deepEqual(asked, [])
  })

  it('become known within seconds where gossip lost the record, long before the next digest exchange', async () => {
    const world = new World(5)
    await world.start('A')
    await world.start('B', { work: 'off' })
    await world.settle(1_000)
    world.network.gossip.drop = 1
    const job = await world.render('A')
    await world.settle(500)
    const isKnown = (): boolean => world.peer('B').farm.jobs().some((one) => one.job === job)
    assert.equal(isKnown(), false)
    world.network.gossip.drop = 0
    assert.ok(await world.until(isKnown, 5_000), 'it learns the job')
  })
})
