import { ChannelClosedError } from '../errors.ts'
import { STREAM_LIMITS } from '../wire/limits.ts'
import { BLOB_PROTOCOL, CUSTODY_PROTOCOL, RESULT_PROTOCOL, VIEW_PROTOCOL } from '../wire/protocols.ts'
import { Libp2pStream } from './libp2p-stream.ts'
import { localPair } from './local-pair.ts'
import * as limits from './limits.ts'
import { inBackground } from './in-background.ts'
import { LimitedStream } from './traffic.ts'
import type { PeerId } from '../core/ids.ts'
import type { Clock, Log } from '../ports.ts'
import type { ProtocolId } from '../wire/protocols.ts'
import type { ByteStream } from './byte-stream.ts'
import type { Dialer } from './dialer.ts'
import type { MeshNode } from './node.ts'
import type { Traffic } from './traffic.ts'
import type { Connection, Stream } from '@libp2p/interface'

/** What opening and serving streams takes. */
export interface StreamsInit {
  readonly node: MeshNode
  readonly dialer: Dialer
  readonly clock: Clock
  readonly log: Log
  /** What limits the protocols of bulk. */
  readonly traffic: Traffic
}

/** Protocols whose bytes are many, and may wait. */
const BULK: readonly ProtocolId[] = [RESULT_PROTOCOL, BLOB_PROTOCOL, VIEW_PROTOCOL, CUSTODY_PROTOCOL]

/** Serves one end of a stream that was opened to this peer. What it throws ends the stream. */
export type ServeStream = (stream: ByteStream) => Promise<void> | void

/** Opens streams to other peers, or to this peer itself within the process, and serves those that are opened to it, with the caps of each protocol. */
export class Streams {
  readonly #init: StreamsInit
  readonly #served = new Map<ProtocolId, ServeStream>()
  readonly #local = new Set<ByteStream>()
  readonly #stopping = new AbortController()

  constructor (init: StreamsInit) {
    this.#init = init
  }

  /** Ends the streams to this peer itself; those to others end with their connections. */
  stop (): void {
    this.#stopping.abort()
    for (const stream of this.#local) {
      stream.abort(new ChannelClosedError('the peer stops'))
    }
  }

  /** @throws ChannelClosedError when the peer can not be reached or does not speak the protocol */
  async open (peer: PeerId, protocol: ProtocolId): Promise<ByteStream> {
    if (peer === this.#init.node.peerId.toString()) {
      return this.#openLocal(peer, protocol)
    }
    const connection = await this.#init.dialer.connect(peer)
    const giveUp = new AbortController()
    const timer = this.#init.clock.after(limits.OPEN_STREAM_TIMEOUT_MS, () => {
      giveUp.abort()
    })
    try {
      const stream = await connection.newStream(protocol, {
        signal: AbortSignal.any([giveUp.signal, this.#stopping.signal]),
        runOnLimitedConnection: true,
        maxOutboundStreams: STREAM_LIMITS[protocol].outboundPerPeer
      })
      return this.#bytesOf(protocol, stream, connection)
    } catch (err) {
      throw new ChannelClosedError('no stream to the peer could be opened', { cause: err })
    } finally {
      timer.stop()
    }
  }

  /** Serves a protocol. */
  async handle (protocol: ProtocolId, serve: ServeStream): Promise<void> {
    this.#served.set(protocol, serve)
    await this.#init.node.handle(protocol, (stream, connection) => {
      inBackground(this.#serve(protocol, this.#bytesOf(protocol, stream, connection), serve))
    }, {
      runOnLimitedConnection: true,
      maxInboundStreams: STREAM_LIMITS[protocol].inboundPerPeer,
      maxOutboundStreams: STREAM_LIMITS[protocol].outboundPerPeer
    })
  }

  #bytesOf (protocol: ProtocolId, stream: Stream, connection: Connection): ByteStream {
    const { clock, traffic } = this.#init
    if (!BULK.includes(protocol)) {
      return new Libp2pStream(stream, connection, clock)
    }
    return new LimitedStream(new Libp2pStream(stream, connection, clock, traffic.limitsDown ? limits.LIMITED_READ_HIGH_BYTES : limits.READ_HIGH_BYTES), traffic, clock)
  }

  #openLocal (self: PeerId, protocol: ProtocolId): ByteStream {
    const serve = this.#served.get(protocol)
    if (serve === undefined || this.#stopping.signal.aborted) {
      throw new ChannelClosedError()
    }
    const [here, there] = localPair(self)
    this.#local.add(here)
    inBackground(here.closed.then(() => {
      this.#local.delete(here)
    }))
    inBackground(this.#serve(protocol, there, serve))
    return here
  }

  async #serve (protocol: ProtocolId, stream: ByteStream, serve: ServeStream): Promise<void> {
    try {
      await serve(stream)
    } catch (err) {
      this.#init.log.debug('a stream ended early', { peer: stream.peer, protocol, error: String(err) })
      stream.abort(err instanceof Error ? err : new ChannelClosedError())
    }
  }
}
