import assert from 'node:assert/strict'
import { fakeFilm } from '../support/fake-pixels.ts'
import { lastEvent, SCENE, unitEvents, World, worldSpec } from '../support/world.ts'
import type { FarmEvent } from '../../src/ports.ts'
import type { WorldPeer } from '../support/world.ts'

const UNITS = 64

/** The film of a run without faults. */
function expectedHash (peer: WorldPeer): string {
  return peer.darkroom.filmHash([peer.darkroom.frameHash(fakeFilm(SCENE, worldSpec()))])
}

function isDone (events: readonly FarmEvent[]): boolean {
  return lastEvent(events, 'done') !== undefined
}

function done (events: readonly FarmEvent[]): number {
  return lastEvent(events, 'progress')?.done ?? 0
}

describe('a job survives', () => {
  it('the death of a worker: its leases lapse within 3 s and go out next', async () => {
    const world = new World()
    const a = await world.start('A')
    for (const id of ['B', 'C']) {
      await world.start(id)
    }
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => done(events) >= 10, 30_000)
    const held = unitEvents(events, 'leased').filter((event) => event.peer === 'B').length
    const delivered = unitEvents(events, 'delivered').filter((event) => event.peer === 'B').length
    assert.ok(held > delivered, 'B holds leases')
    world.kill('B')
    const killedMs = world.nowMs
    assert.ok(await world.until(() => unitEvents(events, 'lapsed').length > 0, 3_000), 'they lapse')
    assert.ok(world.nowMs - killedMs <= 3_000)
    const lapsed = unitEvents(events, 'lapsed').map((event) => event.unit)
    assert.ok(await world.until(() => isDone(events), 60_000), 'the job ends')
    const end = lastEvent(events, 'done')!
    assert.equal(end.filmHash, expectedHash(a))
    assert.equal(end.lapsed, lapsed.length)
    assert.ok(end.executions <= UNITS + end.lapsed + unitEvents(events, 'raced').length)
  })

  it('a frozen worker: its leases lapse in time, and what it brings late counts at most once', async () => {
    const world = new World()
    const a = await world.start('A')
    await world.start('B')
    await world.settle(1_000)
    const job = await world.render('A', { leaseMs: 3_000 })
    const events = world.follow('A', job)
    await world.until(() => unitEvents(events, 'delivered').some((event) => event.peer === 'B'), 30_000)
    world.network.freeze('B')
    const frozenMs = world.nowMs
    assert.ok(await world.until(() => unitEvents(events, 'lapsed').length > 0, 3_000 * 1.1 + 2_000), 'they lapse')
    assert.ok(world.nowMs - frozenMs <= 3_000 * 1.1 + 2_000)
    await world.settle(3_000)
    world.network.thaw('B')
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    const end = lastEvent(events, 'done')!
    assert.equal(end.filmHash, expectedHash(a))
    assert.equal(Object.values(end.byPeer).reduce((sum, units) => sum + units, 0), UNITS)
  })

  it('the death of its requester at half time, rendering no accepted unit again', async () => {
    const world = new World()
    await world.start('A', { work: 'off' })
    for (const id of ['B', 'C']) {
      await world.start(id)
    }
    await world.settle(1_000)
    const job = await world.render('A')
    const before = world.follow('A', job)
    await world.until(() => done(before) >= UNITS / 2, 60_000)
    const disk = world.kill('A')
    await world.settle(1_500)
    const acceptedBefore = disk.journal(job).entries.filter(({ record }) => record.type === 'accepted').length
    assert.ok(acceptedBefore >= UNITS / 2)
    const a = await world.restart('A', disk)
    const events = world.follow('A', job)
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    const end = lastEvent(events, 'done')!
    assert.equal(end.filmHash, expectedHash(a))
    assert.ok(end.executions <= UNITS + end.lapsed + 2, `${end.executions} executions, ${end.lapsed} lapsed`)
    const rendered = ['B', 'C'].flatMap((id) => world.peer(id).engine.started)
    assert.ok(rendered.length <= UNITS + 2, `${rendered.length} renders of ${UNITS} units`)
  })

  it('a network that loses all gossip: a peer that heard nothing still learns the job', async () => {
    const world = new World(1, { gossip: { drop: 1 } })
    const a = await world.start('A', { work: 'off' })
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.start('B')
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    assert.equal(lastEvent(events, 'done')!.filmHash, expectedHash(a))
  })

  it('gossip that comes twice and out of order', async () => {
    const world = new World(7, { gossip: { duplicate: 0.5, delayMs: 5_000 } })
    const a = await world.start('A')
    await world.start('B')
    const job = await world.render('A')
    const events = world.follow('A', job)
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    assert.equal(lastEvent(events, 'done')!.filmHash, expectedHash(a))
  })

  it('a unit that fails everywhere: it is parked after three different peers, and the rest is rendered', async () => {
    const world = new World()
    for (const id of ['A', 'B', 'C', 'D']) {
      await world.start(id, { fault: (unit) => unit.unit === 20 ? 'fail' : undefined })
    }
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    const end = lastEvent(events, 'done')!
    assert.equal(end.state, 'parked')
    const failed = unitEvents(events, 'failed').filter((event) => event.unit === '20')
    assert.equal(new Set(failed.map((event) => event.peer)).size, 3)
    assert.equal(failed.length, 3)
    assert.equal(Object.values(end.byPeer).reduce((sum, units) => sum + units, 0), UNITS - 1)
  })

  it('a scene that can not be loaded anywhere: the job ends, and says why', async () => {
    const world = new World()
    for (const id of ['A', 'B', 'C']) {
      await world.start(id, { loadFault: () => 'the scene is cursed' })
    }
    await world.settle(1_000)
    const job = await world.render('A', { size: { width: 16, height: 16 } })
    const events = world.follow('A', job)
    assert.ok(await world.until(() => isDone(events), 1_200_000), 'the job ends')
    assert.equal(lastEvent(events, 'done')!.state, 'parked')
    assert.ok(unitEvents(events, 'failed').every((event) => event.reason === 'the scene is cursed'))
  })
})

