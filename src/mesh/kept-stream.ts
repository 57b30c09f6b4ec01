import { pipe } from 'it-pipe'
import { ChannelClosedError, WireError } from '../errors.ts'
import { decodeKeptRequest, decodeResultHead, encodeKeptRequest, encodeResultHead } from '../wire/codec/index.ts'
import { MAX_KEPT_REQUEST_BYTES, MAX_RESULT_HEAD_BYTES, STREAM_LIMITS } from '../wire/limits.ts'
import { CUSTODY_PROTOCOL } from '../wire/protocols.ts'
import { untilItEnds } from './channel.ts'
import { Credit } from './credit.ts'
import { endedError } from './byte-stream.ts'
import { FrameReader, Pace, writeFrame, writeFrameAndRaw } from './frames.ts'
import { inBackground } from './in-background.ts'
import { checkKeptHead } from './kept-head.ts'
import type { PeerId } from '../core/ids.ts'
import type { KeptRequest, KeptUnit } from '../core/questions.ts'
import type { Channel, Clock, KeptChannel, Sha256 } from '../ports.ts'
import type { ByteStream } from './byte-stream.ts'
import type { KnownJobs } from './known-jobs.ts'
import type { QuestionMeter } from './question-meter.ts'

/** What a stream of kept results takes. A peer that sends what it should not is reported, and its stream reset. */
export interface KeptStreamInit {
  readonly clock: Clock
  readonly sha256: Sha256
  readonly jobs: KnownJobs
  readonly onBadMessage: (peer: PeerId, error: WireError) => void
}

/** Asks for kept results. @throws ChannelClosedError */
export async function openKept (stream: ByteStream, request: KeptRequest, init: KeptStreamInit): Promise<KeptChannel> {
  await writeFrame(stream, encodeKeptRequest(request))
  return new KeptSink(stream, request, init)
}

/** Reads one request, once its peer may ask so much, and hands on the stream to answer it with. @throws WireError or ChannelClosedError, after which the stream is to be ended */
export async function serveKept (stream: ByteStream, serve: (request: KeptRequest, channel: Channel<KeptUnit, never>) => void, init: KeptStreamInit & { readonly meter: QuestionMeter }): Promise<void> {
  const reader = new FrameReader(stream, init.clock)
  try {
    const frame = await reader.frame(MAX_KEPT_REQUEST_BYTES, STREAM_LIMITS[CUSTODY_PROTOCOL].idleMs)
    if (frame === undefined) {
      return
    }
    await init.meter.read(stream.peer, frame.byteLength)
    const request = decodeKeptRequest(frame)
    const units = init.jobs.gridOf(request.job)?.units
    if (units !== undefined && request.wanted.units !== units) {
      throw new WireError(`a job of ${units} units is said to have ${request.wanted.units}`)
    }
    serve(request, new KeptSource(stream, reader, init))
  } catch (err) {
    if (err instanceof WireError) {
      init.onBadMessage(stream.peer, err)
    }
    throw err
  }
}

/** What both ends have in common. */
abstract class KeptEnd {
  protected readonly stream: ByteStream

  constructor (stream: ByteStream) {
    this.stream = stream
  }

  get peer (): PeerId {
    return this.stream.peer
  }

  get relayed (): boolean {
    return this.stream.relayed
  }

  get closed (): Promise<Error | undefined> {
    return this.stream.closed
  }

  async close (): Promise<void> {
    await this.stream.close()
  }

  abort (reason: Error): void {
    this.stream.abort(reason)
  }
}

/** The end that sends: one result after the other, as fast as they are taken. */
class KeptSource extends KeptEnd implements Channel<KeptUnit, never> {
  readonly messages: AsyncIterable<never>
  readonly #clock: Clock
  /** Keeps the bytes of two results apart. */
  readonly #turn = new Credit(1)
  readonly #pace = new Pace()

  constructor (stream: ByteStream, reader: FrameReader, init: KeptStreamInit) {
    super(stream)
    this.#clock = init.clock
    this.messages = pipe(() => silence(reader), (nothing) => untilItEnds(nothing, stream, init.onBadMessage))
    inBackground(stream.closed.then((reason) => {
      this.#turn.end(endedError(reason))
    }))
  }

  async send ({ head, bytes }: KeptUnit): Promise<void> {
    if (head.keep === undefined || bytes.byteLength !== head.bytes) {
      throw new RangeError(`the head of kept unit ${head.unit} does not describe its ${bytes.byteLength} bytes`)
    }
    const encoded = encodeResultHead(head)
    await this.#turn.acquire()
    const startedMs = this.#clock.nowMs()
    try {
      await writeFrameAndRaw(this.stream, encoded, bytes)
    } finally {
      this.#turn.release()
    }
    if (!this.#pace.keeps(this.#clock.nowMs() - startedMs, bytes.byteLength)) {
      const slow = new ChannelClosedError('the peer takes what it asked for too slowly')
      this.abort(slow)
      throw slow
    }
  }
}

/** The end that asked. The next result is read when the last one has been taken, so that one at a time is in memory besides what the stream reads ahead. */
class KeptSink extends KeptEnd implements KeptChannel {
  readonly messages: AsyncIterable<KeptUnit>

  constructor (stream: ByteStream, request: KeptRequest, init: KeptStreamInit) {
    super(stream)
    this.messages = pipe(() => unitsOf(stream, request, init), (units) => untilItEnds(units, stream, init.onBadMessage))
  }

  async send (): Promise<never> {
    throw new WireError('who asked for kept results says nothing after its request')
  }
}

async function * unitsOf (stream: ByteStream, request: KeptRequest, { clock, sha256, jobs }: KeptStreamInit): AsyncGenerator<KeptUnit> {
  const reader = new FrameReader(stream, clock)
  for (;;) {
    const frame = await reader.frame(MAX_RESULT_HEAD_BYTES, STREAM_LIMITS[CUSTODY_PROTOCOL].idleMs)
    if (frame === undefined) {
      return
    }
    const head = decodeResultHead(frame)
    checkKeptHead(head, request, jobs.gridOf(request.job))
    const bytes = new Uint8Array(head.bytes)
    await reader.raw(bytes)
    if (sha256(bytes) !== head.sha256) {
      throw new WireError('a kept result does not have the sha256 it declares')
    }
    yield { head, bytes }
  }
}

/** Nothing may come, until the end. */
async function * silence (reader: FrameReader): AsyncGenerator<never> {
  if (await reader.frame(0) !== undefined) {
    throw new WireError('who asked for kept results says nothing after its request')
  }
}
