import assert from 'node:assert/strict'
import { fakeFilm } from '../support/fake-pixels.ts'
import { lastEvent, SCENE, unitEvents, World, worldSpec } from '../support/world.ts'
import type { FarmEvent } from '../../src/ports.ts'
import type { WorldPeer } from '../support/world.ts'

function expectedHash (peer: WorldPeer): string {
  return peer.darkroom.filmHash([peer.darkroom.frameHash(fakeFilm(SCENE, worldSpec()))])
}

function isDone (events: readonly FarmEvent[]): boolean {
  return lastEvent(events, 'done') !== undefined
}

function delivered (events: readonly FarmEvent[], peer: string): number {
  return unitEvents(events, 'delivered').filter((event) => event.peer === peer).length
}

describe('a peer that drains', () => {
  it('finishes what it holds, takes no more, stays a member, says so, and comes back', async () => {
    const world = new World()
    const a = await world.start('A', { work: 'off' })
    const b = await world.start('B')
    await world.start('C')
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => delivered(events, 'B') >= 3, 60_000)
    const held = unitEvents(events, 'leased').filter((event) => event.peer === 'B').length
    b.farm.takeWork('none')
    await world.settle(500)
    assert.match(b.farm.peers()[0]!.doing, /^draining, rendering still\.fake$/)
    const seen = (): { readonly draining: boolean, readonly doing: string } => a.farm.peers().find(({ peer }) => peer === 'B')!
    assert.equal(seen().draining, true)
    assert.ok(await world.until(() => delivered(events, 'B') + unitEvents(events, 'lapsed').length >= held || isDone(events), 60_000), 'what it held is finished')
    await world.settle(3_000)
    const brought = delivered(events, 'B')
    assert.equal(unitEvents(events, 'lapsed').length, 0)
    await world.settle(5_000)
    assert.equal(delivered(events, 'B'), brought, 'it takes no more')
    assert.equal(seen().doing, 'draining')
    b.farm.takeWork('any')
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    assert.ok(delivered(events, 'B') > brought, 'it works again')
    assert.equal(lastEvent(events, 'done')!.filmHash, expectedHash(a))
    assert.equal(seen().draining, false)
  })

  it('gives back at once what a claim of before is granted later', async () => {
    const world = new World()
    const a = await world.start('A', { work: 'off' })
    const b = await world.start('B')
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => delivered(events, 'B') >= 2, 60_000)
    await world.drive(a.farm.pause(job))
    await world.settle(5_000)
    b.farm.takeWork('none')
    const started = b.engine.started.length
    await world.drive(a.farm.resume(job))
    await world.settle(40_000)
    assert.equal(b.engine.started.length, started)
    assert.equal(unitEvents(events, 'lapsed').length, 0)
    await world.start('C')
    assert.ok(await world.until(() => isDone(events), 120_000), 'another peer finishes it')
    assert.equal(b.engine.started.length, started)
  })

  it('goes on granting the units of its own job', async () => {
    const world = new World()
    const a = await world.start('A')
    await world.start('B')
    await world.settle(1_000)
    a.farm.takeWork('none')
    const job = await world.render('A')
    const events = world.follow('A', job)
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    assert.deepEqual(lastEvent(events, 'done')!.byPeer, { B: 64 })
  })
})

describe('the render threads of a peer', () => {
  it('change while it renders, for the scene that is loaded and the one that is loading, and no work is lost', async () => {
    const world = new World()
    const a = await world.start('A', { threads: 1, msPerUnit: 2_000, loadMs: 3_000 })
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.settle(1_000)
    a.farm.setThreads(2)
    await world.until(() => delivered(events, 'A') >= 4, 60_000)
    assert.equal(unitEvents(events, 'delivered').at(-1)!.ms, 1_000, 'two threads since the scene is loaded')
    a.farm.setThreads(8)
    const before = delivered(events, 'A')
    await world.settle(2_000)
    assert.ok(delivered(events, 'A') >= before + 4, `${delivered(events, 'A') - before} units in two seconds`)
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    assert.equal(lastEvent(events, 'done')!.executions, 64)
    assert.equal(lastEvent(events, 'done')!.filmHash, expectedHash(a))
    assert.equal(a.farm.threads, 8)
  })

  it('are told to the others', async () => {
    const world = new World()
    const a = await world.start('A')
    const b = await world.start('B')
    await world.settle(1_000)
    b.farm.setThreads(7)
    await world.settle(1_000)
    assert.equal(a.farm.peers()[1]!.threads, 7)
  })

  it('are 1 to 1024, and only where something is rendered', async () => {
    const world = new World()
    const a = await world.start('A')
    const b = await world.start('B', { work: 'off' })
    for (const threads of [0, 1025, 1.5, NaN]) {
      assert.throws(() => { a.farm.setThreads(threads) }, { name: 'UsageError' })
    }
    assert.throws(() => { b.farm.setThreads(2) }, { name: 'UsageError', message: /renders nothing/ })
    assert.equal(b.farm.threads, 0)
  })
})
