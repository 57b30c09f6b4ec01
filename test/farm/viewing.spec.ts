import assert from 'node:assert/strict'
import { lastEvent, World } from '../support/world.ts'

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
