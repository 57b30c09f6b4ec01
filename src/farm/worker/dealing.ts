import { sameEpoch } from '../../core/epoch.ts'
import { stewardOfKnown } from '../directory.ts'
import { Asked } from './asked.ts'
import type { Epoch, Token } from '../../core/epoch.ts'
import type { PeerId } from '../../core/ids.ts'
import type { LeaseReport } from '../../core/messages.ts'
import type { KnownJob } from '../directory.ts'
import type { WorkerJob } from './worker-job.ts'

/** The peer that grants leases of a job now: the requester until another stewardship is heard of. */
export function stewardOf ({ known }: { readonly known: KnownJob }): PeerId {
  return stewardOfKnown(known)
}

/** Whether a token is of the highest stewardship of a job. */
export function isCurrent ({ known }: WorkerJob, token: Token): boolean {
  return known.epoch === undefined || sameEpoch(token.epoch, known.epoch)
}

/** What is reported of a job's leases: those of the highest stewardship. */
export function reportsOf (job: WorkerJob): LeaseReport[] {
  return job.holding.reports().filter(({ token }) => isCurrent(job, token))
}

/** The tokens of a job among those of a message, of its highest stewardship: what is said of others counts no more. */
export function tokensOf (job: WorkerJob, leases: readonly Pick<LeaseReport, 'job' | 'token'>[]): Token[] {
  return leases.filter((lease) => lease.job === job.id && isCurrent(job, lease.token)).map(({ token }) => token)
}

/** What became of a stewardship that is followed: it moved away from a peer, to another of that peer, or not at all. */
export type Move =
  | { readonly move: 'none' | 'same-peer' }
  /** `toldBy`: the peer that told of it, if one did on its stream. */
  | { readonly move: 'other-peer', readonly from: PeerId, readonly toldBy: PeerId | undefined }

/** How a worker stands with the steward of one job. */
export class Dealing {
  readonly #job: WorkerJob
  #steward: PeerId
  /** The stewardship that is obeyed; undefined while none was heard of. */
  #epoch: Epoch | undefined
  #asked = new Asked()
  #isShown = false
  #isDoubted = false
  #toldBy: PeerId | undefined

  constructor (job: WorkerJob) {
    this.#job = job
    this.#steward = stewardOf(job)
    this.#epoch = job.known.epoch
  }

  /** What the present steward was asked. */
  get asked (): Asked {
    return this.#asked
  }

  /** Whether the present stewardship knows of a finished unit: it granted it, or has answered a show. */
  knows (token: Token): boolean {
    return this.#isShown || (isCurrent(this.#job, token) && !this.#isDoubted)
  }

  /** The present stewardship has answered a show: it knows of everything that was held then. */
  shown (): void {
    this.#isShown = true
    this.#isDoubted = false
  }

  /** This peer slept: whether its steward still knows of what was granted is to be seen. */
  doubt (): void {
    this.#isShown = false
    this.#isDoubted = true
  }

  /** A peer has itself told of the stewardship that is followed next. */
  toldBy (peer: PeerId): void {
    this.#toldBy = peer
  }

  /** Goes along with what is known of the job: what was asked of a former steward is void. */
  follow (): Move {
    const { epoch } = this.#job.known
    const [from, before, toldBy] = [this.#steward, this.#epoch, this.#toldBy]
    this.#steward = stewardOf(this.#job)
    this.#epoch = epoch
    this.#toldBy = undefined
    if (this.#steward !== from) {
      this.#asked = new Asked()
      this.#isShown = false
      return { move: 'other-peer', from, toldBy }
    }
    // A steward that was started again in its round has ended its streams: the next one begins with a show anyway.
    if (epoch === undefined || before === undefined || epoch.round === before.round) {
      return { move: 'none' }
    }
    this.#asked.moved()
    this.#isShown = false
    return { move: 'same-peer' }
  }
}
