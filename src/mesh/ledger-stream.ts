import { ChannelClosedError, WireError } from '../errors.ts'
import { decodeDigestExchange, encodeDigestExchange, fittingDigestExchange, rawJobRecord } from '../wire/codec/index.ts'
import { MAX_DIGEST_EXCHANGE_BYTES, STREAM_LIMITS } from '../wire/limits.ts'
import { LEDGER_PROTOCOL } from '../wire/protocols.ts'
import { FrameReader, writeFrame } from './frames.ts'
import { readRecord } from './signing.ts'
import type { PeerId } from '../core/ids.ts'
import type { DigestExchange, JobRecord } from '../core/messages.ts'
import type { Clock, Sha256 } from '../ports.ts'
import type { ByteStream } from './byte-stream.ts'
import type { KnownJobs } from './known-jobs.ts'

/** What a digest exchange takes. Jobs that come with it are remembered in `jobs`. */
export interface LedgerInit {
  readonly clock: Clock
  readonly sha256: Sha256
  readonly jobs: KnownJobs
  readonly onBadMessage: (peer: PeerId, error: WireError) => void
}

/** One side's half goes out, the other's comes back, its records verified. @throws ChannelClosedError */
export async function askDigests (stream: ByteStream, exchange: DigestExchange, init: LedgerInit): Promise<DigestExchange> {
  try {
    await writeHalf(stream, exchange)
    const answer = await readHalf(stream, init)
    await stream.close()
    return answer
  } catch (err) {
    throw refuse(stream, err, init)
  }
}

/** Answers an exchange. Records that were not signed by their requesters never reach `answer`. */
export async function answerDigests (stream: ByteStream, answer: (exchange: DigestExchange) => DigestExchange, init: LedgerInit): Promise<void> {
  try {
    await writeHalf(stream, answer(await readHalf(stream, init)))
    await stream.close()
  } catch (err) {
    throw refuse(stream, err, init)
  }
}

/** What does not fit into one message is left for the next exchange. */
async function writeHalf (stream: ByteStream, { digests, records }: DigestExchange): Promise<void> {
  await writeFrame(stream, encodeDigestExchange(fittingDigestExchange({ digests, records: records.map(rawJobRecord) })))
}

async function readHalf (stream: ByteStream, init: LedgerInit): Promise<DigestExchange> {
  const frame = await new FrameReader(stream, init.clock).frame(MAX_DIGEST_EXCHANGE_BYTES, STREAM_LIMITS[LEDGER_PROTOCOL].idleMs)
  if (frame === undefined) {
    throw new ChannelClosedError()
  }
  const { digests, records } = decodeDigestExchange(frame)
  const verified: JobRecord[] = []
  for (const raw of records) {
    const record = await readRecord(raw, init.sha256)
    init.jobs.remember(record.job)
    verified.push(record)
  }
  return { digests, records: verified }
}

function refuse (stream: ByteStream, err: unknown, init: LedgerInit): ChannelClosedError {
  const reason = err instanceof ChannelClosedError ? err : new ChannelClosedError(undefined, { cause: err })
  stream.abort(reason)
  if (err instanceof WireError) {
    init.onBadMessage(stream.peer, err)
  }
  return reason
}
