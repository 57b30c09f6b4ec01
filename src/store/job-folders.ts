import path from 'node:path'
import { isHash } from '../core/ids.ts'
import { missingIsUndefined, removeLeftover, removeTemporaries, temporaryName } from './disk.ts'
import { FilmFolder } from './films.ts'
import { parseSegmentName } from './journal/layout.ts'
import type { JobId } from '../core/ids.ts'
import type { KeptFilms, Log } from '../ports.ts'
import type { Disk } from './disk.ts'

/** The folders of all jobs, `<folder>/<job>/{journal,films}`, seen from outside. All methods reject with the disk's own errors. */
export class JobFolders {
  readonly #disk: Disk
  readonly #folder: string
  readonly #log: Log

  constructor (disk: Disk, folder: string, log: Log) {
    this.#disk = disk
    this.#folder = folder
    this.#log = log
  }

  /** The folder of one job. */
  of (job: JobId): string {
    return path.join(this.#folder, job)
  }

  /** Jobs with a journal, by name. */
  async all (): Promise<readonly JobId[]> {
    const found = await Promise.all((await this.#jobs()).map(async (job) => await this.#hasJournal(job) ? [job] : []))
    return found.flat().sort()
  }

  /** The films of every job that has some. */
  async films (): Promise<readonly KeptFilms[]> {
    const kept: KeptFilms[] = []
    for (const job of await this.#jobs()) {
      const size = await this.filmsOf(job).size()
      if (size !== undefined) {
        kept.push({ job, ...size })
      }
    }
    return kept
  }

  filmsOf (job: JobId): FilmFolder {
    return new FilmFolder(this.#disk, path.join(this.of(job), 'films'), this.#log)
  }

  /** Removes a job: it loses its name at once, then its files. */
  async remove (job: JobId): Promise<void> {
    const temporary = temporaryName(this.of(job))
    await this.#disk.rename(this.of(job), temporary).catch(missingIsUndefined)
    await this.#disk.remove(temporary)
  }

  /**
   * Removes what a killed peer left: jobs that were being removed, and folders of jobs whose journal was never begun. A folder with anything in it
   * stays, whoever wrote that.
   */
  async sweep (): Promise<void> {
    await removeTemporaries(this.#disk, this.#folder, this.#log)
    for (const job of await this.#jobs()) {
      const content = await Promise.all(['journal', 'films'].map(async (name) => this.#disk.list(path.join(this.of(job), name))))
      if (content.every((names) => names.length === 0)) {
        await removeLeftover(this.#disk, this.of(job), this.#log)
      }
    }
  }

  async #jobs (): Promise<JobId[]> {
    return (await this.#disk.list(this.#folder)).filter(isHash)
  }

  async #hasJournal (job: JobId): Promise<boolean> {
    return (await this.#disk.list(path.join(this.of(job), 'journal'))).some((name) => parseSegmentName(name) !== undefined)
  }
}
