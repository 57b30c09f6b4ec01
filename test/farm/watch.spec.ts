import assert from 'node:assert/strict'
import { launch } from '../support/launch.ts'
import { World } from '../support/world.ts'
import type { FarmEvent } from '../../src/ports.ts'

describe('watching the members', () => {
  it('tells of those who were there before, then of those who come and go', async () => {
    const world = new World()
    const { farm } = await world.start('A')
    await world.start('B')
    await world.settle(1_000)
    const seen: FarmEvent[] = []
    launch((async () => {
      for await (const item of farm.watch(new AbortController().signal)) {
        if (item.type === 'event') {
          seen.push(item.event)
        }
      }
    })())
    await world.start('C')
    await world.settle(1_000)
    world.kill('B')
    await world.settle(1_000)
    assert.deepEqual(seen.map((event) => event.event === 'peer' && `${event.name} ${event.state}`), ['B joined', 'C joined', 'B left'])
  })
})
