import { ChannelClosedError, WireError } from '../errors.ts'
import { decodeLogAnswer, decodeLogRequest, encodeLogAnswer, encodeLogRequest } from '../wire/codec/index.ts'
import { MAX_LOG_ANSWER_BYTES, MAX_LOG_REQUEST_BYTES, STREAM_LIMITS } from '../wire/limits.ts'
import { LOG_PROTOCOL } from '../wire/protocols.ts'
import { FrameReader, writeFrame } from './frames.ts'
import type { PeerId } from '../core/ids.ts'
import type { LogAnswer, LogRequest } from '../core/unit-log.ts'
import type { Clock } from '../ports.ts'
import type { ByteStream } from './byte-stream.ts'

/** What a log stream takes. A peer that says something else is reported, and its stream reset. */
export interface LogStreamInit {
  readonly clock: Clock
  readonly onBadMessage: (peer: PeerId, error: WireError) => void
}

/** One question, one answer, and the end. @throws ChannelClosedError */
export async function askLog (stream: ByteStream, request: LogRequest, init: LogStreamInit): Promise<LogAnswer> {
  try {
    await writeFrame(stream, encodeLogRequest(request))
    const answer = decodeLogAnswer(await readFrame(stream, MAX_LOG_ANSWER_BYTES, init.clock))
    await stream.close()
    return answer
  } catch (err) {
    throw refuse(stream, err, init)
  }
}

/** Answers one question. @throws ChannelClosedError */
export async function answerLog (stream: ByteStream, answer: (request: LogRequest) => Promise<LogAnswer>, init: LogStreamInit): Promise<void> {
  try {
    const request = decodeLogRequest(await readFrame(stream, MAX_LOG_REQUEST_BYTES, init.clock))
    await writeFrame(stream, encodeLogAnswer(await answer(request)))
    await stream.close()
  } catch (err) {
    throw refuse(stream, err, init)
  }
}

async function readFrame (stream: ByteStream, maxBytes: number, clock: Clock): Promise<Uint8Array> {
  const frame = await new FrameReader(stream, clock).frame(maxBytes, STREAM_LIMITS[LOG_PROTOCOL].idleMs)
  if (frame === undefined) {
    throw new ChannelClosedError()
  }
  return frame
}

function refuse (stream: ByteStream, err: unknown, init: LogStreamInit): ChannelClosedError {
  const reason = err instanceof ChannelClosedError ? err : new ChannelClosedError(undefined, { cause: err })
  stream.abort(reason)
  if (err instanceof WireError) {
    init.onBadMessage(stream.peer, err)
  }
  return reason
}
