import assert from 'node:assert/strict'
import { lastEvent, unitEvents, World } from '../support/world.ts'
import type { FarmEvent } from '../../src/ports.ts'
import type { WorldPeer } from '../support/world.ts'

const UNITS = 64

/** Units that were begun by these peers, as their engines saw it. */
function begun (...peers: readonly WorldPeer[]): number[] {
  return peers.flatMap(({ engine }) => [...engine.started])
}

function isDone (events: readonly FarmEvent[]): boolean {
  return lastEvent(events, 'done') !== undefined
}

describe('a worker that was away for a moment', () => {
  it('longer than the grace goes on with what is still its own, and begins nothing that others have by now', async () => {
    const world = new World(1, { reconnectMs: 8_000 })
    await world.start('A', { work: 'off' })
    const b = await world.start('B')
    const c = await world.start('C')
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => unitEvents(events, 'delivered').length >= 10, 60_000)
    world.network.disconnect('A', 'B')
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    const end = lastEvent(events, 'done')!
    const renders = begun(b, c).length
    assert.ok(end.lapsed > 0, 'some leases lapsed')
    assert.ok(renders <= UNITS + end.lapsed + unitEvents(events, 'raced').length, `${renders} renders`)
    assert.ok(end.executions <= renders, `${end.executions} executions are told of ${renders} renders`)
  })

  it('shorter than the grace renders nothing twice, and nothing of it is counted twice', async () => {
    const world = new World(1, { reconnectMs: 300 })
    await world.start('A', { work: 'off' })
    const b = await world.start('B', { msPerUnit: 700 })
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    for (let time = 0; time < 8; time++) {
      await world.settle(4_300)
      world.network.disconnect('A', 'B')
    }
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    const end = lastEvent(events, 'done')!
    assert.equal(begun(b).length, UNITS)
    assert.equal(end.executions, UNITS)
    assert.equal(end.lapsed, 0)
  })
})

describe('a pause', () => {
  it('longer than a lease costs no lapse, and the work goes on at once when it ends', async () => {
    const world = new World()
    await world.start('A', { work: 'off' })
    const peers = [await world.start('B'), await world.start('C')]
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => unitEvents(events, 'delivered').length >= 10, 60_000)
    await world.drive(world.peer('A').farm.pause(job))
    await world.settle(10_000)
    const before = begun(...peers).length
    await world.settle(90_000)
    assert.equal(begun(...peers).length, before, 'nothing is begun meanwhile')
    await world.drive(world.peer('A').farm.resume(job))
    assert.ok(await world.until(() => begun(...peers).length > before + 1, 2_000), 'both begin')
    assert.ok(await world.until(() => isDone(events), 60_000), 'the job ends')
    const end = lastEvent(events, 'done')!
    assert.equal(end.lapsed, 0)
    assert.ok(begun(...peers).length <= UNITS + unitEvents(events, 'raced').length)
  })
})

describe('a unit that takes longer than the hard limit', () => {
  it('is rendered all the same: it has more time after each lapse', async () => {
    const world = new World()
    await world.start('A', { work: 'off' })
    await world.start('B', { msPerUnit: 25 * 60_000 })
    await world.settle(1_000)
    const job = await world.render('A', { size: { width: 8, height: 8 } })
    const events = world.follow('A', job)
    assert.ok(await world.until(() => isDone(events), 3 * 3_600_000), 'the job ends')
    assert.equal(lastEvent(events, 'done')!.state, 'finished')
  }).timeout(60_000)
})
