import { StoreError } from '../../src/errors.ts'
import { MemoryBlobs } from './memory-blobs.ts'
import { MemoryDisk, filmBytes } from './memory-disk.ts'
import { MemoryKeptStore } from './memory-kept.ts'
import { MemoryUnitLogs } from './memory-unit-logs.ts'
import type { JobId } from '../../src/core/ids.ts'
import type { SpeedRecord } from '../../src/core/speed.ts'
import type { Clock, JobStore, JournalEntry, JournalRecord, KeptFilms, RememberedRecord, Store } from '../../src/ports.ts'
import type { MemoryJournal } from './memory-disk.ts'

/**
 * What a peer keeps, on a disk in memory that outlives it: after {@link crash}, or with `new MemoryStore(clock, disk)`, the next life
 * finds what was durable. The disk can be full, slow or failing; see {@link MemoryDisk}.
 */
export class MemoryStore implements Store {
  readonly disk: MemoryDisk
  readonly blobs: MemoryBlobs
  readonly unitLogs: MemoryUnitLogs
  readonly custody: MemoryKeptStore
  readonly spool: MemoryKeptStore
  readonly #clock: Clock
  readonly #open = new Set<JobId>()
  #dead = false

  constructor (clock: Clock, disk: MemoryDisk = new MemoryDisk()) {
    this.#clock = clock
    this.disk = disk
    this.unitLogs = new MemoryUnitLogs(disk)
    const life = { disk, wallMs: () => clock.wallMs(), sync: async () => { await this.sync() }, alive: async () => { await this.alive() } }
    this.custody = new MemoryKeptStore({ ...life, kept: disk.custody, folder: 'custody' })
    this.spool = new MemoryKeptStore({ ...life, kept: disk.spool, folder: 'spool' })
    this.blobs = new MemoryBlobs(disk, clock, () => this.sync())
  }

  /**
   * The peer dies now: no promise of this store settles any more. After a `kill` the disk has everything that was written,
   * after a `power` cut only what had been synced, and the first `lucky` share of the rest.
   */
  crash (kind: 'kill' | 'power', lucky = 0): MemoryDisk {
    this.#dead = true
    if (kind === 'power') {
      this.disk.losePower(lucky)
    }
    return this.disk
  }

  async nextBoot (): Promise<{ readonly boot: number, readonly fresh: boolean }> {
    this.disk.checkWrite()
    const before = this.disk.boot
    const boot = (before ?? 0) + 1
    this.disk.boot = boot
    await this.sync()
    return { boot, fresh: before === undefined }
  }

  async nextSerial (): Promise<number> {
    this.disk.checkWrite()
    const serial = ++this.disk.serial
    await this.sync()
    return serial
  }

  async jobs (): Promise<readonly JobId[]> {
    await this.alive()
    return [...this.disk.journals.keys()]
  }

