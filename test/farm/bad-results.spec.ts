import assert from 'node:assert/strict'
import { lastEvent, unitEvents, World, worldSpec, SCENE } from '../support/world.ts'
import { fakeFilm } from '../support/fake-pixels.ts'
import type { ResultHead } from '../../src/core/messages.ts'
import type { ResultSender } from '../../src/ports.ts'

describe('results that can not be used', () => {
  it('pixels that are no finite numbers never reach the film: the unit counts as failed on that peer and is rendered by another', async () => {
    const world = new World()
    const a = await world.start('A', { work: 'off' })
    await world.start('B', { fault: () => 'not-finite' })
    await world.start('C')
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 120_000), 'the job ends')
    const done = lastEvent(events, 'done')!
    assert.equal(done.state, 'finished')
    assert.equal(done.filmHash, a.darkroom.filmHash([a.darkroom.frameHash(fakeFilm(SCENE, worldSpec()))]))
    assert.deepEqual(done.byPeer, { C: 64 })
    const failed = unitEvents(events, 'failed')
    assert.ok(failed.length >= 3 && failed.every(({ peer, reason }) => peer === 'B' && /finite/.test(reason!)))
  })

  it('a unit whose pixels are never finite numbers is parked after three peers', async () => {
    const world = new World()
    await world.start('A', { work: 'off' })
    for (const id of ['B', 'C', 'D', 'E']) {
      await world.start(id, { fault: ({ unit }) => unit === 9 ? 'not-finite' : undefined })
    }
    await world.settle(1_000)
    const job = await world.render('A')
    const events = world.follow('A', job)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 120_000), 'the job ends')
    assert.equal(lastEvent(events, 'done')!.state, 'parked')
    assert.deepEqual(unitEvents(events, 'parked').map(({ unit }) => unit), ['9'])
  })

  describe('from a member that makes them up', () => {
    /** A job that B renders slowly, and a stream of results by a member that holds no lease. */
    async function stranger (): Promise<{ world: World, sender: ResultSender, head: ResultHead }> {
      const world = new World()
      const a = await world.start('A', { work: 'off' })
      await world.start('B')
      await world.start('M', { work: 'off' })
      await world.settle(1_000)
      const job = await world.render('A')
      await world.settle(5_000)
      const mesh = world.network.mesh('M')
      const sender = await world.drive(mesh.openResults('A'))
      const epoch = a.store.disk.journal(job).entries.flatMap(({ record }) => record.type === 'epoch' ? [record.epoch] : [])[0]!
      const head: ResultHead = {
        job,
        unit: 63,
        token: { epoch, grant: 1 },
        content: 'mean',
        bytes: 8 * 8 * 16,
        sha256: '0'.repeat(64),
        phases: { transferMs: 0, loadMs: 0, renderMs: 1 }
      }
      return { world, sender, head }
    }

    for (const [what, change, answers] of [
      ['for a unit it was never leased', {}, ['unknown-token', 'refused']],
      ['for a unit the job does not have', { unit: 64 }, ['refused', 'unknown-token']],
      ['for a job nobody has', { job: 'f'.repeat(64) }, ['ended', 'refused']],
      ['of another size than its tile', { bytes: 16 }, ['refused']],
      ['of sums where the job has means', { content: 'sum' }, ['refused']]
    ] as const) {
      it(what, async () => {
        const { world, sender, head } = await stranger()
        const wrong = { ...head, ...change } as ResultHead
        const answer = await world.drive(sender.deliver(wrong, new Uint8Array(wrong.bytes)))
        assert.ok((answers as readonly string[]).includes(answer), answer)
        const events = world.follow('A', head.job)
        assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 120_000), 'the job ends')
        assert.deepEqual(lastEvent(events, 'done')!.byPeer, { B: 64 })
      })
    }

    it('in a flood: the job ends, and nothing of it is counted', async () => {
      const { world, sender, head } = await stranger()
      const events = world.follow('A', head.job)
      const pixels = new Uint8Array(head.bytes)
      const flood = async (): Promise<void> => {
        for (let i = 0; i < 2_000; i++) {
          const answer = await sender.deliver({ ...head, unit: i % 64 }, pixels)
          assert.notEqual(answer, 'accepted')
        }
      }
      const flooded = flood()
      assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 120_000), 'the job ends')
      assert.deepEqual(lastEvent(events, 'done')!.byPeer, { B: 64 })
      await world.drive(flooded)
    })
  })
})
