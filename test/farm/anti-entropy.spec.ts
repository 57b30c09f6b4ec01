import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { SeededRandom, seeds } from '../support/seeded-random.ts'
import { World } from '../support/world.ts'
import type { JobId, PeerId } from '../../src/core/ids.ts'

/** Connections are made again after a second, and digests are exchanged at once. */
const SECONDS_MS = 8_000

/** Stewardships that moved while peers were apart are given back, or settle. */
const OTHERS_TAKEN_OVER_MS = 60_000

/** Meetings of all after which they agree who stewards what, although no beacon is heard. */
const MEETINGS = 3

/** All that a peer is to know of a job some seconds after it met the others. */
interface View {
  readonly job: JobId
  readonly state: string
  readonly epoch: string
}

/** All connections break and are made again. */
function meetAgain (world: World, peers: readonly PeerId[]): void {
  for (const [index, peer] of peers.entries()) {
    for (const other of peers.slice(index + 1)) {
      world.network.disconnect(peer, other)
    }
  }
}

/** What a peer says of its jobs when it is asked by another. */
async function viewOf (world: World, peer: PeerId, asker: PeerId): Promise<View[]> {
  const views: View[] = []
  for (const { job, state } of world.peer(peer).farm.jobs()) {
    const answer = await world.drive(world.network.mesh(asker).ask(peer, { type: 'ledger', job }))
    const epoch = answer.type === 'ledger' ? answer.ledger.epoch : undefined
    views.push({ job, state, epoch: epoch === undefined ? '' : `${epoch.round} ${epoch.peer} ${epoch.instance}` })
  }
  return views.sort((a, b) => a.job < b.job ? -1 : 1)
}

