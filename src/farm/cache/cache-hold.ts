import { CacheFullError, StoreError } from '../../errors.ts'
import { fullMessage } from './full-message.ts'
import type { CacheBook } from '../../core/cache.ts'
import type { Hash } from '../../core/ids.ts'
import type { Manifest } from '../../core/messages.ts'
import type { Admission, BlobReceiver, BlobStore, PackingRoom, SceneFiles } from '../../ports.ts'

/** A blob that something under way needs, with the bytes it has or is going to have. */
export interface WantedBlob {
  readonly hash: Hash
  readonly size: number
}

/** Where a scene is fetched into: what is reserved or put there stays, until somebody lets go of it. */
export interface SceneRoom extends Pick<BlobStore, 'has' | 'read' | 'put' | 'receive' | 'layOut'> {
  /** Makes room for blobs before they come; those that are here already stay. @throws CacheFullError */
  reserve (wanted: readonly WantedBlob[]): Promise<void>
}

/** What a hold needs of its keeper. */
export interface CacheHoldContext {
  readonly blobs: BlobStore
  readonly book: CacheBook
  /** A name for bytes that have no hash yet, never given twice. */
  nameless (): string
  nowMs (): number
  quotaBytes (): number
  /** Pins blobs once each, with room made for them; `sceneBytes`: of all that is held. @throws CacheFullError */
  reserve (wanted: readonly WantedBlob[], sceneBytes: number): Promise<void>
  /** Runs something while nothing is being pinned or evicted. */
  inTurn<Result> (step: () => Promise<Result>): Promise<Result>
  /** The disk is full: lets go of other things. Returns how many bytes that freed. */
  makeDiskRoom (bytes: number): Promise<number>
  released (): void
}

/**
 * The blob store as it is seen by one fetch or one packing: everything it puts there has room made for it first, is accounted for, and stays until
 * the hold is released. When the disk is full, other things are let go of, and the step is tried once more.
 */
export class CacheHold implements SceneRoom, PackingRoom {
  readonly #context: CacheHoldContext
  readonly #pinned = new Map<Hash, number>()
  #diskRoom: Promise<number> | undefined
  #released = false

  constructor (context: CacheHoldContext) {
    this.#context = context
  }

