import assert from 'node:assert/strict'
import { fakeFilm } from '../support/fake-pixels.ts'
import { lastEvent, SCENE, unitEvents, World, worldSpec } from '../support/world.ts'
import type { FarmEvent } from '../../src/ports.ts'
import type { WorldPeer } from '../support/world.ts'

function expectedHash (peer: WorldPeer): string {
  return peer.darkroom.filmHash([peer.darkroom.frameHash(fakeFilm(SCENE, worldSpec()))])
}

function done (events: readonly FarmEvent[]): number {
  return lastEvent(events, 'progress')?.done ?? 0
}

function isDone (events: readonly FarmEvent[]): boolean {
  return lastEvent(events, 'done') !== undefined
}

function startedBy (world: World, ...ids: string[]): number {
  return ids.reduce((sum, id) => sum + world.peer(id).engine.started.length, 0)
}

describe('what a requester says of its job', () => {
  it('pause: nothing more is started, what is started is finished and counts; resume: it goes on within a second, no unit twice', async () => {
    const world = new World()
    const a = await world.start('A', { work: 'off' })
    await world.start('B')
    await world.start('C')
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => done(events) >= 10, 60_000)
    await world.drive(a.farm.pause(job))
    await world.settle(200)
    const started = startedBy(world, 'B', 'C')
    await world.settle(90_000)
    assert.equal(startedBy(world, 'B', 'C'), started, 'nothing is started while it is paused')
    assert.equal(unitEvents(events, 'delivered').length, started, 'what was started is finished')
    assert.equal(lastEvent(events, 'progress')?.state, 'paused')
    assert.equal(lastEvent(events, 'progress')?.etaMs, null)
    assert.equal(a.farm.find(job).state, 'paused')
    assert.equal(world.peer('B').farm.find(job).state, 'paused')
    await world.drive(a.farm.resume(job))
    assert.ok(await world.until(() => startedBy(world, 'B', 'C') >= started + 2, 1_000), 'both go on within a second')
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    const end = lastEvent(events, 'done')!
    assert.equal(end.filmHash, expectedHash(a))
    assert.equal(end.lapsed, 0)
    assert.ok(end.executions <= 64 + unitEvents(events, 'raced').length, `${end.executions} executions`)
  })

  it('a pause lasts over the death and the restart of its requester, and a worker that comes back starts nothing', async () => {
    const world = new World()
    const a = await world.start('A', { work: 'off' })
    await world.start('B')
    await world.settle(1_000)
    const job = await world.render('A')
    const before = world.follow('A', job)
    await world.until(() => done(before) >= 5, 60_000)
    await world.drive(a.farm.pause(job))
    await world.settle(5_000)
    const again = await world.restart('A', world.kill('A'))
    assert.equal(again.farm.find(job).state, 'paused')
    const started = startedBy(world, 'B')
    await world.settle(60_000)
    assert.equal(startedBy(world, 'B'), started)
    const events = world.follow('A', job)
    await world.drive(again.farm.resume(job))
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    assert.equal(lastEvent(events, 'done')!.filmHash, expectedHash(again))
  })

  it('a worker that was away when the job was paused gives back what it has not started', async () => {
    const world = new World()
    const a = await world.start('A', { work: 'off' })
    await world.start('B')
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => done(events) >= 5, 60_000)
    world.network.partition(['A'], ['B'])
    await world.settle(500)
    await world.drive(a.farm.pause(job))
    world.network.heal()
    await world.settle(8_000)
    const started = startedBy(world, 'B')
    await world.settle(60_000)
    assert.equal(startedBy(world, 'B'), started)
    await world.drive(a.farm.resume(job))
    assert.ok(await world.until(() => isDone(events), 200_000), 'the job ends')
    assert.equal(lastEvent(events, 'done')!.filmHash, expectedHash(a))
  })

  it('words in a row take effect in their order, and none after the end', async () => {
    const world = new World()
    const a = await world.start('A')
    const job = await world.render('A')
    await world.drive(Promise.all([a.farm.pause(job), a.farm.resume(job), a.farm.setPriority(job, 4), a.farm.pause(job)]))
    assert.equal(a.farm.find(job).state, 'paused')
    await world.drive(Promise.all([a.farm.resume(job), a.farm.resume(job)]))
    assert.equal(a.farm.find(job).state, 'running')
    await world.drive(a.farm.cancel(job))
    for (const word of [() => a.farm.pause(job), () => a.farm.resume(job), () => a.farm.setPriority(job, 1)]) {
      await assert.rejects(world.drive(word()), { name: 'UsageError', message: /still\.fake has ended \(cancelled\)/ })
    }
  })

  it('only the requester has a say', async () => {
    const world = new World()
    await world.start('A')
    const b = await world.start('B')
    await world.settle(1_000)
    const job = await world.render('A')
    await world.settle(2_000)
    for (const word of [() => b.farm.pause(job), () => b.farm.resume(job), () => b.farm.setPriority(job, 1), () => b.farm.cancel(job)]) {
      await assert.rejects(world.drive(word()), { name: 'NotRequesterError', message: /^Only A, which submitted this job, can/ })
    }
  })

  it('set: another priority counts from the next claims on', async () => {
    const world = new World()
    const a = await world.start('A', { work: 'off' })
    await world.start('B')
    await world.settle(1_000)
    const first = await world.render('A')
    const second = await world.render('A', { output: '/out/second.png' })
    const events = world.follow('A', second)
    await world.settle(5_000)
    assert.equal(done(events), 0, 'the older job comes first')
    await world.drive(a.farm.setPriority(second, 5))
    assert.ok(await world.until(() => isDone(events), 100_000), 'the second job ends')
    assert.notEqual(a.farm.find(first).done, 64, 'and the first has not')
    await assert.rejects(world.drive(a.farm.setPriority(second, 1_000_001)), { name: 'UsageError' })
    await assert.rejects(world.drive(a.farm.setPriority(first, 0.5)), { name: 'UsageError' })
  })
})
