import assert from 'node:assert/strict'
import { lastEvent, unitEvents, World } from '../support/world.ts'

describe('a job does not stand still', () => {
  it('when a claim has stood for longer than a lease before it is granted something', async () => {
    const world = new World()
    await world.start('A', { work: 'off' })
    for (const id of ['B', 'C']) {
      await world.start(id, { msPerUnit: 200_000 })
    }
    await world.settle(1_000)
    const job = await world.render('A', { size: { width: 8, height: 8 } })
    const events = world.follow('A', job)
    await world.settle(25_000)
    assert.deepEqual(unitEvents(events, 'leased').map(({ peer }) => peer).sort(), ['B', 'C'], 'one renders it, the other races')
    await world.start('D')
    await world.settle(80_000)
    world.kill('B')
    world.kill('C')
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 10_000), 'D starts what it is granted')
    assert.deepEqual(lastEvent(events, 'done')!.byPeer, { D: 1 })
  })

  it('when one unit crashes every renderer: it is parked, and takes no other with it', async () => {
    const world = new World()
    await world.start('A', { work: 'off' })
    for (const id of ['B', 'C', 'D', 'E']) {
      await world.start(id, { fault: ({ unit }) => unit === 18 ? 'crash' : undefined })
    }
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 120_000), 'the job ends')
    const done = lastEvent(events, 'done')!
    assert.equal(done.state, 'parked')
    assert.deepEqual(unitEvents(events, 'parked').map(({ unit }) => unit), ['18'])
    assert.deepEqual(unitEvents(events, 'failed').map(({ unit }) => unit), ['18', '18', '18'])
    assert.equal(Object.values(done.byPeer).reduce((sum, units) => sum + units, 0), 63)
  })

  it('when several idle peers want one unit that is slow to load: it does not go round between them', async () => {
    const world = new World()
    await world.start('A', { work: 'off' })
    for (const id of ['B', 'C', 'D']) {
      await world.start(id, { loadMs: 60_000 })
    }
    await world.settle(1_000)
    let messages = 0
    world.network.watch = ({ kind }) => { messages += kind === 'lease' ? 1 : 0 }
    const job = await world.render('A', { size: { width: 16, height: 8 } })
    const events = world.follow('A', job)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 90_000), 'the job ends')
    assert.ok(messages < 150, `${messages} lease messages for two units`)
  })

  it('when the disks of all workers are full for a while: nothing of it is held against the scene', async () => {
    const world = new World()
    await world.start('A', { work: 'off' })
    const workers = ['B', 'C', 'D', 'E']
    for (const id of workers) {
      (await world.start(id)).store.disk.fault = 'no space left on the disk'
    }
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.settle(60_000)
    for (const id of workers) {
      world.peer(id).store.disk.fault = undefined
    }
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 60_000), 'the job ends')
    const done = lastEvent(events, 'done')!
    assert.equal(done.state, 'finished')
    assert.ok(done.executions <= 64 + unitEvents(events, 'raced').length)
    assert.equal(unitEvents(events, 'failed').length, 0)
  })
})
