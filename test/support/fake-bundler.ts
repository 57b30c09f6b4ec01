import { posix } from 'node:path'
import { comparePaths, decodeManifest, encodeManifest } from '../../src/bundle/manifest.ts'
import { SceneError } from '../../src/errors.ts'
import { sha256 } from './sha256.ts'
import type { BundleFile, Manifest } from '../../src/core/messages.ts'
import type { Bundler, Engine, PackedScene, PackingRoom, SurveyedScene } from '../../src/ports.ts'
import type { MemoryStore } from './memory-store.ts'

/** Packs scenes from the files of a {@link MemoryStore}'s disk (`disk.files`), with the real encoding of manifests. */
export class FakeBundler implements Bundler {
  readonly #store: MemoryStore

  constructor (store: MemoryStore) {
    this.#store = store
  }

  async pack (engine: Engine, scenePath: string, room: PackingRoom): Promise<PackedScene> {
    const found = [...await engine.findFiles(scenePath)]
    if (!found.some(({ file }) => file === scenePath)) {
      found.push({ file: scenePath, path: posix.basename(scenePath) })
    }
    const missing = found.map(({ file }) => file).filter((file) => !this.#store.disk.files.has(file))
    if (missing.length > 0) {
      throw new SceneError(`the scene needs files that are not there: ${missing.join(', ')}`, missing)
    }
    await room.expect(found.reduce((sum, { file }) => sum + this.#store.disk.files.get(file)!.length, 0))
    const files: BundleFile[] = []
    for (const { file, path } of found.sort((a, b) => comparePaths(a.path, b.path))) {
      files.push({ path, ...await room.putFile(file) })
    }
    const entry = found.find(({ file }) => file === scenePath)!.path
    const manifest: Manifest = { entry, files }
    const encoded = encodeManifest(manifest)
    const hash = sha256(encoded)
    await room.put(hash, encoded)
    return { ref: { manifest: hash, manifestBytes: encoded.length, entry }, manifest, bytes: files.reduce((sum, { size }) => sum + size, 0) }
  }

  async survey (engine: Engine, scenePath: string): Promise<SurveyedScene> {
    const before = new Map(this.#store.disk.blobs)
    const { blobs } = this.#store
    const packed = await this.pack(engine, scenePath, { expect: async () => {}, put: async (blob, bytes) => blobs.put(blob, bytes), putFile: async (file) => blobs.putFile(file) })
    const files = await blobs.layOut(packed.ref.manifest, packed.manifest)
    this.#store.disk.blobs.clear()
    for (const [hash, bytes] of before) {
      this.#store.disk.blobs.set(hash, bytes)
    }
    return { ...packed, files, release: async () => {} }
  }

  async readJob (): Promise<never> {
    throw new Error('a fake bundler knows no job files; their specs use the real one')
  }

  async importJob (): Promise<never> {
    return this.readJob()
  }

  async surveyJob (): Promise<never> {
    return this.readJob()
  }

  async writeJob (): Promise<never> {
    return this.readJob()
  }

  readManifest (bytes: Uint8Array): Manifest {
    return decodeManifest(bytes)
  }
}
