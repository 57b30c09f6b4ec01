import { ChannelClosedError } from '../errors.ts'
import * as limits from './limits.ts'
import { TokenBuckets } from './token-bucket.ts'
import type { PeerId } from '../core/ids.ts'
import type { Question } from '../core/questions.ts'
import type { Clock } from '../ports.ts'

/** Sets of units that are made, sent or united for one question at most. */
const UNIT_SETS = 3

/** How often is looked whether a peer has saved up for its question. */
const LOOK_MS = 100

/**
 * What each peer may ask of this one: a ledger of a million units takes a tenth of a second and 370 KiB, and a question for it a hundred bytes.
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
   * Resolves when a question may be answered.
   *
   * @param units - those of its job, 0 when the job is not known here
   * @throws ChannelClosedError when its peer has asked so much that it would have to wait for longer than {@link limits.QUESTION_PATIENCE_MS}
   */
  async admit (peer: PeerId, question: Question, units: number): Promise<void> {
    const bytes = costOf(question, units)
    const untilMs = this.#clock.nowMs() + limits.QUESTION_PATIENCE_MS
    while (!this.#peers.spend(peer, bytes)) {
      if (this.#clock.nowMs() >= untilMs) {
        throw new ChannelClosedError('the peer asks more than one peer may')
      }
      await new Promise<void>((resolve) => { this.#clock.after(LOOK_MS, resolve) })
    }
  }
}

/** What answering costs, in bytes: those of the sets of units, which processor time grows with too, and a share for everything else. */
function costOf (question: Question, units: number): number {
  switch (question.type) {
    case 'probe': return limits.QUESTION_BASE_BYTES
    case 'ledger':
    case 'keep':
    case 'hand-off': return limits.QUESTION_BASE_BYTES + UNIT_SETS * Math.ceil(units / 8)
  }
}
