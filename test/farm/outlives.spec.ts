import assert from 'node:assert/strict'
import { World } from '../support/world.ts'
import type { JobId } from '../../src/core/ids.ts'

/** Units of a job whose results somebody keeps, by peer. */
function kept (world: World, job: JobId, peers: readonly string[]): Map<string, Set<number>> {
  return new Map(peers.map((id) => [id, new Set((world.peer(id).store.disk.custody.get(job)?.entries ?? []).map(({ head }) => head.unit))]))
}

describe('a job whose requester is away', () => {
  it('is rendered to its end by the others, who keep every result', async () => {
    const world = new World(4)
    for (const id of ['A', 'B', 'C', 'D']) {
      await world.start(id, { msPerUnit: 2_000 })
    }
    await world.settle(2_000)
    const job = await world.render('A', {})
    await world.settle(15_000)
    const done = (world.peer('A').farm.jobs()[0]!).done
    assert.ok(done > 10 && done < 50, `${done} done`)
    world.kill('A')
    await world.settle(200_000)
    const all = kept(world, job, ['B', 'C', 'D'])
    const units = new Set([...all.values()].flatMap((some) => [...some]))
    const copies = Array.from(units, (unit) => [...all.values()].filter((some) => some.has(unit)).length)
    assert.ok(units.size >= 64 - done, 'all that the requester does not have is kept')
    assert.ok(units.size <= 64 - done + 4, `${units.size + done - 64} units that it has were rendered again`)
    assert.deepEqual(copies.filter((count) => count < 2), [], 'each by two peers')
    assert.equal(world.peer('B').farm.jobs()[0]!.done, 64)
  })
})
