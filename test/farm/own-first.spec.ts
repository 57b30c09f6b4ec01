import assert from 'node:assert/strict'
import { lastEvent, unitEvents, World } from '../support/world.ts'
import type { FarmEvent } from '../../src/ports.ts'

function delivered (events: readonly FarmEvent[]): number {
  return unitEvents(events, 'delivered').length
}

describe('a peer that renders its own jobs first', () => {
  it('does, and others\' when it has none; in turn again when that is taken back', async () => {
    const world = new World()
    const a = await world.start('A')
    await world.start('B', { work: 'off' })
    await world.settle(1_000)
    a.farm.setOrder('own-first')
    const theirs = world.follow('B', await world.render('B'))
    await world.until(() => delivered(theirs) >= 3, 60_000)
    const own = world.follow('A', await world.render('A'))
    assert.ok(await world.until(() => delivered(own) >= 20, 60_000))
    const before = delivered(theirs)
    await world.settle(10_000)
    assert.equal(delivered(theirs), before, 'none of theirs meanwhile')
    a.farm.setOrder('fair')
    await world.settle(20_000)
    assert.ok(delivered(theirs) >= before + 5, 'in turn again')
    assert.ok(await world.until(() => [own, theirs].every((events) => lastEvent(events, 'done') !== undefined), 300_000), 'both end')
  })
})
