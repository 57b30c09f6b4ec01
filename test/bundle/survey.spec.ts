import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeManifest } from '../../src/bundle/manifest.ts'
import { packBundle } from '../../src/bundle/pack.ts'
import { surveyScene } from '../../src/bundle/survey.ts'
import { CHUNK_BYTES } from '../../src/core/limits.ts'
import { sha256 } from '../support/sha256.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { MemoryStore } from '../support/memory-store.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import type { FoundFile } from '../../src/ports.ts'

describe('looking at a scene where it lies', () => {
  let folder: string
  let scratch: string
  let scene: string
  const texture = new SeededRandom(4).bytes(2 * CHUNK_BYTES + 7)

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh survey '))
    scratch = join(folder, 'scratch')
    scene = join(folder, 'a scene', 'shot.glb')
    await mkdir(scratch)
    await mkdir(join(folder, 'a scene', 'maps'), { recursive: true })
    await writeFile(scene, 'scene')
    await writeFile(join(folder, 'a scene', 'maps', 'wood.png'), texture)
    await writeFile(join(folder, 'a scene', 'empty.bin'), '')
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  const at = (...parts: readonly string[]): string => join(folder, 'a scene', ...parts)
  const engineWith = (files: readonly FoundFile[]): { findFiles: () => Promise<readonly FoundFile[]> } => ({ findFiles: async () => files })
  const inPlace = (): ReturnType<typeof engineWith> => engineWith([{ file: at('maps', 'wood.png'), path: 'maps/wood.png' }, { file: at('empty.bin'), path: 'empty.bin' }])

  it('finds the bundle that packing would store, to the byte, and stores nothing', async () => {
    const store = new MemoryStore(new FakeClock())
    for (const file of [scene, at('maps', 'wood.png'), at('empty.bin')]) {
      store.disk.files.set(file, file === scene ? new TextEncoder().encode('scene') : file.endsWith('png') ? texture : new Uint8Array(0))
    }
    const packed = await packBundle(inPlace(), scene, {
      expect: async () => {},
      put: async (blob, bytes) => store.blobs.put(blob, bytes),
      putFile: async (file) => store.blobs.putFile(file)
    })
    const { files: _, release, ...surveyed } = await surveyScene(inPlace(), scene, scratch)
    assert.deepEqual(surveyed, packed)
    assert.equal(surveyed.ref.manifest, sha256(encodeManifest(packed.manifest)))
    assert.deepEqual(await readdir(scratch), [])
    await release()
  })

  it('reads the files where they lie', async () => {
    const { files, release } = await surveyScene(inPlace(), scene, scratch)
    assert.equal(files.folder, at())
    assert.equal(files.entry, 'shot.glb')
    assert.deepEqual(new Uint8Array(await files.read('maps/wood.png')), texture)
    await assert.rejects(files.read('../scratch'), { name: 'SceneError' })
    await rm(at('empty.bin'))
    await assert.rejects(files.read('empty.bin'), { name: 'SceneError', missing: ['empty.bin'] })
    await release()
    assert.deepEqual((await readdir(at())).sort(), ['maps', 'shot.glb'])
  })

  it('copies files that do not lie as the bundle wants them, and takes the copies away', async () => {
    await writeFile(join(folder, 'elsewhere.png'), 'wood')
    const elsewhere = engineWith([{ file: join(folder, 'elsewhere.png'), path: 'maps/wood.png' }])
    const { files, release } = await surveyScene(elsewhere, scene, scratch)
    assert.equal((await readdir(scratch)).length, 1)
    assert.ok(files.folder.startsWith(join(scratch, '.tmp-')))
    assert.equal(new TextDecoder().decode(await files.read('maps/wood.png')), 'wood')
    assert.equal(new TextDecoder().decode(await files.read('shot.glb')), 'scene')
    await release()
    assert.deepEqual(await readdir(scratch), [])
  })

  it('names all files that are missing', async () => {
    await rm(at('empty.bin'))
    await rm(at('maps', 'wood.png'))
    await assert.rejects(surveyScene(inPlace(), scene, scratch), { name: 'SceneError', missing: [at('empty.bin'), at('maps', 'wood.png')] })
  })
})
