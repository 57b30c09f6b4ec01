import { Uint8ArrayList } from 'uint8arraylist'
import { ChannelClosedError, WireError } from '../errors.ts'
import { MAX_RESULT_HEAD_BYTES, RESULT_CREDIT_BYTES, RESULT_CREDIT_MOST_UNITS } from '../wire/limits.ts'
import { decodeResultHead, encodeResultAnswer } from '../wire/codec/index.ts'
import { FrameReader, framed, writeFrame } from './frames.ts'
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
  const answers = new Answers(stream)
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
        await answers.now(head, verdict)
        await reader.skip(head.bytes)
        continue
      }
      const pixels = await readPixels(reader, stream, head, init)
      if (pixels === undefined) {
        credit.release(head.bytes)
        await answers.now(head, 'refused')
        continue
      }
      inBackground(answers.of(head, init.receiver.take(stream.peer, head, pixels)).finally(() => {
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

/**
 * The answers on their way back. Those of small units go together: one write costs as much as everything else that is done for such a unit.
 * An answer waits only for answers that are sure to follow, of units that are being stored, and never for more than a quarter of the credit.
 */
class Answers {
  readonly #stream: ByteStream
  readonly #gathered = new Uint8ArrayList()
  #gatheredUnits = 0
  #gatheredBytes = 0
  #storing = 0

  constructor (stream: ByteStream) {
    this.#stream = stream
  }

  /** Sends an answer at once. @throws ChannelClosedError */
  async now (head: ResultHead, outcome: ResultAnswer): Promise<void> {
    await writeFrame(this.#stream, encoded(head, outcome))
  }

  /**
   * Sends the outcome of storing a unit. Never rejects: the outcome does not, and a stream that has ended meanwhile needs no answer, as the worker
   * sends the unit again on its next one and hears that it is a duplicate.
   */
  async of (head: ResultHead, storing: Promise<ResultAnswer>): Promise<void> {
    this.#storing++
    const outcome = await storing
    this.#storing--
    this.#gathered.append(framed(encoded(head, outcome)))
    this.#gatheredUnits++
    this.#gatheredBytes += head.bytes
    if (this.#storing === 0 || this.#gatheredUnits >= RESULT_CREDIT_MOST_UNITS / 4 || this.#gatheredBytes >= RESULT_CREDIT_BYTES / 4) {
      await this.#flush().catch(() => {})
    }
  }

  async #flush (): Promise<void> {
    const bytes = this.#gathered.slice()
    this.#gathered.consume(this.#gathered.byteLength)
    this.#gatheredUnits = 0
    this.#gatheredBytes = 0
    await this.#stream.write(bytes)
  }
}

function encoded ({ job, unit }: ResultHead, answer: ResultAnswer): Uint8Array {
  return encodeResultAnswer({ job, unit, answer })
}
