import { decodeViewRequest } from '../wire/codec/index.ts'
import { MAX_VIEW_REQUEST_BYTES, STREAM_LIMITS } from '../wire/limits.ts'
import {
  BLOB_PROTOCOL, CUSTODY_PROTOCOL, LEASE_PROTOCOL, LEDGER_PROTOCOL, LOG_PROTOCOL, QUESTION_PROTOCOL, RESULT_PROTOCOL, VIEW_PROTOCOL
} from '../wire/protocols.ts'
import { serveBlobs } from './blob-server.ts'
import { createChannel } from './channel.ts'
import { stewardCodec, viewSourceCodec } from './channel-codecs.ts'
import { FrameReader } from './frames.ts'
import { serveKept } from './kept-stream.ts'
import { answerDigests } from './ledger-stream.ts'
import { answerLog } from './log-stream.ts'
import { answerQuestion } from './question-stream.ts'
import { receiveResults } from './result-receiver.ts'
import type { WireError } from '../errors.ts'
import type { PeerId } from '../core/ids.ts'
import type { Clock, Log, MeshHandlers, Sha256 } from '../ports.ts'
import type { GREETING_PROTOCOL, PEERS_PROTOCOL, ProtocolId } from '../wire/protocols.ts'
import type { KnownJobs } from './known-jobs.ts'
import type { QuestionMeter } from './question-meter.ts'
import type { ServeStream } from './streams.ts'

/** What serving others takes. Peers that send nonsense are reported, and their streams reset. */
export interface ProtocolHandlersInit {
  readonly handlers: MeshHandlers
  readonly clock: Clock
  readonly log: Log
  readonly sha256: Sha256
  readonly jobs: KnownJobs
  readonly meter: QuestionMeter
  readonly onBadMessage: (peer: PeerId, error: WireError) => void
}

/** The protocols that the farm answers. The others are matters of the mesh alone. */
export type FarmProtocol = Exclude<ProtocolId, typeof GREETING_PROTOCOL | typeof PEERS_PROTOCOL>

/** What becomes of a stream that another peer opens to this one, by its protocol: everything the farm is told of and asked for. */
export function protocolHandlers (init: ProtocolHandlersInit): Readonly<Record<FarmProtocol, ServeStream>> {
  const { handlers } = init
  return {
    [LEASE_PROTOCOL]: (stream) => {
      handlers.lease(createChannel(stream, stewardCodec, init))
    },
    [RESULT_PROTOCOL]: async (stream) => {
      await receiveResults(stream, { ...init, receiver: handlers.results })
    },
    [BLOB_PROTOCOL]: async (stream) => {
      await serveBlobs(stream, { ...init, provider: handlers.blobs })
    },
    [LEDGER_PROTOCOL]: async (stream) => {
      await answerDigests(stream, (exchange) => handlers.digests(exchange, stream.peer), init)
    },
    [LOG_PROTOCOL]: async (stream) => {
      await answerLog(stream, async (request) => handlers.log(request, stream.peer), init)
    },
    [QUESTION_PROTOCOL]: async (stream) => {
      await answerQuestion(stream, async (question) => handlers.asked(question, stream.peer), init)
    },
    [CUSTODY_PROTOCOL]: async (stream) => {
      await serveKept(stream, (request, channel) => { handlers.kept(request, channel) }, init)
    },
    [VIEW_PROTOCOL]: async (stream) => {
      const reader = new FrameReader(stream, init.clock)
      const frame = await reader.frame(MAX_VIEW_REQUEST_BYTES, STREAM_LIMITS[VIEW_PROTOCOL].idleMs)
      if (frame !== undefined) {
        handlers.view(decodeViewRequest(frame), createChannel(stream, viewSourceCodec, { ...init, reader }))
      }
    }
  }
}
