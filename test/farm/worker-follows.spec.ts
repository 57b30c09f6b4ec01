import assert from 'node:assert/strict'
import { BareSteward } from '../support/bare-steward.ts'
import { FencingWatch } from '../support/fencing-watch.ts'
import { World } from '../support/world.ts'
import type { JobId } from '../../src/core/ids.ts'
import type { WorldPeer, WorldPeerOptions } from '../support/world.ts'

const UNITS = 64

interface Scene {
  readonly world: World
  readonly worker: WorldPeer
  readonly stewards: readonly BareSteward[]
  readonly fencing: FencingWatch
  readonly job: JobId
}

/** A requester R that renders nothing and dies with a few units taken, a worker W, and bare stewards S and T that know the job. */
async function scene (options: WorldPeerOptions = {}, network: ConstructorParameters<typeof World>[1] = {}): Promise<Scene> {
  const world = new World(1, network)
  const fencing = new FencingWatch(world.network)
  const stewards = await Promise.all(['S', 'T'].map((id) => world.drive(new BareSteward(world.network, id).start())))
  await world.start('R', { work: 'off' })
  const worker = await world.start('W', options)
  await world.settle(1_000)
  const job = await world.render('R')
  assert.ok(await world.until(() => worker.engine.rendered.length >= 5, 60_000), 'the worker is at it')
  return { world, worker, stewards, fencing, job }
}

/** Units of which more than one render was started. */
function renderedTwice ({ engine }: WorldPeer): readonly number[] {
  return engine.started.filter((unit, index) => engine.started.indexOf(unit) !== index)
}

/** Units that a steward took, none of them twice. */
function takenBy (steward: BareSteward): Set<number> {
  const units = steward.taken.filter(({ answer }) => answer === 'accepted').map(({ unit }) => unit)
  assert.equal(new Set(units).size, units.length, 'no unit is taken twice')
  return new Set(units)
}

/** The units that a killed requester had on its disk. */
function runsOnDisk (world: World, requester: string, job: JobId): { readonly first: number, readonly end: number }[] {
  return world.kill(requester).journal(job).entries.flatMap(({ record }) => record.type === 'accepted' ? [{ first: record.unit, end: record.unit + 1 }] : [])
}

