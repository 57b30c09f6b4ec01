import { StoreError } from '../../src/errors.ts'
import type { JobId } from '../../src/core/ids.ts'
import type { ResultHead } from '../../src/core/messages.ts'
import type { KeptUnit } from '../../src/core/questions.ts'
import type { KeptFolder, KeptUnits, KeptUnitsStore } from '../../src/ports.ts'
import type { MemoryDisk, MemoryKept } from './memory-disk.ts'

/** What a store in memory lends its folders of kept results. */
export interface MemoryKeptInit {
  readonly disk: MemoryDisk
  readonly kept: Map<JobId, MemoryKept>
  /** Which folder it is. */
  readonly folder: 'custody' | 'spool'
  wallMs (): number
  /** Resolves when what was written so far is durable; never, once the peer is dead. */
  sync (): Promise<void>
  /** Resolves while the peer lives. */
  alive (): Promise<void>
}

/** Kept results of many jobs on a {@link MemoryDisk}. */
export class MemoryKeptStore implements KeptUnitsStore {
  readonly #init: MemoryKeptInit
  readonly #open = new Set<JobId>()

  constructor (init: MemoryKeptInit) {
    this.#init = init
  }

  async jobs (): Promise<readonly KeptFolder[]> {
    await this.#init.alive()
    const folders = Array.from(this.#init.kept, ([job, { entries, changedAtMs }]) => ({ job, bytes: bytesOf(entries), changedAtMs }))
    return folders.filter(({ bytes }) => bytes > 0)
  }

  async open (job: JobId): Promise<KeptUnits> {
    const { disk, kept } = this.#init
    if (this.#open.has(job)) {
      throw new StoreError('what is kept of that job is open already')
    }
    disk.checkWrite()
    await this.#init.sync()
    this.#open.add(job)
    const content = kept.get(job) ?? { entries: [], durable: 0, changedAtMs: this.#init.wallMs() }
    kept.set(job, content)
    return new MemoryKeptUnits(this.#init, job, content, () => { this.#open.delete(job) })
  }

  async remove (job: JobId): Promise<void> {
    if (this.#open.has(job)) {
      throw new StoreError('what is kept of that job is open')
    }
    this.#init.disk.checkWrite()
    await this.#init.sync()
    const content = this.#init.kept.get(job)
    this.#init.kept.delete(job)
    if (content !== undefined) {
      this.#init.disk.watch({ type: 'freed', folder: this.#init.folder, job, heads: content.entries.slice(0, content.durable).map(({ head }) => head) })
    }
  }
}

class MemoryKeptUnits implements KeptUnits {
  readonly job: JobId
  readonly #init: MemoryKeptInit
  readonly #content: MemoryKept
  readonly #onClose: () => void
  #closed = false

  constructor (init: MemoryKeptInit, job: JobId, content: MemoryKept, onClose: () => void) {
    this.#init = init
    this.job = job
    this.#content = content
    this.#onClose = onClose
  }

  get bytes (): number {
    return bytesOf(this.#content.entries)
  }

  async put (head: ResultHead, bytes: Uint8Array): Promise<void> {
    if (this.#closed) {
      throw new StoreError('it is closed')
    }
    if (head.job !== this.job || head.bytes !== bytes.byteLength) {
      throw new RangeError('this result is not what its head says, or of another job')
    }
    this.#init.disk.checkWrite(bytes.byteLength)
    this.#content.changedAtMs = this.#init.wallMs()
    const count = this.#content.entries.push({ head: structuredClone(head), bytes: bytes.slice() })
    await this.#init.sync()
    this.#content.durable = Math.max(this.#content.durable, count)
    this.#init.disk.watch({ type: 'kept', folder: this.#init.folder, job: this.job, head })
  }

  async * read (wanted: (head: ResultHead) => boolean): AsyncIterable<KeptUnit> {
    for (const { head, bytes } of this.#content.entries.slice(0, this.#content.durable)) {
      await this.#init.alive()
      if (wanted(head)) {
        yield { head: structuredClone(head), bytes: bytes.slice() }
      }
    }
  }

  async * heads (): AsyncIterable<ResultHead> {
    for (const { head } of this.#content.entries.slice(0, this.#content.durable)) {
      await this.#init.alive()
      yield structuredClone(head)
    }
  }

  async close (): Promise<void> {
    this.#closed = true
    this.#onClose()
    await this.#init.sync()
  }
}

/** About what entries take on a disk. */
function bytesOf (entries: readonly KeptUnit[]): number {
  return entries.reduce((sum, { bytes }) => sum + 100 + bytes.byteLength, 0)
}
