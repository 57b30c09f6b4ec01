import { ChannelClosedError, WireError } from '../errors.ts'
import { MAX_RESULT_HEAD_BYTES } from '../wire/limits.ts'
import { decodeResultHead, encodeResultAnswer } from '../wire/codec/index.ts'
import { FrameReader, writeFrame } from './frames.ts'
import { inBackground } from './in-background.ts'
import { ResultCredit } from './result-credit.ts'
import type { PeerId } from '../core/ids.ts'
import type { ResultAnswer, ResultHead } from '../core/messages.ts'
import type { Clock, ResultReceiver, Sha256 } from '../ports.ts'
import type { ByteStream } from './byte-stream.ts'

/** What receiving results takes. Pixels with another sha256 than declared, and nonsense, are reported. */
export interface ResultReceiverInit {
  readonly receiver: ResultReceiver
  readonly clock: Clock
  readonly sha256: Sha256
  readonly onBadMessage: (peer: PeerId, error: WireError) => void
}

/**
 * The requester's end of a result stream. The receiver judges each head before its pixels are read; what it refuses is read past.
 * Memory is bounded by the {@link ResultCredit}: while what is being stored leaves no room, no further pixels are read.
 * Resolves when the stream has ended.
 */
export async function receiveResults (stream: ByteStream, init: ResultReceiverInit): Promise<void> {
  const reader = new FrameReader(stream, init.clock)
  const credit = new ResultCredit()
  try {
    for (;;) {
      const frame = await reader.frame(MAX_RESULT_HEAD_BYTES)
      if (frame === undefined) {
        return
      }
      const head = decodeResultHead(frame)
      await credit.acquire(head.bytes)
      const verdict = init.receiver.offer(stream.peer, head)
      if (verdict !== 'take') {
        credit.release(head.bytes)
        await answer(stream, head, verdict)
        await reader.skip(head.bytes)
        continue
      }
      const pixels = await readPixels(reader, stream, head, init)
      if (pixels === undefined) {
        credit.release(head.bytes)
        await answer(stream, head, 'refused')
        continue
      }
      inBackground(store(stream, head, pixels, init).finally(() => {
        credit.release(head.bytes)
      }))
    }
  } catch (err) {
    if (err instanceof WireError) {
      stream.abort(err)
      init.onBadMessage(stream.peer, err)
    } else {
      stream.abort(err instanceof Error ? err : new ChannelClosedError())
    }
  }
}

/** The pixels of a head, undefined when they are not the declared ones. Either way, and when they do not come, the receiver is told. */
async function readPixels (reader: FrameReader, stream: ByteStream, head: ResultHead, init: ResultReceiverInit): Promise<Uint8Array | undefined> {
  try {
    const pixels = new Uint8Array(head.bytes)
    await reader.raw(pixels)
    if (init.sha256(pixels) === head.sha256) {
      return pixels
    }
  } catch (err) {
    init.receiver.drop(stream.peer, head, err instanceof Error ? err : new ChannelClosedError())
    throw err
  }
  const mismatch = new WireError('the pixels of a result do not have the sha256 it declares')
  init.receiver.drop(stream.peer, head, mismatch)
  init.onBadMessage(stream.peer, mismatch)
  return undefined
}

/** Never rejects: the receiver does not, and a stream that has ended meanwhile needs no answer. */
async function store (stream: ByteStream, head: ResultHead, pixels: Uint8Array, init: ResultReceiverInit): Promise<void> {
  const outcome = await init.receiver.take(stream.peer, head, pixels)
  try {
    await answer(stream, head, outcome)
  } catch {
    // The worker sends the unit again on its next stream and hears that it is a duplicate.
  }
}

async function answer (stream: ByteStream, head: ResultHead, outcome: ResultAnswer): Promise<void> {
  await writeFrame(stream, encodeResultAnswer({ job: head.job, unit: head.unit, answer: outcome }))
}
