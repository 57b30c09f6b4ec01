import assert from 'node:assert/strict'
import { lastEvent, unitEvents, World } from '../support/world.ts'
import type { FarmEvent } from '../../src/ports.ts'

const DAY_MS = 86_400_000
const TEN_YEARS_MS = 3_652 * DAY_MS

/** How a wall clock is moved, again and again. */
const JUMPS: Readonly<Record<string, readonly number[]>> = {
  'a day forward': [DAY_MS],
  'a day back': [-DAY_MS],
  'ten years forward': [TEN_YEARS_MS],
  'ten years back': [-TEN_YEARS_MS],
  'to and fro': [TEN_YEARS_MS, -DAY_MS, -2 * TEN_YEARS_MS, DAY_MS, TEN_YEARS_MS]
}

/** Milliseconds between two jumps: some fall into every part of a job's life. */
const JUMP_EVERY_MS = 3_000

/** A job rendered by two workers, whose requester is killed on the way and comes back. Resolves with all that its follower was told, and when it ended. */
async function story (who: readonly string[], jumps: readonly number[]): Promise<{ readonly events: readonly FarmEvent[], readonly endedMs: number }> {
  const world = new World(7)
  await world.start('A', { work: 'off' })
  await world.start('B')
  await world.start('C')
  await world.settle(1_000)
  const job = await world.render('A')
  let events = world.follow('A', job)
  let next = 0
  const step = async (): Promise<void> => {
    await world.settle(JUMP_EVERY_MS)
    const byMs = jumps[next++ % jumps.length]
    for (const id of who) {
      world.network.mesh(id).clock.jumpWall(byMs ?? 0)
    }
  }
  for (let count = 0; count < 4; count++) {
    await step()
  }
  const before = [...events]
  const disk = world.kill('A')
  await world.settle(5_000)
  await world.restart('A', disk)
  if (who.includes('A')) {
    world.network.mesh('A').clock.jumpWall(jumps[0] ?? 0)
  }
  events = world.follow('A', job)
  while (lastEvent(events, 'done') === undefined) {
    assert.ok(world.nowMs < 300_000, 'the job ends')
    await step()
  }
  return { events: [...before, ...events], endedMs: world.nowMs }
}

/** What some ten jumps may cost in all: a few round trips each, and two units that were asked for once more. */
const MOST_LATER_MS = 3 * JUMP_EVERY_MS

/** Everything but the one figure that is meant to be read off the wall. */
function withoutWall (events: readonly FarmEvent[]): readonly unknown[] {
  return events.map((event) => event.event === 'done' ? { ...event, wallMs: 0 } : event)
}

describe('a wall clock that jumps', () => {
  let still: Awaited<ReturnType<typeof story>>

  before(async () => {
    still = await story([], [])
    assert.equal(lastEvent(still.events, 'done')!.state, 'finished')
  })

  for (const [how, jumps] of Object.entries(JUMPS)) {
    for (const who of [['A'], ['B'], ['A', 'B', 'C']]) {
      if (jumps.some((ms) => ms > 0)) {
        it(`${how}, at ${who.join(', ')}: is no worse than a short sleep, after which is shown again what is held`, async () => {
          const jumping = await story(who, jumps)
          const done = lastEvent(jumping.events, 'done')!
          assert.equal(done.state, 'finished')
          assert.deepEqual(unitEvents(jumping.events, 'delivered').map(({ unit }) => Number(unit)).sort((a, b) => a - b), Array.from({ length: 64 }, (_, unit) => unit))
          assert.equal(done.executions, done.units, 'nothing is rendered twice')
          assert.equal(lastEvent(jumping.events, 'done')!.filmHash, lastEvent(still.events, 'done')!.filmHash)
          assert.ok(jumping.endedMs <= still.endedMs + MOST_LATER_MS, `it took ${jumping.endedMs} ms instead of ${still.endedMs} ms`)
        })
        continue
      }
      it(`${how}, at ${who.join(', ')}: no lease, no estimate and no state of the job changes, over a restart too`, async () => {
        const jumping = await story(who, jumps)
        assert.deepEqual(withoutWall(jumping.events), withoutWall(still.events))
        assert.equal(jumping.endedMs, still.endedMs)
        const { wallMs } = lastEvent(jumping.events, 'done')!
        assert.ok(Number.isSafeInteger(wallMs) && wallMs >= 0)
        // What passed before the restart is told by the wall clock, so that alone may be off.
        assert.ok(who.includes('A') || Math.abs(wallMs - lastEvent(still.events, 'done')!.wallMs) <= 1)
      })
    }
  }
})

describe('how long a job took', () => {
  it('is not told by the wall clock while the peer lives', async () => {
    const world = new World()
    const { network } = world
    await world.start('A')
    const job = await world.render('A')
    const events = world.follow('A', job)
    await world.settle(2_000)
    network.mesh('A').clock.jumpWall(TEN_YEARS_MS)
    assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 120_000))
    const { wallMs } = lastEvent(events, 'done')!
    assert.ok(wallMs > 2_000 && wallMs < 121_000, `${wallMs} ms`)
  })
})
