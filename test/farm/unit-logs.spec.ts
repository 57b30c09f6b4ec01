import assert from 'node:assert/strict'
import { lastEvent, World } from '../support/world.ts'
import { MAX_LINE_BYTES } from '../../src/control/limits.ts'
import type { JobLog } from '../../src/api.ts'
import type { RenderUnit } from '../../src/ports.ts'

/** What came of a unit, in a word or two each. */
function story ({ attempts }: JobLog): string[] {
  return attempts.map((attempt) => `${attempt.name} ${attempt.type}${attempt.type === 'failed' ? `: ${attempt.reason} (${attempt.log})` : ''}`)
}

const poison = { fault: ({ unit }: RenderUnit) => unit === 3 ? 'fail' as const : undefined }

/** A job of 64 units of which number 3 fails everywhere, to its end. */
async function parkedWorld (): Promise<{ readonly world: World, readonly job: string }> {
  const world = new World()
  await world.start('A', { work: 'off' })
  for (const id of ['B', 'C', 'D']) {
    await world.start(id, poison)
  }
  await world.settle(1_000)
  const job = await world.render('A')
  const events = world.follow('A', job)
  assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 200_000), 'the job ends')
  return { world, job }
}

describe('the log of a unit', () => {
  it('is kept by who rendered it, and found from its requester', async () => {
    const world = new World()
    const a = await world.start('A', { work: 'off' })
    await world.start('B', { threads: 2 })
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => lastEvent(events, 'done') !== undefined, 200_000)
    const log = await world.drive(a.farm.log(job, '9'))
    assert.deepEqual(story(log), ['B rendered', 'B delivered'])
    const [rendered, delivered] = log.attempts
    assert.ok(rendered?.type === 'rendered' && rendered.threads === 2 && rendered.atMs - rendered.startedAtMs >= rendered.renderMs && rendered.renderMs === 500 && rendered.log === 'unit 9 as it should be')
    assert.ok(delivered?.type === 'delivered' && delivered.to === 'A' && delivered.answer === 'accepted' && delivered.tries === 1)
    assert.equal(log.state, 'accepted')
    assert.deepEqual(log.place, { frame: 1, rect: { x0: 8, y0: 8, x1: 16, y1: 16 }, samples: { first: 0, end: 64 } })
    assert.deepEqual(log.gaps, [])
  })

  it('has all attempts at a unit that nobody could render, in order, with what the renderer said, and that it is parked; from any peer', async () => {
    const { world, job } = await parkedWorld()
    for (const asker of ['A', 'D']) {
      const log = await world.drive(world.peer(asker).farm.log(job, '3'))
      assert.deepEqual(new Set(story(log)), new Set(['B failed: the renderer says no (no)', 'C failed: the renderer says no (no)', 'D failed: the renderer says no (no)']))
      assert.ok(log.attempts.every(({ atMs }, index) => index === 0 || atMs >= log.attempts[index - 1]!.atMs))
      assert.deepEqual(log.troubles.map(({ kind, unit }) => `${kind} ${unit}`), ['failed 3', 'failed 3', 'failed 3', 'parked 3'])
      assert.equal(log.state, asker === 'A' ? 'parked' : null)
    }
  })

  it('of the whole job: what went wrong, from any peer', async () => {
    const { world, job } = await parkedWorld()
    for (const asker of ['A', 'B']) {
      const log = await world.drive(world.peer(asker).farm.log(job, undefined))
      assert.deepEqual(log.troubles.map(({ kind, unit, reason }) => `${kind} ${unit} ${reason}`).slice(-1), ['parked 3 the renderer says no'])
      assert.deepEqual([log.attempts, log.gaps, log.unit, log.place], [[], [], null, null])
    }
  })

  it('survives kill -9 of the worker, and of the requester', async () => {
    const { world, job } = await parkedWorld()
    const disks = ['A', 'B'].map((id) => [id, world.kill(id)] as const)
    for (const [id, disk] of disks) {
      await world.restart(id, disk)
    }
    await world.settle(40_000)
    const log = await world.drive(world.peer('A').farm.log(job, '3'))
    assert.equal(log.attempts.length, 3)
    assert.deepEqual(log.troubles.map(({ kind }) => kind), ['failed', 'failed', 'failed', 'parked'])
  })

  it('names peers that are away, and those that do not answer', async () => {
    const { world, job } = await parkedWorld()
    world.kill('B')
    await world.settle(10_000)
    world.network.freeze('C')
    const log = await world.drive(world.peer('A').farm.log(job, '3'))
    assert.deepEqual(story(log), ['D failed: the renderer says no (no)'])
    assert.deepEqual(log.gaps.map(({ name, why }) => `${name} ${why}`), ['B away', 'C silent'])
    world.network.thaw('C')
    world.kill('A')
    await world.settle(100_000)
    const afar = await world.drive(world.peer('D').farm.log(job, '9'))
    assert.deepEqual(afar.gaps.map(({ name, why }) => `${name} ${why}`), ['A away'])
    const whole = await world.drive(world.peer('D').farm.log(job, undefined))
    assert.deepEqual(whole.gaps.map(({ name, why }) => `${name} ${why}`), ['A away'])
  })

  it('is bounded: of too much the newest is told, and who knows more', async () => {
    const { world, job } = await parkedWorld()
    for (const id of ['B', 'C']) {
      for (let atMs = 1; atMs <= 60; atMs++) {
        world.peer(id).store.unitLogs.append(job, 3, { type: 'failed', startedAtMs: 0, atMs: 3e12 + atMs, threads: 1, reason: 'no', log: '\u0001ö'.repeat(5_000) })
      }
    }
    const log = await world.drive(world.peer('B').farm.log(job, '3'))
    const line = Buffer.byteLength(JSON.stringify(log))
    assert.ok(line < MAX_LINE_BYTES && line > MAX_LINE_BYTES / 3, `${line} bytes`)
    assert.equal(log.attempts.at(-1)!.atMs, 3e12 + 60)
    assert.deepEqual(log.gaps.map(({ name, why }) => `${name} ${why}`).sort(), ['B dropped', 'C dropped', 'D dropped'])
  })

  it('is refused for a unit or a job that is not there', async () => {
    const { world, job } = await parkedWorld()
    for (const unit of ['64', '-1', '1.5', 'x', '', '99999999']) {
      await assert.rejects(world.peer('B').farm.log(job, unit), { name: 'UsageError', message: `There is no unit "${unit}" in this job; its units are 0 to 63.` })
    }
    await assert.rejects(world.peer('B').farm.log('ff'.repeat(32), '1'), { name: 'UnknownJobError' })
  })
})

describe('the end of a job with parked units', () => {
  it('says how many, which was first and why; a later life of the requester still does', async () => {
    const { world, job } = await parkedWorld()
    const parked = { units: 1, unit: '3', reason: 'the renderer says no' }
    const first = world.follow('A', job)
    await world.settle(10)
    assert.deepEqual(lastEvent(first, 'done')?.parked, parked)
    const afar = world.follow('B', job)
    await world.settle(1_000)
    assert.deepEqual(lastEvent(afar, 'done')?.parked, parked)
    await world.restart('A', world.kill('A'))
    const again = world.follow('A', job)
    await world.settle(10)
    assert.deepEqual(lastEvent(again, 'done')?.parked, parked)
  })

  it('is not spoken of where all came out', async () => {
    const world = new World()
    await world.start('A')
    const job = await world.render('A', { size: { width: 16, height: 16 } })
    const events = world.follow('A', job)
    await world.until(() => lastEvent(events, 'done') !== undefined, 60_000)
    assert.equal('parked' in lastEvent(events, 'done')!, false)
  })
})
