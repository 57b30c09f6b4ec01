import assert from 'node:assert/strict'
import { fakeFilm } from '../support/fake-pixels.ts'
import { lastEvent, SCENE, SCENE_PATH, unitEvents, World, worldSpec } from '../support/world.ts'
import type { FarmEvent } from '../../src/ports.ts'

function isDone (events: readonly FarmEvent[]): boolean {
  return lastEvent(events, 'done') !== undefined
}

describe('--save-every', () => {
  it('writes the picture so far at most so often, only when it grew, and the whole one last', async () => {
    const world = new World()
    const { darkroom } = await world.start('A')
    const startedMs = world.nowMs
    const job = await world.render('A', { saveEveryMs: 5_000 })
    const events = world.follow('A', job)
    await world.until(() => unitEvents(events, 'delivered').length >= 20, 60_000)
    const saves = darkroom.writes.length
    assert.ok(saves >= 3 && saves <= (world.nowMs - startedMs) / 5_000, `${saves} pictures in ${world.nowMs - startedMs} ms`)
    const partial = darkroom.pictures.get('/out/A.png')!.pixels
    assert.ok(partial.some((value) => value !== 0) && partial.some((_, at) => at % 4 === 3 && partial[at] === 0), 'part of the picture is there')
    await world.drive(world.peer('A').farm.pause(job))
    await world.settle(20_000)
    const paused = darkroom.writes.length
    await world.settle(60_000)
    assert.equal(darkroom.writes.length, paused, 'nothing is written while nothing comes')
    await world.drive(world.peer('A').farm.resume(job))
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    assert.deepEqual(darkroom.pictures.get('/out/A.png')!.pixels, fakeFilm(SCENE, worldSpec()))
    const written = darkroom.writes.length
    await world.settle(30_000)
    assert.equal(darkroom.writes.length, written)
  })

  it('goes on after a restart, stops with a cancelled job, and lives with a disk that refuses', async () => {
    const world = new World()
    await world.start('A')
    const job = await world.render('A', { saveEveryMs: 2_000 })
    await world.settle(6_000)
    const { darkroom, farm } = await world.restart('A', world.kill('A'))
    const events = world.follow('A', job)
    await world.settle(15_000)
    assert.ok(darkroom.writes.length >= 3)
    darkroom.diskFault = 'the disk is full'
    await world.settle(5_000)
    assert.ok(events.some((event) => event.event === 'error' && event.message === 'the disk is full'))
    const delivered = unitEvents(events, 'delivered').length
    darkroom.diskFault = undefined
    await world.settle(5_000)
    assert.ok(unitEvents(events, 'delivered').length > delivered, 'the job goes on')
    await world.drive(farm.cancel(job))
    await world.settle(100)
    const written = darkroom.writes.length
    await world.settle(30_000)
    assert.equal(darkroom.writes.length, written)
  })

  it('is once a second to once a day', async () => {
    const world = new World()
    await world.start('A')
    for (const saveEveryMs of [999, 86_400_001, NaN]) {
      await assert.rejects(world.render('A', { saveEveryMs }), { name: 'UsageError', exitStatus: 2 })
    }
  })
})

describe('--on-done', () => {
  const onDone = { command: 'notify "$TILEMESH_STATE"', folder: '/work' }

  it('is run once by the requester alone, with what became of the job', async () => {
    const world = new World()
    const a = await world.start('A')
    const b = await world.start('B')
    await world.settle(1_000)
    const job = await world.render('A', { onDone })
    const events = world.follow('A', job)
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    assert.deepEqual(a.commands, [{ ...onDone, variables: { TILEMESH_JOB: job, TILEMESH_STATE: 'finished', TILEMESH_FILES: '/out/A.png' } }])
    assert.deepEqual(b.commands, [])
    assert.ok(!JSON.stringify(b.farm.jobs()).includes('notify'))
    assert.deepEqual((await world.restart('A', world.kill('A'))).commands, [], 'not again in the next life')
  })

  it('is remembered over a restart, and run for a cancelled job once', async () => {
    const world = new World()
    await world.start('A')
    const job = await world.render('A', { onDone })
    await world.settle(5_000)
    const again = await world.restart('A', world.kill('A'))
    await world.drive(Promise.all([again.farm.cancel(job), again.farm.cancel(job)]))
    assert.deepEqual(again.commands.map(({ variables }) => variables['TILEMESH_STATE']), ['cancelled'])
  })

  it('has 1 to 8000 characters', async () => {
    const world = new World()
    await world.start('A')
    for (const command of ['', 'x'.repeat(8_001), 'a\0b']) {
      await assert.rejects(world.render('A', { onDone: { command, folder: '/' } }), { name: 'UsageError' })
    }
  })
})

describe('--replace', () => {
  it('cancels the one job and starts the other', async () => {
    const world = new World()
    const a = await world.start('A')
    const b = await world.start('B')
    await world.settle(1_000)
    const first = await world.render('A')
    await world.settle(5_000)
    const second = await world.render('A', { replace: first })
    assert.equal(a.farm.find(first).state, 'cancelled')
    const events = world.follow('A', second)
    assert.ok(await world.until(() => unitEvents(events, 'leased').some(({ peer }) => peer === 'B'), 2_000), 'the others turn to it at once')
    assert.ok(await world.until(() => isDone(events), 120_000), 'the job ends')
    assert.equal(b.farm.find(first).state, 'cancelled')
  })

  it('leaves the old job alone when the new one can not be, or the old one is another\'s', async () => {
    const world = new World()
    const a = await world.start('A')
    const b = await world.start('B')
    await world.settle(1_000)
    const first = await world.render('A')
    await assert.rejects(world.render('A', { replace: first, size: { width: 0, height: 9 } }), { name: 'JobSpecError' })
    assert.equal(a.farm.find(first).state, 'running')
    await world.settle(2_000)
    await assert.rejects(world.drive(b.farm.render({ scene: SCENE_PATH, output: '/out/b.png', replace: first }, new AbortController().signal)), { name: 'NotRequesterError', message: /^Only A/ })
    await assert.rejects(world.render('A', { replace: 'f'.repeat(64) }), { name: 'UnknownJobError' })
    assert.equal(a.farm.find(first).state, 'running')
  })
})