  async reserve (wanted: readonly WantedBlob[]): Promise<void> {
    const fresh = new Map(wanted.filter(({ hash }) => !this.#pinned.has(hash)).map((blob) => [blob.hash, blob]))
    if (fresh.size === 0) {
      return
    }
    const sceneBytes = [...this.#pinned.values(), ...Array.from(fresh.values(), ({ size }) => size)].reduce((sum, size) => sum + size, 0)
    await this.#context.reserve([...fresh.values()], sceneBytes)
    for (const { hash, size } of fresh.values()) {
      this.#notePin(hash, size)
    }
  }

  /** A scene that could never be kept is refused before anything else has to go for it. What is here already of it may make it cheaper. */
  async expect (bytes: number): Promise<void> {
    if (bytes > this.#context.quotaBytes()) {
      throw new CacheFullError(fullMessage(this.#context.quotaBytes(), bytes, 0))
    }
  }

  async has (blob: Hash): Promise<boolean> {
    return this.#context.blobs.has(blob)
  }

  async read (blob: Hash, offset: number, length: number): Promise<Uint8Array | undefined> {
    return this.#context.blobs.read(blob, offset, length)
  }

  async put (blob: Hash, bytes: Uint8Array): Promise<void> {
    await this.reserve([{ hash: blob, size: bytes.byteLength }])
    await this.#insist(async () => { await this.#context.blobs.put(blob, bytes) })
    this.#here(blob, bytes.byteLength)
  }

  async putFile (file: string): ReturnType<BlobStore['putFile']> {
    const { blobs, book } = this.#context
    while (true) {
      const copying = this.#context.nameless()
      const admission: Admission = {
        mayBeHere: (bytes) => book.hasSize(bytes),
        admit: async (bytes) => {
          this.#unpin(copying)
          await this.reserve([{ hash: copying, size: bytes }])
        }
      }
      try {
        const stored = await this.#insist(async () => blobs.putFile(file, admission))
        if (await this.#context.inTurn(async () => this.#takeOver(copying, stored))) {
          return stored
        }
      } finally {
        this.#unpin(copying)
      }
    }
  }

  async receive (blob: Hash, size: number, chunks: readonly Hash[]): Promise<BlobReceiver> {
    await this.reserve([{ hash: blob, size }])
    const receiver = await this.#insist(async () => this.#context.blobs.receive(blob, size, chunks))
    return {
      missing: receiver.missing,
      write: async (chunk, bytes) => {
        const wasMissing = receiver.missing.has(chunk)
        const right = await this.#insist(async () => receiver.write(chunk, bytes))
        if (right && wasMissing) {
          this.#context.book.addPart(blob, bytes.byteLength, this.#context.nowMs())
        }
        return right
      },
      finish: async () => {
        await this.#insist(async () => receiver.finish())
        this.#here(blob, size)
      },
      close: async () => receiver.close()
    }
  }

  async layOut (manifestHash: Hash, manifest: Manifest): Promise<SceneFiles> {
    const { blobs, book } = this.#context
    const copies = this.#context.nameless()
    const extraBytes = book.hasScene(manifestHash) ? 0 : ownBytes(blobs, manifest.files)
    try {
      await this.reserve([{ hash: copies, size: extraBytes }])
      const files = await this.#insist(async () => blobs.layOut(manifestHash, manifest))
      const held = new Set([manifestHash, ...manifest.files.map(({ hash }) => hash)])
      book.addScene(manifestHash, manifest.entry, held, ownBytes(blobs, manifest.files), this.#context.nowMs())
      return files
    } catch (error) {
      await this.#forgetDamaged(manifest)
      throw error
    } finally {
      this.#unpin(copies)
    }
  }

  /** From now on what it held may go. Idempotent. */
  release (): void {
    if (!this.#released) {
      this.#released = true
      for (const blob of this.#pinned.keys()) {
        this.#context.book.unpin(blob)
      }
      this.#pinned.clear()
      this.#context.released()
    }
  }

  /** A copied file has its hash: what was kept free for it is its own now. False when the blob it was found to be has just been evicted. */
  async #takeOver (copying: string, { hash, size }: WantedBlob): Promise<boolean> {
    if (!await this.#context.blobs.has(hash)) {
      return false
    }
    this.#unpin(copying)
    this.#here(hash, size)
    if (!this.#pinned.has(hash)) {
      this.#context.book.pin(hash, size)
      this.#notePin(hash, size)
    }
    return true
  }

  #here (blob: Hash, bytes: number): void {
    this.#context.book.addBlob(blob, bytes, this.#context.nowMs())
  }

  /** A hold that was released while room was being made keeps nothing. */
  #notePin (blob: Hash, size: number): void {
    if (this.#released) {
      this.#context.book.unpin(blob)
    } else {
      this.#pinned.set(blob, size)
    }
  }

  #unpin (blob: Hash): void {
    if (this.#pinned.delete(blob)) {
      this.#context.book.unpin(blob)
    }
  }

  /** The store removes a blob that it finds damaged. */
  async #forgetDamaged (manifest: Manifest): Promise<void> {
    for (const { hash } of manifest.files) {
      if (this.#context.book.isWhole(hash) && !await this.#context.blobs.has(hash)) {
        this.#context.book.dropBlob(hash)
      }
    }
  }

  /** Does something; when the disk is full, once more after others have made room. @throws StoreError as the store does */
  async #insist<Result> (step: () => Promise<Result>): Promise<Result> {
    try {
      return await step()
    } catch (error) {
      if (!(error instanceof StoreError) || error.trouble !== 'full') {
        throw error
      }
      this.#diskRoom ??= this.#context.makeDiskRoom(this.#missingBytes()).finally(() => { this.#diskRoom = undefined })
      if (await this.#diskRoom === 0) {
        throw error
      }
      return step()
    }
  }

  /** Bytes of what is held that are still to come. */
  #missingBytes (): number {
    let bytes = 0
    for (const [blob, size] of this.#pinned) {
      bytes += this.#context.book.isWhole(blob) ? 0 : size
    }
    return bytes
  }
}

/** Bytes that a laid out bundle takes besides its blobs. */
export function ownBytes (blobs: Pick<BlobStore, 'layOutBy'>, files: Manifest['files']): number {
  return blobs.layOutBy === 'links' ? 0 : files.reduce((sum, { size }) => sum + size, 0)
}
