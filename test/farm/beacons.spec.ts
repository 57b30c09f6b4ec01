import assert from 'node:assert/strict'
import { SUSPECT_AFTER_MS } from '../../src/core/limits.ts'
import { Beacons, MAX_BEACON_JOBS } from '../../src/farm/beacons.ts'
import { BEACON_MAX_MS, BEACON_MIN_MS } from '../../src/farm/limits.ts'
import { FakeClock } from '../support/fake-clock.ts'
import type { Beacon, BeaconJob } from '../../src/core/messages.ts'
import type { StewardDesk } from '../../src/farm/steward-desk.ts'
import type { Mesh } from '../../src/ports.ts'

describe('beacons', () => {
  let clock: FakeClock
  let told: { readonly atMs: number, readonly jobs: readonly string[] }[]

  /** The beacons of a peer that stewards so many jobs, of which nothing changes. */
  async function beaconsOf (count: number, forMs: number): Promise<void> {
    clock = new FakeClock()
    told = []
    const all = Array.from({ length: count }, (_, index) => ({ beacon: () => ({ job: `job ${index}` }) as BeaconJob }))
    const mesh = { self: 'self', publishBeacon: ({ jobs }: Beacon) => { told.push({ atMs: clock.nowMs(), jobs: jobs.map(({ job }) => job) }) } }
    const beacons = new Beacons(mesh as unknown as Mesh, { all: () => all } as unknown as StewardDesk, () => [], clock)
    beacons.start()
    await clock.settle(forMs)
    beacons.stop()
  }

  /** The longest time for which a job was not told of. */
  function longestSilenceMs (): number {
    const lastMs = new Map<string, number>()
    let longest = 0
    for (const { atMs, jobs } of told) {
      for (const job of jobs) {
        longest = Math.max(longest, atMs - (lastMs.get(job) ?? atMs))
        lastMs.set(job, atMs)
      }
    }
    return longest
  }

  it('come every ten seconds while nothing changes', async () => {
    await beaconsOf(MAX_BEACON_JOBS, 5 * BEACON_MAX_MS)
    assert.deepEqual(told.map(({ atMs, jobs }) => [atMs, jobs.length]), [1, 2, 3, 4, 5].map((turn) => [turn * BEACON_MAX_MS, MAX_BEACON_JOBS]))
  })

  it('tell of every job as often, however many there are', async () => {
    for (const count of [MAX_BEACON_JOBS + 1, 200, 640]) {
      await beaconsOf(count, 10 * BEACON_MAX_MS)
      assert.equal(new Set(told.flatMap(({ jobs }) => jobs)).size, count)
      assert.ok(longestSilenceMs() <= BEACON_MAX_MS + BEACON_MIN_MS, `${count} jobs: ${longestSilenceMs()} ms`)
    }
  })

  it('are never more than one a second, and even a thousand jobs are told of before anybody takes them over', async () => {
    await beaconsOf(1_024, 10 * BEACON_MAX_MS)
    assert.ok(told.every(({ atMs }, index) => index === 0 || atMs - told[index - 1]!.atMs >= BEACON_MIN_MS))
    assert.ok(longestSilenceMs() < SUSPECT_AFTER_MS, `${longestSilenceMs()} ms`)
  })

  it('tell of what is about to be taken over at once and first, all of it together', async () => {
    const beaconing = new FakeClock()
    const heard: string[][] = []
    const mesh = { self: 'self', publishBeacon: ({ jobs }: Beacon) => { heard.push(jobs.map(({ job }) => job)) } }
    const about: BeaconJob[] = []
    const beacons = new Beacons(mesh as unknown as Mesh, { all: () => [{ beacon: () => ({ job: 'old' }) as BeaconJob }] } as unknown as StewardDesk, () => about, beaconing)
    beacons.start()
    about.push({ job: 'one' } as BeaconJob, { job: 'two' } as BeaconJob)
    beacons.changed()
    beacons.changed()
    await beaconing.settle(BEACON_MIN_MS - 1)
    assert.deepEqual(heard, [['one', 'two', 'old']])
    beacons.stop()
  })
})
