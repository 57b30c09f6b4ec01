import { StoreError } from '../errors.ts'
import { isHash } from '../core/ids.ts'
import { readSpeedRecord } from '../core/speed.ts'
import { BlobFolder } from './blobs/blob-folder.ts'
import { Counters } from './counters.ts'
import { DiskJob } from './disk-job.ts'
import { JobFolders } from './job-folders.ts'
import { KeptFolders } from './kept/kept-folders.ts'
import { RecordFolder } from './records.ts'
import { storeError } from './refusal.ts'
import { readSealed, writeSealed } from './sealed.ts'
import { UnitLogFolder } from './unit-logs/unit-log-folder.ts'
import type { JobId } from '../core/ids.ts'
import type { SpeedRecord } from '../core/speed.ts'
import type { JobStore, KeptFilms, Log, RememberedRecord, Store } from '../ports.ts'
import type { Home } from './home.ts'
import type { JournalLimits } from './journal/journal.ts'

/** How a store is opened. */
export interface StoreOptions {
  /** Milliseconds since 1970; see {@link Counters.nextSerial}. @default Date.now */
  readonly wallMs?: () => number
  readonly journal?: JournalLimits
}

/**
 * Opens what a peer keeps in its home: `boot.json`, `serial.json`, `speeds.json`, `jobs/<job>/{journal,films}`, `records/`, `blobs/`,
 * `bundles/`, `unit-logs/`, `custody/<job>/`, `spool/<job>/`.
 *
 * @throws StoreError when the disk refuses
 */
export async function openStore (home: Home, log: Log, options: StoreOptions = {}): Promise<Store> {
  const blobs = await BlobFolder.open(home.disk, home.path('blobs'), home.path('bundles'), log)
  const jobs = new JobFolders(home.disk, home.path('jobs'), log)
  await jobs.sweep().catch((err: unknown) => { throw storeError(err, home.path('jobs')) })
  const kept = (name: string): KeptFolders => new KeptFolders(home.disk, home.path(name), log, options.journal)
  const [custody, spool] = [kept('custody'), kept('spool')]
  await custody.sweep()
  await spool.sweep()
  return new DiskStore(home, log, { blobs, jobs, custody, spool }, options)
}

/** Folders that have been swept. */
interface OpenFolders {
  readonly blobs: BlobFolder
  readonly jobs: JobFolders
  readonly custody: KeptFolders
  readonly spool: KeptFolders
}

class DiskStore implements Store {
  readonly blobs: BlobFolder
  readonly unitLogs: UnitLogFolder
  readonly custody: KeptFolders
  readonly spool: KeptFolders
  readonly #home: Home
  readonly #log: Log
  readonly #options: StoreOptions
  readonly #counters: Counters
  readonly #records: RecordFolder
  readonly #jobs: JobFolders
  readonly #openJobs = new Set<JobId>()

  constructor (home: Home, log: Log, folders: OpenFolders, options: StoreOptions) {
    this.blobs = folders.blobs
    this.custody = folders.custody
    this.spool = folders.spool
    this.#jobs = folders.jobs
    this.unitLogs = new UnitLogFolder(home.disk, home.path('unit-logs'), log)
    this.#home = home
    this.#log = log
    this.#options = options
    this.#counters = new Counters({ disk: home.disk, home: home.dir, log, wallMs: options.wallMs ?? Date.now })
    this.#records = new RecordFolder(home.disk, home.path('records'), log)
  }

  async nextBoot (): Promise<{ readonly boot: number, readonly fresh: boolean }> {
    return this.#counters.nextBoot()
  }

  async nextSerial (): Promise<number> {
    return this.#counters.nextSerial(async () => (await this.#home.disk.list(this.#home.path('jobs'))).length === 0)
  }

  async jobs (): Promise<readonly JobId[]> {
    return this.#guarded(async () => this.#jobs.all())
  }

  /** See {@link Store.removeJob}. @throws StoreError also when the job is open */
  async removeJob (job: JobId): Promise<void> {
    if (this.#openJobs.has(job)) {
      throw new StoreError(`The journal of job ${job} is open, and can not be removed`)
    }
    await this.#ofJob(job, async () => { await this.#jobs.remove(job) })
  }

  async films (): Promise<readonly KeptFilms[]> {
    return this.#guarded(async () => this.#jobs.films())
  }

  async usedFilms (job: JobId, atMs: number): Promise<void> {
    await this.#ofJob(job, async () => { await this.#jobs.filmsOf(job).used(atMs) })
  }

  async removeFilms (job: JobId): Promise<void> {
    await this.#ofJob(job, async () => { await this.#jobs.filmsOf(job).remove() })
  }

  /** Opens or creates a job's journal. A job is open once at a time. @throws StoreError */
  async openJob (job: JobId): Promise<JobStore> {
    checkJob(job)
    if (this.#openJobs.has(job)) {
      throw new StoreError(`The journal of job ${job} is open already`)
    }
    this.#openJobs.add(job)
    const close = (): void => { this.#openJobs.delete(job) }
    try {
      return await DiskJob.open(this.#home.disk, this.#jobs.of(job), job, this.#log, close, this.#options.journal)
    } catch (err) {
      close()
      throw err
    }
  }

  async saveRecord (job: JobId, record: RememberedRecord): Promise<void> {
    await this.#records.save(job, record)
  }

  async records (): Promise<readonly (readonly RememberedRecord[])[]> {
    return this.#records.all()
  }

  async dropRecord (job: JobId): Promise<void> {
    await this.#records.drop(job)
  }

  async speeds (): Promise<SpeedRecord | undefined> {
    const file = this.#speedFile
    const sealed = await readSealed(this.#home.disk, file).catch((err: unknown) => ({ state: 'damaged', why: storeError(err, file).message }) as const)
    if (sealed.state === 'missing') {
      return undefined
    }
    const record = sealed.state === 'intact' ? readSpeedRecord(sealed.value) : undefined
    if (record === undefined) {
      this.#log.warn('measured speeds are lost and measured anew', { file, why: sealed.state === 'damaged' ? sealed.why : 'it holds something else' })
    }
    return record
  }

  async saveSpeeds (record: SpeedRecord): Promise<void> {
    const file = this.#speedFile
    await writeSealed(this.#home.disk, file, { version: 1, scenes: record.scenes }).catch((err: unknown) => { throw storeError(err, file) })
  }

  get #speedFile (): string {
    return this.#home.path('speeds.json')
  }

  async #ofJob<Result> (job: JobId, step: () => Promise<Result>): Promise<Result> {
    checkJob(job)
    return this.#guarded(step)
  }

  async #guarded<Result> (step: () => Promise<Result>): Promise<Result> {
    return step().catch((err: unknown) => { throw storeError(err, this.#home.path('jobs')) })
  }
}

function checkJob (job: JobId): void {
  if (!isHash(job)) {
    throw new StoreError(`"${String(job).slice(0, 80)}" is not the id of a job`)
  }
}
