import assert from 'node:assert/strict'
import { fakeFilm } from '../support/fake-pixels.ts'
import { sha256 } from '../support/sha256.ts'
import { SCENE, World, lastEvent, worldSpec } from '../support/world.ts'
import type { MemoryDisk } from '../support/memory-disk.ts'

/** Turns over a bit of the scene on a disk. */
function damage (disk: MemoryDisk): void {
  const bytes = SCENE.slice()
  bytes[3]! ^= 4
  disk.blobs.set(sha256(SCENE), bytes)
}

describe('a scene that a disk has damaged', () => {
  it('is not sent to anybody, is fetched again, and the film is the same', async () => {
    const world = new World(4)
    for (const id of ['A', 'B', 'C']) {
      await world.start(id)
    }
    await world.settle(1_000)
    const first = world.follow('A', await world.render('A'))
    assert.ok(await world.until(() => lastEvent(first, 'done') !== undefined, 120_000))
    const disk = world.kill('B')
    damage(disk)
    const b = await world.restart('B', disk)
    await world.settle(1_000)
    const second = world.follow('A', await world.render('A', { output: '/out/2.png' }))
    assert.ok(await world.until(() => lastEvent(second, 'done') !== undefined, 120_000))
    const done = lastEvent(second, 'done')!
    assert.ok((done.byPeer['B'] ?? 0) > 0, 'B renders too')
    assert.equal(done.filmHash, b.darkroom.filmHash([b.darkroom.frameHash(fakeFilm(SCENE, worldSpec()))]))
    assert.deepEqual(disk.blobs.get(sha256(SCENE)), SCENE)
  })

  it('does not count against the job when it does not load', async () => {
    const world = new World(4)
    const isDamaged = (disk: MemoryDisk): boolean => sha256(disk.blobs.get(sha256(SCENE)) ?? SCENE) !== sha256(SCENE)
    await world.start('A')
    const b = await world.start('B', { loadFault: () => isDamaged(world.peer('B').store.disk) ? 'it makes no sense' : undefined })
    await world.settle(1_000)
    const events = world.follow('A', await world.render('A', { noLocal: true }))
    assert.ok(await world.until(() => b.store.disk.bundles.size > 0, 20_000))
    damage(b.store.disk)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 300_000))
    assert.equal(lastEvent(events, 'done')!.state, 'finished')
    assert.equal(events.filter((event) => event.event === 'unit' && event.state === 'failed').length, 0)
    assert.ok(b.log.lines.some(({ details }) => details.reason === 'files of the scene were damaged on this disk; they are fetched again'))
  })
})
