import assert from 'node:assert/strict'
import { ranked } from '../../../src/core/succession/rank.ts'
import { lastEvent, unitEvents, World } from '../../support/world.ts'
import type { RenderRequest } from '../../../src/api.ts'
import type { JobId, PeerId } from '../../../src/core/ids.ts'
import type { Beacon } from '../../../src/core/messages.ts'
import type { FarmEvent } from '../../../src/ports.ts'

/** Units of the world's job: 8 × 8 tiles. */
const UNITS = 64

/** A world of members of which A has work done; each unit takes ten seconds, so that a job takes minutes. */
async function worldOf (peers: readonly PeerId[], seed: number): Promise<World> {
  const world = new World(seed)
  for (const id of peers) {
    await world.start(id, { msPerUnit: 10_000 })
  }
  await world.settle(2_000)
  return world
}

/** The film of a job that nothing happened to. */
async function undisturbed (request: Partial<RenderRequest> = {}): Promise<string> {
  const world = await worldOf(['A', 'B'], 1)
  const job = await world.render('A', request)
  const events = world.follow('A', job)
  assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 3_600_000))
  return lastEvent(events, 'done')!.filmHash!
}

async function ended (world: World, id: PeerId, job: JobId, limitMs = 1_200_000): Promise<FarmEvent & { event: 'done' }> {
  const events = world.follow(id, job)
  assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, limitMs), `the job ends: ${JSON.stringify(events.slice(-2))}`)
  return lastEvent(events, 'done')!
}

function doneAt (world: World, id: PeerId, job: JobId): number {
  return world.peer(id).farm.jobs().find((one) => one.job === job)?.done ?? 0
}

/** Units of a job that lie on the disks of others, and at how many of them each. */
function copies (world: World, job: JobId, peers: readonly PeerId[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const peer of peers) {
    const units = new Set<number>()
    for (const { head } of world.peer(peer).store.disk.custody.get(job)?.entries ?? []) {
      for (let unit = head.keep!.units.first; unit < head.keep!.units.end; unit++) {
        units.add(unit)
      }
    }
    units.forEach((unit) => counts.set(unit, (counts.get(unit) ?? 0) + 1))
  }
  return counts
}