describe('work moves', () => {
  it('to a peer that joins in mid-job: it has a lease within 2 s', async () => {
    const world = new World()
    await world.start('A', { work: 'off' })
    await world.start('B')
    await world.settle(1_000)
    const job = await world.render('A', { leaseMs: 60_000 })
    const events = world.follow('A', job)
    await world.until(() => done(events) >= 30, 60_000)
    await world.start('C')
    const joinedMs = world.nowMs
    assert.ok(await world.until(() => unitEvents(events, 'leased').some((event) => event.peer === 'C'), 2_000), 'C has a lease')
    assert.ok(world.nowMs - joinedMs <= 2_000)
    assert.ok(await world.until(() => isDone(events), 60_000))
    assert.equal(lastEvent(events, 'done')!.lapsed, 0)
  })

  it('away from a peer that leaves politely: at once', async () => {
    const world = new World()
    await world.start('A', { work: 'off' })
    await world.start('B')
    await world.start('C')
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => done(events) >= 20, 60_000)
    const leftMs = world.nowMs
    const leaving = world.peer('B').farm.stop('politely')
    assert.ok(await world.until(() => unitEvents(events, 'lapsed').length > 0, 500), 'given back at once')
    assert.ok(world.nowMs - leftMs <= 500)
    await world.drive(leaving)
    assert.ok(await world.until(() => isDone(events), 60_000))
    const end = lastEvent(events, 'done')!
    assert.ok(end.executions <= UNITS + end.lapsed + unitEvents(events, 'raced').length)
  })

  it('off every peer when its requester cancels: within a second', async () => {
    const world = new World()
    await world.start('A')
    await world.start('B')
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => done(events) >= 5, 60_000)
    await world.drive(world.peer('A').farm.cancel(job))
    assert.ok(await world.until(() => world.peer('A').engine.openSessions + world.peer('B').engine.openSessions === 0, 1_000), 'all engines idle')
    assert.equal(lastEvent(events, 'done')!.state, 'cancelled')
    await world.start('C')
    await world.settle(60_000)
    assert.equal(world.peer('C').engine.started.length, 0, 'a cancelled job stays cancelled for those who come later')
  })

  it('between the jobs of two requesters, about equally', async () => {
    const world = new World()
    await world.start('A', { work: 'off' })
    await world.start('B', { work: 'off' })
    for (const id of ['C', 'D']) {
      await world.start(id)
    }
    await world.settle(1_000)
    const jobs = [await world.render('A', { tile: 8 }), await world.render('B', { tile: 8 })]
    const events = [world.follow('A', jobs[0]!), world.follow('B', jobs[1]!)]
    await world.until(() => done(events[0]!) + done(events[1]!) >= 64, 120_000)
    const [first, second] = events.map((of) => done(of))
    assert.ok(Math.abs(first! - second!) <= 16, `${first} and ${second} units done`)
    assert.ok(await world.until(() => events.every(isDone), 120_000))
  })

  it('from a peer that is ten times slower: the tail is short', async () => {
    const world = new World()
    await world.start('A', { work: 'off' })
    await world.start('slow', { msPerUnit: 10_000 })
    for (const id of ['B', 'C', 'D']) {
      await world.start(id)
    }
    await world.settle(1_000)
    const startedMs = world.nowMs
    const job = await world.render('A')
    const events = world.follow('A', job)
    assert.ok(await world.until(() => isDone(events), 120_000))
    const idealMs = UNITS / 3.1 * 1_000
    assert.ok(world.nowMs - startedMs <= 1.25 * idealMs, `${world.nowMs - startedMs} ms of ${Math.round(idealMs)} ideal`)
    assert.ok(unitEvents(events, 'raced').length <= UNITS * 0.05 + 8)
  })
})

describe('the film', () => {
  for (const request of [{ tile: 8 }, { tile: 16 }, { tile: 32 }, { tile: 16, split: 'samples' as const }, { tile: 64, split: 'samples' as const }]) {
    it(`is the same to the bit with ${JSON.stringify(request)}`, async () => {
      const world = new World()
      const a = await world.start('A')
      await world.start('B')
      await world.settle(1_000)
      const job = await world.render('A', request)
      const events = world.follow('A', job)
      assert.ok(await world.until(() => isDone(events), 240_000))
      assert.equal(lastEvent(events, 'done')!.filmHash, expectedHash(a))
    })
  }
})
