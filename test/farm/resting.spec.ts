import assert from 'node:assert/strict'
import { readWorkHours } from '../../src/core/settings/work-hours.ts'
import { HAND_BACK_AFTER_MS, REST_LOOK_MS } from '../../src/farm/limits.ts'
import { fakeFilm } from '../support/fake-pixels.ts'
import { lastEvent, SCENE, unitEvents, World, worldSpec } from '../support/world.ts'
import type { PeerSummary } from '../../src/api.ts'
import type { FarmEvent } from '../../src/ports.ts'
import type { WorldPeer } from '../support/world.ts'

const MINUTE_MS = 60_000
const ALWAYS = { hours: undefined, idleMs: undefined }
const UNUSED = { ...ALWAYS, idleMs: MINUTE_MS }
const IN_USE = 'resting: somebody uses this machine'

/** A person who may come back to their machine. */
function person (): { unusedMs: () => Promise<number>, isThere: boolean } {
  const one = { isThere: false, unusedMs: async () => one.isThere ? 0 : Infinity }
  return one
}

function isDone (events: readonly FarmEvent[]): boolean {
  return lastEvent(events, 'done') !== undefined
}

function delivered (events: readonly FarmEvent[], peer: string): number {
  return unitEvents(events, 'delivered').filter((event) => event.peer === peer).length
}

function expectedHash (peer: WorldPeer): string {
  return peer.darkroom.filmHash([peer.darkroom.frameHash(fakeFilm(SCENE, worldSpec()))])
}

function seenBy (peer: WorldPeer, other: string): PeerSummary {
  return peer.farm.peers().find((summary) => summary.peer === other)!
}

describe('a peer whose person comes back', () => {
  it('hands back what it has not started at once, finishes what it renders, says why, and works again when they have gone', async () => {
    const world = new World()
    const owner = person()
    const a = await world.start('A', { work: 'off' })
    const b = await world.start('B', { rest: UNUSED, idle: owner })
    await world.start('C', { msPerUnit: 5_000 })
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => delivered(events, 'B') >= 3, 60_000)
    owner.isThere = true
    assert.ok(await world.until(() => b.farm.resting === IN_USE, REST_LOOK_MS + 1))
    const brought = delivered(events, 'B')
    await world.settle(2_000)
    assert.ok(delivered(events, 'B') <= brought + 1, 'no more than the one it was at')
    assert.equal(unitEvents(events, 'lapsed').length, 0)
    assert.deepEqual([seenBy(a, 'B').draining, seenBy(a, 'B').resting, seenBy(a, 'B').doing], [true, IN_USE, IN_USE])
    assert.deepEqual([b.farm.peers()[0]!.draining, b.farm.peers()[0]!.resting], [false, IN_USE])
    await world.settle(10_000)
    assert.ok(delivered(events, 'B') <= brought + 1, 'it takes none meanwhile')
    owner.isThere = false
    const before = delivered(events, 'B')
    assert.ok(await world.until(() => isDone(events), 180_000), 'the job ends')
    assert.ok(delivered(events, 'B') > before, 'it works again')
    const done = lastEvent(events, 'done')!
    assert.equal(done.filmHash, expectedHash(a))
    assert.equal(done.executions, 64 + unitEvents(events, 'raced').length, 'nothing was begun twice but in the race at the end')
    assert.equal(seenBy(a, 'B').resting, null)
  })

  it('hands back units that take long after half a minute, frees the scene, and others finish the job', async () => {
    const world = new World()
    const owner = person()
    const a = await world.start('A', { work: 'off' })
    const b = await world.start('B', { rest: UNUSED, idle: owner, msPerUnit: 600_000 })
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    assert.ok(await world.until(() => b.engine.started.length > 0, 60_000))
    owner.isThere = true
    await world.until(() => b.farm.resting !== undefined, REST_LOOK_MS + 1)
    await world.settle(HAND_BACK_AFTER_MS - 2_000)
    assert.match(b.farm.peers()[0]!.doing, /^resting: somebody uses this machine, rendering still\.fake$/)
    await world.settle(4_000)
    assert.equal(b.farm.peers()[0]!.doing, IN_USE)
    assert.equal(b.engine.openSessions, 0, 'its memory is free')
    await world.start('C')
    assert.ok(await world.until(() => isDone(events), 180_000), 'the job ends')
    assert.equal(lastEvent(events, 'done')!.filmHash, expectedHash(a))
    assert.equal(delivered(events, 'B'), 0)
  })

  it('does not begin to load for others what came just before, and loads it when the person has gone', async () => {
    const world = new World()
    const owner = person()
    await world.start('A', { work: 'off' })
    const b = await world.start('B', { rest: UNUSED, idle: owner, loadMs: 20_000 })
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.settle(3_000)
    owner.isThere = true
    await world.until(() => b.farm.resting !== undefined, REST_LOOK_MS + 1)
    await world.settle(60_000)
    assert.equal(b.engine.started.length, 0)
    owner.isThere = false
    assert.ok(await world.until(() => isDone(events), 240_000), 'the job ends')
  })

  it('renders their own jobs all the same', async () => {
    const world = new World()
    const owner = person()
    owner.isThere = true
    const a = await world.start('A', { rest: UNUSED, idle: owner })
    await world.settle(1_000)
    assert.equal(a.farm.resting, IN_USE)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.settle(5_000)
    assert.equal(a.farm.peers()[0]!.doing, `${IN_USE}, rendering still.fake`)
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    assert.deepEqual(lastEvent(events, 'done')!.byPeer, { A: 64 })
  })
})

