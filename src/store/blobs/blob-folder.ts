import path from 'node:path'
import { isHash } from '../../core/ids.ts'
import { CHUNK_BYTES } from '../../core/limits.ts'
import { StoreError } from '../../errors.ts'
import { openIfThere, temporaryName } from '../disk.ts'
import { refusesWriting, storeError } from '../refusal.ts'
import { BundleFolder } from './bundle-folder.ts'
import { sha256Of } from './hashing.ts'
import { linksFrom, removeParts, sweepBlobs, takeInventory } from './inventory.ts'
import { Partial } from './partial.ts'
import { Proofs } from './proofs.ts'
import { chunkHashes, readChunks, readProven } from './read-chunks.ts'
import type { Hash } from '../../core/ids.ts'
import type { Manifest } from '../../core/messages.ts'
import type { Admission, BlobInventory, BlobReceiver, BlobStore, Log, SceneFiles } from '../../ports.ts'
import type { Disk, DiskFile } from '../disk.ts'
import type { BlobPlaces } from './inventory.ts'
import type { PartialInit } from './partial.ts'
import type { HashedFile } from './read-chunks.ts'

/** An arrival that one or more receivers share. */
interface Arrival {
  readonly key: string
  readonly partial: Partial
  readonly init: PartialInit
  receivers: number
  /** Set once somebody finishes it. */
  finished: Promise<void> | undefined
}

/**
 * Blobs in `<folder>/<first two digits>/<hash>`, read-only; arrivals in `<folder>/partial`.
 * A file has its final name only when all its bytes have been hashed and are on disk (invariant S8).
 */
export class BlobFolder implements BlobStore {
  readonly layOutBy: 'links' | 'copies'
  readonly #disk: Disk
  readonly #places: BlobPlaces
  readonly #bundles: BundleFolder
  readonly #log: Log
  readonly #arrivals = new Map<string, Promise<Arrival>>()
  /** Of which blob each arrival is, also while it is being opened. */
  readonly #arriving = new Map<string, Hash>()
  readonly #proofs = new Proofs()

  private constructor (disk: Disk, places: BlobPlaces, layOutBy: 'links' | 'copies', log: Log) {
    this.#disk = disk
    this.#places = places
    this.layOutBy = layOutBy
    this.#bundles = new BundleFolder(disk, places.bundles, async (blob) => this.#prove(blob))
    this.#log = log
  }

  /** Opens the blobs in `folder`, with bundles laid out in `bundles`; both on one disk. @throws StoreError */
  static async open (disk: Disk, folder: string, bundles: string, log: Log): Promise<BlobFolder> {
    const places = { blobs: folder, partial: path.join(folder, 'partial'), bundles }
    try {
      await disk.makeFolder(places.partial)
      await disk.makeFolder(bundles)
      await sweepBlobs(disk, places, log)
      return new BlobFolder(disk, places, await linksFrom(disk, places) ? 'links' : 'copies', log)
    } catch (err) {
      throw storeError(err, folder)
    }
  }

  async has (blob: Hash): Promise<boolean> {
    return this.#guarded(blob, async (file) => await this.#disk.sizeOf(file) !== undefined)
  }

