import { pipe } from 'it-pipe'
import { ChannelClosedError, WireError } from '../errors.ts'
import { FrameReader, writeFrame } from './frames.ts'
import type { PeerId } from '../core/ids.ts'
import type { Channel, Clock } from '../ports.ts'
import type { ByteStream } from './byte-stream.ts'

/** How the messages of one protocol become bytes and back. `decode` throws WireError on anything that is not a message. */
export interface ChannelCodec<Out, In> {
  readonly encode: (message: Out) => Uint8Array
  readonly decode: (bytes: Uint8Array) => In | Promise<In>
  /** Bytes of one message at most, either way. */
  readonly maxMessageBytes: number
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
    await writeFrame(this.#stream, this.#codec.encode(message))
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

async function * decodeAll<In> (frames: AsyncIterable<Uint8Array>, decode: (bytes: Uint8Array) => In | Promise<In>): AsyncGenerator<In> {
  for await (const frame of frames) {
    yield await decode(frame)
  }
}

/** Ends the iteration for whatever reason the stream ended; the reason is in `closed`. Nonsense resets the stream. */
async function * untilItEnds<In> (messages: AsyncIterable<In>, stream: ByteStream, onBadMessage: ChannelInit['onBadMessage']): AsyncGenerator<In> {
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
