import { StoreError } from '../../errors.ts'
import type { JobId } from '../../core/ids.ts'
import type { JobStore, JournalEntry, JournalRecord, KeptFilms, Store } from '../../ports.ts'

/** Who is told of films. */
export interface FilmWatch {
  /** So many bytes of a job are about to be saved. Never rejects: a film is saved in any case. Then call with the bytes by which its films have grown. */
  saving (job: JobId, bytes: number): Promise<(grownBytes: number) => void>
  /** There was no room on the disk for so many bytes. Resolves with the bytes that were freed since. */
  diskFull (bytes: number): Promise<number>
  read (job: JobId): void
  removed (job: JobId): void
}

/** A store that tells what becomes of the films in it; everything else is passed on. */
export class AccountedStore implements Store {
  readonly #store: Store
  readonly #watch: FilmWatch

  constructor (store: Store, watch: FilmWatch) {
    this.#store = store
    this.#watch = watch
  }

  get unitLogs (): Store['unitLogs'] {
    return this.#store.unitLogs
  }

  get custody (): Store['custody'] {
    return this.#store.custody
  }

  get spool (): Store['spool'] {
    return this.#store.spool
  }

  get blobs (): Store['blobs'] {
    return this.#store.blobs
  }

  async nextBoot (): Promise<{ readonly boot: number, readonly fresh: boolean }> {
    return this.#store.nextBoot()
  }

  async nextSerial (): Promise<number> {
    return this.#store.nextSerial()
  }

  async jobs (): Promise<readonly JobId[]> {
    return this.#store.jobs()
  }

  async openJob (job: JobId): Promise<JobStore> {
    return new AccountedJob(await this.#store.openJob(job), this.#watch)
  }

  async removeJob (job: JobId): Promise<void> {
    await this.#store.removeJob(job)
    this.#watch.removed(job)
  }

  async films (): Promise<readonly KeptFilms[]> {
    return this.#store.films()
  }

  async usedFilms (job: JobId, atMs: number): Promise<void> {
    await this.#store.usedFilms(job, atMs)
  }

  async removeFilms (job: JobId): Promise<void> {
    await this.#store.removeFilms(job)
    this.#watch.removed(job)
  }

  async saveRecord (...record: Parameters<Store['saveRecord']>): Promise<void> {
    await this.#store.saveRecord(...record)
  }

  async records (): ReturnType<Store['records']> {
    return this.#store.records()
  }

  async dropRecord (job: JobId): Promise<void> {
    await this.#store.dropRecord(job)
  }

  async speeds (): ReturnType<Store['speeds']> {
    return this.#store.speeds()
  }

  async saveSpeeds (...record: Parameters<Store['saveSpeeds']>): Promise<void> {
    await this.#store.saveSpeeds(...record)
  }
}

class AccountedJob implements JobStore {
  readonly #job: JobStore
  readonly #watch: FilmWatch

  constructor (job: JobStore, watch: FilmWatch) {
    this.#job = job
    this.#watch = watch
  }

  get job (): JobId {
    return this.#job.job
  }

  async append (record: JournalRecord, pixels?: Uint8Array): Promise<void> {
    await this.#job.append(record, pixels)
  }

  note (record: JournalRecord): void {
    this.#job.note(record)
  }

  replay (): AsyncIterable<JournalEntry> {
    return this.#job.replay()
  }

  async checkpoint (records: Iterable<JournalEntry> | AsyncIterable<JournalEntry>): Promise<void> {
    await this.#job.checkpoint(records)
  }

  journalBytes (): number {
    return this.#job.journalBytes()
  }

  /** Saves a film; when the disk is full, once more after other things have made room. @throws StoreError as the store does */
  async saveFilm (frame: number, pixels: Float32Array): Promise<number> {
    const saved = await this.#watch.saving(this.job, pixels.byteLength)
    let grownBytes = 0
    try {
      grownBytes = await this.#job.saveFilm(frame, pixels).catch(async (error: unknown) => {
        if (error instanceof StoreError && error.trouble === 'full' && await this.#watch.diskFull(pixels.byteLength) > 0) {
          return this.#job.saveFilm(frame, pixels)
        }
        throw error
      })
      return grownBytes
    } finally {
      saved(grownBytes)
    }
  }

  async readFilm (frame: number): Promise<Float32Array | undefined> {
    const film = await this.#job.readFilm(frame)
    if (film !== undefined) {
      this.#watch.read(this.job)
    }
    return film
  }

  async close (): Promise<void> {
    await this.#job.close()
  }
}
