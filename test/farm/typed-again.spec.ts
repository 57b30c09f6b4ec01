import assert from 'node:assert/strict'
import { lastEvent, SCENE_PATH, unitEvents, World } from '../support/world.ts'
import type { RenderRequest } from '../../src/api.ts'

const FILM: RenderRequest = {
  scene: SCENE_PATH,
  output: '/out/a-##.png',
  size: { width: 64, height: 64 },
  tile: 32,
  samples: 64,
  frames: { first: 1, last: 4, step: 1 },
  settings: { tint: '2', fps: '25' },
  onDone: { command: 'true', folder: '/' },
  video: { file: '/out/a.webp' }
}

describe('a command that is typed again', () => {
  it('goes on with its job after a power cut, doing nothing twice', async () => {
    const world = new World()
    await world.start('A')
    const job = await world.render('A', FILM)
    const before = world.follow('A', job)
    await world.until(() => unitEvents(before, 'delivered').length >= 6, 60_000)
    const done = unitEvents(before, 'delivered').length
    const { farm, darkroom } = await world.restart('A', world.kill('A', 'power'))
    const again = await world.drive(farm.render({ ...FILM, settings: { fps: '25', tint: '2' } }, new AbortController().signal))
    assert.equal(again.job, job)
    assert.equal(again.goesOn, true)
    assert.ok(again.done >= done - 1 && again.done < again.units)
    assert.equal(farm.jobs().length, 1)
    const events = world.follow('A', job)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 120_000), 'the job ends')
    assert.ok(lastEvent(events, 'done')!.executions <= again.units + 1)
    assert.equal(new Set(darkroom.writes).size, darkroom.writes.length, 'no picture is written twice')
  })

  it('wakes a paused job, with the priority it says now', async () => {
    const world = new World()
    const { farm } = await world.start('A')
    const job = await world.render('A', FILM)
    await world.drive(farm.pause(job))
    assert.equal(await world.render('A', { ...FILM, priority: 3 }), job)
    const events = world.follow('A', job)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 120_000), 'the job ends')
  })

  it('makes a job of its own when anything else is asked for, or the first is over or replaced', async () => {
    const world = new World()
    const { farm } = await world.start('A')
    const first = await world.render('A', FILM)
    const jobs = new Set([first])
    for (const other of [
      { output: '/out/b-##.png' },
      { bits: 16 as const },
      { samples: 65 },
      { frames: { first: 1, last: 5, step: 1 } },
      { settings: {} },
      { noLocal: true },
      { onDone: undefined },
      { saveEveryMs: 5_000 },
      { video: undefined },
      { video: { file: '/out/a.webp', fps: 24 } },
      { replace: first }
    ]) {
      jobs.add(await world.render('A', { ...FILM, ...other }))
    }
    assert.equal(jobs.size, 12)
    assert.equal(farm.find(first).state, 'cancelled')
    const { job: fresh } = await world.drive(farm.render(FILM, new AbortController().signal))
    assert.notEqual(fresh, first, 'a cancelled job stays cancelled')
  })
})
