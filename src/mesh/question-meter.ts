import { ChannelClosedError } from '../errors.ts'
import * as limits from './limits.ts'
import { TokenBuckets } from './token-bucket.ts'
import type { PeerId } from '../core/ids.ts'
import type { Question } from '../core/questions.ts'
import type { Clock } from '../ports.ts'

/** Sets of units in a ledger. */
const UNIT_SETS = 3

/** How often is looked whether a peer has saved up for its question. */
const LOOK_MS = 100

/**
 * What each peer may ask of this one: a ledger of a million units takes tens of milliseconds and 370 KiB, and a question for it a hundred bytes.
 * Who asks for more than it has saved up waits, and with it the few others that it may have open; an honest peer hardly ever does.
 */
export class QuestionMeter {
  readonly #clock: Clock
  readonly #peers: TokenBuckets

  constructor (clock: Clock) {
    this.#clock = clock
    this.#peers = new TokenBuckets(clock, {
      messagesPerSecond: limits.QUESTIONS_PER_SECOND * limits.QUESTIONS_ANSWERED_FACTOR,
      bytesPerSecond: limits.QUESTION_BYTES_PER_SECOND,
      burstSeconds: limits.QUESTIONS_BURST_SECONDS
    })
  }

  /**
   * Resolves when a question may be read: before anything is made of its bytes.
   *
   * @throws ChannelClosedError when its peer has asked so much that it would have to wait for longer than {@link limits.QUESTION_PATIENCE_MS}
   */
  async read (peer: PeerId, bytes: number): Promise<void> {
    await this.#spend(peer, limits.QUESTION_BASE_BYTES + bytes, 1)
  }

  /**
   * Resolves when a question that was read may be answered.
   *
   * @param units - those of its job, 0 when the job is not known here
   * @throws ChannelClosedError as {@link read}
   */
  async answer (peer: PeerId, question: Question, units: number): Promise<void> {
    if (question.type === 'ledger' || question.type === 'keep') {
      await this.#spend(peer, UNIT_SETS * Math.ceil(units / 8), 0)
    }
  }

  async #spend (peer: PeerId, bytes: number, questions: number): Promise<void> {
    const untilMs = this.#clock.nowMs() + limits.QUESTION_PATIENCE_MS
    while (!this.#peers.spend(peer, bytes, questions)) {
      if (this.#clock.nowMs() >= untilMs) {
        throw new ChannelClosedError('the peer asks more than one peer may')
      }
      await new Promise<void>((resolve) => { this.#clock.after(LOOK_MS, resolve) })
    }
  }
}
