import path from 'node:path'
import { isHash } from '../core/ids.ts'
import { StoreError } from '../errors.ts'
import { removeTemporaries } from './disk.ts'
import { decodeRecord, encodeRecord } from './journal/record-codec.ts'
import { MAX_RECORDS } from './limits.ts'
import { OneAtATime } from './one-at-a-time.ts'
import { storeError } from './refusal.ts'
import { readSealed, writeSealed } from './sealed.ts'
import type { JobId } from '../core/ids.ts'
import type { Log, RememberedRecord } from '../ports.ts'
import type { Disk } from './disk.ts'
import type { SealedValue } from './sealed.ts'

/**
 * What is kept of other peers' jobs, so that a restart forgets nothing: one small file a job, with the job record, the last control word, and the highest epoch.
 */
export class RecordFolder {
  readonly #disk: Disk
  readonly #folder: string
  readonly #log: Log
  readonly #maxRecords: number
  readonly #turns = new OneAtATime()
  /** Ids with a file; known after the first look. */
  #known: Set<JobId> | undefined

  constructor (disk: Disk, folder: string, log: Log, maxRecords = MAX_RECORDS) {
    this.#disk = disk
    this.#folder = folder
    this.#log = log
    this.#maxRecords = maxRecords
  }

  /**
   * Keeps a record in place of an earlier one of its type; on disk when it resolves.
   *
   * @throws StoreError when the disk refuses, or when more jobs would be kept than {@link MAX_RECORDS}
   */
  async save (job: JobId, record: RememberedRecord): Promise<void> {
    await this.#guarded(async () => {
      const known = await this.#knownJobs()
      if (!known.has(job) && known.size >= this.#maxRecords) {
        throw new StoreError(`Records of ${known.size} jobs are kept here, and more are refused until some end`)
      }
      const kept = await this.#read(job)
      const file = this.#file(job)
      await writeSealed(this.#disk, file, { ...kept?.value, [record.type]: Buffer.from(encodeRecord(record)).toString('utf8') })
      known.add(job)
    })
  }

  /** The records of each job, the job itself first. Damaged files are removed: the mesh tells again what was in them. @throws StoreError */
  async all (): Promise<RememberedRecord[][]> {
    return this.#guarded(async () => {
      const groups: RememberedRecord[][] = []
      for (const job of await this.#knownJobs()) {
        const kept = await this.#read(job)
        if (kept !== undefined) {
          groups.push(kept.records)
        }
      }
      return groups
    })
  }

  /** Forgets a job. @throws StoreError */
  async drop (job: JobId): Promise<void> {
    await this.#guarded(async () => {
      const known = await this.#knownJobs()
      await this.#disk.remove(this.#file(job))
      known.delete(job)
    })
  }

  async #knownJobs (): Promise<Set<JobId>> {
    if (this.#known === undefined) {
      await removeTemporaries(this.#disk, this.#folder, this.#log)
      const names = await this.#disk.list(this.#folder)
      this.#known = new Set(names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5)).filter(isHash).sort())
    }
    return this.#known
  }

  async #read (job: JobId): Promise<{ readonly value: SealedValue, readonly records: RememberedRecord[] } | undefined> {
    const sealed = await readSealed(this.#disk, this.#file(job))
    if (sealed.state === 'missing') {
      return undefined
    }
    const records = sealed.state === 'intact' ? recordsIn(sealed.value) : []
    if (sealed.state === 'damaged' || records.length === 0) {
      this.#log.warn('the record of a job is damaged and was removed', { job, file: this.#file(job) })
      await this.#disk.remove(this.#file(job))
      this.#known?.delete(job)
      return undefined
    }
    return { value: sealed.value, records }
  }

  async #guarded<Result> (step: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#turns.run(step)
    } catch (err) {
      throw storeError(err, this.#folder)
    }
  }

  #file (job: JobId): string {
    if (!isHash(job)) {
      throw new StoreError(`"${job}" is not the id of a job`)
    }
    return path.join(this.#folder, `${job}.json`)
  }
}

function recordsIn (value: SealedValue): RememberedRecord[] {
  const records: RememberedRecord[] = []
  for (const type of ['job', 'control', 'epoch'] as const) {
    const text = value[type]
    const record = typeof text === 'string' ? decodeRecord(Buffer.from(text, 'utf8')) : undefined
    if (record?.type === type) {
      records.push(record)
    }
  }
  return records
}
