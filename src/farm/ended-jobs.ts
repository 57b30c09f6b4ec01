import type { JobId } from '../core/ids.ts'

/** Which ended jobs of this peer's own are remembered: those submitted last. */
export class EndedJobs {
  readonly #most: number
  readonly #serials = new Map<JobId, number>()

  constructor (most: number) {
    this.#most = most
  }

  /** A job has ended. Returns the one that is to be forgotten for it, which was submitted first; none while there is room. */
  add (job: JobId, serial: number): JobId | undefined {
    this.#serials.set(job, serial)
    if (this.#serials.size <= this.#most) {
      return undefined
    }
    const [oldest] = [...this.#serials].reduce((first, other) => other[1] < first[1] ? other : first)
    this.#serials.delete(oldest)
    return oldest
  }
}
