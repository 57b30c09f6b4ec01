import { ChannelClosedError, WireError } from '../errors.ts'
import { decodeBlobRequest, encodeBlobAnswer } from '../wire/codec/index.ts'
import { BLOB_CREDIT_CHUNKS, MAX_BLOB_REQUEST_BYTES } from '../wire/limits.ts'
import { FrameReader, writeFrameAndRaw } from './frames.ts'
import type { PeerId } from '../core/ids.ts'
import type { BlobProvider, Clock, Log } from '../ports.ts'
import type { ByteStream } from './byte-stream.ts'

/** What serving blobs takes. A peer that asks nonsense is reported, and its stream reset. */
export interface BlobServerInit {
  readonly provider: BlobProvider
  readonly clock: Clock
  readonly log: Log
  readonly onBadMessage: (peer: PeerId, error: WireError) => void
}

/**
 * The answering end of a blob stream: while one chunk is sent the next is read from the disk, and never more.
 * Resolves when the stream has ended.
 */
export async function serveBlobs (stream: ByteStream, init: BlobServerInit): Promise<void> {
  const reader = new FrameReader(stream, init.clock)
  const answering: Promise<void>[] = []
  try {
    for (;;) {
      const frame = await reader.frame(MAX_BLOB_REQUEST_BYTES)
      if (frame === undefined) {
        return
      }
      const { id, blob, offset, length } = decodeBlobRequest(frame)
      const found = provide(init, blob, offset, length)
      const previous = answering.at(-1)
      const answered = (async () => {
        await previous
        await sendAnswer(stream, id, await found)
      })()
      answered.catch((err: unknown) => {
        stream.abort(err instanceof Error ? err : new ChannelClosedError())
      })
      answering.push(answered)
      if (answering.length >= BLOB_CREDIT_CHUNKS) {
        await answering.shift()
      }
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

/** Never rejects: what this peer can not read it does not have. */
async function provide (init: BlobServerInit, blob: string, offset: number, length: number): Promise<Uint8Array | undefined> {
  try {
    const bytes = await init.provider(blob, offset, length)
    return bytes?.byteLength === length ? bytes : undefined
  } catch (err) {
    init.log.warn('a blob could not be read for another peer', { blob, error: String(err) })
    return undefined
  }
}

async function sendAnswer (stream: ByteStream, id: number, bytes: Uint8Array | undefined): Promise<void> {
  await writeFrameAndRaw(stream, encodeBlobAnswer({ id, found: bytes !== undefined, bytes: bytes?.byteLength ?? 0 }), bytes ?? new Uint8Array(0))
}
