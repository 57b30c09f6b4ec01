import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBundler } from '../../src/bundle/bundler.ts'
import { exportJob } from '../../src/farm/export-job.ts'
import { fullRequest, planJob } from '../../src/farm/submission.ts'
import { openHome, openStore } from '../../src/store/index.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { FakeEngine } from '../support/fake-engine.ts'
import { MemoryLog } from '../support/memory-log.ts'
import type { RenderRequest } from '../../src/api.ts'
import type { PlannedJob, SubmissionContext } from '../../src/farm/submission.ts'
import type { EngineInfo } from '../../src/ports.ts'
import type { Home } from '../../src/store/index.ts'

const signal = new AbortController().signal

describe('a job that is written down', () => {
  let folder: string
  let home: Home
  let context: SubmissionContext
  let engine: FakeEngine
  let request: RenderRequest
  let file: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh export '))
    await mkdir(join(folder, 'scene'))
    await writeFile(join(folder, 'scene', 'shot.fake'), 'a scene')
    await writeFile(join(folder, 'scene', 'wood.png'), 'wood')
    home = await openHome(join(folder, 'home'))
    const store = await openStore(home, new MemoryLog())
    engine = new FakeEngine(new FakeClock(), {
      files: [{ file: join(folder, 'scene', 'wood.png'), path: 'wood.png' }],
      info: { cameras: ['Left', 'Right'], width: 320, height: 200, frames: { first: 1, last: 9 }, warnings: ['fog is left out'] }
    })
    const info = await engine.probe() as EngineInfo
    context = { self: 'A', engines: new Map([['fake', { engine, info }]]), bundler: createBundler(home.dir), store, memoryBytes: 2 ** 30 }
    request = { scene: join(folder, 'scene', 'shot.fake'), output: join(folder, 'pictures', 'shot-####.exr') }
    file = join(folder, 'shot.job')
  })

  afterEach(async () => {
    await home.close()
    await rm(folder, { recursive: true })
  })

  /** The store, with room for everything. */
  function room (): Exclude<Parameters<typeof planJob>[2], 'survey'> {
    const { blobs } = context.store
    return {
      expect: async () => {},
      put: async (blob, bytes) => blobs.put(blob, bytes),
      putFile: async (from) => blobs.putFile(from),
      receive: async (blob, size, chunks) => blobs.receive(blob, size, chunks),
      layOut: async (hash, manifest) => blobs.layOut(hash, manifest)
    }
  }

  async function specOf (wanted: RenderRequest): Promise<PlannedJob['spec']> {
    const plan = await planJob(await fullRequest(wanted, context.bundler), context, room(), signal)
    return plan.spec
  }

  const requests: readonly Partial<RenderRequest>[] = [
    {},
    { size: { width: 64, height: 48 }, samples: 512, frames: { first: -3, last: 9, step: 4 }, camera: 'Right', settings: {}, leaseMs: 5_000, priority: 7, bits: 16 },
    { split: 'samples', tile: 16 },
    { split: 'frames', frames: { first: 1, last: 2, step: 1 } },
    { size: { width: 4_000, height: 3_000 }, tile: 8 }
  ]
  for (const [index, part] of requests.entries()) {
    it(`is the job that would be submitted, but for requester and number (${index})`, async () => {
      const wanted = { ...request, ...part }
      const direct = await specOf(wanted)
      const exported = await exportJob(wanted, file, context, signal)
      assert.deepEqual(await specOf({ scene: file, output: request.output }), direct)
      assert.deepEqual([exported.width, exported.height, exported.samples, exported.name, exported.files], [direct.width, direct.height, direct.samples, 'shot.fake', 2])
    })
  }

  it('keeps what is not of the job itself: priority, and the picture\'s name and bits', async () => {
    await exportJob({ ...request, priority: 7, bits: 16 }, file, context, signal)
    const { written, priority, bits } = await fullRequest({ scene: file, output: '/out/a.exr' }, context.bundler)
    assert.deepEqual([written!.picture, priority, bits], [{ name: 'shot-####.exr', bits: 16 }, 7, 16])
  })

  it('takes up less words than those of who renders it', async () => {
    await exportJob({ ...request, samples: 512, camera: 'Right', priority: 7 }, file, context, signal)
    const direct = await specOf({ ...request, samples: 16, camera: 'Left', size: { width: 64, height: 64 }, frames: { first: 2, last: 4, step: 1 } })
    const over = { scene: file, output: request.output, samples: 16, camera: 'Left', size: { width: 64, height: 64 }, frames: { first: 2, last: 4, step: 1 }, priority: 0 }
    assert.deepEqual(await specOf(over), direct)
    assert.equal((await fullRequest(over, context.bundler)).priority, 0)
    await assert.rejects(specOf({ ...over, camera: 'Middle' }), { name: 'UsageError' })
  })

  it('leaves nothing behind but its file, and says what is not rendered as the scene asks', async () => {
    const { warnings, bytes } = await exportJob(request, file, context, signal)
    assert.equal(warnings[0], 'fog is left out')
    assert.equal((await readFile(file)).byteLength, bytes)
    assert.deepEqual((await readdir(folder)).sort(), ['home', 'scene', 'shot.job'])
    assert.deepEqual((await readdir(join(folder, 'home'))).sort(), ['blobs', 'bundles', 'run'])
    assert.deepEqual(await readdir(join(folder, 'home', 'blobs')), ['partial'])
  })

  it('says when another build renders it', async () => {
    await exportJob(request, file, context, signal)
    const ready = { engine, info: { id: 'fake', version: '2', fingerprint: 'fake 2' } }
    const plan = await planJob(await fullRequest({ scene: file, output: request.output }, context.bundler), { ...context, engines: new Map([['fake', ready]]) }, 'survey', signal)
    await plan.scene.release()
    assert.equal(plan.spec.fingerprint, 'fake 2')
    assert.match(plan.warnings.join(), /written down for fake 1 and is rendered with fake 2/)
    await assert.rejects(specOf({ scene: file, output: request.output, engine: 'blender' }), { name: 'UsageError' })
  })

  it('is refused as submitting would be, and holds nothing about one run', async () => {
    await rm(join(folder, 'scene', 'wood.png'))
    await assert.rejects(exportJob(request, file, context, signal), { name: 'SceneError', missing: [join(folder, 'scene', 'wood.png')] })
    await assert.rejects(exportJob(request, join(folder, 'shot.glb'), context, signal), { name: 'UsageError' })
    for (const part of [{ noLocal: true }, { saveEveryMs: 1_000 }, { onDone: { command: 'true', folder: '/' } }, { replace: 'ab'.repeat(32) }, { video: { file: '/v.webp' } }]) {
      await assert.rejects(exportJob({ ...request, ...part }, file, context, signal), { name: 'UsageError', message: /one run/ })
    }
    assert.deepEqual((await readdir(folder)).sort(), ['home', 'scene'])
  })
})