describe('a mesh without any gossip', () => {
  it('knows all jobs, control words and stewardships some seconds after a peer connected', async () => {
    const world = new World(5, { gossip: { drop: 1 } })
    await world.start('A', { work: 'off' })
    await world.start('B', { work: 'off' })
    await world.settle(1_000)
    const jobs = [await world.render('A'), await world.render('B', { samples: 32 }), await world.render('A', { samples: 16 })]
    await world.drive(world.peer('A').farm.cancel(jobs[0]!))
    await world.drive(world.peer('B').farm.pause(jobs[1]!))
    await world.start('C', { work: 'off' })
    await world.settle(5_000)
    const views = await viewOf(world, 'C', 'A')
    assert.deepEqual(new Map(views.map(({ job, state }) => [job, state])), new Map([[jobs[0], 'cancelled'], [jobs[1], 'paused'], [jobs[2], 'running']].map(([job, state]) => [job!, state!])))
    for (const { job, state, epoch } of views) {
      assert.ok(state === 'cancelled' || epoch === (await viewOf(world, job === jobs[1] ? 'B' : 'A', 'C')).find((one) => one.job === job)!.epoch, `the stewardship of a ${state} job`)
    }
  })

  it('tells the latest word of a requester to a peer that knew an older one, and never an older one to it', async () => {
    const world = new World(8, { gossip: { drop: 1 } })
    for (const peer of ['A', 'B', 'C']) {
      await world.start(peer, { work: 'off' })
    }
    const job = await world.render('A')
    const stateAt = (peer: PeerId): string | undefined => world.peer(peer).farm.jobs().find((one) => one.job === job)?.state
    meetAgain(world, ['A', 'B', 'C'])
    await world.settle(SECONDS_MS)
    assert.deepEqual(['A', 'B', 'C'].map(stateAt), ['running', 'running', 'running'])
    world.network.partition(['A', 'B'], ['C'])
    await world.drive(world.peer('A').farm.pause(job))
    meetAgain(world, ['A', 'B'])
    await world.settle(SECONDS_MS)
    world.network.partition(['A'], ['B'], ['C'])
    await world.settle(30_000)
    world.network.heal('B', 'C')
    await world.settle(SECONDS_MS)
    assert.deepEqual(['A', 'B', 'C'].map(stateAt), ['paused', 'paused', 'paused'])
  })

  it('renders a job to its end with a worker that came late', async () => {
    const world = new World(6, { gossip: { drop: 1 } })
    await world.start('A', { work: 'off' })
    const job = await world.render('A')
    await world.settle(60_000)
    await world.start('B')
    assert.ok(await world.until(() => world.peer('A').farm.jobs().find((one) => one.job === job)?.state === 'finished', 180_000))
  })

  it('lets those who would take a job over know what was accepted of it', async () => {
    const world = new World(7, { gossip: { drop: 1 } })
    for (const peer of ['A', 'B', 'C']) {
      await world.start(peer, peer === 'A' ? {} : { work: 'off' })
    }
    const job = await world.render('A')
    const knows = async (peer: PeerId): Promise<number> => {
      const answer = await world.drive(world.network.mesh('A').ask(peer, { type: 'ledger', job }))
      return answer.type === 'ledger' ? answer.ledger.accepted.size : 0
    }
    await world.settle(63_000)
    for (const peer of ['B', 'C']) {
      assert.ok(await knows(peer) >= 16, `${peer} knows of ${await knows(peer)} accepted units`)
    }
  })

  for (const seed of seeds(15)) {
    it(`comes to one view, in whatever order its peers meet, and a cancelled job stays so (seed ${seed})`, async () => {
      const random = new SeededRandom(seed)
      const world = new World(seed, { gossip: { drop: 1 } })
      const peers = ['A', 'B', 'C', 'D', 'E']
      for (const peer of peers) {
        await world.start(peer, { work: 'off' })
      }
      await world.settle(2_000)
      const cancelled = new Set<JobId>()
      const alone = (): void => { world.network.partition(...random.shuffle(peers).map((peer) => [peer])) }
      for (let step = 0; step < 8; step++) {
        if (random.chance(0.5)) {
          alone()
        } else {
          const mixed = random.shuffle(peers)
          world.network.heal()
          world.network.partition(mixed.slice(0, 2), mixed.slice(2, 4))
        }
        const requester = random.pick(peers)
        const job = await world.render(requester, { samples: 16 + step, output: `/out/${step}.png` })
        await world.settle(random.int(0, 8_000))
        if (random.chance(0.5)) {
          await world.drive(world.peer(requester).farm.cancel(job))
          cancelled.add(job)
        }
        if (random.chance(0.4)) {
          const victim = random.pick(peers)
          const disk = world.kill(victim)
          await world.settle(random.int(0, 4_000))
          await world.restart(victim, disk)
        }
        for (const peer of peers) {
          for (const one of world.peer(peer).farm.jobs()) {
            if (one.state === 'cancelled') {
              cancelled.add(one.job)
            }
          }
        }
      }
      world.network.heal()
      meetAgain(world, peers)
      await world.settle(SECONDS_MS)
      const [first, ...others] = await Promise.all(peers.map(async (peer) => world.peer(peer).farm.jobs().map(({ job, state }) => `${job} ${state}`).sort()))
      assert.equal(first!.length, 8)
      for (const other of others) {
        assert.deepEqual(other, first)
      }
      for (const line of first!) {
        const [job, state] = line.split(' ')
        assert.equal(state === 'cancelled', cancelled.has(job!), `${job} is ${state}`)
      }
      await world.settle(OTHERS_TAKEN_OVER_MS)
      // A requester that hears at one meeting that its job was taken over takes it back, which the others hear of at the next.
      let epochs: View[][] = []
      for (let meeting = 0; meeting < MEETINGS && (epochs.length === 0 || !epochs.every((one) => isDeepStrictEqual(one, epochs[0]))); meeting++) {
        meetAgain(world, peers)
        await world.settle(SECONDS_MS)
        epochs = await Promise.all(peers.map(async (peer) => (await viewOf(world, peer, peer === 'A' ? 'B' : 'A')).filter(({ state }) => state === 'running')))
      }
      for (const other of epochs) {
        assert.deepEqual(other, epochs[0], 'one stewardship of each job is obeyed by all')
      }
    }).timeout(20_000)
  }
})
