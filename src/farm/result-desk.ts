import { isFinal } from '../core/job.ts'
import type { PeerId } from '../core/ids.ts'
import type { ResultAnswer, ResultHead } from '../core/messages.ts'
import type { ResultVerdict } from '../core/events.ts'
import type { Log, ResultReceiver } from '../ports.ts'
import type { Directory } from './directory.ts'

/** Somebody at this peer who takes results of some jobs in. `undefined`: the job is not this one's. */
export interface ResultTaker {
  offer (from: PeerId, head: ResultHead): ResultVerdict | undefined
  take (from: PeerId, head: ResultHead, pixels: Uint8Array): Promise<ResultAnswer | undefined>
  drop (from: PeerId, head: ResultHead, reason: Error): void
}

/** Who takes what. */
export interface ResultDeskInit {
  readonly directory: Directory
  readonly log: Log
  /** Those who steward jobs: the requester's role for its own, the succession for others'. */
  readonly stewards: readonly ResultTaker[]
  /** For results that are only to be kept. */
  readonly custodian: ResultTaker
  /** Called before anything is answered: this peer may have slept. */
  awake (): void
  /** Whether this peer does not know if it still stewards its jobs: workers are to try again in a moment. */
  isDoubted (): boolean
}

/** Where results arrive: hands each to who takes it in, by its job and by whether it is only to be kept. */
export class ResultDesk implements ResultReceiver {
  readonly #init: ResultDeskInit

  constructor (init: ResultDeskInit) {
    this.#init = init
  }

  offer (from: PeerId, head: ResultHead): ResultVerdict {
    this.#init.awake()
    if (head.keep === undefined && this.#init.isDoubted()) {
      return 'busy'
    }
    for (const taker of this.#takers(head)) {
      const verdict = taker.offer(from, head)
      if (verdict !== undefined) {
        return verdict
      }
    }
    return this.#homeless(head)
  }

  async take (from: PeerId, head: ResultHead, pixels: Uint8Array): Promise<ResultAnswer> {
    for (const taker of this.#takers(head)) {
      const answer = await taker.take(from, head, pixels)
      if (answer !== undefined) {
        return answer
      }
    }
    return this.#homeless(head)
  }

  drop (from: PeerId, head: ResultHead, reason: Error): void {
    this.#init.log.debug('a result did not come whole', { peer: from, job: head.job, unit: head.unit, reason: reason.message })
    for (const taker of this.#takers(head)) {
      taker.drop(from, head, reason)
    }
  }

  #takers (head: ResultHead): readonly ResultTaker[] {
    return head.keep === undefined ? this.#init.stewards : [this.#init.custodian]
  }

  /** Of a job that goes on elsewhere the worker keeps its result and looks for the steward again. */
  #homeless (head: ResultHead): 'ended' | 'refused' | 'unknown-token' {
    const { directory } = this.#init
    const known = directory.get(head.job)
    if (known === undefined || isFinal(directory.stateOf(known))) {
      return 'ended'
    }
    return head.keep === undefined ? 'unknown-token' : 'refused'
  }
}
