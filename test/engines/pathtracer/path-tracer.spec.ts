import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeEngine } from '../../contracts/engine.ts'
import { createPathTracer } from '../../../src/engines/pathtracer/engine.ts'
import { HEADER, HEADER_NODES } from '../../../src/engines/pathtracer/layout.ts'
import { loadKernelModule } from '../../../src/engines/pathtracer/kernel-module.ts'
import { MAX_DEATHS_IN_A_ROW } from '../../../src/engines/pathtracer/limits.ts'
import { RenderPool } from '../../../src/engines/pathtracer/render-pool.ts'
import { buildSceneMemory, MAX_MEMORY_BYTES } from '../../../src/engines/pathtracer/scene-memory.ts'
import { PathTracerSession } from '../../../src/engines/pathtracer/session.ts'
import { EngineError, SceneError, UsageError } from '../../../src/errors.ts'
import { filesInFolder } from '../../../src/engines/pathtracer/folder-files.ts'
import { squareGlb } from './loader/build-gltf.ts'
import { stillLife } from './scenes.ts'
import type { RenderBlock } from '../../../src/engines/pathtracer/render-messages.ts'
import type { RenderSettings, RenderUnit, SceneFiles } from '../../../src/ports.ts'

const loader = new URL('./hand-made-loader.js', import.meta.url)
const folder = import.meta.dirname
const settings: RenderSettings = { width: 24, height: 16, samples: 40, camera: '', settings: [] }
const never = new AbortController().signal

function scene (entry: string): SceneFiles {
  return filesInFolder(folder, entry)
}

const unit: RenderUnit = {
  unit: 0, frame: 1, rect: { x0: 0, y0: 0, x1: 24, y1: 16 }, firstChunk: 0, endChunk: 3, chunkSamples: 16, content: 'mean', signal: never
}

describeEngine('path tracer', {
  create: () => createPathTracer({ loader }),
  scene: scene('still-life'),
  scenePath: import.meta.filename,
  brokenScene: scene('nowhere'),
  cuts: 'independent',
  endlessSamples: 4096
})

describeEngine('path tracer, a scene that moves', {
  create: () => createPathTracer({ loader }),
  scene: scene('moving'),
  scenePath: import.meta.filename,
  brokenScene: scene('nowhere'),
  cuts: 'independent',
  endlessSamples: 4096
})