  async openJob (job: JobId): Promise<JobStore> {
    this.disk.checkWrite()
    await this.sync()
    this.#open.add(job)
    return new MemoryJobStore(this, this.disk.journal(job), job, this.#clock, () => { this.#open.delete(job) })
  }

  async removeJob (job: JobId): Promise<void> {
    this.disk.checkWrite()
    if (this.#open.has(job)) {
      throw new StoreError('the journal is open')
    }
    await this.sync()
    this.disk.journals.delete(job)
  }

  async films (): Promise<readonly KeptFilms[]> {
    await this.alive()
    const kept = Array.from(this.disk.journals, ([job, { films, filmsUsedAtMs }]) => ({ job, bytes: filmBytes(films), usedAtMs: filmsUsedAtMs }))
    return kept.filter(({ bytes }) => bytes > 0)
  }

  async usedFilms (job: JobId, atMs: number): Promise<void> {
    await this.alive()
    const journal = this.disk.journals.get(job)
    if (journal !== undefined) {
      journal.filmsUsedAtMs = atMs
    }
  }

  async removeFilms (job: JobId): Promise<void> {
    await this.sync()
    this.disk.checkWrite()
    this.disk.journals.get(job)?.films.clear()
  }

  async saveRecord (job: JobId, record: RememberedRecord): Promise<void> {
    this.disk.checkWrite()
    const records = this.disk.records.get(job) ?? new Map<string, RememberedRecord>()
    records.set(record.type, structuredClone(record))
    this.disk.records.set(job, records)
    this.disk.watch({ type: 'record', job, record })
    await this.sync()
  }

  async records (): Promise<readonly (readonly RememberedRecord[])[]> {
    await this.alive()
    return [...this.disk.records.values()].map((records) => structuredClone([...records.values()].sort((a, b) => Number(b.type === 'job') - Number(a.type === 'job'))))
  }

  async dropRecord (job: JobId): Promise<void> {
    this.disk.records.delete(job)
    await this.sync()
  }

  async speeds (): Promise<SpeedRecord | undefined> {
    await this.alive()
    return this.disk.speeds
  }

  async saveSpeeds (record: SpeedRecord): Promise<void> {
    this.disk.checkWrite()
    await this.sync()
    this.disk.speeds = structuredClone(record)
  }

  /** Resolves when what was written so far is durable; never, once the peer is dead. */
  async sync (): Promise<void> {
    const { syncMs } = this.disk
    if (syncMs > 0) {
      await new Promise<void>((resolve) => { this.#clock.after(syncMs, resolve) })
    }
    await this.alive()
  }

  /** Resolves while the peer lives. */
  async alive (): Promise<void> {
    await (this.#dead ? new Promise<never>(() => {}) : Promise.resolve())
  }
}

class MemoryJobStore implements JobStore {
  readonly job: JobId
  readonly #store: MemoryStore
  readonly #journal: MemoryJournal
  readonly #clock: Clock
  readonly #onClose: () => void
  #closed = false

  constructor (store: MemoryStore, journal: MemoryJournal, job: JobId, clock: Clock, onClose: () => void) {
    this.#store = store
    this.#journal = journal
    this.#clock = clock
    this.#onClose = onClose
    this.job = job
  }

  async append (record: JournalRecord, pixels?: Uint8Array): Promise<void> {
    this.#checkWrite()
    const durable = this.#journal.write({ record: structuredClone(record), pixels: pixels?.slice() })
    this.#store.disk.watch({ type: 'journal', job: this.job, record })
    await this.#store.sync()
    durable()
  }

  note (record: JournalRecord): void {
    if (!this.#closed && this.#store.disk.fault === undefined) {
      this.#journal.write({ record: structuredClone(record), pixels: undefined })
      this.#store.disk.watch({ type: 'journal', job: this.job, record })
    }
  }

  async * replay (): AsyncIterable<JournalEntry> {
    for (const { record, pixels } of [...this.#journal.entries]) {
      await this.#store.alive()
      yield { record: structuredClone(record), pixels: pixels?.slice() }
    }
  }

  async checkpoint (records: Iterable<JournalEntry> | AsyncIterable<JournalEntry>): Promise<void> {
    this.#checkWrite()
    const before = this.#journal.entries.length
    const kept: JournalEntry[] = []
    for await (const { record, pixels } of records) {
      kept.push({ record: structuredClone(record), pixels: pixels?.slice() })
    }
    await this.#store.sync()
    this.#checkWrite()
    this.#journal.replace(kept, before)
  }

  journalBytes (): number {
    return this.#journal.bytes()
  }

  async saveFilm (frame: number, pixels: Float32Array): Promise<number> {
    this.#checkWrite()
    this.#store.disk.checkWrite(pixels.byteLength)
    const kept = pixels.slice()
    await this.#store.sync()
    const before = this.#journal.films.get(frame)?.byteLength ?? 0
    this.#journal.films.set(frame, kept)
    this.#journal.filmsUsedAtMs = this.#clock.wallMs()
    return kept.byteLength - before
  }

  async readFilm (frame: number): Promise<Float32Array | undefined> {
    await this.#store.alive()
    return this.#journal.films.get(frame)?.slice()
  }

  async close (): Promise<void> {
    this.#closed = true
    this.#onClose()
    await this.#store.sync()
  }

  #checkWrite (): void {
    if (this.#closed) {
      throw new StoreError('the journal is closed')
    }
    this.#store.disk.checkWrite()
  }
}
