import { pipe } from 'it-pipe'
import { ChannelClosedError, WireError } from '../errors.ts'
import { isUnknownMessage } from '../wire/codec/index.ts'
import { FrameReader, writeFrame } from './frames.ts'
import type { PeerId } from '../core/ids.ts'
import type { Channel, Clock } from '../ports.ts'
import type { ByteStream } from './byte-stream.ts'

/** How the messages of one protocol become bytes and back. */
export interface ChannelCodec<Out, In> {
  /** @throws WireError when the message is not within its limits */
  readonly encode: (message: Out) => Uint8Array
  /** Undefined for a message that is to be left out. @throws WireError for what is not a message */
  readonly decode: (bytes: Uint8Array) => In | undefined | Promise<In | undefined>
  /** Bytes of one message at most, either way. */
  readonly maxMessageBytes: number
  /** Bytes of messages that may wait for a slow reader at most; with more the stream is reset. */
  readonly maxOutboundBytes: number
}

/** What a channel is given besides its stream. */
export interface ChannelInit {
  readonly clock: Clock
  /** Called when the other side sent something that is not a message. The stream is reset afterwards. */
  readonly onBadMessage: (peer: PeerId, error: WireError) => void
  /** A reader that has already read from the stream. */
  readonly reader?: FrameReader
}

/** A {@link Channel} of messages over a stream of bytes. */
export function createChannel<Out, In> (stream: ByteStream, codec: ChannelCodec<Out, In>, init: ChannelInit): Channel<Out, In> {
  return new StreamChannel(stream, codec, init)
}

class StreamChannel<Out, In> implements Channel<Out, In> {
  readonly #stream: ByteStream
  readonly #codec: ChannelCodec<Out, In>
  readonly messages: AsyncIterable<In>
  /** Of messages that have not left this peer's hands. */
  #outboundBytes = 0

  constructor (stream: ByteStream, codec: ChannelCodec<Out, In>, init: ChannelInit) {
    this.#stream = stream
    this.#codec = codec
    const reader = init.reader ?? new FrameReader(stream, init.clock)
    this.messages = pipe(
      () => framesOf(reader, codec.maxMessageBytes),
      (frames) => decodeAll(frames, codec.decode),
      (messages) => untilItEnds(messages, stream, init.onBadMessage)
    )
  }

  get peer (): PeerId {
    return this.#stream.peer
  }

  get relayed (): boolean {
    return this.#stream.relayed
  }

  get closed (): Promise<Error | undefined> {
    return this.#stream.closed
  }

  async send (message: Out): Promise<void> {
    const bytes = this.#codec.encode(message)
    if (this.#outboundBytes + bytes.byteLength > this.#codec.maxOutboundBytes) {
      this.#stream.abort(new ChannelClosedError('the peer does not read what it is sent'))
    }
    this.#outboundBytes += bytes.byteLength
    try {
      await writeFrame(this.#stream, bytes)
    } finally {
      this.#outboundBytes -= bytes.byteLength
    }
  }

  async close (): Promise<void> {
    await this.#stream.close()
  }

  abort (reason: Error): void {
    this.#stream.abort(reason)
  }
}

async function * framesOf (reader: FrameReader, maxBytes: number): AsyncGenerator<Uint8Array> {
  for (;;) {
    const frame = await reader.frame(maxBytes)
    if (frame === undefined) {
      return
    }
    yield frame
  }
}

/** Leaves out messages of types that only later versions know. */
async function * decodeAll<In> (frames: AsyncIterable<Uint8Array>, decode: ChannelCodec<never, In>['decode']): AsyncGenerator<In> {
  for await (const frame of frames) {
    let message: In | undefined
    try {
      message = await decode(frame)
    } catch (err) {
      if (!isUnknownMessage(err)) {
        throw err
      }
    }
    if (message !== undefined) {
      yield message
    }
  }
}

/** Ends the iteration for whatever reason the stream ended; the reason is in `closed`. Nonsense resets the stream. */
export async function * untilItEnds<In> (messages: AsyncIterable<In>, stream: ByteStream, onBadMessage: ChannelInit['onBadMessage']): AsyncGenerator<In> {
  try {
    yield * messages
  } catch (err) {
    if (err instanceof WireError) {
      stream.abort(err)
      onBadMessage(stream.peer, err)
    } else if (!(err instanceof ChannelClosedError)) {
      stream.abort(new ChannelClosedError(undefined, { cause: err }))
    }
  }
}