describe('a job that outlives its requester', () => {
  let film: string

  before(async () => {
    film = await undisturbed()
  })

  it('goes on, is collected when the requester returns, and nothing is left of it elsewhere', async () => {
    const world = await worldOf(['A', 'B', 'C', 'D'], 5)
    const job = await world.render('A')
    await world.settle(40_000)
    const before = doneAt(world, 'A', job)
    const disk = world.kill('A')
    await world.settle(600_000)
    assert.ok([...copies(world, job, ['B', 'C', 'D']).values()].every((count) => count >= 2), 'what was accepted lies at two')
    await world.restart('A', disk)
    const atMs = world.nowMs
    const done = await ended(world, 'A', job)
    assert.equal(done.filmHash, film)
    assert.ok(world.nowMs - atMs < 60_000, `collected after ${world.nowMs - atMs} ms`)
    assert.ok(before > 0 && done.executions <= UNITS + 4, `${done.executions} executions`)
    await world.settle(10_000)
    for (const peer of ['B', 'C', 'D']) {
      assert.deepEqual([...world.peer(peer).store.disk.custody.keys()], [], peer)
    }
  })

  for (const split of ['samples', 'frames'] as const) {
    it(`is the same to the bit, split by ${split}`, async () => {
      const request: Partial<RenderRequest> = split === 'samples' ? { split, tile: 32 } : { split, frames: { first: 1, last: 12, step: 1 }, output: '/out/A-####.png' }
      const wanted = await undisturbed(request)
      const world = await worldOf(['A', 'B', 'C', 'D'], 6)
      const job = await world.render('A', request)
      await world.settle(35_000)
      const disk = world.kill('A')
      await world.settle(400_000)
      await world.restart('A', disk)
      assert.equal((await ended(world, 'A', job)).filmHash, wanted)
    })
  }

  it('loses nothing when a custodian is lost for good, and what it had is copied again', async () => {
    const world = await worldOf(['A', 'B', 'C', 'D', 'E'], 7)
    const job = await world.render('A')
    await world.settle(40_000)
    const disk = world.kill('A')
    await world.settle(120_000)
    const kept = copies(world, job, ['B', 'C', 'D', 'E'])
    assert.ok(kept.size > 8)
    const [lost] = ['B', 'C', 'D', 'E'].filter((peer) => world.peer(peer).store.disk.custody.has(job))
    world.kill(lost!)
    await world.settle(400_000)
    const left = ['B', 'C', 'D', 'E'].filter((peer) => peer !== lost)
    for (const [unit, count] of copies(world, job, left)) {
      assert.ok(count >= 2, `unit ${unit} lies at ${count}`)
    }
    await world.restart('A', disk)
    const done = await ended(world, 'A', job)
    assert.equal(done.filmHash, film)
    assert.ok(done.executions <= UNITS + 2 * 5, `${done.executions} executions`)
  })

  it('has all results although every peer loses its power', async () => {
    const world = await worldOf(['A', 'B', 'C'], 8)
    const job = await world.render('A')
    await world.settle(40_000)
    const disks = new Map<PeerId, ReturnType<World['kill']>>([['A', world.kill('A', 'power')]])
    await world.settle(100_000)
    const kept = copies(world, job, ['B', 'C']).size
    for (const id of ['B', 'C']) {
      disks.set(id, world.kill(id, 'power'))
    }
    await world.settle(10_000)
    for (const id of ['C', 'A', 'B']) {
      await world.restart(id, disks.get(id)!)
    }
    const done = await ended(world, 'A', job)
    assert.equal(done.filmHash, film)
    assert.ok(kept > 8 && done.executions <= UNITS + 6, `${kept} kept, ${done.executions} executions`)
  })

  it('says what is missing until the requester may close its computer, and then that it may', async () => {
    const world = await worldOf(['A', 'B', 'C'], 9)
    const job = await world.render('A', { priority: 0 })
    const events = world.follow('A', job)
    await world.settle(30_000)
    const said = events.flatMap((event) => event.event === 'progress' && event.safety !== undefined ? [event.safety] : [])
    assert.ok(said.length > 0)
    await world.drive(world.peer('A').farm.pause(job))
    await world.settle(30_000)
    assert.deepEqual(world.peer('A').farm.jobs()[0]!.safety, { state: 'safe' })
    assert.deepEqual(lastEvent(events, 'progress')!.safety, { state: 'safe' })
    world.kill('C')
    await world.settle(60_000)
    assert.deepEqual(world.peer('A').farm.jobs()[0]!.safety, { state: 'unsafe', missing: 'only 1 other computer is connected; results are kept twice only with 2' })
    assert.equal(unitEvents(events, 'failed').length, 0)
  })

  it('is rendered again where everybody who had it is gone', async () => {
    const world = await worldOf(['A', 'B', 'C', 'D'], 10)
    const job = await world.render('A')
    await world.settle(40_000)
    const disk = world.kill('A')
    await world.settle(200_000)
    for (const id of ['B', 'C']) {
      world.kill(id)
    }
    await world.restart('A', disk)
    const done = await ended(world, 'A', job)
    assert.equal(done.filmHash, film)
  })

  it('is taken over by the next in rank when the first can keep nothing', async () => {
    const world = await worldOf(['A', 'B', 'C', 'D'], 12)
    const job = await world.render('A')
    await world.settle(5_000)
    const [first] = ranked(job, ['B', 'C', 'D'])
    world.peer(first!).store.disk.fault = 'read-only'
    const disk = world.kill('A')
    const told = new Set<string>()
    world.network.watch = ({ kind, message }) => {
      if (kind === 'gossip-beacon') {
        (message as Beacon).jobs.forEach(({ epoch }) => { told.add(`${epoch.round} ${epoch.peer}`) })
      }
    }
    await world.settle(300_000)
    assert.equal(told.size, 1, [...told].join(', '))
    assert.ok(!told.has(`2 ${first!}`))
    world.peer(first!).store.disk.fault = undefined
    await world.restart('A', disk)
    assert.equal((await ended(world, 'A', job)).filmHash, film)
  })

  it('waits for room on a custodian\'s disk without losing what was accepted', async () => {
    const world = await worldOf(['A', 'B', 'C', 'D'], 11)
    const job = await world.render('A')
    await world.settle(40_000)
    const disk = world.kill('A')
    await world.settle(60_000)
    for (const id of ['B', 'C']) {
      world.peer(id).store.disk.fault = 'no space left'
    }
    await world.settle(120_000)
    for (const id of ['B', 'C']) {
      world.peer(id).store.disk.fault = undefined
    }
    await world.settle(300_000)
    await world.restart('A', disk)
    const done = await ended(world, 'A', job)
    assert.equal(done.filmHash, film)
    assert.ok(done.executions <= UNITS + 8, `${done.executions} executions`)
  })
})
