import { askWithin } from '../succession/ask-within.ts'
import { CUSTODIAN_SILENCE_MS, FULL_CUSTODIAN_MS, KEEP_QUESTION_EVERY_MS, KEEP_QUESTIONS_BURST } from './limits.ts'
import type { PeerId } from '../../core/ids.ts'
import type { JobRecord } from '../../core/messages.ts'
import type { Answer } from '../../core/questions.ts'
import type { Clock, Mesh } from '../../ports.ts'

/** What asking needs. */
export interface KeepAskerContext {
  readonly mesh: Pick<Mesh, 'ask'>
  readonly clock: Clock
}

/**
 * Asks other peers to keep jobs, for all jobs of this peer: so slowly that questions about stewardships are never held up, however many jobs there
 * are, and not a peer for another job that has no room for one.
 */
export class KeepAsker {
  readonly #context: KeepAskerContext
  /** When each peer may be asked next. */
  readonly #nextAtMs = new Map<PeerId, number>()
  readonly #fullUntilMs = new Map<PeerId, number>()

  constructor (context: KeepAskerContext) {
    this.#context = context
  }

  /**
   * Asks a peer to keep a job and what it keeps of it. `later`: too many others are before it.
   *
   * @param keeps whether it said before that it keeps this job: then it is asked although it is full
   * @returns undefined when it does not answer. Never rejects
   */
  async ask (peer: PeerId, record: JobRecord, keeps: 'keeps it' | 'not yet'): Promise<Answer | 'later' | undefined> {
    const { clock } = this.#context
    const nowMs = clock.nowMs()
    this.#forgetOld(nowMs)
    if (keeps === 'not yet' && this.#fullUntilMs.has(peer)) {
      return { type: 'refused', reason: 'full' }
    }
    const atMs = Math.max(this.#nextAtMs.get(peer) ?? -Infinity, nowMs - KEEP_QUESTIONS_BURST * KEEP_QUESTION_EVERY_MS) + KEEP_QUESTION_EVERY_MS
    if (atMs - nowMs > CUSTODIAN_SILENCE_MS) {
      return 'later'
    }
    this.#nextAtMs.set(peer, atMs)
    if (atMs > nowMs) {
      await new Promise<void>((resolve) => { clock.after(atMs - nowMs, resolve) })
    }
    const answer = await askWithin(this.#context, peer, { type: 'keep', record }, CUSTODIAN_SILENCE_MS)
    if (answer?.type === 'refused' && answer.reason === 'full') {
      this.#fullUntilMs.set(peer, clock.nowMs() + FULL_CUSTODIAN_MS)
    } else if (answer?.type === 'ledger') {
      this.#fullUntilMs.delete(peer)
    }
    return answer
  }

  /** A peer left and returned: it may have room now. */
  returned (peer: PeerId): void {
    this.#fullUntilMs.delete(peer)
  }

  /** Of those that were not asked for long nothing needs to be remembered. */
  #forgetOld (nowMs: number): void {
    for (const [peer, atMs] of this.#nextAtMs) {
      if (atMs < nowMs - KEEP_QUESTIONS_BURST * KEEP_QUESTION_EVERY_MS) {
        this.#nextAtMs.delete(peer)
      }
    }
    for (const [peer, untilMs] of this.#fullUntilMs) {
      if (untilMs <= nowMs) {
        this.#fullUntilMs.delete(peer)
      }
    }
  }
}
