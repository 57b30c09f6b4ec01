import { createHash } from 'node:crypto'
import path from 'node:path'
import { missingIsUndefined, openIfThere, temporaryName } from './disk.ts'
import { storeError } from './refusal.ts'
import type { Log } from '../ports.ts'
import type { Disk, DiskFile } from './disk.ts'

/** A film file: magic with version (8 bytes), bytes of pixels (u64), pixels (float32), sha256 of all before (32). Little-endian, as all machines that run Node.js. */
const MAGIC = Buffer.from('TMFILM\u0000\u0001', 'latin1')
const HEADER_BYTES = 16
const HASH_BYTES = 32

const FILM_NAME = /^-?\d+\.f32$/

/** Bytes hashed and moved in one go: the peer answers its heartbeats in between. */
const PIECE_BYTES = 4 * 1024 * 1024

/** The finished films of one job, a file a frame. */
export class FilmFolder {
  readonly #disk: Disk
  readonly #folder: string
  readonly #log: Log

  constructor (disk: Disk, folder: string, log: Log) {
    this.#disk = disk
    this.#folder = folder
    this.#log = log
  }

  /**
   * Keeps a frame's film; on disk under its final name when it resolves, with the bytes by which the folder has grown. The pixels must not change
   * meanwhile.
   *
   * @throws StoreError
   */
  async save (frame: number, pixels: Float32Array): Promise<number> {
    const file = this.#file(frame)
    const temporary = temporaryName(file)
    try {
      await this.#disk.makeFolder(this.#folder)
      const before = await this.#disk.sizeOf(file) ?? 0
      await this.#writeFilm(temporary, new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength))
      await this.#disk.rename(temporary, file)
      await this.#disk.syncFolder(this.#folder)
      return HEADER_BYTES + pixels.byteLength + HASH_BYTES - before
    } catch (err) {
      await this.#disk.remove(temporary).catch(() => {})
      throw storeError(err, file)
    }
  }

  /** A kept film; undefined when there is none, or when the disk has damaged it. @throws StoreError */
  async read (frame: number): Promise<Float32Array | undefined> {
    const file = this.#file(frame)
    const handle = await openIfThere(this.#disk, file).catch((err: unknown) => { throw storeError(err, file) })
    if (handle === undefined) {
      return undefined
    }
    try {
      const pixels = await readFilm(handle)
      if (pixels === undefined) {
        this.#log.warn('a kept film is damaged and was left out', { file })
      }
      return pixels
    } catch (err) {
      throw storeError(err, file)
    } finally {
      await handle.close()
    }
  }

  /** Bytes of all films, and when they were last used, in milliseconds since 1970; undefined when there are none. Rejects with the disk's own errors. */
  async size (): Promise<{ readonly bytes: number, readonly usedAtMs: number } | undefined> {
    const names = (await this.#disk.list(this.#folder)).filter((name) => FILM_NAME.test(name))
    let bytes = 0
    for (const name of names) {
      bytes += await this.#disk.sizeOf(path.join(this.#folder, name)) ?? 0
    }
    return names.length === 0 ? undefined : { bytes, usedAtMs: await this.#disk.changedAtMs(this.#folder) ?? 0 }
  }

  /** Says that the films were used then. */
  async used (atMs: number): Promise<void> {
    await this.#disk.touch(this.#folder, atMs).catch(missingIsUndefined)
  }

  /** Removes all films: they lose their names at once, then the disk. */
  async remove (): Promise<void> {
    const temporary = temporaryName(this.#folder)
    await this.#disk.rename(this.#folder, temporary).catch(missingIsUndefined)
    await this.#disk.remove(temporary)
  }

  async #writeFilm (temporary: string, bytes: Uint8Array): Promise<void> {
    const header = Buffer.alloc(HEADER_BYTES)
    MAGIC.copy(header)
    header.writeBigUInt64LE(BigInt(bytes.byteLength), 8)
    const hash = createHash('sha256').update(header)
    const handle = await this.#disk.open(temporary, 'create')
    try {
      await handle.write([header], 0)
      for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
        const piece = bytes.subarray(at, at + PIECE_BYTES)
        hash.update(piece)
        await handle.write([piece], HEADER_BYTES + at)
      }
      await handle.write([hash.digest()], HEADER_BYTES + bytes.byteLength)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  #file (frame: number): string {
    return path.join(this.#folder, `${frame}.f32`)
  }
}

async function readFilm (handle: DiskFile): Promise<Float32Array | undefined> {
  const header = Buffer.alloc(HEADER_BYTES)
  await handle.read(header, 0)
  const length = Number(header.readBigUInt64LE(8))
  if (!header.subarray(0, 8).equals(MAGIC) || length % 4 !== 0 || HEADER_BYTES + length + HASH_BYTES !== await handle.size()) {
    return undefined
  }
  const hash = createHash('sha256').update(header)
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES)
    await handle.read(piece, HEADER_BYTES + at)
    hash.update(piece)
  }
  const expected = Buffer.alloc(HASH_BYTES)
  await handle.read(expected, HEADER_BYTES + length)
  return expected.equals(hash.digest()) ? new Float32Array(bytes.buffer) : undefined
}
