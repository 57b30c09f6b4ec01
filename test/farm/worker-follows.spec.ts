import assert from 'node:assert/strict'
import { BareSteward } from '../support/bare-steward.ts'
import { FencingWatch } from '../support/fencing-watch.ts'
import { World } from '../support/world.ts'
import type { Epoch } from '../../src/core/epoch.ts'
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

  it('has no more streams than requesters with open jobs, however many there have been', async () => {
    const { world, worker, stewards: [s], job } = await scene()
    const { spec } = s!.jobs.get(job)!
    const requesters: BareSteward[] = []
    for (let index = 0; index < 40; index++) {
      requesters.push(await world.drive(new BareSteward(world.network, `Q${index}`).start()))
    }
    await world.settle(1_000)
    const ends = await Promise.all(requesters.map(async (requester, index) => {
      const own = await world.drive(requester.submit({ ...spec, width: 8, height: 8, serial: index + 1 }))
      return () => requester.hasAll(own)
    }))
    assert.ok(await world.until(() => ends.every((isOver) => isOver()), 300_000), 'all jobs end')
    await world.settle(1_000)
    assert.deepEqual(requesters.filter(({ workers }) => workers.length > 0).map(({ id }) => id), [])
    assert.ok(worker.engine.rendered.length >= 40)
  })
})

describe('a worker with a stream to a steward that was superseded', () => {
  interface Superseded extends Scene {
    readonly s: BareSteward
    readonly t: BareSteward
    readonly lower: Epoch
    readonly higher: Epoch
  }

  /** S stewards two jobs of R, then T one of them: the stream to S stays for the other. */
  async function superseded (): Promise<Superseded> {
    const begun = await scene()
    const { world, stewards: [s, t], job } = begun
    const other = await world.render('R', { samples: 32 })
    await world.settle(500)
    const accepted = runsOnDisk(world, 'R', job)
    s!.takeOver(other, 2)
    const lower = s!.takeOver(job, 2, accepted)
    assert.ok(await world.until(() => s!.taken.length >= 3, 60_000), 'it works for S')
    const higher = t!.takeOver(job, 3, [...accepted, ...[...takenBy(s!)].map((unit) => ({ first: unit, end: unit + 1 }))])
    assert.ok(await world.until(() => t!.leases(job) > 0, 10_000), 'T knows what it holds')
    assert.deepEqual(s!.workers, ['W'])
    return { ...begun, s: s!, t: t!, lower, higher }
  }

  it('answers its grant with the higher epoch, and renders nothing of it', async () => {
    const { world, worker, fencing, s, job, lower, higher } = await superseded()
    const stales = fencing.stales.length
    const started = worker.engine.started.length
    const rect = { frame: 0, x0: 7, y0: 7, x1: 8, y1: 8, run0: 0, run1: 1 }
    assert.ok(!worker.engine.started.includes(63))
    s.say('W', { type: 'grant', job, token: { epoch: lower, grant: 900 }, rects: [rect], leaseMs: 30_000, heartbeatMs: 10_000 })
    await world.settle(2_500)
    assert.deepEqual(fencing.stales.slice(stales), [{ from: 'W', to: 'S', epoch: higher }])
    assert.ok(worker.engine.started.length > started && !worker.engine.started.includes(63))
    assert.deepEqual(fencing.violations, [])
  })

  it('keeps what it wants to revoke, recall, or says to have lapsed', async () => {
    const { world, s, t, job, lower } = await superseded()
    const leases = t.leases(job)
    const released: string[] = []
    world.network.watch = ({ from, to, kind, message }) => {
      if (kind === 'lease' && from === 'W' && to === 'S' && (message as { type: string, job?: string }).job === job) {
        released.push((message as { type: string }).type)
      }
    }
    for (let grant = 1; grant < 10; grant++) {
      s.say('W', { type: 'revoke', job, token: { epoch: lower, grant }, rects: [], reason: 'cancelled' })
      s.say('W', { type: 'recall', job, token: { epoch: lower, grant }, units: 100 })
    }
    s.say('W', { type: 'wait', job, retryMs: 60_000, reason: 'unknown-job' })
    await world.settle(500)
    assert.ok(released.every((type) => type === 'stale'))
    assert.equal(t.leases(job), leases)
    assert.ok(await world.until(() => t.hasAll(job), 200_000), 'the job ends')
    takenBy(t)
  })

  it('obeys whoever the requester\'s word comes from', async () => {
    const { world, worker, s, job } = await superseded()
    const requester = await world.drive(new BareSteward(world.network, 'R').start())
    s.say('W', { type: 'control', control: await world.drive(requester.mesh.signControl({ job, sequence: 9, state: 'cancelled', priority: 0 })) })
    await world.settle(500)
    const before = worker.engine.started.length
    await world.settle(20_000)
    assert.ok(worker.engine.started.length - before <= 64, 'only the other job goes on')
    assert.equal(worker.farm.jobs().find((one) => one.job === job)?.state, 'cancelled')
  })

  it('learns a higher stewardship from the grant of a steward that it asks for another job', async () => {
    const { world, worker, s, job } = await superseded()
    const epoch = { round: 7, peer: 'S', instance: 1 }
    const rect = { frame: 0, x0: 7, y0: 7, x1: 8, y1: 8, run0: 0, run1: 1 }
    s.say('W', { type: 'grant', job, token: { epoch, grant: 1 }, rects: [rect], leaseMs: 30_000, heartbeatMs: 10_000 })
    assert.ok(await world.until(() => worker.engine.rendered.includes(63), 30_000), 'it renders what it was granted')
  })

  it('learns a higher stewardship from a steward that says it is stale itself', async () => {
    const { world, t, s, job, fencing } = await superseded()
    world.network.gossip.drop = 1
    const epoch = s.takeOver(job, 4)
    t.say('W', { type: 'stale', job, epoch })
    await world.settle(100)
    assert.ok(!fencing.stales.some(({ from, to, epoch: told }) => from === 'W' && to === 'T' && told.round === 4), 'who told of it is not told')
    assert.ok(s.leases(job) > 0)
  })
})