describe('a worker whose steward changes', () => {
  it('goes on where it was: what it holds is granted again, what it rendered is delivered once, nothing is rendered twice', async () => {
    const { world, worker, stewards: [s], fencing, job } = await scene()
    const accepted = runsOnDisk(world, 'R', job)
    s!.takeOver(job, 2, accepted)
    assert.ok(await world.until(() => s!.hasAll(job), 120_000), 'the job ends')
    assert.equal(takenBy(s!).size, UNITS - accepted.length)
    assert.deepEqual(renderedTwice(worker), [])
    assert.deepEqual(fencing.violations, [])
  })

  it('finishes what it holds while there is no steward, idles, and shows it to the next one', async () => {
    const { world, worker, stewards: [s], fencing, job } = await scene({ msPerUnit: 250 })
    const accepted = runsOnDisk(world, 'R', job)
    await world.settle(12_000)
    const started = worker.engine.started.length
    assert.ok(started > accepted.length, 'it went on without a steward')
    const messages = fencing.messages
    await world.settle(12_000)
    assert.equal(worker.engine.started.length, started, 'and then it had nothing to do')
    assert.ok(fencing.messages - messages <= 10, 'about which it made no fuss')
    s!.takeOver(job, 2, accepted)
    assert.ok(await world.until(() => s!.hasAll(job), 120_000), 'the job ends')
    assert.equal(takenBy(s!).size, UNITS - accepted.length)
    assert.deepEqual(renderedTwice(worker), [])
  })

  it('loses nothing that was on its way', async () => {
    const { world, worker, stewards: [s], job } = await scene({ msPerUnit: 50 }, { link: { bytesPerMs: 5 } })
    assert.ok(await world.until(() => worker.engine.rendered.length >= 12, 60_000))
    const accepted = runsOnDisk(world, 'R', job)
    assert.ok(worker.engine.rendered.length > accepted.length + 2, 'some are on their way')
    s!.takeOver(job, 2, accepted)
    assert.ok(await world.until(() => s!.hasAll(job), 300_000), 'the job ends')
    assert.equal(takenBy(s!).size, UNITS - accepted.length)
    assert.deepEqual(renderedTwice(worker), [])
  })

  it('follows three times in a row, then back to the requester, while the former ones still speak', async () => {
    const { world, worker, stewards: [s, t], fencing, job } = await scene()
    const { jobs } = s!
    const accepted = runsOnDisk(world, 'R', job)
    const taken = (): { readonly first: number, readonly end: number }[] => {
      const units = [...accepted.map(({ first }) => first), ...[s!, t!].flatMap((steward) => [...takenBy(steward)])]
      return [...new Set(units)].map((unit) => ({ first: unit, end: unit + 1 }))
    }
    for (const [steward, round] of [[s!, 2], [t!, 3], [s!, 4]] as const) {
      const before = worker.engine.rendered.length
      steward.takeOver(job, round, taken())
      assert.ok(await world.until(() => worker.engine.rendered.length >= before + 6 && steward.accepted(job) >= UNITS / 4, 60_000), `round ${round} goes on`)
      await world.settle(500)
    }
    const r = await world.drive(new BareSteward(world.network, 'R', jobs).start())
    await world.settle(3_000)
    r.takeOver(job, 5, taken())
    assert.ok(await world.until(() => r.hasAll(job), 240_000), 'the job ends')
    assert.deepEqual(fencing.violations, [])
    assert.deepEqual(renderedTwice(worker), [])
  })

  it('obeys the higher of two stewards in a split, and tells the lower one', async () => {
    const { world, worker, stewards: [s, t], fencing, job } = await scene()
    const accepted = runsOnDisk(world, 'R', job)
    world.network.cut('S', 'W')
    s!.takeOver(job, 2, accepted)
    t!.takeOver(job, 3, accepted)
    assert.ok(await world.until(() => t!.taken.length >= 5, 60_000), 'it works for T')
    world.network.heal()
    await world.settle(3_000)
    s!.tell()
    const tookBefore = s!.taken.length
    assert.ok(await world.until(() => t!.hasAll(job), 120_000), 'the job ends')
    assert.equal(s!.taken.length, tookBefore, 'S gets nothing of it')
    assert.deepEqual(renderedTwice(worker), [])
    assert.deepEqual(fencing.violations, [])
  })

  it('tells a steward that it has left, and answers what that one still grants with a higher epoch', async () => {
    const { world, stewards: [s, t], fencing, job } = await scene()
    const accepted = runsOnDisk(world, 'R', job)
    s!.takeOver(job, 2, accepted)
    assert.ok(await world.until(() => s!.taken.length >= 3, 60_000), 'it works for S')
    const epoch = t!.takeOver(job, 3, accepted)
    const told = (): typeof fencing.stales => fencing.stales.filter(({ to }) => to === 'S')
    assert.ok(await world.until(() => told().length > 0, 2_000))
    assert.deepEqual(told(), [{ from: 'W', to: 'S', epoch }])
  })

  it('waits for a steward that does not know the job, with what it holds finished', async () => {
    const { world, worker, stewards: [s], job } = await scene({ msPerUnit: 250 })
    const accepted = runsOnDisk(world, 'R', job)
    s!.takeOver(job, 2, accepted)
    assert.ok(await world.until(() => s!.taken.length >= 3, 60_000), 'it works for S')
    s!.stepDown(job)
    await world.settle(20_000)
    const took = [...accepted, ...[...takenBy(s!)].map((unit) => ({ first: unit, end: unit + 1 }))]
    assert.ok(worker.engine.rendered.length > took.length, 'it finished what it held')
    s!.takeOver(job, 3, took)
    assert.ok(await world.until(() => s!.hasAll(job), 120_000), 'the job ends')
    takenBy(s!)
    assert.deepEqual(renderedTwice(worker), [])
  })

  it('ends its streams to stewards that it has no jobs of any more', async () => {
    const { world, stewards: [s, t], job } = await scene()
    const accepted = runsOnDisk(world, 'R', job)
    for (const [steward, round] of [[s!, 2], [t!, 3], [s!, 4], [t!, 5]] as const) {
      steward.takeOver(job, round, accepted)
      await world.settle(1_000)
    }
    assert.deepEqual([s!.workers, t!.workers], [[], ['W']])
  })
})
