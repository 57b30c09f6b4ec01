import { DOUBT_MS, WAKE_EXCHANGES } from '../limits.ts'
import type { AntiEntropy } from '../anti-entropy.ts'
import type { StewardDesk } from '../steward-desk.ts'
import type { Succession } from '../succession/succession.ts'
import type { Worker } from '../worker/worker.ts'
import type { Clock, Log, Mesh, Timer } from '../../ports.ts'

/** Who believes something that a sleep makes void. */
export interface AwakeningContext {
  readonly mesh: Pick<Mesh, 'peers'>
  readonly clock: Clock
  readonly log: Log
  readonly desk: StewardDesk
  readonly worker: Worker
  readonly succession: Succession
  readonly antiEntropy: AntiEntropy
  /** Its stewardships can be relied on again. */
  trusted (): void
}

/**
 * What a peer does when it finds that it slept: for others it was gone, so its leases may be others' work, and others may steward its jobs. It shows
 * what it holds and waits for the answer, grants and takes nothing before a member has told it who stewards what, and suspects nobody whom it
 * could not hear.
 *
 * trusting ─ slept ─▶ doubting ─ digests were exchanged with a member, or DOUBT_MS passed ─▶ trusting.
 */
export class Awakening {
  readonly #context: AwakeningContext
  #doubt: Timer | undefined

  constructor (context: AwakeningContext) {
    this.#context = context
  }

  slept (): void {
    const { mesh, clock, log, desk, worker, succession, antiEntropy } = this.#context
    log.info('this peer slept, or its clock was set: it asks again what it believed')
    this.#doubt?.stop()
    this.#doubt = clock.after(DOUBT_MS, () => { this.#trust() })
    desk.doubt(clock.nowMs() + DOUBT_MS)
    worker.slept()
    succession.slept()
    for (const { peer } of mesh.peers().slice(0, WAKE_EXCHANGES)) {
      void antiEntropy.exchange(peer)
    }
  }

  /** Digests were exchanged with a member: it told of all stewardships that it knows of. */
  exchanged (): void {
    if (this.#doubt !== undefined) {
      this.#trust()
    }
  }

  stop (): void {
    this.#doubt?.stop()
    this.#doubt = undefined
    this.#context.desk.trust()
  }

  #trust (): void {
    this.stop()
    this.#context.trusted()
  }
}
