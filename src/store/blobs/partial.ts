import { createHash } from 'node:crypto'
import path from 'node:path'
import { CHUNK_BYTES } from '../../core/limits.ts'
import { StoreError } from '../../errors.ts'
import { readWhole } from '../disk.ts'
import { errorCode } from '../refusal.ts'
import { sha256Of } from './hashing.ts'
import type { Hash } from '../../core/ids.ts'
import type { Disk, DiskFile } from '../disk.ts'

/** What a blob on its way in is, as the manifest says. */
export interface PartialInit {
  readonly blob: Hash
  readonly size: number
  readonly chunks: readonly Hash[]
}

/**
 * A blob that is not whole yet: its bytes in `<folder>/<key>.part`, and a bitmap of the chunks that are there in `<key>.map`.
 * The bitmap only says which chunks are worth hashing when an earlier life's rest is opened again: what then is not what it should be
 * (a power cut, a bad sector) is missing again. So chunks need no sync of their own, and none is ever trusted unseen.
 *
 * The key is made of the blob and the list of its chunks: a manifest that lies about the chunks of a blob spoils only itself.
 */
export class Partial {
  readonly #disk: Disk
  readonly #init: PartialInit
  readonly #data: DiskFile
  readonly #map: DiskFile
  readonly #files: PartialFiles
  readonly #bits: Uint8Array
  readonly missing: Set<number>

  private constructor (disk: Disk, init: PartialInit, files: PartialFiles, data: DiskFile, map: DiskFile) {
    this.#disk = disk
    this.#init = init
    this.#files = files
    this.#data = data
    this.#map = map
    this.#bits = new Uint8Array(Math.ceil(init.chunks.length / 8))
    this.missing = new Set(init.chunks.keys())
  }

  /** The name under which an arrival is known: equal for equal blob, size and chunks. */
  static keyOf (init: PartialInit): string {
    const chunks = createHash('sha256').update(`${init.size}\n${init.chunks.join('\n')}`).digest('hex')
    return `${init.blob}-${chunks.slice(0, 16)}`
  }

  /** Opens an arrival, taking over and verifying what an earlier one left. Rejects with the disk's own errors. */
  static async open (disk: Disk, folder: string, init: PartialInit): Promise<Partial> {
    const key = Partial.keyOf(init)
    const files = { data: path.join(folder, `${key}.part`), map: path.join(folder, `${key}.map`) }
    const before = await readWhole(disk, files.map, init.chunks.length + 1).catch((err: unknown) => {
      if (err instanceof RangeError) {
        return undefined
      }
      throw err
    })
    const data = await openOrCreate(disk, files.data)
    const map = await openOrCreate(disk, files.map).catch(async (err: unknown) => {
      await data.close()
      throw err
    })
    const partial = new Partial(disk, init, files, data, map)
    await partial.#takeOver(before ?? new Uint8Array(0))
    return partial
  }

  /** Stores a chunk; false when it is not the one that belongs there. Rejects with the disk's own errors, and the chunk is still missing then. */
  async write (chunk: number, bytes: Uint8Array): Promise<boolean> {
    const expected = this.#init.chunks[chunk]
    if (expected === undefined || bytes.byteLength !== this.#chunkBytes(chunk) || sha256Of(bytes) !== expected) {
      return false
    }
    if (this.missing.has(chunk)) {
      await this.#data.write([bytes], chunk * CHUNK_BYTES)
      this.#mark(chunk)
      await this.#map.write([this.#bits.subarray(chunk >> 3, (chunk >> 3) + 1)], chunk >> 3)
    }
    return true
  }

  /** Bytes of the blob, if all chunks that hold them are there. */
  async read (offset: number, length: number): Promise<Uint8Array | undefined> {
    if (offset + length > this.#init.size) {
      return undefined
    }
    for (let chunk = Math.floor(offset / CHUNK_BYTES); chunk * CHUNK_BYTES < offset + length; chunk++) {
      if (this.missing.has(chunk)) {
        return undefined
      }
    }
    const bytes = new Uint8Array(length)
    return await this.#data.read(bytes, offset) === length ? bytes : undefined
  }

  /**
   * Hashes every byte again, syncs, and has `name` move the file to its final name. Call when nothing is missing; nothing else after it.
   *
   * @throws StoreError when the whole has another hash; what came is then thrown away
   */
  async finish (name: (file: string) => Promise<void>): Promise<void> {
    if (await this.#wholeHash() !== this.#init.blob) {
      await this.close()
      await this.removeFiles()
      throw new StoreError(`The chunks of blob ${this.#init.blob} do not add up to it: its manifest is wrong`)
    }
    await this.#data.truncate(this.#init.size)
    await this.#data.sync()
    await this.close()
    await name(this.#files.data)
    await this.removeFiles()
  }

  async close (): Promise<void> {
    await this.#data.close().catch(() => {})
    await this.#map.close().catch(() => {})
  }

  async #takeOver (before: Uint8Array): Promise<void> {
    for (const chunk of this.#init.chunks.keys()) {
      if (((before[chunk >> 3] ?? 0) >> (chunk & 7) & 1) === 1) {
        const bytes = new Uint8Array(this.#chunkBytes(chunk))
        const filled = await this.#data.read(bytes, chunk * CHUNK_BYTES)
        if (filled === bytes.byteLength && sha256Of(bytes) === this.#init.chunks[chunk]) {
          this.#mark(chunk)
        }
      }
    }
  }

  #mark (chunk: number): void {
    this.missing.delete(chunk)
    this.#bits[chunk >> 3]! |= 1 << (chunk & 7)
  }

  #chunkBytes (chunk: number): number {
    return Math.min(CHUNK_BYTES, this.#init.size - chunk * CHUNK_BYTES)
  }

  async #wholeHash (): Promise<Hash> {
    const hash = createHash('sha256')
    const buffer = new Uint8Array(CHUNK_BYTES)
    for (let at = 0; at < this.#init.size; at += CHUNK_BYTES) {
      const filled = await this.#data.read(buffer.subarray(0, Math.min(CHUNK_BYTES, this.#init.size - at)), at)
      hash.update(buffer.subarray(0, filled))
    }
    return hash.digest('hex')
  }

  /** Throws away what came. Close it before. */
  async removeFiles (): Promise<void> {
    await this.#disk.remove(this.#files.data)
    await this.#disk.remove(this.#files.map)
  }
}

interface PartialFiles {
  readonly data: string
  readonly map: string
}

async function openOrCreate (disk: Disk, file: string): Promise<DiskFile> {
  try {
    return await disk.open(file, 'create')
  } catch (err) {
    if (errorCode(err) === 'EEXIST') {
      return disk.open(file, 'update')
    }
    throw err
  }
}
