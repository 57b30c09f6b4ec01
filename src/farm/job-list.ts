import { NotRequesterError } from '../errors.ts'
import { findAmong } from './find-among.ts'
import { summaryOfKnown } from './summaries.ts'
import type { JobSummary } from '../api.ts'
import type { JobId, PeerId } from '../core/ids.ts'
import type { Mesh } from '../ports.ts'
import type { Directory } from './directory.ts'
import type { OwnJob } from './own-job.ts'
import type { Requester } from './requester.ts'
import type { Succession } from './succession/succession.ts'

/** What a list of jobs is made from. */
export interface JobListContext {
  readonly mesh: Pick<Mesh, 'self' | 'peers'>
  readonly directory: Pick<Directory, 'all' | 'get' | 'stateOf'>
  readonly requester: Pick<Requester, 'jobs' | 'get'>
  readonly succession: Pick<Succession, 'get'>
  nameOf (peer: PeerId): string
}

/** The jobs that this peer knows of, as people see them: its own, and others'. */
export class JobList {
  readonly #context: JobListContext

  constructor (context: JobListContext) {
    this.#context = context
  }

  all (): JobSummary[] {
    const { directory, mesh, requester, succession, nameOf } = this.#context
    const here = new Set(mesh.peers().map(({ peer }) => peer))
    const others = directory.all().filter(({ signed }) => requester.get(signed.id) === undefined).map((known) => {
      const by = known.signed.spec.requester
      return summaryOfKnown(known, directory.stateOf(known), { requesterName: nameOf(by), isRequesterHere: here.has(by), taken: succession.get(known.signed.id) })
    })
    return [...requester.jobs().map((job) => this.own(job)), ...others]
  }

  own (job: OwnJob): JobSummary {
    return { ...job.summary(), requesterName: this.#context.nameOf(this.#context.mesh.self), own: true }
  }

  /** Finds a job by its id, a unique prefix of it, or its scene's name. @throws UnknownJobError */
  find (text: string): JobSummary {
    return findAmong(this.all(), text)
  }

  /** @throws NotRequesterError naming who can do `what`, when the job is somebody else's */
  requireOwn (job: JobId, what: string): void {
    const known = this.#context.directory.get(job)
    if (this.#context.requester.get(job) === undefined && known !== undefined) {
      throw new NotRequesterError(`Only ${this.#context.nameOf(known.signed.spec.requester)}, which submitted this job, can ${what}.`)
    }
  }
}
