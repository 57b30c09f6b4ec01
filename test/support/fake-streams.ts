import { ChannelClosedError, WireError } from '../../src/errors.ts'
import { ANSWER_TIMEOUT_MS } from '../../src/mesh/limits.ts'
import { ResultCredit } from '../../src/mesh/result-credit.ts'
import { launch } from './launch.ts'
import { sha256 } from './sha256.ts'
import type { Hash, PeerId } from '../../src/core/ids.ts'
import type { ResultAnswer, ResultHead } from '../../src/core/messages.ts'
import type { BlobChannel, BlobProvider, Channel, Clock, ResultReceiver, ResultSender, Timer } from '../../src/ports.ts'

/** Requests in flight on a blob stream: the credit of the port. Results use the real rule. */
const CREDIT = 2

/** From worker to requester: a head, then its pixels. */
export type ResultFrame =
  | { readonly sequence: number, readonly head: ResultHead }
  | { readonly sequence: number, readonly pixels: Uint8Array }

/** From requester to worker. */
export interface ResultReply {
  readonly sequence: number
  readonly answer: ResultAnswer
}

/** Asks for part of a blob. Answered in order. */
export interface BlobQuestion {
  readonly blob: Hash
  readonly offset: number
  readonly length: number
}

/** The answer to a {@link BlobQuestion}. */
export interface BlobAnswer {
  readonly bytes: Uint8Array | undefined
}

/** At most {@link CREDIT} turns are taken at a time; who comes later waits in line. */
class Credit {
  #free = CREDIT
  #line: (() => void)[] = []

  async take (): Promise<void> {
    if (this.#free > 0) {
      this.#free--
    } else {
      await new Promise<void>((resolve) => { this.#line.push(resolve) })
    }
  }

  give (): void {
    const next = this.#line.shift()
    if (next === undefined) {
      this.#free++
    } else {
      next()
    }
  }
}

/** Ends a stream whose other side does not answer. */
function giveUpLater (clock: Clock, channel: Pick<Channel<never, never>, 'abort'>): Timer {
  return clock.after(ANSWER_TIMEOUT_MS, () => { channel.abort(new ChannelClosedError('the peer does not answer')) })
}

/** The worker's end of a result stream. */
export class FakeResultSender implements ResultSender {
  readonly peer: PeerId
  readonly closed: Promise<Error | undefined>
  readonly #channel: Channel<ResultFrame, ResultReply>
  readonly #credit = new ResultCredit()
  readonly #waiting = new Map<number, { resolve: (answer: ResultAnswer) => void, reject: (error: Error) => void }>()
  readonly #clock: Clock
  #sequence = 0

  constructor (channel: Channel<ResultFrame, ResultReply>, clock: Clock) {
    this.#channel = channel
    this.#clock = clock
    this.peer = channel.peer
    this.closed = channel.closed
    launch(this.#read())
  }

  async deliver (head: ResultHead, pixels: Uint8Array): Promise<ResultAnswer> {
    if (pixels.byteLength !== head.bytes) {
      throw new RangeError(`the head declares ${head.bytes} bytes of pixels, and there are ${pixels.byteLength}`)
    }
    await this.#credit.acquire(head.bytes)
    const timer = giveUpLater(this.#clock, this.#channel)
    try {
      const sequence = ++this.#sequence
      const answered = new Promise<ResultAnswer>((resolve, reject) => { this.#waiting.set(sequence, { resolve, reject }) })
      answered.catch(() => {})
      await Promise.all([this.#channel.send({ sequence, head }), this.#channel.send({ sequence, pixels: pixels.slice() })])
      return await answered
    } finally {
      timer.stop()
      this.#credit.release(head.bytes)
    }
  }

  close (): Promise<void> {
    return this.#channel.close()
  }

  async #read (): Promise<void> {
    for await (const { sequence, answer } of this.#channel.messages) {
      this.#waiting.get(sequence)?.resolve(answer)
      this.#waiting.delete(sequence)
    }
    this.#credit.end(new ChannelClosedError())
    for (const { reject } of this.#waiting.values()) {
      reject(new ChannelClosedError())
    }
  }
}

/** The requester's end: lets the receiver judge each head, then gives it the pixels once they are whole and right. */
export async function answerResults (channel: Channel<ResultReply, ResultFrame>, receiver: ResultReceiver, from: PeerId): Promise<void> {
  const answer = (sequence: number, answer: ResultAnswer): void => {
    channel.send({ sequence, answer }).catch(() => {})
  }
  let taken: ResultHead | undefined
  for await (const frame of channel.messages) {
    if ('head' in frame) {
      const verdict = receiver.offer(from, frame.head)
      if (verdict === 'take') {
        taken = frame.head
      } else {
        answer(frame.sequence, verdict)
      }
    } else if (taken !== undefined) {
      const head = taken
      taken = undefined
      if (frame.pixels.byteLength === head.bytes && sha256(frame.pixels) === head.sha256) {
        launch(receiver.take(from, head, frame.pixels).then((outcome) => { answer(frame.sequence, outcome) }))
      } else {
        receiver.drop(from, head, new WireError('the pixels are not the declared ones'))
        answer(frame.sequence, 'refused')
      }
    }
  }
  if (taken !== undefined) {
    receiver.drop(from, taken, new ChannelClosedError())
  }
}

/** The asking end of a blob stream. */
export class FakeBlobChannel implements BlobChannel {
  readonly peer: PeerId
  readonly closed: Promise<Error | undefined>
  readonly #channel: Channel<BlobQuestion, BlobAnswer>
  readonly #answers: AsyncIterator<BlobAnswer>
  readonly #credit = new Credit()
  readonly #clock: Clock
  #last: Promise<unknown> = Promise.resolve()

  constructor (channel: Channel<BlobQuestion, BlobAnswer>, clock: Clock) {
    this.#channel = channel
    this.#clock = clock
    this.peer = channel.peer
    this.closed = channel.closed
    this.#answers = channel.messages[Symbol.asyncIterator]()
  }

  async request (blob: Hash, offset: number, length: number): Promise<Uint8Array | undefined> {
    await this.#credit.take()
    const timer = giveUpLater(this.#clock, this.#channel)
    try {
      await this.#channel.send({ blob, offset, length })
      const answer = this.#last.then(() => this.#answers.next())
      this.#last = answer
      const { done, value } = await answer
      if (done === true) {
        throw new ChannelClosedError()
      }
      return value.bytes
    } finally {
      timer.stop()
      this.#credit.give()
    }
  }

  close (): Promise<void> {
    return this.#channel.close()
  }
}

/** The answering end of a blob stream. */
export async function answerBlobs (channel: Channel<BlobAnswer, BlobQuestion>, provider: BlobProvider): Promise<void> {
  for await (const { blob, offset, length } of channel.messages) {
    try {
      const bytes = await provider(blob, offset, length)
      await channel.send({ bytes: bytes?.slice() })
    } catch {
      channel.abort(new ChannelClosedError())
    }
  }
}