describe('a peer outside its hours', () => {
  // The world begins on a Thursday at 12:00.
  const afternoon = { ...ALWAYS, hours: readWorkHours('12:05-12:10', 'hours') }

  it('waits for them, works through them, and rests after them', async () => {
    const world = new World()
    const a = await world.start('A', { work: 'off' })
    const b = await world.start('B', { rest: afternoon, msPerUnit: 10_000 })
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.settle(4 * MINUTE_MS)
    assert.equal(b.engine.started.length, 0)
    assert.equal(seenBy(a, 'B').doing, 'resting until 12:05')
    await world.settle(4 * MINUTE_MS)
    assert.ok(delivered(events, 'B') > 10)
    await world.settle(3 * MINUTE_MS)
    const brought = delivered(events, 'B')
    assert.equal(seenBy(a, 'B').resting, 'resting until 12:05')
    await world.settle(10 * MINUTE_MS)
    assert.equal(delivered(events, 'B'), brought)
  })

  it('may be given other hours while it rests, and while it works', async () => {
    const world = new World()
    const a = await world.start('A')
    await world.settle(1_000)
    a.farm.setRest(afternoon)
    assert.equal(a.farm.resting, 'resting until 12:05')
    a.farm.setRest(ALWAYS)
    assert.equal(a.farm.resting, undefined)
  })

  it('is not counted on by others, and asks nothing of its machine when it renders nothing at all', async () => {
    const world = new World()
    const off = await world.start('OFF', { work: 'off', rest: UNUSED, idle: { unusedMs: () => assert.fail('nobody needs to know') } })
    await world.settle(5 * MINUTE_MS)
    assert.equal(off.farm.resting, undefined)
  })
})

describe('drain and rest', () => {
  it('drain comes first, and its end leaves the rest as it is', async () => {
    const world = new World()
    const owner = person()
    const a = await world.start('A')
    const b = await world.start('B', { rest: UNUSED, idle: owner })
    await world.settle(1_000)
    b.farm.takeWork('none')
    owner.isThere = true
    await world.settle(REST_LOOK_MS + 1_000)
    assert.equal(seenBy(a, 'B').doing, 'draining')
    assert.deepEqual([b.farm.draining, b.farm.resting], [true, IN_USE])
    b.farm.takeWork('any')
    await world.settle(1_000)
    assert.deepEqual([b.farm.draining, b.farm.resting, seenBy(a, 'B').doing], [false, IN_USE, IN_USE])
    owner.isThere = false
    await world.settle(2 * MINUTE_MS)
    assert.equal(seenBy(a, 'B').doing, 'idle')
  })

  it('a drained peer renders nothing of its own either, rest or not', async () => {
    const world = new World()
    const owner = person()
    owner.isThere = true
    const a = await world.start('A', { rest: UNUSED, idle: owner })
    await world.settle(1_000)
    a.farm.takeWork('none')
    const job = await world.render('A')
    world.follow('A', job)
    await world.settle(60_000)
    assert.equal(a.engine.started.length, 0)
  })
})
