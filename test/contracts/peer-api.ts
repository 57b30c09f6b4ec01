import assert from 'node:assert/strict'
import { FAKE_PEER, FAKE_UNITS } from '../cli/support/fake-peer.ts'
import type { FollowItem, PeerApi, PreviewBlock } from '../../src/api.ts'
import type { FakePeer } from '../cli/support/fake-peer.ts'

/** A way to reach a fake peer, and what takes it down again. */
export interface PeerApiSetup {
  readonly api: PeerApi
  readonly close: () => Promise<void>
}

const REQUEST = {
  scene: '/scenes/teapot.glb',
  output: '/pictures/teapot.png',
  samples: 16,
  settings: { bounces: '4' },
  replace: 'ab'.repeat(32),
  saveEveryMs: 5_000,
  onDone: { command: 'echo done', folder: '/home' },
  video: { file: '/pictures/teapot.mp4', fps: 12.5 }
}

/** What every way to reach a peer must do. `reach` gives access to the fake peer of the test. */
export function describePeerApi (name: string, makeFake: () => FakePeer, reach: (fake: FakePeer) => Promise<PeerApiSetup>): void {
  describe(`PeerApi: ${name}`, () => {
    let fake: FakePeer
    let setup: PeerApiSetup
    let api: PeerApi

    beforeEach(async () => {
      fake = makeFake()
      setup = await reach(fake)
      api = setup.api
    })

    afterEach(async () => {
      await setup.close()
    })

    it('answers questions with values', async () => {
      assert.deepEqual(await api.status(), await fake.status())
      assert.deepEqual(await api.peers(), await fake.peers())
      assert.deepEqual(await api.jobs(), [])
      assert.equal(await api.invite(), 'TILEMESH:FAKETICKET')
    })

    it('passes a render request on whole and finds its job by a prefix and by name', async () => {
      fake.warnings = ['no sun']
      const { warnings, ...submitted } = await api.render(REQUEST)
      assert.deepEqual(warnings, ['no sun'])
      assert.deepEqual({ ...fake.requests[0] }, { ...fake.requests[0], ...REQUEST })
      assert.equal((await api.findJob(submitted.job.slice(0, 6))).job, submitted.job)
      assert.equal((await api.findJob('teapot.glb')).job, submitted.job)
      assert.deepEqual(await api.jobs(), [submitted])
    })

    it('passes a request for an estimate on whole, and all that it says', async () => {
      assert.deepEqual(await api.estimate(REQUEST), fake.estimated)
      assert.deepEqual(JSON.parse(fake.asked[0]!.replace('estimate ', '')), REQUEST)
      await assert.rejects(api.estimate({ ...REQUEST, scene: '/scenes/broken.glb' }), { name: 'SceneError', exitStatus: 3, missing: ['a.png', 'b.png'] })
    })

    it('tells what became of a unit, or of all', async () => {
      fake.logs = {
        state: 'parked',
        place: { frame: 1, rect: { x0: 0, y0: 0, x1: 8, y1: 8 }, samples: { first: 0, end: 16 } },
        troubles: [{ unit: '2', kind: 'parked', peer: FAKE_PEER, name: 'ALDER', reason: 'no', atMs: 9 }],
        attempts: [{ type: 'failed', startedAtMs: 1, atMs: 2, threads: 3, reason: 'no', log: 'a\nb', peer: FAKE_PEER, name: 'ALDER' }],
        gaps: [{ peer: FAKE_PEER, name: 'BIRCH', why: 'away' }]
      }
      const { job } = await api.render(REQUEST)
      assert.deepEqual(await api.log(job, '2'), { ...fake.logs, job, unit: '2' })
      assert.deepEqual(await api.log(job), { ...fake.logs, job, unit: null })
      assert.deepEqual(fake.asked, ['log 2', 'log all'])
      await assert.rejects(api.log(job, '4'), { name: 'UsageError', exitStatus: 2 })
      await assert.rejects(api.log('nothing', '0'), { name: 'UnknownJobError' })
    })

    it('passes on what is to be written down, and where', async () => {
      const { file, files, warnings } = await api.exportJob(REQUEST, '/jobs/teapot.job')
      assert.deepEqual([file, files, warnings], ['/jobs/teapot.job', fake.estimated.files, []])
      assert.deepEqual(fake.asked, [`export ${JSON.stringify(REQUEST)} to /jobs/teapot.job`])
      await assert.rejects(api.exportJob({ ...REQUEST, scene: '/scenes/broken.glb' }, '/jobs/teapot.job'), { name: 'SceneError', exitStatus: 3 })
    })

    it('keeps class, exit status, text and fields of errors', async () => {
      await assert.rejects(api.render({ ...REQUEST, scene: '/scenes/broken.glb' }), {
        name: 'SceneError', exitStatus: 3, message: '2 files are missing, nothing was started: a.png, b.png', missing: ['a.png', 'b.png']
      })
      await assert.rejects(api.findJob('nothing'), { name: 'UnknownJobError', exitStatus: 2 })
      await assert.rejects(api.cancel('nothing'), { name: 'UnknownJobError' })
    })

    it('passes words about a job on, and what they change', async () => {
      const { job } = await api.render(REQUEST)
      await api.pause(job)
      assert.equal((await api.findJob(job)).state, 'paused')
      await api.resume(job)
      assert.equal((await api.findJob(job)).state, 'running')
      await api.setPriority(job, -7)
      assert.deepEqual(fake.asked, [`pause ${job}`, `resume ${job}`, `setPriority -7 of ${job}`])
      await assert.rejects(api.pause('nothing'), { name: 'UnknownJobError' })
    })

    it('passes on how much the peer is to work', async () => {
      await api.setThreads(3)
      await api.takeWork('none')
      assert.equal((await api.status()).draining, true)
      await api.takeWork('any')
      assert.equal((await api.status()).draining, false)
      assert.deepEqual(fake.asked, ['setThreads 3', 'takeWork none', 'takeWork any'])
      await assert.rejects(api.setThreads(1025), { name: 'UsageError', exitStatus: 2 })
    })

    it('passes settings on, changed and taken back', async () => {
      const [threads] = await api.settings()
      assert.deepEqual(threads, fake.settingList[0])
      assert.deepEqual(await api.changeSetting('threads', '4'), { ...threads, value: '4', set: true })
      assert.deepEqual(await api.changeSetting('threads', null), threads)
      assert.deepEqual(fake.asked, ['changeSetting threads 4', 'changeSetting threads null'])
      await assert.rejects(api.changeSetting('thread', '4'), { name: 'UsageError', exitStatus: 2 })
    })

    it('follows a job from its first word to done, and ends', async () => {
      const { job } = await api.render(REQUEST)
      const items = api.follow(job, { preview: 'none' }, new AbortController().signal)
      const seen: string[] = []
      for await (const item of items) {
        assert.equal(item.type, 'event')
        const { event } = item as Extract<FollowItem, { type: 'event' }>
        seen.push(event.event === 'unit' ? event.state : event.event)
        if (event.event === 'progress' && event.done < FAKE_UNITS) {
          fake.show(job, block(0))
          fake.deliver(job, event.done)
        }
        if (event.event === 'progress' && event.done === FAKE_UNITS) {
          fake.finish(job, 'finished')
        }
      }
      const perUnit = ['leased', 'delivered', 'progress']
      assert.deepEqual(seen, ['job', 'progress', ...perUnit, ...perUnit, ...perUnit, ...perUnit, 'done'])
      assert.equal(fake.following, 0)
    })

    it('gives done at once for a job that has ended', async () => {
      const { job } = await api.render(REQUEST)
      fake.finish(job, 'cancelled')
      const items = await collect(api.follow(job, { preview: 'blocks' }, new AbortController().signal))
      assert.equal(items.length, 1)
    })

    it('carries pixels unchanged when they are asked for', async () => {
      const { job } = await api.render(REQUEST)
      const stop = new AbortController()
      const blocks: PreviewBlock[] = []
      for await (const item of api.follow(job, { preview: 'blocks' }, stop.signal)) {
        if (item.type === 'preview') {
          blocks.push(item.block)
          stop.abort()
        } else if (item.event.event === 'progress') {
          fake.show(job, block(7))
        }
      }
      assert.deepEqual(blocks, [block(7)])
    })

    it('ends the peer\'s side of a stream when the signal aborts', async () => {
      const { job } = await api.render(REQUEST)
      const stop = new AbortController()
      for await (const item of api.follow(job, { preview: 'none' }, stop.signal)) {
        if (item.type === 'event' && item.event.event === 'progress') {
          assert.equal(fake.following, 1)
          stop.abort()
        }
      }
      await until(() => fake.following === 0)
    })

    it('ends the peer\'s side of a stream when the caller stops iterating', async () => {
      const { job } = await api.render(REQUEST)
      const items = api.follow(job, { preview: 'none' }, new AbortController().signal)[Symbol.asyncIterator]()
      assert.equal((await items.next()).done, false)
      await items.return!()
      await until(() => fake.following === 0)
    })

    it('yields nothing when the signal has aborted before', async () => {
      const { job } = await api.render(REQUEST)
      assert.deepEqual(await collect(api.follow(job, { preview: 'none' }, AbortSignal.abort())), [])
      await until(() => fake.following === 0)
    })

    it('rejects when an unknown job is followed', async () => {
      await assert.rejects(collect(api.follow('nothing', { preview: 'none' }, new AbortController().signal)), { name: 'UnknownJobError', exitStatus: 2 })
    })

    it('tells who joins and leaves', async () => {
      const stop = new AbortController()
      const events = api.watchPeers(stop.signal)[Symbol.asyncIterator]()
      const first = events.next()
      await until(() => fake.following === 1)
      fake.tellMesh({ event: 'peer', peer: FAKE_PEER, state: 'joined', name: 'ALDER' })
      assert.deepEqual((await first).value, { event: 'peer', peer: FAKE_PEER, state: 'joined', name: 'ALDER' })
      stop.abort()
      assert.equal((await events.next()).done, true)
      await until(() => fake.following === 0)
    })

    it('tells what is kept, and clears it', async () => {
      const scene = { kind: 'scene', id: 'ab'.repeat(32), name: 'teapot.glb', bytes: 5_000, usedAtMs: 1.5e12, needed: true } as const
      fake.cached = { quotaBytes: 2 ** 30, usedBytes: 12_000, things: [scene, { ...scene, kind: 'films', name: '', bytes: 7_000, needed: false }], unlisted: 3 }
      assert.deepEqual(await api.cache(), fake.cached)
      assert.deepEqual(await api.clearCache(), { freedBytes: 7_000, usedBytes: 5_000 })
      assert.deepEqual(fake.asked, ['clearCache'])
    })

    it('says what is missing of a fetched film', async () => {
      const { job } = await api.render(REQUEST)
      const saved = await api.fetch(job, { output: '/pictures/now.exr', bits: 16, waitMs: 10 })
      assert.deepEqual(saved, { job, files: ['/pictures/now.exr'], done: 0, units: FAKE_UNITS, filmHash: null, missing: '4 units are not rendered yet' })
      assert.deepEqual(fake.asked, ['fetch {"output":"/pictures/now.exr","bits":16,"waitMs":10}'])
    })
  })
}

/** A 2 × 2 block of one grey. */
export function block (grey: number): PreviewBlock {
  return { frame: 1, width: 4, height: 4, x: 0, y: 2, blockWidth: 2, blockHeight: 2, rgba: new Uint8Array(16).fill(grey) }
}

export async function collect<T> (items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) {
    all.push(item)
  }
  return all
}

/** Lets the event loop turn until something is so. The test's own time limit bounds it. */
export async function until (isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve)
    })
  }
}
