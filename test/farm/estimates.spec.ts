import assert from 'node:assert/strict'
import { PROBE_LOAD_MS, SAVE_SPEEDS_MS } from '../../src/farm/limits.ts'
import { lastEvent, SCENE_PATH, World } from '../support/world.ts'
import type { JobEstimate, RenderRequest } from '../../src/api.ts'
import type { PeerId } from '../../src/core/ids.ts'

const REQUEST: RenderRequest = { scene: SCENE_PATH, output: '/out/a.png', size: { width: 64, height: 64 }, tile: 8, samples: 64, split: 'tiles' }

async function estimate (world: World, at: PeerId, request: Partial<RenderRequest> = {}): Promise<JobEstimate> {
  return world.drive(world.peer(at).farm.estimate({ ...REQUEST, ...request }, new AbortController().signal))
}

/** Renders the world's job and gives the milliseconds it took. */
async function render (world: World, at: PeerId, request: Partial<RenderRequest> = {}): Promise<number> {
  const startedMs = world.nowMs
  const events = world.follow(at, await world.render(at, request))
  assert.ok(await world.until(() => lastEvent(events, 'done') !== undefined, 600_000), 'the job ends')
  return world.nowMs - startedMs
}

function near (actual: number | null, expected: number, share: number): void {
  assert.ok(actual !== null && Math.abs(actual / expected - 1) <= share, `${actual} instead of ${expected}`)
}

