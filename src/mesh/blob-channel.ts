import { ChannelClosedError, WireError } from '../errors.ts'
import { decodeBlobAnswer, encodeBlobRequest } from '../wire/codec/index.ts'
import { BLOB_CREDIT_CHUNKS, MAX_BLOB_ANSWER_BYTES, MAX_REQUEST_ID } from '../wire/limits.ts'
import { endedError } from './byte-stream.ts'
import { Credit } from './credit.ts'
import { FrameReader, writeFrame } from './frames.ts'
import { ANSWER_TIMEOUT_MS } from './limits.ts'
import { inBackground } from './in-background.ts'
import type { Hash, PeerId } from '../core/ids.ts'
import type { BlobChannel, Clock, Timer } from '../ports.ts'
import type { ByteStream } from './byte-stream.ts'

/** What a blob channel is given besides its stream. A peer that answers what was not asked is reported, and its stream reset. */
export interface BlobChannelInit {
  readonly clock: Clock
  readonly onBadMessage: (peer: PeerId, error: WireError) => void
}

/** A request that was not answered yet. */
interface Request {
  readonly length: number
  readonly answered: PromiseWithResolvers<Uint8Array | undefined>
}

/** The asking end of a blob stream. */
export function createBlobChannel (stream: ByteStream, init: BlobChannelInit): BlobChannel {
  return new StreamBlobChannel(stream, init)
}

class StreamBlobChannel implements BlobChannel {
  readonly #stream: ByteStream
  readonly #init: BlobChannelInit
  readonly #credit = new Credit(BLOB_CREDIT_CHUNKS)
  readonly #requests = new Map<number, Request>()
  #lastId = 0
  /** Runs while requests wait and no answer is coming in: answers come one behind the other, and a slow line is no silence. */
  #overdue: Timer | undefined
  #isAnswered = false

  constructor (stream: ByteStream, init: BlobChannelInit) {
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

  async request (blob: Hash, offset: number, length: number): Promise<Uint8Array | undefined> {
    await this.#credit.acquire()
    this.#lastId = this.#lastId === MAX_REQUEST_ID ? 1 : this.#lastId + 1
    const id = this.#lastId
    const request: Request = { length, answered: Promise.withResolvers() }
    request.answered.promise.catch(() => {})
    this.#requests.set(id, request)
    this.#expectAnswer()
    try {
      await writeFrame(this.#stream, encodeBlobRequest({ id, blob, offset, length }))
      return await request.answered.promise
    } finally {
      this.#requests.delete(id)
      this.#credit.release()
    }
  }

  async close (): Promise<void> {
    await this.#stream.close()
  }

  async #readAnswers (): Promise<void> {
    const reader = new FrameReader(this.#stream, this.#init.clock)
    try {
      for (;;) {
        const frame = await reader.frame(MAX_BLOB_ANSWER_BYTES)
        if (frame === undefined) {
          return
        }
        this.#isAnswered = true
        this.#overdue?.stop()
        this.#overdue = undefined
        const answer = decodeBlobAnswer(frame)
        const request = this.#requests.get(answer.id)
        if (request === undefined || (answer.found && answer.bytes !== request.length)) {
          throw new WireError('an answer to a request for a blob that was not made')
        }
        this.#requests.delete(answer.id)
        if (!answer.found) {
          request.answered.resolve(undefined)
        } else {
          await this.#readBytes(reader, request)
        }
        this.#isAnswered = false
        this.#expectAnswer()
      }
    } catch (err) {
      if (err instanceof WireError) {
        this.#stream.abort(err)
        this.#init.onBadMessage(this.peer, err)
      }
    }
  }

  #expectAnswer (): void {
    if (this.#requests.size > 0 && !this.#isAnswered) {
      this.#overdue ??= this.#init.clock.after(ANSWER_TIMEOUT_MS, () => {
        this.#stream.abort(new ChannelClosedError('the peer does not answer'))
      })
    }
  }

  async #readBytes (reader: FrameReader, request: Request): Promise<void> {
    const bytes = new Uint8Array(request.length)
    try {
      await reader.raw(bytes)
      request.answered.resolve(bytes)
    } catch (err) {
      request.answered.reject(new ChannelClosedError(undefined, { cause: err }))
      throw err
    }
  }

  #end (reason: ChannelClosedError): void {
    this.#overdue?.stop()
    this.#credit.end(reason)
    for (const { answered } of this.#requests.values()) {
      answered.reject(reason)
    }
  }
}
