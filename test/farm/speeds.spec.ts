import assert from 'node:assert/strict'
import { SAVE_SPEEDS_MS } from '../../src/farm/limits.ts'
import { lastEvent, World } from '../support/world.ts'
import type { PeerId } from '../../src/core/ids.ts'

/** A unit of the world's job: 8 × 8 pixels of 64 samples. */
const UNIT_SAMPLES = 8 * 8 * 64

async function renderToTheEnd (world: World, id: PeerId): Promise<void> {
  const events = world.follow(id, await world.render(id))
  assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 300_000), 'the job ends')
}

/** What a peer is told of another's speed. */
function toldBy (world: World, at: PeerId, of: PeerId): number | undefined {
  return world.network.mesh(at).peers().find(({ peer }) => peer === of)?.speeds?.get('fake')
}

describe('the speed of a peer', () => {
  it('is measured while it renders, told to others, kept on the disk, and told again by its next life', async () => {
    const world = new World()
    await world.start('A', { work: 'off' })
    const b = await world.start('B', { msPerUnit: 500 })
    await world.settle(1_000)
    assert.equal(toldBy(world, 'A', 'B'), undefined)
    await renderToTheEnd(world, 'A')
    await world.settle(SAVE_SPEEDS_MS + 1_000)
    const expected = Number((500 / UNIT_SAMPLES * 1e6).toPrecision(2))
    assert.equal(toldBy(world, 'A', 'B'), expected)
    assert.equal(b.store.disk.speeds!.scenes.length, 1)
    assert.equal(b.store.disk.speeds!.scenes[0]!.loadMs, 100)
    await world.restart('B', world.kill('B'))
    await world.settle(1_000)
    assert.equal(toldBy(world, 'A', 'B'), expected)
  })

  it('counts what all its threads take', async () => {
    const world = new World()
    const a = await world.start('A', { threads: 4, msPerUnit: 400 })
    await renderToTheEnd(world, 'A')
    await world.settle(SAVE_SPEEDS_MS)
    const [cost] = a.store.disk.speeds!.scenes[0]!.recent[0]!
    assert.ok(Math.abs(cost / (400 / UNIT_SAMPLES * 1e6) - 1) < 0.05, String(cost))
  })

  it('is kept when the peer ends before it was written, and a disk that refuses is only named in the log', async () => {
    const world = new World()
    const a = await world.start('A', { msPerUnit: 10 })
    await renderToTheEnd(world, 'A')
    assert.equal(a.store.disk.speeds, undefined)
    await world.drive(a.farm.stop('politely'))
    assert.notEqual(a.store.disk.speeds, undefined)

    const b = await world.start('B', { msPerUnit: 10 })
    await renderToTheEnd(world, 'B')
    b.store.disk.fault = 'no space left'
    await world.settle(SAVE_SPEEDS_MS)
    assert.ok(b.log.lines.some(({ level, message }) => level === 'warn' && message.includes('speeds were not kept')))
  })

  it('is not told by a peer that renders nothing for anybody', async () => {
    const world = new World()
    const b = await world.start('B')
    await renderToTheEnd(world, 'B')
    await world.drive(b.farm.stop('politely'))
    await world.start('A', { work: 'off' })
    await world.start('B', { work: 'off' }, world.kill('B'))
    await world.settle(1_000)
    assert.equal(toldBy(world, 'A', 'B'), undefined)
  })
})
