import { ranked } from '../../core/succession/rank.ts'
import { HAND_OFF_ANSWER_MS, HAND_OFF_MS, ASK_PROBE_MS } from '../limits.ts'
import { askWithin } from './ask-within.ts'
import type { Epoch } from '../../core/epoch.ts'
import type { JobId, PeerId } from '../../core/ids.ts'
import type { Found, HandOff, JobLedger } from '../../core/questions.ts'
import type { Clock, Log, Mesh } from '../../ports.ts'
import type { KnownJob } from '../directory.ts'

/** What handing over takes. */
export interface HandOverContext {
  readonly mesh: Pick<Mesh, 'ask' | 'peers'>
  readonly clock: Clock
  readonly log: Log
}

/** Gives stewardships away. */
export class HandOver {
  readonly #context: HandOverContext

  constructor (context: HandOverContext) {
    this.#context = context
  }

  /**
   * Asks members to take jobs over, those first in rank first, all jobs at once and for no longer than {@link HAND_OFF_MS}.
   *
   * @param moved told of each stewardship that somebody took over
   */
  async all (jobs: readonly KnownJob[], ledger: (known: KnownJob) => JobLedger | undefined, moved: (known: KnownJob, epoch: Epoch) => void): Promise<void> {
    const endMs = this.#context.clock.nowMs() + HAND_OFF_MS
    await Promise.all(jobs.map(async (known) => {
      const what = ledger(known)
      const epoch = what === undefined ? undefined : await this.#one(known, what, endMs)
      if (epoch !== undefined) {
        moved(known, epoch)
      }
    }))
  }

  /** A stewardship that has ended tells the one that follows what it accepted. */
  async tell (known: KnownJob, epoch: Epoch, ledger: JobLedger, next: PeerId): Promise<void> {
    await askWithin(this.#context, next, handOff(known, epoch, ledger), HAND_OFF_MS)
  }

  /** Looks for a steward on behalf of another peer. */
  async probe (job: JobId, of: PeerId): Promise<Found> {
    const answer = await askWithin(this.#context, of, { type: 'probe', job, of }, ASK_PROBE_MS)
    return answer?.type === 'probed' ? answer.found : 'silent'
  }

  async #one (known: KnownJob, ledger: JobLedger, endMs: number): Promise<Epoch | undefined> {
    const { mesh, clock, log } = this.#context
    const able = mesh.peers().filter(({ draining }) => draining !== true).map(({ peer }) => peer)
    for (const peer of ranked(known.signed.id, able)) {
      const leftMs = endMs - clock.nowMs()
      if (leftMs <= 0 || known.epoch === undefined) {
        return undefined
      }
      const answer = await askWithin(this.#context, peer, handOff(known, known.epoch, ledger), Math.min(HAND_OFF_ANSWER_MS, leftMs))
      if (answer?.type === 'taken-over') {
        log.info('a stewardship was handed over', { job: known.signed.id, peer, round: answer.epoch.round })
        return answer.epoch
      }
    }
    return undefined
  }
}

function handOff (known: KnownJob, epoch: Epoch, { accepted, parked }: JobLedger): HandOff {
  return { type: 'hand-off', record: { job: known.signed, control: known.control }, epoch, accepted, parked }
}
