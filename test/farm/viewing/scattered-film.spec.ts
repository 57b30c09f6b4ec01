import assert from 'node:assert/strict'
import { fakeFilm } from '../../support/fake-pixels.ts'
import { SCENE, World, lastEvent, worldSpec } from '../../support/world.ts'
import type { FarmEvent } from '../../../src/ports.ts'
import type { WorldPeer } from '../../support/world.ts'

const MEMBERS = ['A', 'B', 'C', 'D']
const REQUEST = { output: '/out/film.exr', bits: 16, waitMs: 10_000 } as const

function hashOf ({ darkroom }: WorldPeer, split: 'tiles' | 'samples' = 'tiles'): string {
  return darkroom.filmHash([darkroom.frameHash(fakeFilm(SCENE, worldSpec({ split })))])
}

describe('fetching the film of a job whose requester is away', () => {
  for (const split of ['tiles', 'samples'] as const) {
    it(`gives what is kept anywhere, at any peer: all of it, with the same hash, in the end; split by ${split}`, async () => {
      const world = new World(5)
      for (const id of MEMBERS) {
        await world.start(id, { msPerUnit: 5_000 })
      }
      await world.settle(2_000)
      const job = await world.render('A', { noLocal: true, split })
      await world.settle(3_000)
      world.kill('A')
      const doneAt = (id: string): number => world.peer(id).farm.jobs()[0]!.done
      const { units } = world.peer('B').farm.jobs()[0]!
      assert.ok(await world.until(() => doneAt('B') >= units / 2, 900_000), 'somebody takes over')
      const some = await world.drive(world.peer('C').farm.fetch(job, REQUEST))
      assert.deepEqual(some.files, ['/out/film.exr'])
      assert.ok(some.done >= units / 2 && some.done < units, `${some.done} of ${units}`)
      assert.equal(some.missing, `${units - some.done} of ${units} units are not rendered yet`)
      assert.equal(some.filmHash, null)
      assert.ok(await world.until(() => ['B', 'C', 'D'].every((id) => doneAt(id) === units), 900_000), 'the rest is rendered')
      for (const id of ['B', 'C', 'D']) {
        const saved = await world.drive(world.peer(id).farm.fetch(job, REQUEST))
        assert.deepEqual([saved.done, saved.missing, saved.filmHash], [units, null, hashOf(world.peer(id), split)], `at ${id}`)
        assert.deepEqual(world.peer(id).darkroom.pictures.get('/out/film.exr')!.pixels, fakeFilm(SCENE, worldSpec({ split })))
      }
    })
  }

  it('takes each unit from the next that keeps it when one goes away meanwhile', async () => {
    const world = new World(6)
    for (const id of MEMBERS) {
      await world.start(id, { msPerUnit: 2_000 })
    }
    await world.settle(2_000)
    const job = await world.render('A', { noLocal: true })
    await world.settle(1_000)
    world.kill('A')
    assert.ok(await world.until(() => ['B', 'C', 'D'].every((id) => world.peer(id).farm.jobs()[0]!.done === 64), 600_000), 'the rest is rendered')
    const [first] = ['C', 'D'].filter((id) => world.peer(id).store.disk.custody.size > 0)
    assert.ok(first !== undefined)
    const fetching = world.peer('B').farm.fetch(job, REQUEST)
    world.kill(first)
    const saved = await world.drive(fetching)
    assert.equal(saved.filmHash, hashOf(world.peer('B')))
  })

  it('says at whom the rest is, after waiting for it', async () => {
    const world = new World(7)
    for (const id of MEMBERS) {
      await world.start(id, { msPerUnit: 1_000 })
    }
    await world.settle(2_000)
    const job = await world.render('A')
    assert.ok(await world.until(() => (world.peer('B').farm.jobs()[0]?.done ?? 0) >= 8, 60_000))
    world.kill('A')
    const startedMs = world.nowMs
    const saved = await world.drive(world.peer('B').farm.fetch(job, REQUEST))
    assert.ok(world.nowMs - startedMs >= 10_000)
    assert.match(saved.missing!, /^\d+ of 64 units (is|are) only at A, which is away; \d+ of 64 units are not rendered yet$/)
  })
})

describe('watching a job whose requester is away', () => {
  it('goes on with its steward, and with its requester when that is back, and introduces the job once', async () => {
    const world = new World(8)
    for (const id of MEMBERS) {
      await world.start(id, { msPerUnit: 5_000 })
    }
    await world.settle(2_000)
    const job = await world.render('A', { noLocal: true })
    await world.settle(1_000)
    const watched = new Map<string, FarmEvent[]>(['B', 'C', 'D'].map((id) => [id, world.follow(id, job)]))
    await world.settle(3_000)
    const disk = world.kill('A')
    const delivered = (id: string): number => watched.get(id)!.filter((event) => event.event === 'unit' && event.state === 'delivered').length
    const before = new Map(['B', 'C', 'D'].map((id) => [id, delivered(id)]))
    assert.ok(await world.until(() => ['B', 'C', 'D'].every((id) => delivered(id) > before.get(id)! + 10), 400_000), 'units are told of while the requester is away')
    // Progress is told a few times a second.
    await world.settle(1_000)
    assert.ok(lastEvent(watched.get('B')!, 'progress')!.done > 10)
    await world.restart('A', disk)
    assert.ok(await world.until(() => ['B', 'C', 'D'].every((id) => lastEvent(watched.get(id)!, 'done') !== undefined), 900_000), 'the end is told')
    for (const events of watched.values()) {
      assert.equal(events.filter(({ event }) => event === 'job').length, 1)
      assert.equal(lastEvent(events, 'done')!.filmHash, hashOf(world.peer('A')))
      assert.equal(lastEvent(events, 'error'), undefined)
    }
  })
})
