import {
  MAX_UNKNOWN_STEWARDS, UNKNOWN_ASKED_AT_ONCE, UNKNOWN_PAUSE_FIRST_MS, UNKNOWN_PAUSE_LAST_MS, UNKNOWN_SPREAD_MS
} from './limits.ts'
import type { JobId, PeerId } from '../core/ids.ts'
import type { Beacon } from '../core/messages.ts'
import type { Clock, Random, Timer } from '../ports.ts'

/** What asking for unknown jobs takes. */
export interface UnknownJobsContext {
  readonly self: PeerId
  readonly clock: Clock
  readonly random: Random
  /** Whether a job is known here. */
  knows (job: JobId): boolean
  /** Exchanges digests with a peer, which brings what it knows and this peer does not. Never rejects. */
  exchange (peer: PeerId): Promise<void>
}

/** A steward that told of jobs that are not known here. */
interface Told {
  /** Those of its last beacon. */
  jobs: readonly JobId[]
  /** The next time it may be asked: undefined before the first. */
  notBeforeMs: number | undefined
  pauseMs: number
}

/**
 * Gossip may bring a steward's beacon and have lost the job it is about. Then the steward is asked: soon, but not by all who wonder at once, and not at
 * all if the record has come meanwhile. A steward whose jobs stay unknown although it was asked, because it lies or there is no room for them, is asked
 * ever more rarely. Only who signed a beacon is asked because of it, so that nobody can send a mesh after another peer.
 */
export class UnknownJobs {
  readonly #context: UnknownJobsContext
  /** In the order in which they were heard of first. */
  readonly #stewards = new Map<PeerId, Told>()
  #timer: Timer | undefined
  #asking = 0
  #stopped = false

  constructor (context: UnknownJobsContext) {
    this.#context = context
  }

  /** A beacon was heard. */
  heard ({ steward, jobs }: Beacon): void {
    const unknown = jobs.filter(({ job }) => !this.#context.knows(job)).map(({ job }) => job)
    if (unknown.length === 0 || steward === this.#context.self) {
      this.#stewards.delete(steward)
      return
    }
    const told = this.#stewards.get(steward)
    if (told !== undefined) {
      told.jobs = unknown
    } else if (this.#stewards.size < MAX_UNKNOWN_STEWARDS || this.#forgetOne()) {
      this.#stewards.set(steward, { jobs: unknown, notBeforeMs: undefined, pauseMs: UNKNOWN_PAUSE_FIRST_MS })
    }
    this.#plan()
  }

  stop (): void {
    this.#stopped = true
    this.#timer?.stop()
  }

  /** Makes room for another steward: of those that were asked already, the one heard of first. */
  #forgetOne (): boolean {
    for (const [steward, { notBeforeMs }] of this.#stewards) {
      if (notBeforeMs !== undefined) {
        return this.#stewards.delete(steward)
      }
    }
    return false
  }

  #plan (): void {
    if (this.#timer === undefined && !this.#stopped && this.#asking < UNKNOWN_ASKED_AT_ONCE && this.#next() !== undefined) {
      this.#timer = this.#context.clock.after(UNKNOWN_SPREAD_MS * this.#context.random.next(), () => {
        this.#timer = undefined
        this.#ask()
        this.#plan()
      })
    }
  }

  /** A steward that may be asked now. */
  #next (): PeerId | undefined {
    const nowMs = this.#context.clock.nowMs()
    for (const [steward, { jobs, notBeforeMs }] of this.#stewards) {
      if ((notBeforeMs ?? 0) <= nowMs && jobs.some((job) => !this.#context.knows(job))) {
        return steward
      }
    }
    return undefined
  }

  #ask (): void {
    const steward = this.#next()
    if (steward === undefined) {
      return
    }
    const told = this.#stewards.get(steward)!
    told.notBeforeMs = this.#context.clock.nowMs() + told.pauseMs
    told.pauseMs = Math.min(2 * told.pauseMs, UNKNOWN_PAUSE_LAST_MS)
    // What it said before it is asked is not asked for again: its next beacon says what is still missing.
    told.jobs = []
    this.#asking++
    void this.#context.exchange(steward).finally(() => {
      this.#asking--
      this.#plan()
    })
  }
}
