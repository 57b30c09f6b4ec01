import assert from 'node:assert/strict'
import { BareSteward } from '../support/bare-steward.ts'
import { fakeFilm } from '../support/fake-pixels.ts'
import { lastEvent, SCENE, World, worldSpec } from '../support/world.ts'
import type { JobId, UnitIndex } from '../../src/core/ids.ts'
import type { WorldPeer } from '../support/world.ts'

const UNITS = 64

/** A requester R that renders nothing has died with a few units taken; a worker W has rendered what it held, and more than 5 s have passed. */
async function orphaned (): Promise<{ readonly world: World, readonly worker: WorldPeer, readonly job: JobId, readonly requesterDisk: ReturnType<World['kill']>, readonly accepted: Set<UnitIndex> }> {
  const world = new World()
  await world.start('R', { work: 'off' })
  const worker = await world.start('W', { msPerUnit: 250 })
  await world.settle(1_000)
  const job = await world.render('R')
  assert.ok(await world.until(() => worker.engine.rendered.length >= 5, 60_000), 'the worker is at it')
  const requesterDisk = world.kill('R')
  const accepted = new Set(requesterDisk.journal(job).entries.flatMap(({ record }) => record.type === 'accepted' ? [record.unit] : []))
  await world.settle(16_000)
  assert.ok(worker.engine.rendered.length >= accepted.size + 10, `${worker.engine.rendered.length} units are rendered, ${accepted.size} taken`)
  return { world, worker, job, requesterDisk, accepted }
}

/** Units in the spool of a peer. */
function spooled ({ store }: WorldPeer, job: JobId): UnitIndex[] {
  return (store.disk.spool.get(job)?.entries ?? []).map(({ head }) => head.unit).sort((a, b) => a - b)
}

function sorted (units: Iterable<UnitIndex>): UnitIndex[] {
  return [...units].sort((a, b) => a - b)
}

/** The requester comes back, and its job ends with the film of a run without faults. */
async function comesToItsEnd (world: World, job: JobId, requesterDisk: ReturnType<World['kill']>): Promise<void> {
  const requester = await world.restart('R', requesterDisk)
  const events = world.follow('R', job)
  assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 120_000), 'the job ends')
  const { darkroom } = requester
  assert.equal(lastEvent(events, 'done')!.filmHash, darkroom.filmHash([darkroom.frameHash(fakeFilm(SCENE, worldSpec()))]))
}

describe('finished units that no steward takes', () => {
  it('lie on the disk after a few seconds, and are gone from it when they are delivered', async () => {
    const { world, worker, job, requesterDisk, accepted } = await orphaned()
    const held = sorted(worker.engine.rendered.filter((unit) => !accepted.has(unit)))
    assert.deepEqual(spooled(worker, job), held)
    await comesToItsEnd(world, job, requesterDisk)
    assert.equal(new Set(worker.engine.started).size, worker.engine.started.length, 'nothing was rendered twice')
    await world.settle(1_000)
    assert.equal(worker.store.disk.spool.size, 0)
  })

  for (const kind of ['kill', 'power'] as const) {
    it(`are delivered after ${kind === 'kill' ? 'kill -9' : 'a power cut'} of their worker, and not rendered again`, async () => {
      const { world, worker, job, requesterDisk, accepted } = await orphaned()
      const held = worker.engine.rendered.filter((unit) => !accepted.has(unit))
      const again = await world.restart('W', world.kill('W', kind))
      await comesToItsEnd(world, job, requesterDisk)
      assert.deepEqual(again.engine.started.filter((unit) => held.includes(unit)), [], 'what it had finished is not rendered again')
      assert.equal(again.engine.started.length, UNITS - accepted.size - held.length)
      await world.settle(1_000)
      assert.equal(again.store.disk.spool.size, 0)
    })
  }

  it('are delivered after a restart by a peer that renders nothing any more', async () => {
    const { world, worker, job, requesterDisk, accepted } = await orphaned()
    const held = worker.engine.rendered.filter((unit) => !accepted.has(unit))
    await world.start('W', { work: 'off' }, world.kill('W'))
    const other = await world.start('V')
    await comesToItsEnd(world, job, requesterDisk)
    assert.deepEqual(other.engine.started.filter((unit) => held.includes(unit)), [])
  })

  it('are kept when the peer leaves politely', async () => {
    const { world, worker, job, requesterDisk } = await orphaned()
    const { disk } = worker.store
    await world.drive(worker.farm.stop('politely'))
    const rendered = [...worker.engine.rendered]
    const again = await world.restart('W', disk)
    await comesToItsEnd(world, job, requesterDisk)
    assert.deepEqual(again.engine.started.filter((unit) => rendered.includes(unit)), [])
  })

  it('are thrown away with a job that has ended', async () => {
    const { world, worker, job, requesterDisk } = await orphaned()
    assert.ok(spooled(worker, job).length > 0)
    const disk = world.kill('W')
    const requester = await world.restart('R', requesterDisk)
    await world.drive(requester.farm.cancel(job))
    const again = await world.restart('W', disk)
    await world.settle(5_000)
    assert.equal(again.store.disk.spool.size, 0)
    assert.equal(again.engine.started.length, 0)
  })

  it('of which the disk has lost some are rendered again, those alone', async () => {
    const { world, worker, job, requesterDisk, accepted } = await orphaned()
    const lost = spooled(worker, job)[3]!
    const kept = worker.store.disk.spool.get(job)!
    kept.entries = kept.entries.filter(({ head }) => head.unit !== lost)
    kept.durable--
    await comesToItsEnd(world, job, requesterDisk)
    assert.deepEqual(worker.engine.started.filter((unit, index) => worker.engine.started.indexOf(unit) !== index), [lost])
    assert.ok(!accepted.has(lost))
  })

  it('stay in memory when the disk is full, which is said once', async () => {
    const world = new World()
    await world.start('R', { work: 'off' })
    const worker = await world.start('W', { msPerUnit: 250 })
    await world.settle(1_000)
    const job = await world.render('R')
    assert.ok(await world.until(() => worker.engine.rendered.length >= 5, 60_000))
    const requesterDisk = world.kill('R')
    worker.store.disk.fault = 'no space left on the disk'
    await world.settle(25_000)
    assert.equal(worker.log.lines.filter(({ level, message }) => level === 'warn' && message.includes('can not be kept on this disk')).length, 1)
    worker.store.disk.fault = undefined
    await comesToItsEnd(world, job, requesterDisk)
    assert.equal(new Set(worker.engine.started).size, worker.engine.started.length, 'nothing was rendered twice')
  })

  it('because it is busy for long go to the disk too, and are delivered once it is not', async () => {
    const world = new World()
    const steward = await world.drive(new BareSteward(world.network, 'S').start())
    await world.start('R', { work: 'off' })
    const worker = await world.start('W', { msPerUnit: 250 })
    await world.settle(1_000)
    const job = await world.render('R')
    assert.ok(await world.until(() => worker.engine.rendered.length >= 5, 60_000))
    world.kill('R')
    steward.answer = 'busy'
    steward.takeOver(job, 2)
    await world.settle(15_000)
    const { length } = spooled(worker, job)
    assert.ok(length > 20, `${length} are on the disk`)
    steward.answer = undefined
    assert.ok(await world.until(() => steward.hasAll(job), 120_000), 'the job ends')
    assert.equal(new Set(steward.taken.filter(({ answer }) => answer === 'accepted').map(({ unit }) => unit)).size, UNITS)
    await world.settle(1_000)
    assert.equal(worker.store.disk.spool.size, 0)
  })
})
