import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import * as any from '../support/arbitraries.ts'
import { fakeFilm } from '../support/fake-pixels.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { lastEvent, SCENE, World, worldSpec } from '../support/world.ts'
import type { Epoch } from '../../src/core/epoch.ts'
import type { JobId } from '../../src/core/ids.ts'
import type { FakeMesh } from '../support/fake-mesh.ts'

/** Messages of each kind that a malicious member sends. FUZZ_RUNS=1000000 for a long run. */
const RUNS = Math.ceil(Number(process.env['FUZZ_RUNS'] ?? 100_000) / 10)
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

/** Messages between two moments of the world's time. */
const BURST = 200

/** Makes a message that means nothing here mean something: the real job, its epoch, small units and grants, most of the time. */
function aimed (value: unknown, at: { readonly job: JobId, readonly epoch: Epoch }, random: SeededRandom): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => aimed(item, at, random))
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Map) {
    return value
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => {
    const hit = random.next() < 0.8
    switch (key) {
      case 'job': return [key, hit && typeof item === 'string' ? at.job : item]
      case 'epoch': return [key, hit ? at.epoch : item]
      case 'grant': return [key, hit ? Math.floor(random.next() * 40) : item]
      case 'fingerprint': return [key, hit ? 'fake 1' : item]
      case 'unit': return [key, hit ? Math.floor(random.next() * 70) : item]
      default: return [key, aimed(item, at, random)]
    }
  }))
}

describe(`a member that sends what it should not, SEED=${SEED}`, function () {
  this.timeout(600_000)

  /** Lets a member M run wild while B and C render for A; the job ends with the right film, and nothing M did is counted. */
  async function survives (attack: (mesh: FakeMesh, at: { readonly job: JobId, readonly epoch: Epoch }, random: SeededRandom, world: World) => Promise<void>): Promise<void> {
    const world = new World(SEED % 1_000)
    const a = await world.start('A', { work: 'off' })
    await world.start('B')
    await world.start('C')
    await world.start('M', { work: 'off' })
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    const epoch = a.store.disk.journal(job).entries.flatMap(({ record }) => record.type === 'epoch' ? [record.epoch] : [])[0]!
    await world.settle(2_000)
    await attack(world.network.mesh('M'), { job, epoch }, new SeededRandom(SEED), world)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 600_000), 'the job ends')
    const done = lastEvent(events, 'done')!
    assert.equal(done.filmHash, a.darkroom.filmHash([a.darkroom.frameHash(fakeFilm(SCENE, worldSpec()))]))
    assert.equal(done.byPeer['M'], undefined)
    assert.ok(events.length < Math.max(10_000, RUNS / 10), `${events.length} events`)
  }

  it(`as a worker: ${RUNS} messages to the steward`, async () => {
    const samples = fc.sample(any.anyWorkerMessage, { seed: SEED, numRuns: 500 })
    await survives(async (mesh, at, random, world) => {
      let channel = await world.drive(mesh.openLease('A'))
      for (let sent = 0; sent < RUNS;) {
        for (let burst = 0; burst < BURST; burst++, sent++) {
          const message = samples[Math.floor(random.next() * samples.length)]!
          channel.send(aimed(message, at, random) as typeof message).catch(() => {})
        }
        await world.settle(20)
        if (random.next() < 0.3) {
          channel.abort(new Error('abandoned'))
          channel = await world.drive(mesh.openLease('A'))
        }
      }
      channel.abort(new Error('done'))
    })
  })

  it('as a worker of results: thousands of heads, some with pixels', async () => {
    const samples = fc.sample(any.anyResultHead, { seed: SEED, numRuns: 500 })
    await survives(async (mesh, at, random, world) => {
      for (let stream = 0; stream < 20; stream++) {
        const sender = await world.drive(mesh.openResults('A'))
        for (let sent = 0; sent < 200; sent++) {
          const head = { ...aimed(samples[Math.floor(random.next() * samples.length)]!, at, random) as typeof samples[0], bytes: 8 * 8 * 16, content: 'mean' as const }
          sender.deliver(head, new Uint8Array(head.bytes)).then((answer) => { assert.notEqual(answer, 'accepted') }, () => {})
        }
        await world.settle(20)
        await world.drive(sender.close())
      }
    })
  })

  it('as a neighbour: digests, gossip and streams that are opened and left', async () => {
    const digests = fc.sample(any.anyDigestExchange, { seed: SEED, numRuns: 200 })
    const beacons = fc.sample(any.anyBeacon, { seed: SEED, numRuns: 200 })
    await survives(async (mesh, at, random, world) => {
      for (let round = 0; round < 100; round++) {
        for (const peer of ['A', 'B', 'C']) {
          const exchange = aimed(digests[Math.floor(random.next() * digests.length)]!, at, random) as typeof digests[0]
          mesh.exchangeDigests(peer, { ...exchange, records: [] }).catch(() => {})
          mesh.openView(peer, { job: at.job, kind: random.next() < 0.5 ? 'live' : 'film' }).then((channel) => { channel.abort(new Error('left')) }, () => {})
          mesh.openBlobs(peer).then((channel) => {
            channel.request('f'.repeat(64), 0, 1).catch(() => {})
          }, () => {})
        }
        const beacon = aimed(beacons[Math.floor(random.next() * beacons.length)]!, at, random) as typeof beacons[0]
        mesh.publishBeacon({ ...beacon, steward: 'M' })
        await world.settle(20)
      }
    })
  })
})
