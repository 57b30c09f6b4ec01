import assert from 'node:assert/strict'
import { World, WORLD_MEMORY_BYTES } from '../support/world.ts'

describe('submitting a job', () => {
  const side = Math.sqrt(WORLD_MEMORY_BYTES / 2 / 16)

  it('takes a picture whose film is half of the memory, and refuses a wider one before anything starts', async () => {
    const world = new World()
    const a = await world.start('A', { work: 'off' })
    const wide = (width: number): Promise<string> => world.render('A', { size: { width, height: Math.floor(side) } })
    await wide(Math.floor(side))
    await assert.rejects(wide(Math.floor(side) + 2), { name: 'JobSpecError', message: /×\d+ pixels takes .+ GiB of memory.+--size/ })
    assert.equal(a.farm.jobs().length, 1)
  })

  it('refuses a size of the scene that does not fit, too', async () => {
    const world = new World()
    await world.start('A', { work: 'off', info: { cameras: [], width: 65_536, height: 65_536, frames: undefined, warnings: [] } })
    await assert.rejects(world.render('A', { size: undefined, tile: 2_048 }), { name: 'JobSpecError', message: /64\.0 GiB/ })
  })

  for (const [width, height] of [[0, 8], [-8, 8], [1e9, 1e9], [65_537, 1], [8.5, 8], [NaN, 8]] as const) {
    it(`refuses ${width} × ${height} pixels`, async () => {
      const world = new World()
      const a = await world.start('A', { work: 'off' })
      await assert.rejects(world.render('A', { size: { width, height } }), { name: 'JobSpecError' })
      assert.equal(a.farm.jobs().length, 0)
    })
  }
})
