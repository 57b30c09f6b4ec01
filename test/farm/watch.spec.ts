import assert from 'node:assert/strict'
import { launch } from '../support/launch.ts'
import { World } from '../support/world.ts'
import type { FarmEvent } from '../../src/ports.ts'

function watch (world: World, id: string): FarmEvent[] {
  const seen: FarmEvent[] = []
  launch((async () => {
    for await (const item of world.peer(id).farm.watch(new AbortController().signal)) {
      if (item.type === 'event') {
        seen.push(item.event)
      }
    }
  })())
  return seen
}

function jobsIn (events: readonly FarmEvent[]): string[] {
  return events.flatMap((event) => event.event === 'job' ? [event.job] : [])
}

describe('watching the members', () => {
  it('tells of those who were there before, then of those who come and go', async () => {
    const world = new World()
    await world.start('A')
    await world.start('B')
    await world.settle(1_000)
    const seen = watch(world, 'A')
    await world.start('C')
    await world.settle(1_000)
    world.kill('B')
    await world.settle(1_000)
    assert.deepEqual(seen.map((event) => event.event === 'peer' && `${event.name} ${event.state}`), ['B joined', 'C joined', 'B left'])
  })

  it('tells of the jobs that have not ended, then of those that become known, each once', async () => {
    const world = new World()
    await world.start('A')
    await world.start('B')
    await world.settle(1_000)
    const ended = await world.render('A', { size: { width: 8, height: 8 } })
    await world.settle(10_000)
    assert.equal(world.peer('B').farm.find(ended).state, 'finished')
    const open = await world.render('A')
    await world.settle(3_000)
    const seen = watch(world, 'B')
    const next = await world.render('A', { size: { width: 32, height: 32 } })
    await world.settle(5_000)
    assert.deepEqual(jobsIn(seen), [open, next])
  })

  it('tells nothing of an ended job that another peer remembers', async () => {
    const world = new World()
    await world.start('A')
    await world.render('A', { size: { width: 8, height: 8 } })
    await world.settle(10_000)
    await world.start('B')
    const seen = watch(world, 'B')
    await world.settle(60_000)
    assert.equal(world.peer('B').farm.jobs().length, 1)
    assert.deepEqual(jobsIn(seen), [])
  })
})
