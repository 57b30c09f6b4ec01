import { encodeManifest } from '../../src/bundle/manifest.ts'
import { CHUNK_BYTES } from '../../src/core/limits.ts'
import { SceneError, StoreError } from '../../src/errors.ts'
import { sha256 } from './sha256.ts'
import type { Hash } from '../../src/core/ids.ts'
import type { BundleRef } from '../../src/core/job.ts'
import type { Manifest } from '../../src/core/messages.ts'
import { partBytes } from './memory-disk.ts'
import type { Admission, BlobInventory, BlobReceiver, BlobStore, Clock, SceneFiles } from '../../src/ports.ts'
import type { MemoryDisk } from './memory-disk.ts'

/** The blobs on a {@link MemoryDisk}. */
export class MemoryBlobs implements BlobStore {
  readonly layOutBy = 'links'
  readonly #disk: MemoryDisk
  readonly #clock: Clock
  readonly #sync: () => Promise<void>
  /** The blobs of what was laid out. */
  readonly #laidOut = new Map<Hash, readonly Hash[]>()
  /** What was found whole: a test damages a blob by putting other bytes in its place. */
  readonly #hashed = new WeakMap<Uint8Array, Hash>()
  /** How many receivers each arriving blob has. */
  readonly #arriving = new Map<Hash, number>()

  constructor (disk: MemoryDisk, clock: Clock, sync: () => Promise<void>) {
    this.#disk = disk
    this.#clock = clock
    this.#sync = sync
  }

  async has (blob: Hash): Promise<boolean> {
    return this.#disk.blobs.has(blob)
  }

  async read (blob: Hash, offset: number, length: number): Promise<Uint8Array | undefined> {
    const whole = this.#disk.blobs.get(blob)
    const bytes = whole === undefined ? this.#readPartial(blob, offset, length) : offset + length <= whole.length ? whole.slice(offset, offset + length) : undefined
    if (bytes !== undefined && bytes.length > 0 && this.#disk.misreads()) {
      bytes[0] = bytes[0]! ^ 1
    }
    return bytes
  }

  async put (blob: Hash, bytes: Uint8Array): Promise<void> {
    this.#disk.checkWrite(this.#disk.blobs.has(blob) ? 0 : bytes.length)
    const kept = bytes.slice()
    await this.#sync()
    this.#keep(blob, kept)
  }

  async putFile (file: string, admission?: Admission): Promise<{ readonly size: number, readonly hash: Hash, readonly chunks: readonly Hash[] }> {
    const bytes = this.#disk.files.get(file)
    if (bytes === undefined) {
      throw new StoreError(`there is no file ${file}`)
    }
    const hash = sha256(bytes)
    if (admission?.mayBeHere(bytes.length) !== true || !this.#disk.blobs.has(hash)) {
      await admission?.admit(bytes.length)
      await this.put(hash, bytes)
    }
    return { size: bytes.length, hash, chunks: chunkHashes(bytes) }
  }

  async receive (blob: Hash, size: number, chunks: readonly Hash[]): Promise<BlobReceiver> {
    this.#disk.checkWrite()
    const partial = this.#disk.partial.get(blob) ?? { size, chunks: new Map<number, Uint8Array>(), usedAtMs: this.#clock.wallMs() }
    const missing = new Set<number>()
    if (!this.#disk.blobs.has(blob)) {
      this.#disk.partial.set(blob, partial)
      for (const index of chunks.keys()) {
        if (!partial.chunks.has(index)) {
          missing.add(index)
        }
      }
    }
    if (missing.size < chunks.length && partial.chunks.size > 0) {
      this.#disk.watch({ type: 'resumed', blob })
    }
    let open = true
    this.#arriving.set(blob, (this.#arriving.get(blob) ?? 0) + 1)
    return {
      missing,
      write: async (index, bytes) => {
        this.#disk.checkWrite(bytes.length)
        const expected = Math.min(CHUNK_BYTES, size - index * CHUNK_BYTES)
        if (bytes.length !== expected || sha256(bytes) !== chunks[index]) {
          return false
        }
        partial.chunks.set(index, bytes.slice())
        partial.usedAtMs = this.#clock.wallMs()
        missing.delete(index)
        return true
      },
      finish: async () => {
        this.#disk.checkWrite()
        await this.#sync()
        if (this.#disk.blobs.has(blob)) {
          this.#disk.partial.delete(blob)
          return
        }
        const whole = joinChunks(chunks.map((_, index) => partial.chunks.get(index)))
        this.#disk.partial.delete(blob)
        if (whole === undefined || sha256(whole) !== blob) {
          throw new StoreError(`what came is not the blob ${blob}`)
        }
        this.#keep(blob, whole)
      },
      close: async () => {
        const others = this.#arriving.get(blob)! - 1
        if (open && others === 0) {
          this.#arriving.delete(blob)
          if (this.#disk.blobs.has(blob)) {
            this.#disk.partial.delete(blob)
          }
        } else if (open) {
          this.#arriving.set(blob, others)
        }
        open = false
      }
    }
  }