describe('engines/pathtracer: engine', () => {
  it('has the hash of its kernel in its fingerprint', async () => {
    const info = await createPathTracer().probe()
    const kernel = await readFile(new URL('../../../src/engines/pathtracer/kernel.wasm', import.meta.url))
    assert.ok('fingerprint' in info)
    assert.equal(info.fingerprint, `pathtracer/${info.version}/${createHash('sha256').update(kernel).digest('hex').slice(0, 16)}`)
  })

  it('renders a glTF file from disk', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tilemesh-'))
    try {
      await writeFile(join(directory, 'square.glb'), squareGlb())
      const engine = createPathTracer()
      await engine.findFiles(join(directory, 'square.glb'))
      const files = filesInFolder(directory, 'square.glb')
      assert.deepEqual((await engine.inspect(files, never)).warnings, [])
      const session = await engine.load(files, settings, 2, never)
      const units = [unit]
      for await (const outcome of session.render({ take: async () => units.splice(0) }, never)) {
        assert.ok(outcome.state === 'rendered' && outcome.pixels.some((value, i) => i % 4 < 3 && value > 0))
      }
      await session.close()
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('has a kernel that imports nothing but its memory', async () => {
    const { module } = await loadKernelModule()
    assert.deepEqual(WebAssembly.Module.imports(module), [{ module: 'env', name: 'memory', kind: 'memory' }])
  })

  it('knows its settings and names them', () => {
    const engine = createPathTracer()
    engine.checkSettings({ bounces: '0', sky: 'black' })
    engine.checkSettings({ bounces: '64', sky: 'default', fps: '23.976', animation: 'Walk' })
    for (const [key, value, word] of [['bounces', '65', '64'], ['bounces', '-1', '64'], ['bounces', '2.5', '64'], ['bounces', '', '64'], ['sky', 'green', 'default, black'], ['exposure', '1', 'bounces, fps, sky'], ['fps', '0', '1000'], ['fps', '1001', '1000'], ['fps', '1e3', '1000'], ['fps', '-24', '1000']]) {
      assert.throws(() => engine.checkSettings({ [key!]: value! }), (error) => error instanceof UsageError && error.message.includes(word!))
    }
  })

  it('refuses settings when it loads, too', async () => {
    await assert.rejects(createPathTracer({ loader }).load(scene('still-life'), { ...settings, settings: [['haste', '1']] }, 1, never), UsageError)
  })

  it('reads files of the scene\'s folder only', async () => {
    const files = filesInFolder(folder, 'still-life')
    for (const path of ['../scenes.js', '/etc/hostname', '..', 'a/../../b']) {
      await assert.rejects(files.read(path), SceneError, path)
    }
    await assert.rejects(files.read('no such file'), (error) => error instanceof SceneError && error.missing[0] === 'no such file')
    const info = await createPathTracer({ loader }).inspect(scene('hand-made-loader.js'), never)
    assert.match(info.cameras[0]!, /no scene is called/)
  })

  it('brings errors of the loading thread home as what they are', async () => {
    const engine = createPathTracer({ loader })
    const load = (entry: string): Promise<unknown> => engine.load(scene(entry), settings, 1, never)
    await assert.rejects(load('nowhere'), (error) => error instanceof SceneError && error.missing[0] === 'nowhere')
    await assert.rejects(load('malformed'), SceneError)
    await assert.rejects(load('bug'), (error) => error instanceof EngineError && error.log.includes('a bug in the loader'))
  })

  it('refuses a scene that needs more memory than it may use, with both numbers', async () => {
    const load = async (maxMemoryBytes: number): Promise<void> => {
      const session = await createPathTracer({ loader, maxMemoryBytes }).load(scene('large'), settings, 1, never)
      await session.close()
    }
    await load(64 * 2 ** 20)
    // Too small for the geometry, and large enough for that but not for the tree.
    for (const mebibytes of [19, 20]) {
      await assert.rejects(load(mebibytes * 2 ** 20), (error) => error instanceof SceneError && error.message.includes(`${mebibytes} MiB`))
    }
  })

  describe('threads', () => {
    it('that die fail the units they had, and are replaced', async () => {
      const { module } = await loadKernelModule()
      const memory = buildSceneMemory(module, stillLife(), { width: 24, height: 16, bounces: 4, sky: 'black', maxBytes: MAX_MEMORY_BYTES })
      const session = new PathTracerSession({ module, scene: { kind: 'still', memory }, loadMs: 0, samples: 40, threads: 1 })
      try {
        // An address of the tree that is beyond the memory: the first thread runs into it, the one after it finds the right one.
        const header = new DataView(memory.buffer, HEADER)
        const nodes = header.getUint32(HEADER_NODES, true)
        header.setUint32(HEADER_NODES, 0xffffff00, true)
        const failed = Promise.withResolvers<readonly RenderUnit[]>()
        const answers = [[{ ...unit, unit: 1 }], failed.promise, []]
        const outcomes: string[] = []
        for await (const outcome of session.render({ take: async () => answers.shift()! }, never)) {
          outcomes.push(`${outcome.unit} ${outcome.state}`)
          assert.ok(outcome.state === 'rendered' || outcome.log.includes('RuntimeError'))
          header.setUint32(HEADER_NODES, nodes, true)
          failed.resolve([{ ...unit, unit: 2 }])
        }
        assert.deepEqual(outcomes, ['1 failed', '2 rendered'])
      } finally {
        await session.close()
      }
    })

    it('that die at once, again and again, end the session with an error', async () => {
      const { module } = await loadKernelModule()
      // Too small for the kernel: no thread can start.
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
      const lost: number[] = []
      let blocks = 0
      const broken = await new Promise<EngineError>((resolve) => {
        const pool = new RenderPool(module, {
          next: () => ({ block: blocks++, ...unit, chunks: [], seat: { slot: 0, stop: 0 } } satisfies RenderBlock & RenderUnit),
          finished: () => assert.fail('nothing can be finished'),
          returned: () => {},
          lost: ({ block }) => { lost.push(block) },
          broken: resolve
        })
        pool.open(0, memory)
        pool.setThreads(1)
      })
      assert.ok(broken instanceof EngineError && broken.log !== '')
      assert.ok(lost.length >= MAX_DEATHS_IN_A_ROW)
    })
  })
})
