import type { PeerId } from '../../src/core/ids.ts'
import type { ResultAnswer, ResultHead } from '../../src/core/messages.ts'
import type { SentMessage } from '../support/fake-network.ts'
import type { ResultFrame, ResultReply } from '../support/fake-streams.ts'

/** A result and what it was answered. */
export interface AnsweredResult {
  /** Who sent it: its worker, or a steward that places a copy. */
  readonly sender: PeerId
  readonly receiver: PeerId
  readonly head: ResultHead
  readonly answer: ResultAnswer
}

/** Knows which result an answer on a stream of results is about. */
export class ResultBook {
  readonly #heads = new Map<number, Map<number, ResultHead>>()

  /** What a message that is sent answers; undefined when it answers no result. */
  answered ({ kind, from, to, stream, message }: SentMessage): AnsweredResult | undefined {
    if (kind !== 'results') {
      return undefined
    }
    const frame = message as ResultFrame | ResultReply
    if ('head' in frame) {
      const heads = this.#heads.get(stream) ?? new Map<number, ResultHead>()
      heads.set(frame.sequence, frame.head)
      this.#heads.set(stream, heads)
    }
    const head = 'answer' in frame ? this.#heads.get(stream)?.get(frame.sequence) : undefined
    return head === undefined || !('answer' in frame) ? undefined : { sender: to, receiver: from, head, answer: frame.answer }
  }
}
