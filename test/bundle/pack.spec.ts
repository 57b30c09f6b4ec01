import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeManifest } from '../../src/bundle/manifest.ts'
import { packBundle } from '../../src/bundle/pack.ts'
import { CHUNK_BYTES } from '../../src/core/limits.ts'
import { SceneError } from '../../src/errors.ts'
import type { FoundFile } from '../../src/ports.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Blobs in memory, as the packer uses them. */
class MemoryBlobs {
  readonly blobs = new Map<string, Uint8Array>()
  expected: number | undefined

  async expect (bytes: number): Promise<void> {
    this.expected = bytes
  }

  async put (hash: string, bytes: Uint8Array): Promise<void> {
    assert.equal(sha256(bytes), hash)
    this.blobs.set(hash, bytes)
  }

  async putFile (file: string): Promise<{ size: number, hash: string, chunks: string[] }> {
    const bytes = await readFile(file)
    const chunks: string[] = []
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      chunks.push(sha256(bytes.subarray(at, at + CHUNK_BYTES)))
    }
    const hash = sha256(bytes)
    this.blobs.set(hash, bytes)
    return { size: bytes.length, hash, chunks }
  }
}

describe('packBundle', () => {
  let folder: string
  let blobs: MemoryBlobs
  const engine = (found: readonly FoundFile[]): { findFiles: () => Promise<readonly FoundFile[]> } => ({ findFiles: async () => found })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilemesh-pack-'))
    blobs = new MemoryBlobs()
    await mkdir(join(folder, 'textures'))
    await writeFile(join(folder, 'scene.gltf'), 'scene')
    await writeFile(join(folder, 'textures/big.png'), new Uint8Array(CHUNK_BYTES + 5))
  })

  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  it('stores every file and the manifest, which is named by its hash', async () => {
    const scene = join(folder, 'scene.gltf')
    const found = [{ file: join(folder, 'textures/big.png'), path: 'textures/big.png' }]
    const packed = await packBundle(engine(found), scene, blobs)
    const encoded = blobs.blobs.get(packed.ref.manifest)!
    assert.equal(packed.ref.manifestBytes, encoded.byteLength)
    assert.equal(packed.ref.entry, 'scene.gltf')
    assert.equal(packed.bytes, 5 + CHUNK_BYTES + 5)
    assert.equal(blobs.expected, packed.bytes)
    assert.deepEqual(decodeManifest(encoded), packed.manifest)
    assert.deepEqual(packed.manifest.files.map(({ path, size }) => [path, size]), [['scene.gltf', 5], ['textures/big.png', CHUNK_BYTES + 5]])
    for (const { hash, size } of packed.manifest.files) {
      assert.equal(blobs.blobs.get(hash)?.byteLength, size)
    }
  })

  it('takes the path of the scene from the engine when the scene lies below the root of the bundle', async () => {
    const scene = join(folder, 'scene.gltf')
    const packed = await packBundle(engine([{ file: scene, path: 'shots/scene.gltf' }, { file: join(folder, 'textures/big.png'), path: 'textures/big.png' }]), scene, blobs)
    assert.equal(packed.ref.entry, 'shots/scene.gltf')
    assert.equal(packed.manifest.files.length, 2)
  })

  it('gives equal scenes equal bundles, whatever the order of their files', async () => {
    const scene = join(folder, 'scene.gltf')
    const found = [{ file: scene, path: 'scene.gltf' }, { file: join(folder, 'textures/big.png'), path: 't/a.png' }, { file: join(folder, 'textures/big.png'), path: 't/b.png' }]
    const one = await packBundle(engine(found), scene, blobs)
    const other = await packBundle(engine([...found, ...found].reverse()), scene, new MemoryBlobs())
    assert.deepEqual(other, one)
  })

  it('names all missing files, and stores nothing', async () => {
    const found = ['a.png', 'textures/big.png', 'b/c.png', 'textures'].map((path, i) => ({ file: join(folder, path), path: `${i}.png` }))
    await assert.rejects(packBundle(engine(found), join(folder, 'scene.gltf'), blobs), (error) => {
      assert.ok(error instanceof SceneError)
      assert.deepEqual(error.missing, ['a.png', 'b/c.png', 'textures'].map((path) => join(folder, path)))
      assert.ok(error.missing.every((file) => error.message.includes(file)))
      return true
    })
    assert.equal(blobs.blobs.size, 0)
  })

  it('names a missing scene', async () => {
    await assert.rejects(packBundle(engine([]), join(folder, 'none.glb'), blobs), { name: 'SceneError', missing: [join(folder, 'none.glb')] })
  })

  it('refuses paths that not every system can lay out, before it stores anything', async () => {
    const file = join(folder, 'textures/big.png')
    for (const paths of [['../a.png'], ['con.png'], ['what?.png'], ['a.png', 'A.png'], ['a', 'a/b']]) {
      await assert.rejects(packBundle(engine(paths.map((path) => ({ file, path }))), join(folder, 'scene.gltf'), blobs), { name: 'SceneError', message: /rename/ })
    }
    assert.equal(blobs.blobs.size, 0)
  })
})