  async layOut (manifestHash: Hash, manifest: Manifest): Promise<SceneFiles> {
    this.#disk.checkWrite()
    await this.#sync()
    const files = new Map<string, Uint8Array>()
    for (const { path, hash } of manifest.files) {
      const bytes = this.#whole(hash)
      if (bytes === undefined) {
        throw new StoreError(`the file ${path} of the bundle is not here`)
      }
      files.set(path, bytes)
    }
    this.#disk.bundles.set(manifestHash, this.#clock.wallMs())
    this.#laidOut.set(manifestHash, manifest.files.map(({ hash }) => hash))
    return {
      folder: `/memory/${manifestHash}`,
      entry: manifest.entry,
      read: async (path) => {
        const bytes = files.get(path)
        if (bytes === undefined) {
          throw new SceneError(`the bundle has no file ${path}`, [path])
        }
        return bytes
      }
    }
  }

  async recheckBundle (manifestHash: Hash): Promise<'whole' | 'damaged'> {
    const damaged = (this.#laidOut.get(manifestHash) ?? []).filter((blob) => this.#whole(blob) === undefined)
    return damaged.length === 0 ? 'whole' : 'damaged'
  }

  async inventory (): Promise<BlobInventory> {
    const { blobs, blobTimes, partial, bundles } = this.#disk
    return {
      blobs: Array.from(blobs, ([blob, bytes]) => ({ blob, bytes: bytes.length, usedAtMs: blobTimes.get(blob) ?? 0 })),
      arrivals: Array.from(partial, ([blob, { chunks, usedAtMs }]) => ({ blob, bytes: partBytes(chunks), usedAtMs })),
      bundles: Array.from(bundles, ([manifest, usedAtMs]) => ({ manifest, usedAtMs }))
    }
  }

  async usedBundle (manifestHash: Hash, atMs: number): Promise<void> {
    if (this.#disk.bundles.has(manifestHash)) {
      this.#disk.bundles.set(manifestHash, atMs)
    }
  }

  async remove (blob: Hash): Promise<void> {
    await this.#sync()
    this.#disk.checkWrite()
    this.#disk.blobs.delete(blob)
    if (!this.#arriving.has(blob)) {
      this.#disk.partial.delete(blob)
    }
  }

  async removeBundle (manifestHash: Hash): Promise<void> {
    await this.#sync()
    this.#disk.checkWrite()
    this.#disk.bundles.delete(manifestHash)
  }

  /** A blob that has its hash; one that a test has damaged is removed. */
  #whole (blob: Hash): Uint8Array | undefined {
    const bytes = this.#disk.blobs.get(blob)
    if (bytes !== undefined && this.#hashed.get(bytes) !== blob) {
      if (sha256(bytes) !== blob) {
        this.#disk.blobs.delete(blob)
        return undefined
      }
      this.#hashed.set(bytes, blob)
    }
    return bytes
  }

  #keep (blob: Hash, bytes: Uint8Array): void {
    if (!this.#disk.blobs.has(blob)) {
      this.#disk.blobTimes.set(blob, this.#clock.wallMs())
    }
    this.#disk.blobs.set(blob, bytes)
    this.#disk.watch({ type: 'blob', blob, bytes })
  }

  /** Packs a scene of one file, as the bundle code would, and returns what the JobSpec says of it. */
  async putScene (scene: Uint8Array, entry = 'scene.fake'): Promise<BundleRef> {
    const hash = sha256(scene)
    await this.put(hash, scene)
    const manifest = encodeManifest({ entry, files: [{ path: entry, size: scene.length, hash, chunks: chunkHashes(scene) }] })
    const manifestHash = sha256(manifest)
    await this.put(manifestHash, manifest)
    return { manifest: manifestHash, manifestBytes: manifest.length, entry }
  }

  #readPartial (blob: Hash, offset: number, length: number): Uint8Array | undefined {
    const partial = this.#disk.partial.get(blob)
    if (partial === undefined || offset + length > partial.size) {
      return undefined
    }
    const first = Math.floor(offset / CHUNK_BYTES)
    const parts: (Uint8Array | undefined)[] = []
    for (let index = first; index * CHUNK_BYTES < offset + length; index++) {
      parts.push(partial.chunks.get(index))
    }
    const start = offset - first * CHUNK_BYTES
    return joinChunks(parts)?.slice(start, start + length)
  }
}

/** The sha256 of each chunk of a blob. */
export function chunkHashes (bytes: Uint8Array): Hash[] {
  return Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, index) => sha256(bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)))
}

function joinChunks (parts: readonly (Uint8Array | undefined)[]): Uint8Array | undefined {
  const there = parts.filter((part) => part !== undefined)
  if (there.length !== parts.length) {
    return undefined
  }
  const whole = new Uint8Array(there.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of there) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
