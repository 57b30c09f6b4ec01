import assert from 'node:assert/strict'
import { StoreError } from '../../src/errors.ts'
import { fakeFilm } from '../support/fake-pixels.ts'
import { lastEvent, SCENE, World, worldSpec } from '../support/world.ts'
import type { FarmEvent } from '../../src/ports.ts'

function errors (events: readonly FarmEvent[]): readonly string[] {
  return events.flatMap((event) => event.event === 'error' ? [event.message] : [])
}

describe('a requester whose disk is full', () => {
  it('for the picture: says so once, has not ended before there is room again, and writes it then', async () => {
    const world = new World()
    const a = await world.start('A')
    a.darkroom.diskFault = 'the disk of /out is full'
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => lastEvent(events, 'progress')?.done === 64, 120_000)
    await world.settle(60_000)
    assert.equal(lastEvent(events, 'done'), undefined, 'no end without the picture')
    assert.deepEqual(errors(events), ['the disk of /out is full'])
    assert.equal(lastEvent(events, 'progress')!.waits, 'the disk of /out is full')
    assert.equal(a.farm.find(job).waits, 'the disk of /out is full', 'the list of jobs says why')
    const later = world.follow('A', job)
    await world.settle(100)
    assert.equal(lastEvent(later, 'progress')!.waits, 'the disk of /out is full', 'whoever comes later is told')
    a.darkroom.diskFault = undefined
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 15_000), 'it ends soon after')
    assert.deepEqual(lastEvent(events, 'done')!.files, ['/out/A.png'])
    assert.ok(a.darkroom.pictures.has('/out/A.png'))
    assert.equal(a.farm.find(job).waits, undefined)
  })

  it('for its journal: acknowledges nothing meanwhile, and ends with the same film when there is room again', async () => {
    const world = new World()
    const a = await world.start('A', { work: 'off' })
    await world.start('B')
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => (lastEvent(events, 'progress')?.done ?? 0) >= 10, 60_000)
    a.store.disk.fault = 'The disk is full'
    await world.settle(2_000)
    const before = lastEvent(events, 'progress')!.done
    await world.settle(60_000)
    assert.equal(lastEvent(events, 'progress')!.done, before)
    assert.deepEqual(errors(events), ['The disk is full'])
    assert.equal(a.farm.find(job).waits, 'The disk is full')
    a.store.disk.fault = undefined
    await world.until(() => lastEvent(events, 'progress')!.done > before, 30_000)
    await world.settle(1_000)
    assert.equal(lastEvent(events, 'progress')!.waits, undefined)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 120_000), 'the job ends')
    assert.equal(lastEvent(events, 'done')!.filmHash, a.darkroom.filmHash([a.darkroom.frameHash(fakeFilm(SCENE, worldSpec()))]))
    assert.deepEqual(lastEvent(events, 'done')!.files, ['/out/A.png'])
  })

  it('just as the film is complete: the film is kept and the picture written when there is room again', async () => {
    const world = new World()
    const a = await world.start('A', { work: 'off' })
    await world.start('B')
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    const write = a.darkroom.write.bind(a.darkroom)
    a.darkroom.write = async (...picture) => {
      await write(...picture)
      a.store.disk.fault = 'The disk is full'
    }
    await world.until(() => lastEvent(events, 'progress')?.done === 64, 120_000)
    await world.settle(30_000)
    assert.equal(lastEvent(events, 'done'), undefined, 'no end before it is on record')
    a.store.disk.fault = undefined
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 30_000), 'the job ends')
    assert.notEqual(lastEvent(events, 'done')!.filmHash, null)
  })

  it('and that is stopped meanwhile: stops at once, and writes the picture in its next life', async () => {
    const world = new World()
    const a = await world.start('A')
    a.darkroom.diskFault = 'the disk of /out is full'
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => lastEvent(events, 'progress')?.done === 64, 120_000)
    await world.settle(10_000)
    const stoppingMs = world.nowMs
    await world.drive(a.farm.stop('politely'))
    assert.ok(world.nowMs - stoppingMs < 5_000, `${world.nowMs - stoppingMs} ms`)
    const disk = world.kill('A')
    const again = await world.restart('A', disk)
    const later = world.follow('A', job)
    assert.ok(await world.until(() => lastEvent(later, 'done') !== undefined, 30_000), 'the job ends')
    assert.deepEqual(lastEvent(later, 'done')!.files, ['/out/A.png'])
    assert.ok(again.darkroom.pictures.has('/out/A.png'))
  })

  it('and whose job is cancelled meanwhile: the job ends', async () => {
    const world = new World()
    const a = await world.start('A')
    a.darkroom.diskFault = 'the disk of /out is full'
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.until(() => lastEvent(events, 'progress')?.done === 64, 120_000)
    await world.settle(10_000)
    await world.drive(a.farm.cancel(job))
    await world.settle(20_000)
    assert.equal(lastEvent(events, 'done')?.state, 'cancelled')
    assert.equal(a.darkroom.pictures.size, 0)
  })

  it('while a job is submitted: it is refused, and does not begin at the next start either', async () => {
    for (const refused of ['job', 'control', 'epoch']) {
      const world = new World()
      const { store } = await world.start('A')
      const open = store.openJob.bind(store)
      store.openJob = async (job) => {
        const journal = await open(job)
        const append = journal.append.bind(journal)
        journal.append = async (record, pixels) => {
          if (record.type === refused) {
            throw new StoreError('The disk is full')
          }
          await append(record, pixels)
        }
        return journal
      }
      await assert.rejects(world.render('A'), { name: 'StoreError' })
      assert.deepEqual(world.peer('A').farm.jobs(), [])
      const again = await world.restart('A', world.kill('A'))
      assert.deepEqual(again.farm.jobs(), [], `the ${refused} was refused`)
    }
  })
})
