import assert from 'node:assert/strict'
import { lastEvent, unitEvents, World } from '../support/world.ts'
import type { WorldPeer } from '../support/world.ts'

/** Scenes of about a thousand bytes each, on the disk of a peer. */
function giveScenes ({ store }: WorldPeer): void {
  for (const name of ['one', 'two', 'three']) {
    store.disk.files.set(`/scenes/${name}.fake`, new TextEncoder().encode(name.repeat(300)))
  }
}

/** Room for one of these scenes and its film, not for two. */
const ROOM_FOR_ONE = 64 * 64 * 16 + 2_000

function scenesAt ({ farm }: WorldPeer): string[] {
  return farm.cache().things.filter(({ kind }) => kind === 'scene').map(({ name }) => name)
}

describe('a peer whose cache holds one scene', () => {
  it('renders one after the other, at the requester and at a worker, and keeps the last', async () => {
    const world = new World()
    const a = await world.start('A', { cacheBytes: ROOM_FOR_ONE })
    const b = await world.start('B', { cacheBytes: 2_000 })
    giveScenes(a)
    await world.settle(1_000)
    for (const name of ['one', 'two', 'one', 'three']) {
      const job = await world.render('A', { scene: `/scenes/${name}.fake`, output: `/out/${name}.png` })
      const events = world.follow('A', job)
      assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 240_000), `${name} ends`)
      assert.deepEqual(Object.keys(lastEvent(events, 'done')!.byPeer).sort(), ['A', 'B'])
      assert.deepEqual(unitEvents(events, 'failed'), [])
      assert.deepEqual([scenesAt(a), scenesAt(b)], [[`${name}.fake`], [`${name}.fake`]])
      await world.settle(1_000) // what it kept of results for the requester goes when the job has ended
      assert.ok(b.store.disk.keptBytes() <= 2_000, `${b.store.disk.keptBytes()} bytes`)
    }
  })

  it('says to the requester that it is too small, and others render the job', async () => {
    const world = new World()
    const a = await world.start('A', { work: 'off' })
    const b = await world.start('B', { cacheBytes: 500 })
    await world.start('C')
    giveScenes(a)
    await world.settle(1_000)
    const job = await world.render('A', { scene: '/scenes/one.fake' })
    const events = world.follow('A', job)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 240_000), 'the job ends')
    const done = lastEvent(events, 'done')!
    assert.deepEqual([done.state, Object.keys(done.byPeer)], ['finished', ['C']])
    const failed = unitEvents(events, 'failed')
    assert.ok(failed.length >= 1 && failed.length <= 4, `${failed.length} failures`)
    assert.equal(failed[0]!.peer, 'B')
    assert.match(failed[0]!.reason!, /^this peer's cache \(0\.0 MiB\) is too small for the scene \(0\.0 MiB\); make it larger/)
    assert.ok(b.log.lines.some(({ level, details }) => level === 'warn' && /too small/.test(String(details['reason']))))
    assert.deepEqual(scenesAt(b), [])
  })

  it('parks no unit when three peers are too small, and goes on when one of them may keep more', async () => {
    const world = new World()
    const a = await world.start('A', { work: 'off' })
    giveScenes(a)
    const small = [await world.start('B', { cacheBytes: 500 }), await world.start('C', { cacheBytes: 500 }), await world.start('D', { cacheBytes: 500 })]
    await world.settle(1_000)
    const job = await world.render('A', { scene: '/scenes/one.fake' })
    const events = world.follow('A', job)
    await world.settle(120_000)
    assert.deepEqual(unitEvents(events, 'parked'), [])
    assert.equal(lastEvent(events, 'done'), undefined)
    small[1]!.farm.setCacheBytes(2 ** 30)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 240_000), 'the job ends')
    assert.deepEqual(lastEvent(events, 'done')!.byPeer, { C: 64 })
    assert.throws(() => { small[0]!.farm.setCacheBytes(100) }, { name: 'UsageError' })
  })

  it('refuses to submit what it can not keep, and works on', async () => {
    const world = new World()
    const a = await world.start('A', { cacheBytes: ROOM_FOR_ONE })
    giveScenes(a)
    a.store.disk.files.set('/scenes/large.fake', new Uint8Array(ROOM_FOR_ONE + 1))
    await assert.rejects(world.render('A', { scene: '/scenes/large.fake' }), { name: 'CacheFullError', exitStatus: 5, message: /too small for the scene/ })
    const job = await world.render('A', { scene: '/scenes/one.fake' })
    const events = world.follow('A', job)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 240_000), 'the job ends')
  })

  it('keeps the scene of a job that has not ended over a restart', async () => {
    const world = new World()
    const a = await world.start('A', { cacheBytes: ROOM_FOR_ONE })
    giveScenes(a)
    const job = await world.render('A', { scene: '/scenes/one.fake' })
    await world.settle(5_000)
    const again = await world.restart('A', world.kill('A'))
    await world.drive(again.farm.clearCache())
    assert.deepEqual(scenesAt(again), ['one.fake'])
    await assert.rejects(world.render('A', { scene: '/scenes/large.fake' }), { name: 'SceneError' })
    const events = world.follow('A', job)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 240_000), 'the job ends')
    await world.drive(again.farm.clearCache())
    assert.deepEqual(again.farm.cache().things, [])
  })
})

describe('a peer that was killed', () => {
  it('looks for unfinished pictures of the jobs that go on, and of no others; a folder that refuses is no obstacle', async () => {
    const world = new World()
    await world.start('A')
    const ended = await world.render('A', { output: '/out/ended.png' })
    const events = world.follow('A', ended)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 240_000))
    const job = await world.render('A', { output: '/out/####.png', frames: { first: 1, last: 3, step: 1 } })
    await world.settle(2_000)
    const again = await world.restart('A', world.kill('A'))
    assert.deepEqual(again.darkroom.swept, ['/out/####.png'])
    const later = world.follow('A', job)
    assert.ok(await world.until(() => lastEvent(later, 'done') !== undefined, 480_000), 'the job ends')
  })
})
