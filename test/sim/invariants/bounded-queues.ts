import { Invariant } from '../invariant.ts'
import type { SentMessage } from '../../support/fake-network.ts'

/** Messages of one stream that have not arrived: more than any sender here has reason for, and little memory. */
const MAX_UNDER_WAY = 4_096

/** B2: no queue grows without bound: a reader that is slow or cut off is reset, not buffered for. */
export class BoundedQueues extends Invariant {
  readonly name = 'B2'
  readonly #underWay = new Map<string, number>()

  override sent (message: SentMessage): void {
    if (message.stream === 0) {
      return
    }
    const key = keyOf(message)
    const count = (this.#underWay.get(key) ?? 0) + 1
    this.#underWay.set(key, count)
    if (count === MAX_UNDER_WAY) {
      this.broken(`${MAX_UNDER_WAY} messages of a ${message.kind} stream from ${message.from} wait for ${message.to}`)
    }
  }

  override arrived (message: SentMessage): void {
    const key = keyOf(message)
    this.#underWay.set(key, (this.#underWay.get(key) ?? 1) - 1)
  }
}

function keyOf ({ stream, from }: SentMessage): string {
  return `${stream} ${from}`
}