describe('an estimate', () => {
  it('says what the job would be, and leaves nothing behind', async () => {
    const world = new World()
    const a = await world.start('A')
    await world.start('B')
    await world.settle(1_000)
    const before = { serial: a.store.disk.serial, blobs: a.store.disk.blobs.size }
    const { peers, etaMs: _, aloneMs: __, ...job } = await estimate(world, 'A', { frames: { first: 1, last: 3, step: 1 }, output: '/out/a-##.png' })
    assert.deepEqual(job, {
      name: 'still.fake', engine: 'fake', fingerprint: 'fake 1', width: 64, height: 64, frames: 3, samples: 64, units: 192, split: 'tiles', tile: 8, files: 1, bytes: 7, warnings: [], otherJobs: 0
    })
    assert.deepEqual(peers.map(({ name, self, lacks }) => ({ name, self, lacks })), [{ name: 'A', self: true, lacks: null }, { name: 'B', self: false, lacks: null }])
    assert.deepEqual({ serial: a.store.disk.serial, blobs: a.store.disk.blobs.size }, before)
    await world.settle(30_000)
    for (const id of ['A', 'B']) {
      assert.deepEqual(world.peer(id).farm.jobs(), [])
    }
    assert.equal(a.engine.openSessions, 0)
  })

  it('is right about a scene that was rendered before, at another size', async () => {
    const world = new World()
    await world.start('A', { msPerUnit: 100 })
    await render(world, 'A')
    const wanted = { size: { width: 128, height: 96 }, tile: 8 }
    const { etaMs, aloneMs } = await estimate(world, 'A', wanted)
    assert.equal(etaMs, aloneMs)
    near(await render(world, 'A', wanted), etaMs!, 0.1)
  })

  it('tries a scene that was never rendered here for a moment, once', async () => {
    const world = new World()
    const a = await world.start('A', { msPerUnit: 20 })
    const { etaMs } = await estimate(world, 'A')
    assert.ok(a.engine.rendered.length > 10)
    // The fake engine takes as long for a small tile of the trial as for a unit.
    near(etaMs, 100 + 64 * 64 * 64 / (32 * 32 * 16) * 20, 0.1)
    const loads = a.engine.loads
    await estimate(world, 'A')
    assert.equal(a.engine.loads, loads)
  })

  it('goes by what another peer tells of itself, times what is special about the scene', async () => {
    const world = new World()
    await world.start('A', { msPerUnit: 100 })
    await world.start('B', { msPerUnit: 50 })
    await world.settle(1_000)
    await render(world, 'A')
    await world.settle(SAVE_SPEEDS_MS + 1_000)
    const { etaMs, aloneMs, peers } = await estimate(world, 'A', { size: { width: 256, height: 256 }, tile: 8 })
    near(aloneMs, 102_400, 0.1)
    near(etaMs, 102_400 / 3, 0.1)
    assert.ok(Math.abs(peers[1]!.samplesPerSecond! / peers[0]!.samplesPerSecond! / 2 - 1) < 0.1)
  })

  it('names who can not render it, and why', async () => {
    const world = new World()
    await world.start('A')
    await world.start('B', { work: 'off' })
    await world.start('C', { id: 'other' })
    await world.start('D', { fingerprint: 'fake 2' })
    const e = await world.start('E')
    e.farm.takeWork('none')
    await world.start('F')
    world.network.mesh('F').greet({ name: 'F', engines: new Map([['fake', 'fake 1']]), threads: 1, draining: true, resting: 'resting until 22:00' })
    await world.settle(1_000)
    const { peers } = await estimate(world, 'A', { noLocal: true })
    assert.deepEqual(peers.map(({ name, lacks }) => `${name}: ${lacks}`), [
      'A: left out (--no-local)', 'B: renders nothing', 'C: has no fake', 'D: has another fake (fake 2)', 'E: takes no new work', 'F: resting until 22:00'
    ])
  })

  it('is none where nobody can render it or nobody has been measured', async () => {
    const world = new World()
    await world.start('A', { work: 'off' })
    assert.equal((await estimate(world, 'A')).etaMs, null)
    await world.start('B')
    await world.settle(1_000)
    const { etaMs, aloneMs, peers } = await estimate(world, 'A')
    assert.deepEqual([etaMs, aloneMs, peers[1]!.lacks, peers[1]!.samplesPerSecond], [null, null, null, null])
  })

  it('tries nothing while this peer renders, and says what else is rendered', async () => {
    const world = new World()
    const a = await world.start('A', { msPerUnit: 10_000 })
    await world.render('A', { priority: 1 })
    await world.settle(2_000)
    a.store.disk.files.set('/scenes/other.fake', new Uint8Array(9))
    const { otherJobs, etaMs } = await estimate(world, 'A', { scene: '/scenes/other.fake' })
    assert.deepEqual([otherJobs, etaMs, a.engine.loads], [1, null, 1])
  })

  it('gives up on a scene that loads too long, and on a renderer that renders nothing', async () => {
    const world = new World()
    await world.start('A', { loadMs: PROBE_LOAD_MS + 1_000 })
    assert.equal((await estimate(world, 'A')).etaMs, null)
    for (const fault of ['fail', 'hang', 'crash'] as const) {
      const b = await world.start(fault, { fault: () => fault })
      assert.equal((await estimate(world, fault)).etaMs, null)
      assert.equal(b.engine.openSessions, 0)
    }
  })

  it('fails as submitting would: a file that is missing, a scene that can not be loaded, several frames in one file', async () => {
    const world = new World()
    await world.start('A', { files: [{ file: '/scenes/wood.png', path: 'wood.png' }] })
    await assert.rejects(estimate(world, 'A'), { name: 'SceneError', missing: ['/scenes/wood.png'] })
    await world.start('B', { loadFault: () => 'the buffer is too short' })
    await assert.rejects(estimate(world, 'B'), { name: 'SceneError' })
    await assert.rejects(estimate(world, 'B', { frames: { first: 1, last: 2, step: 1 } }), { name: 'JobSpecError' })
  })

  it('is told when a job is submitted, and is its first ETA', async () => {
    const world = new World()
    const a = await world.start('A', { msPerUnit: 100 })
    const submit = async (): ReturnType<typeof a.farm.render> => world.drive(a.farm.render(REQUEST, new AbortController().signal))
    assert.equal((await submit()).expected, undefined)
    await world.settle(60_000)
    const { job, expected } = await submit()
    near(expected!.etaMs, 6_500, 0.1)
    assert.equal(expected!.peers, 1)
    const events = world.follow('A', job)
    await world.settle(50)
    const first = events.find((event) => event.event === 'progress')
    near(first!.etaMs, 6_500, 0.1)
  })
})
