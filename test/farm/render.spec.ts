import assert from 'node:assert/strict'
import { fakeFilm } from '../support/fake-pixels.ts'
import { lastEvent, SCENE, unitEvents, World, worldSpec } from '../support/world.ts'

describe('a job on the mesh', () => {
  it('is rendered by its requester alone', async () => {
    const world = new World()
    const a = await world.start('A')
    const job = await world.render('A')
    const events = world.follow('A', job)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 120_000), 'the job ends')
    const done = lastEvent(events, 'done')!
    assert.equal(done.state, 'finished')
    assert.equal(done.executions, 64)
    assert.deepEqual(done.byPeer, { A: 64 })
    assert.equal(a.darkroom.pictures.size, 1)
    assert.equal(done.filmHash, a.darkroom.filmHash([a.darkroom.frameHash(fakeFilm(SCENE, worldSpec()))]))
  })

  it('is shared by three peers about evenly, each unit rendered once', async () => {
    const world = new World()
    await world.start('A')
    await world.start('B')
    await world.start('C')
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    const startedMs = world.nowMs
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 120_000), 'the job ends')
    const done = lastEvent(events, 'done')!
    assert.ok(world.nowMs - startedMs < 64_000 / 3 * 1.25, `took ${world.nowMs - startedMs} ms of ${64_000 / 3} ideal`)
    assert.equal(Object.values(done.byPeer).reduce((sum, units) => sum + units, 0), 64)
    assert.ok(done.executions <= 64 + unitEvents(events, 'raced').length, `${done.executions} executions`)
    assert.ok(Object.values(done.byPeer).every((units) => units >= 18), JSON.stringify(done.byPeer))
  })
})
