import { ChannelClosedError, WireError } from '../errors.ts'
import { MAX_RESULT_ANSWER_BYTES } from '../wire/limits.ts'
import { decodeResultAnswer, encodeResultHead } from '../wire/codec/index.ts'
import { endedError } from './byte-stream.ts'
import { Credit } from './credit.ts'
import { FrameReader, writeFrameAndRaw } from './frames.ts'
import { ANSWER_TIMEOUT_MS } from './limits.ts'
import { inBackground } from './in-background.ts'
import { ResultCredit } from './result-credit.ts'
import type { PeerId } from '../core/ids.ts'
import type { ResultAnswer, ResultHead } from '../core/messages.ts'
import type { Clock, ResultSender } from '../ports.ts'
import type { ByteStream } from './byte-stream.ts'

/** What a result sender is given besides its stream. */
export interface ResultSenderInit {
  readonly clock: Clock
  readonly onBadMessage: (peer: PeerId, error: WireError) => void
}

/** A delivery that was not answered yet. */
interface Delivery {
  readonly head: ResultHead
  readonly answered: PromiseWithResolvers<ResultAnswer>
}

/** The worker's end of a result stream: heads with their pixels go out one after the other, answers come back by (job, unit) in any order. */
export function createResultSender (stream: ByteStream, init: ResultSenderInit): ResultSender {
  return new StreamResultSender(stream, init)
}

class StreamResultSender implements ResultSender {
  readonly #stream: ByteStream
  readonly #init: ResultSenderInit
  readonly #credit = new ResultCredit()
  /** Keeps the bytes of two units apart. */
  readonly #turn = new Credit(1)
  #deliveries: readonly Delivery[] = []

  constructor (stream: ByteStream, init: ResultSenderInit) {
    this.#stream = stream
    this.#init = init
    inBackground(this.#readAnswers())
    inBackground(stream.closed.then((reason) => {
      this.#end(endedError(reason))
    }))
  }

  get peer (): PeerId {
    return this.#stream.peer
  }

  get closed (): Promise<Error | undefined> {
    return this.#stream.closed
  }

  async deliver (head: ResultHead, pixels: Uint8Array): Promise<ResultAnswer> {
    if (pixels.byteLength !== head.bytes) {
      throw new RangeError(`the head declares ${head.bytes} bytes of pixels, and there are ${pixels.byteLength}`)
    }
    const encoded = encodeResultHead(head)
    await this.#credit.acquire(head.bytes)
    const delivery: Delivery = { head, answered: Promise.withResolvers() }
    // It may be rejected while the pixels are still being written.
    delivery.answered.promise.catch(() => {})
    this.#deliveries = [...this.#deliveries, delivery]
    try {
      await this.#write(encoded, pixels)
      return await this.#answerTo(delivery)
    } finally {
      this.#deliveries = this.#deliveries.filter((other) => other !== delivery)
      this.#credit.release(head.bytes)
    }
  }

  async close (): Promise<void> {
    await this.#stream.close()
  }

  async #write (head: Uint8Array, pixels: Uint8Array): Promise<void> {
    await this.#turn.acquire()
    try {
      await writeFrameAndRaw(this.#stream, head, pixels)
    } finally {
      this.#turn.release()
    }
  }

  async #answerTo (delivery: Delivery): Promise<ResultAnswer> {
    const timer = this.#init.clock.after(ANSWER_TIMEOUT_MS, () => {
      this.#stream.abort(new ChannelClosedError('the requester does not answer'))
    })
    try {
      return await delivery.answered.promise
    } finally {
      timer.stop()
    }
  }

  async #readAnswers (): Promise<void> {
    const reader = new FrameReader(this.#stream, this.#init.clock)
    try {
      for (;;) {
        const frame = await reader.frame(MAX_RESULT_ANSWER_BYTES)
        if (frame === undefined) {
          return
        }
        const { job, unit, answer } = decodeResultAnswer(frame)
        const delivery = this.#deliveries.find(({ head }) => head.job === job && head.unit === unit)
        if (delivery === undefined) {
          throw new WireError('an answer to a result that was not sent')
        }
        this.#deliveries = this.#deliveries.filter((other) => other !== delivery)
        delivery.answered.resolve(answer)
      }
    } catch (err) {
      if (err instanceof WireError) {
        this.#stream.abort(err)
        this.#init.onBadMessage(this.peer, err)
      }
    }
  }

  #end (reason: ChannelClosedError): void {
    this.#credit.end(reason)
    this.#turn.end(reason)
    for (const { answered } of this.#deliveries) {
      answered.reject(reason)
    }
  }
}
