import { Suspicion } from '../../core/succession/suspicion.ts'
import { PROBES_THROUGH } from '../../core/limits.ts'
import { ASK_PROBE_MS, ASK_PROBE_THROUGH_MS } from '../limits.ts'
import { askWithin } from './ask-within.ts'
import type { JobId, PeerId } from '../../core/ids.ts'
import type { Found } from '../../core/questions.ts'
import type { LocalHealth } from '../../core/succession/local-health.ts'
import type { Clock, Mesh, Random } from '../../ports.ts'

/** What watching a steward takes. */
export interface StewardWatchContext {
  readonly mesh: Mesh
  readonly clock: Clock
  readonly random: Random
  readonly health: LocalHealth
}

/** Watches the steward of one job of which this peer is not the steward: asks after it when it falls silent, and says when it is this peer's turn. */
export class StewardWatch {
  readonly #job: JobId
  readonly #context: StewardWatchContext
  readonly #suspicion: Suspicion

  constructor (job: JobId, context: StewardWatchContext) {
    this.#job = job
    this.#context = context
    this.#suspicion = new Suspicion(context.clock.nowMs())
  }

  /** The steward showed that it is there, or there is another one. */
  heard (): void {
    this.#suspicion.heard(this.#context.clock.nowMs())
  }

  /**
   * Does what is due.
   *
   * @param rank this peer's place among those that could take over, 0 the first; asked only when it matters
   */
  look (steward: PeerId, rank: () => number): 'nothing' | 'take-over' {
    const { clock, health } = this.#context
    const due = this.#suspicion.look(clock.nowMs(), { get rank () { return rank() }, factor: health.factor })
    switch (due) {
      case 'probe':
        void this.#probe(steward)
        return 'nothing'
      case 'probe-through-others':
        void this.#probeThroughOthers(steward)
        return 'nothing'
      case 'nothing':
      case 'take-over':
        return due
    }
  }

  /** A peer that answers, and be it that it does not know the job, is there and does not steward it. */
  async #probe (steward: PeerId): Promise<void> {
    const answer = await this.#ask(steward, steward, ASK_PROBE_MS)
    this.#suspicion.probed(answer === 'refused' ? 'idle' : answer ?? 'silent', this.#context.clock.nowMs())
  }

  /** Helpers of whom none answers say nothing about the steward, but something about this peer. */
  async #probeThroughOthers (steward: PeerId): Promise<void> {
    const { mesh, clock, random, health } = this.#context
    const others = mesh.peers().map(({ peer }) => peer).filter((peer) => peer !== steward)
    const first = Math.floor(random.next() * others.length)
    const helpers = [...others.slice(first), ...others.slice(0, first)].slice(0, PROBES_THROUGH)
    const asked = await Promise.all(helpers.map(async (helper) => this.#ask(helper, steward, ASK_PROBE_THROUGH_MS)))
    const answers = asked.filter((answer) => answer !== undefined)
    if (answers.length > 0) {
      health.answered()
    } else if (helpers.length > 0) {
      health.unanswered()
    }
    this.#suspicion.probedThroughOthers(answers.filter((answer) => answer !== 'refused'), clock.nowMs())
  }

  async #ask (peer: PeerId, of: PeerId, ms: number): Promise<Found | 'refused' | undefined> {
    const answer = await askWithin(this.#context, peer, { type: 'probe', job: this.#job, of }, ms)
    return answer?.type === 'probed' ? answer.found : answer?.type === 'refused' ? 'refused' : undefined
  }
}