  async read (blob: Hash, offset: number, length: number): Promise<Uint8Array | undefined> {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
      return undefined
    }
    return this.#guarded(blob, async (file) => {
      const handle = await openIfThere(this.#disk, file)
      return handle === undefined ? this.#readArriving(blob, offset, length) : this.#readWhole(blob, handle, offset, length)
    })
  }

  async put (blob: Hash, bytes: Uint8Array): Promise<void> {
    await this.#guarded(blob, async (file) => {
      if (sha256Of(bytes) !== blob) {
        throw new StoreError(`Bytes that are not blob ${blob} were to be kept under its name`)
      }
      if (!await this.#isWhole(blob, file)) {
        await this.#writeThen(async (handle) => {
          await handle.write([bytes], 0)
          return blob
        })
      }
      this.#proofs.note(blob, chunkHashes(bytes))
    })
  }

  async putFile (file: string, admission: Admission = ANYTHING): Promise<HashedFile> {
    try {
      const source = await this.#disk.open(file, 'read')
      try {
        const size = await source.size()
        const known = admission.mayBeHere(size) ? await readChunks(source, async () => {}) : undefined
        if (known !== undefined && await this.#isWhole(known.hash, this.#fileOf(known.hash))) {
          return known
        }
        await admission.admit(size)
        return await this.#copyIn(source, size, admission)
      } finally {
        await source.close()
      }
    } catch (err) {
      throw storeError(err, refusesWriting(err) ? this.#places.blobs : file)
    }
  }

  async receive (blob: Hash, size: number, chunks: readonly Hash[]): Promise<BlobReceiver> {
    if (!Number.isSafeInteger(size) || size < 0 || chunks.length !== Math.ceil(size / CHUNK_BYTES) || !chunks.every(isHash)) {
      throw new StoreError(`A blob of ${size} bytes can not have ${chunks.length} chunks`)
    }
    return this.#guarded(blob, async (file) => {
      if (await this.#disk.sizeOf(file) !== undefined) {
        return WHOLE
      }
      return this.#join({ blob, size, chunks })
    })
  }

  async layOut (manifestHash: Hash, manifest: Manifest): Promise<SceneFiles> {
    return this.#guarded(manifestHash, async () => this.#bundles.layOut(manifestHash, manifest))
  }

  async inventory (): Promise<BlobInventory> {
    return takeInventory(this.#disk, this.#places).catch((err: unknown) => { throw storeError(err, this.#places.blobs) })
  }

  async recheckBundle (manifestHash: Hash): Promise<'whole' | 'damaged'> {
    return this.#guarded(manifestHash, async () => {
      const damaged = await this.#bundles.damagedFiles(manifestHash)
      for (const blob of damaged) {
        this.#proofs.forget(blob)
        await this.#isWhole(blob, this.#fileOf(blob))
      }
      return damaged.length === 0 ? 'whole' : 'damaged'
    })
  }

  async usedBundle (manifestHash: Hash, atMs: number): Promise<void> {
    await this.#guarded(manifestHash, async () => { await this.#bundles.used(manifestHash, atMs) })
  }

  async remove (blob: Hash): Promise<void> {
    await this.#guarded(blob, async (file) => {
      this.#proofs.forget(blob)
      await this.#disk.remove(file)
      if (![...this.#arriving.values()].includes(blob)) {
        await removeParts(this.#disk, this.#places, blob)
      }
    })
  }

  async removeBundle (manifestHash: Hash): Promise<void> {
    await this.#guarded(manifestHash, async () => { await this.#bundles.remove(manifestHash) })
  }

  #fileOf (blob: Hash): string {
    if (!isHash(blob)) {
      throw new StoreError(`"${String(blob).slice(0, 80)}" is not the hash of a blob`)
    }
    return path.join(this.#places.blobs, blob.slice(0, 2), blob)
  }

  async #guarded<Result> (blob: Hash, step: (file: string) => Promise<Result>): Promise<Result> {
    const file = this.#fileOf(blob)
    try {
      return await step(file)
    } catch (err) {
      throw storeError(err, file)
    }
  }

  async #readArriving (blob: Hash, offset: number, length: number): Promise<Uint8Array | undefined> {
    for (const opening of this.#arrivals.values()) {
      const arrival = await opening.catch(() => undefined)
      const bytes = arrival?.init.blob === blob && arrival.finished === undefined ? await arrival.partial.read(offset, length) : undefined
      if (bytes !== undefined) {
        return bytes
      }
    }
    return undefined
  }

  /** Writes a file under a temporary name, then gives it the name of the hash that `write` returns. */
  async #writeThen (write: (handle: DiskFile) => Promise<Hash>): Promise<void> {
    const temporary = temporaryName(path.join(this.#places.partial, 'blob'))
    try {
      const handle = await this.#disk.open(temporary, 'create')
      let blob: Hash
      try {
        blob = await write(handle)
        if (await this.#disk.sizeOf(this.#fileOf(blob)) === undefined) {
          await handle.sync()
        }
      } finally {
        await handle.close()
      }
      await this.#name(temporary, blob)
    } catch (err) {
      await this.#disk.remove(temporary).catch(() => {})
      throw err
    }
  }

  /** Gives synced bytes that have been hashed their final name; if that is taken, the bytes there are as good. */
  async #name (temporary: string, blob: Hash): Promise<void> {
    const file = this.#fileOf(blob)
    if (await this.#disk.sizeOf(file) !== undefined) {
      await this.#disk.remove(temporary)
      return
    }
    await this.#disk.makeReadOnly(temporary)
    await this.#disk.makeFolder(path.dirname(file))
    await this.#disk.rename(temporary, file)
    await this.#disk.syncFolder(path.dirname(file))
  }

  /** Copies what the source holds now, and hashes what was copied: the source may change under our hands. */
  async #copyIn (source: DiskFile, admitted: number, admission: Admission): Promise<HashedFile> {
    let copied: HashedFile | undefined
    await this.#writeThen(async (handle) => {
      copied = await readChunks(source, async (chunk, offset) => {
        if (offset + chunk.byteLength > admitted) {
          await admission.admit(offset + chunk.byteLength)
        }
        await handle.write([chunk], offset)
      })
      return copied.hash
    })
    this.#proofs.note(copied!.hash, copied!.chunks)
    return copied!
  }

  async #join (init: PartialInit): Promise<BlobReceiver> {
    const key = Partial.keyOf(init)
    let opening = this.#arrivals.get(key)
    if (opening === undefined) {
      opening = Partial.open(this.#disk, this.#places.partial, init).then((partial) => ({ key, partial, init, receivers: 0, finished: undefined }))
      this.#arrivals.set(key, opening)
      this.#arriving.set(key, init.blob)
      opening.catch(() => { this.#forgetArrival(key) })
    }
    const arrival = await opening
    arrival.receivers++
    let open = true
    return {
      missing: arrival.partial.missing,
      write: async (chunk, bytes) => this.#guarded(init.blob, async () => arrival.partial.write(chunk, bytes)),
      finish: async () => this.#guarded(init.blob, async () => {
        const { missing } = arrival.partial
        if (missing.size > 0) {
          throw new StoreError(`The blob ${init.blob} still lacks ${missing.size} chunks; fetch them first`)
        }
        arrival.finished ??= this.#finish(arrival)
        await arrival.finished
      }),
      close: async () => {
        if (open) {
          open = false
          await this.#leave(arrival)
        }
      }
    }
  }

  async #finish (arrival: Arrival): Promise<void> {
    const { blob, chunks } = arrival.init
    await arrival.partial.finish(async (data) => this.#name(data, blob))
    this.#proofs.note(blob, chunks)
  }

  async #leave (arrival: Arrival): Promise<void> {
    arrival.receivers--
    if (arrival.receivers === 0) {
      this.#forgetArrival(arrival.key)
      await arrival.finished?.catch(() => {})
      await arrival.partial.close()
      await this.#guarded(arrival.init.blob, async (file) => {
        if (await this.#disk.sizeOf(file) !== undefined) {
          await arrival.partial.removeFiles() // it came another way meanwhile
        }
      })
    }
  }

  #forgetArrival (key: string): void {
    this.#arrivals.delete(key)
    this.#arriving.delete(key)
  }

  /** Whether a blob is there with the bytes its name promises; a damaged one is removed. */
  async #isWhole (blob: Hash, file: string): Promise<boolean> {
    if (await this.#disk.sizeOf(file) === undefined) {
      return false
    }
    return this.#prove(blob).then(() => true, (err: unknown) => {
      if (err instanceof StoreError) {
        return false
      }
      throw err
    })
  }

  /**
   * Makes sure that a blob is there with the bytes its name promises; returns its file. A damaged one is removed, so that it is fetched again.
   *
   * @throws StoreError when it is missing or damaged
   */
  async #prove (blob: Hash): Promise<string> {
    const file = this.#fileOf(blob)
    const handle = await openIfThere(this.#disk, file)
    if (handle === undefined) {
      this.#proofs.forget(blob)
      throw new StoreError(`The blob ${blob} is not here; it must be fetched first`)
    }
    try {
      if (await this.#proofs.chunksOf(blob, handle) === undefined) {
        await this.#drop(blob)
        throw new StoreError(`A stored file of the scene was damaged on this disk and was removed: ${file}; it must be fetched again`)
      }
    } finally {
      await handle.close()
    }
    return file
  }

  /** Reads from a file that has its final name. What turns out to be damaged is removed: nobody is sent it, and it is fetched again. */
  async #readWhole (blob: Hash, handle: DiskFile, offset: number, length: number): Promise<Uint8Array | undefined> {
    try {
      const chunks = await this.#proofs.chunksOf(blob, handle)
      const bytes = chunks === undefined ? 'damaged' : await readProven(handle, chunks, offset, length)
      if (bytes === 'damaged') {
        await this.#drop(blob)
        return undefined
      }
      return bytes
    } finally {
      await handle.close()
    }
  }

  /** Removes a blob that the disk has damaged. Bundles with it are laid out anew when it is here again. */
  async #drop (blob: Hash): Promise<void> {
    this.#log.warn('a stored file is damaged and was removed; it is fetched again', { blob })
    this.#proofs.forget(blob)
    this.#bundles.forget(blob)
    await this.#disk.remove(this.#fileOf(blob))
  }
}

/** Of a store that is asked directly. */
const ANYTHING: Admission = {
  mayBeHere: () => false,
  admit: async () => {}
}

/** For a blob that is here already. */
const WHOLE: BlobReceiver = {
  missing: new Set(),
  write: async () => true,
  finish: async () => {},
  close: async () => {}
}
