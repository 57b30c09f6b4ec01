import { MAX_KNOWN_JOBS } from '../core/limits.ts'
import { gridOf } from '../core/units.ts'
import type { JobId, PeerId } from '../core/ids.ts'
import type { SignedJob } from '../core/messages.ts'
import type { UnitGrid } from '../core/units.ts'

/** What is remembered of a job: a hundred bytes, however large it is. */
interface KnownJob {
  readonly requester: PeerId
  readonly grid: UnitGrid
}

/** Of all jobs whose signature was checked here, who requested them and how they are cut; the oldest are forgotten. */
export class KnownJobs {
  readonly #jobs = new Map<JobId, KnownJob>()

  remember ({ id, spec }: SignedJob): void {
    this.#jobs.delete(id)
    this.#jobs.set(id, { requester: spec.requester, grid: gridOf(spec) })
    if (this.#jobs.size > MAX_KNOWN_JOBS) {
      this.#jobs.delete(this.#jobs.keys().next().value!)
    }
  }

  requesterOf (job: JobId): PeerId | undefined {
    return this.#jobs.get(job)?.requester
  }

  gridOf (job: JobId): UnitGrid | undefined {
    return this.#jobs.get(job)?.grid
  }
}
