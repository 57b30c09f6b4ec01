import path from 'node:path'
import { isHash } from '../../core/ids.ts'
import { StoreError } from '../../errors.ts'
import { missingIsUndefined, removeLeftover, removeTemporaries, temporaryName } from '../disk.ts'
import { HEADER_BYTES, parseSegmentName } from '../journal/layout.ts'
import { OneAtATime } from '../one-at-a-time.ts'
import { storeError } from '../refusal.ts'
import { KeptSegments } from './kept-segments.ts'
import type { JobId } from '../../core/ids.ts'
import type { KeptFolder, KeptUnits, KeptUnitsStore, Log } from '../../ports.ts'
import type { Disk } from '../disk.ts'
import type { JournalLimits } from '../journal/journal.ts'

/** Kept results of many jobs, `<folder>/<job>/<number>.seg`. Nothing is made before a job is opened. */
export class KeptFolders implements KeptUnitsStore {
  readonly #disk: Disk
  readonly #folder: string
  readonly #log: Log
  readonly #limits: JournalLimits
  readonly #open = new Set<JobId>()
  /** A job that is being removed is not opened meanwhile. */
  readonly #steps = new OneAtATime()

  constructor (disk: Disk, folder: string, log: Log, limits: JournalLimits = {}) {
    this.#disk = disk
    this.#folder = folder
    this.#log = log
    this.#limits = limits
  }

  async jobs (): Promise<readonly KeptFolder[]> {
    return this.#guarded(async () => keptJobs(this.#disk, this.#folder))
  }

  async open (job: JobId): Promise<KeptUnits> {
    return this.#guarded(async () => {
      const folder = this.#of(job)
      if (this.#open.has(job)) {
        throw new StoreError(`What is kept of job ${job} is open already`)
      }
      const onClose = (): void => { this.#open.delete(job) }
      const kept = await KeptSegments.open({ disk: this.#disk, folder, job, log: this.#log, limits: this.#limits, onClose })
      this.#open.add(job)
      return kept
    })
  }

  async remove (job: JobId): Promise<void> {
    await this.#guarded(async () => {
      const folder = this.#of(job)
      if (this.#open.has(job)) {
        throw new StoreError(`What is kept of job ${job} is open, and can not be removed`)
      }
      const temporary = temporaryName(folder)
      await this.#disk.rename(folder, temporary).catch(missingIsUndefined)
      await removeLeftover(this.#disk, temporary, this.#log)
    })
  }

  /** Removes what a killed peer left: jobs that were being removed, and those of which nothing was ever kept. */
  async sweep (): Promise<void> {
    await this.#guarded(async () => {
      await removeTemporaries(this.#disk, this.#folder, this.#log)
      for (const job of await this.#names()) {
        if ((await this.#disk.list(this.#of(job))).length === 0) {
          await removeLeftover(this.#disk, this.#of(job), this.#log)
        }
      }
    })
  }

  async #names (): Promise<JobId[]> {
    return jobNames(this.#disk, this.#folder)
  }

  #of (job: JobId): string {
    if (!isHash(job)) {
      throw new StoreError(`"${String(job).slice(0, 80)}" is not the id of a job`)
    }
    return path.join(this.#folder, job)
  }

  async #guarded<Result> (step: () => Promise<Result>): Promise<Result> {
    return this.#steps.run(step).catch((err: unknown) => { throw storeError(err, this.#folder) })
  }
}

/** The jobs of which something is kept in a folder of kept results, as it lies on the disk. Rejects with the disk's own errors. */
export async function keptJobs (disk: Disk, folder: string): Promise<KeptFolder[]> {
  const kept = await Promise.all((await jobNames(disk, folder)).map(async (job) => keptOf(disk, path.join(folder, job), job)))
  return kept.filter((one) => one !== undefined)
}

async function keptOf (disk: Disk, folder: string, job: JobId): Promise<KeptFolder | undefined> {
  const files = (await disk.list(folder)).filter((name) => parseSegmentName(name) !== undefined).map((name) => path.join(folder, name))
  const sizes = await Promise.all(files.map(async (file) => await disk.sizeOf(file) ?? 0))
  const times = await Promise.all(files.map(async (file) => await disk.changedAtMs(file) ?? 0))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  return bytes > files.length * HEADER_BYTES ? { job, bytes, changedAtMs: Math.max(...times) } : undefined
}

async function jobNames (disk: Disk, folder: string): Promise<JobId[]> {
  return (await disk.list(folder)).filter(isHash)
}
