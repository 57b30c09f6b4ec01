import assert from 'node:assert/strict'
import { lastEvent, World } from '../../support/world.ts'

describe('watching a job of another peer', () => {
  it('tells everything but where its pictures lie', async () => {
    const world = new World()
    await world.start('A')
    await world.start('B')
    await world.settle(1_000)
    const job = await world.render('A')
    await world.settle(2_000)
    const [here, afar] = [world.follow('A', job), world.follow('B', job)]
    assert.ok(await world.until(() => lastEvent(afar, 'done') !== undefined, 120_000), 'the job ends')
    const [done, told] = [lastEvent(here, 'done')!, lastEvent(afar, 'done')!]
    assert.deepEqual(done.files, ['/out/A.png'])
    assert.deepEqual(told, { ...done, files: [] })
  })
})

describe('fetching a film from another peer', () => {
  const request = { output: '/out/B.exr', bits: 16, waitMs: 10_000 } as const

  it('waits for a requester that is about to come back', async () => {
    const world = new World()
    await world.start('A')
    await world.start('B')
    await world.settle(1_000)
    const job = await world.render('A')
    await world.settle(1_000)
    const events = world.follow('B', job)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 120_000), 'the job ends')
    const disk = world.kill('A')
    const fetching = world.peer('B').farm.fetch(job, request)
    await world.settle(5_000)
    await world.restart('A', disk)
    const saved = await world.drive(fetching)
    assert.deepEqual([saved.files, saved.done, saved.missing, saved.filmHash], [['/out/B.exr'], 64, null, lastEvent(events, 'done')!.filmHash])
  })

  it('says what is missing when the requester stays away, and not before the time to wait is over', async () => {
    const world = new World()
    await world.start('A')
    await world.start('B')
    await world.settle(1_000)
    const job = await world.render('A')
    assert.ok(await world.until(() => (world.peer('B').farm.jobs()[0]?.done ?? 0) > 0, 60_000))
    world.kill('A')
    const startedMs = world.nowMs
    const saved = await world.drive(world.peer('B').farm.fetch(job, request))
    assert.ok(world.nowMs - startedMs >= 10_000 && world.nowMs - startedMs < 13_000, `${world.nowMs - startedMs} ms`)
    assert.deepEqual(saved.files, [])
    assert.match(saved.missing!, / of 64 units (is|are) only at A, which is away/)
  })

  it('says that it is no longer kept when its room was needed, here and from afar; the end is still told', async () => {
    const world = new World()
    const a = await world.start('A')
    const b = await world.start('B')
    await world.settle(1_000)
    const job = await world.render('A')
    await world.settle(2_000)
    const events = world.follow('B', job)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 120_000), 'the job ends')
    assert.equal((await world.drive(a.farm.fetch(job, request))).missing, null)
    await world.drive(a.farm.clearCache())
    for (const { farm } of [a, b]) {
      await assert.rejects(world.drive(farm.fetch(job, request)), { name: 'FilmGoneError', message: /^The film of still\.fake is no longer kept/ })
    }
    const again = world.follow('A', job)
    await world.settle(100)
    assert.deepEqual(lastEvent(again, 'done')!.files, ['/out/A.png'])
  })
})
