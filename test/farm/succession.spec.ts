import assert from 'node:assert/strict'
import { RANK_STAGGER_MS } from '../../src/core/limits.ts'
import { World } from '../support/world.ts'
import type { Beacon } from '../../src/core/messages.ts'
import type { JobId } from '../../src/core/ids.ts'

/** The stewardships that beacons told of, in the order in which they were heard first. */
function stewardships (world: World, job: () => JobId | undefined): string[] {
  const told: string[] = []
  world.network.watch = ({ kind, message }) => {
    if (kind === 'gossip-beacon') {
      for (const { epoch, job: of } of (message as Beacon).jobs) {
        const text = `${epoch.round} ${epoch.peer}`
        if (of === job() && !told.includes(text)) {
          told.push(text)
        }
      }
    }
  }
  return told
}

describe('a job whose steward vanishes', () => {
  let world: World
  let job: JobId | undefined

  beforeEach(async () => {
    world = new World(3)
    job = undefined
    for (const id of ['A', 'B', 'C', 'D']) {
      await world.start(id, { msPerUnit: 20_000 })
    }
    await world.settle(2_000)
  })

  it('is taken over by one of the others within 45 s, in the next round', async () => {
    const told = stewardships(world, () => job)
    job = await world.render('A')
    await world.settle(20_000)
    assert.deepEqual(told, ['1 A'])
    world.kill('A')
    const atMs = world.nowMs
    assert.ok(await world.until(() => told.length > 1, 45_000), 'somebody takes over')
    assert.match(told[1]!, /^2 [BCD]$/)
    assert.ok(world.nowMs - atMs >= 30_000 - 10_000, 'not before it was silent for long')
    await world.settle(60_000)
    assert.equal(told.length, 2, 'only one does')
  })

  it('is taken over again when the one that took over vanishes too', async () => {
    const told = stewardships(world, () => job)
    job = await world.render('A')
    await world.settle(20_000)
    world.kill('A')
    await world.until(() => told.length > 1, 60_000)
    world.kill(told[1]!.slice(2))
    assert.ok(await world.until(() => told.length > 2, 60_000 + 2 * RANK_STAGGER_MS))
    assert.match(told[2]!, /^3 [BCD]$/)
  })

  it('is handed over at once by a steward that leaves politely, and the requester takes it back when it returns', async () => {
    const told = stewardships(world, () => job)
    job = await world.render('A')
    await world.settle(20_000)
    const { store } = world.peer('A')
    const beforeMs = world.nowMs
    await world.drive(world.peer('A').farm.stop('politely'))
    await world.until(() => told.length > 1, 10_000)
    assert.ok(world.nowMs - beforeMs < 8_000)
    assert.match(told[1]!, /^2 [BCD]$/)
    await world.settle(30_000)
    assert.equal(told.length, 2)
    await world.start('A', {}, store.disk)
    assert.ok(await world.until(() => told.length > 2, 20_000))
    assert.equal(told[2], '3 A')
    await world.settle(60_000)
    assert.equal(told.length, 3, 'nobody else takes over any more')
  })

  it('is granted by its requester again after a restart, once it has heard who stewards it', async () => {
    const told = stewardships(world, () => job)
    job = await world.render('A')
    await world.settle(10_000)
    const disk = world.kill('A')
    await world.settle(5_000)
    await world.restart('A', disk)
    await world.settle(60_000)
    assert.deepEqual(told, ['1 A'], 'nobody took over, and it is the same round')
    const again = world.kill('A')
    await world.until(() => told.length > 1, 60_000)
    let grants = 0
    const watched = world.network.watch
    world.network.watch = (sent) => {
      watched(sent)
      grants += sent.kind === 'lease' && sent.from === 'A' && JSON.stringify(sent.message).includes('"round":1') ? 1 : 0
    }
    await world.restart('A', again)
    assert.ok(await world.until(() => told.length > 2, 20_000))
    assert.equal(told[2], '3 A')
    assert.equal(grants, 0, 'nothing was granted in the round that was over')
  })

  it('is taken over by one peer of each half, although those of the other half seem to be there for a while', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const other = new World(seed, { silenceMs: 60_000 })
      for (const id of ['A', 'B', 'C', 'D']) {
        await other.start(id, { msPerUnit: 20_000 })
      }
      await other.settle(2_000)
      const told = stewardships(other, () => job)
      job = await other.render('A')
      await other.settle(20_000)
      for (const [one, two] of [['A', 'B'], ['A', 'C'], ['D', 'B'], ['D', 'C']] as const) {
        other.network.cut(one, two)
      }
      await other.settle(70_000)
      assert.equal(told.filter((one) => one.startsWith('2 ')).length, 1, `seed ${seed}: ${told.join()}`)
    }
  })

  it('is not taken over while the steward is only hard to hear', async () => {
    const told = stewardships(world, () => job)
    job = await world.render('A')
    world.network.gossip.drop = 1
    await world.settle(300_000)
    assert.equal(told.filter((one) => !one.startsWith('1 ')).length, 0)
  })
})
