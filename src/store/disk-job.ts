import path from 'node:path'
import { removeTemporaries } from './disk.ts'
import { FilmFolder } from './films.ts'
import { Journal } from './journal/journal.ts'
import { storeError } from './refusal.ts'
import type { JobId } from '../core/ids.ts'
import type { JobStore, JournalEntry, JournalRecord, Log } from '../ports.ts'
import type { Disk } from './disk.ts'
import type { JournalLimits } from './journal/journal.ts'

/** What one job has on disk: the journal in `<folder>/journal`, its films in `<folder>/films`. */
export class DiskJob implements JobStore {
  readonly job: JobId
  readonly #journal: Journal
  readonly #films: FilmFolder
  readonly #onClose: () => void

  private constructor (job: JobId, journal: Journal, films: FilmFolder, onClose: () => void) {
    this.job = job
    this.#journal = journal
    this.#films = films
    this.#onClose = onClose
  }

  /** Opens or creates a job's folder. @throws StoreError */
  static async open (disk: Disk, folder: string, job: JobId, log: Log, onClose: () => void, limits?: JournalLimits): Promise<DiskJob> {
    const films = path.join(folder, 'films')
    try {
      await disk.makeFolder(folder)
      await disk.syncFolder(path.dirname(folder))
      await removeTemporaries(disk, folder, log)
      await removeTemporaries(disk, films, log)
    } catch (err) {
      throw storeError(err, folder)
    }
    const journal = await Journal.open(disk, path.join(folder, 'journal'), log, limits)
    return new DiskJob(job, journal, new FilmFolder(disk, films, log), onClose)
  }

  async append (record: JournalRecord, pixels?: Uint8Array): Promise<void> {
    await this.#journal.append(record, pixels)
  }

  note (record: JournalRecord): void {
    this.#journal.note(record)
  }

  replay (): AsyncIterable<JournalEntry> {
    return this.#journal.replay()
  }

  async checkpoint (records: Iterable<JournalEntry> | AsyncIterable<JournalEntry>): Promise<void> {
    await this.#journal.checkpoint(records)
  }

  journalBytes (): number {
    return this.#journal.bytes()
  }

  async saveFilm (frame: number, pixels: Float32Array): Promise<number> {
    return this.#films.save(frame, pixels)
  }

  async readFilm (frame: number): Promise<Float32Array | undefined> {
    return this.#films.read(frame)
  }

  async close (): Promise<void> {
    await this.#journal.close()
    this.#onClose()
  }
}
