import assert from 'node:assert/strict'
import { World } from '../support/world.ts'

describe('what the simulation found', () => {
  it('seed 1830: a requester that dies between its last record and its last word says that word in its next life', async () => {
    const world = new World(1)
    const a = await world.start('A')
    const b = await world.start('B')
    const { disk } = a.store
    await world.settle(1_000)
    const job = await world.render('A')
    let isDone = false
    disk.watch = (event) => {
      if (event.type === 'journal' && event.record.type === 'done') {
        isDone = true
        disk.syncMs = 1_000
      }
    }
    assert.ok(await world.until(() => isDone, 600_000), 'all is done')
    world.kill('A')
    disk.syncMs = 0
    await world.settle(2_000)
    await world.restart('A', disk)
    await world.settle(5_000)
    assert.equal(b.farm.jobs().find((one) => one.job === job)?.state, 'finished')
  })
})
