import { SPOOL_BYTES, SPOOL_RETRY_MS } from '../limits.ts'
import type { JobId, UnitIndex } from '../../core/ids.ts'
import type { ResultHead } from '../../core/messages.ts'
import type { KeptUnit } from '../../core/questions.ts'
import type { Clock, KeptUnits, KeptUnitsStore, Log } from '../../ports.ts'

/** What a spool needs. */
export interface SpoolContext {
  readonly spool: KeptUnitsStore
  readonly clock: Clock
  readonly log: Log
}

/** One job's part of the spool. */
interface Folder {
  readonly job: JobId
  readonly opening: Promise<KeptUnits>
  kept: KeptUnits | undefined
  /** Units that are here and that nobody has taken yet. */
  readonly units: Set<UnitIndex>
  /** Writers and readers that are at it. */
  users: number
}

/**
 * Finished units on this disk: those that no steward takes now. A folder for each job, which goes when all of it is delivered or the job has
 * ended; so many bytes in all, not one more. A disk that refuses is said once, and left alone for a while.
 */
export class Spool {
  readonly #context: SpoolContext
  readonly #folders = new Map<JobId, Folder>()
  /** Folders that are being removed: their jobs are not opened meanwhile. */
  readonly #removing = new Map<JobId, Promise<void>>()
  /** Bytes that are being written. */
  #writingBytes = 0
  #closed = false
  #refusal: { readonly reason: string, readonly untilMs: number } | undefined

  constructor (context: SpoolContext) {
    this.#context = context
  }

  /** Whether so many bytes more may be put now. */
  hasRoomFor (bytes: number): boolean {
    let all = bytes + this.#writingBytes
    for (const { kept } of this.#folders.values()) {
      all += kept?.bytes ?? 0
    }
    return all <= SPOOL_BYTES
  }

  /** Whether the disk has refused a moment ago. */
  get isRefused (): boolean {
    return this.#refusal !== undefined && this.#context.clock.nowMs() < this.#refusal.untilMs
  }

  /** Whether anything of a job is here. */
  has (job: JobId): boolean {
    return this.#folders.has(job)
  }

  /** Opens what an earlier life left of a job: the heads of all that is whole and `isWanted`, each unit once. Without any, the folder goes. @throws StoreError */
  async takeUp (job: JobId, isWanted: (head: ResultHead) => boolean): Promise<ResultHead[]> {
    return this.#using(job, async (folder, kept) => {
      const heads: ResultHead[] = []
      for await (const head of kept.heads()) {
        if (isWanted(head) && !folder.units.has(head.unit)) {
          folder.units.add(head.unit)
          heads.push(head)
        }
      }
      return heads
    })
  }

  /** Forgets what is here of a job that is not open: nobody wants it. */
  async drop (job: JobId): Promise<void> {
    const { spool, clock, log } = this.#context
    await spool.remove(job).catch((error: unknown) => {
      log.info('units that nobody wants any more could not be removed from this disk yet', { job, error: String(error) })
      clock.after(SPOOL_RETRY_MS, () => {
        if (!this.#folders.has(job) && !this.#closed) {
          void this.drop(job)
        }
      })
    })
  }

  /** Puts a unit on the disk; false when that refuses. */
  async put (head: ResultHead, pixels: Uint8Array): Promise<boolean> {
    this.#writingBytes += pixels.byteLength
    try {
      await this.#using(head.job, async (folder, kept) => {
        await kept.put(head, pixels)
        folder.units.add(head.unit)
      })
      this.#refusal = undefined
      return true
    } catch (error) {
      this.#refused(error)
      return false
    } finally {
      this.#writingBytes -= pixels.byteLength
    }
  }

  /** What is here of a job, in the order in which it came; what is damaged is left out. @throws StoreError */
  async * read (job: JobId, wanted: (unit: UnitIndex) => boolean): AsyncGenerator<KeptUnit> {
    const folder = this.#folders.get(job)
    if (folder === undefined) {
      return
    }
    folder.users++
    try {
      yield * (await folder.opening).read(({ unit }) => wanted(unit))
    } finally {
      folder.users--
      this.#removeIfEmpty(folder)
    }
  }

  /** Somebody has taken a unit, or nobody wants it any more. */
  forget (job: JobId, unit: UnitIndex): void {
    const folder = this.#folders.get(job)
    if (folder?.units.delete(unit) === true) {
      this.#removeIfEmpty(folder)
    }
  }

  /** Closes all; what is here stays. */
  async close (): Promise<void> {
    this.#closed = true
    await Promise.all(this.#removing.values())
    await Promise.all(Array.from(this.#folders.values(), async ({ kept }) => { await kept?.close() }))
  }

  async #using<Result> (job: JobId, use: (folder: Folder, kept: KeptUnits) => Promise<Result>): Promise<Result> {
    const folder = this.#folders.get(job) ?? this.#open(job)
    folder.users++
    try {
      const kept = await folder.opening
      folder.kept = kept
      return await use(folder, kept)
    } finally {
      folder.users--
      this.#removeIfEmpty(folder)
    }
  }

  #open (job: JobId): Folder {
    const opening = (this.#removing.get(job) ?? Promise.resolve()).then(async () => this.#context.spool.open(job))
    const folder: Folder = { job, opening, kept: undefined, units: new Set(), users: 0 }
    this.#folders.set(job, folder)
    return folder
  }

  #removeIfEmpty (folder: Folder): void {
    if (folder.units.size > 0 || folder.users > 0 || this.#folders.get(folder.job) !== folder) {
      return
    }
    this.#folders.delete(folder.job)
    if (folder.kept === undefined) {
      return
    }
    const removing = folder.kept.close().then(async () => this.drop(folder.job), () => {})
    this.#removing.set(folder.job, removing)
    void removing.then(() => {
      if (this.#removing.get(folder.job) === removing) {
        this.#removing.delete(folder.job)
      }
    })
  }

  #refused (error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    if (this.#refusal?.reason !== reason) {
      this.#context.log.warn('finished units that no peer takes now can not be kept on this disk; they stay in memory as far as there is room', { reason })
    }
    this.#refusal = { reason, untilMs: this.#context.clock.nowMs() + SPOOL_RETRY_MS }
  }
}
