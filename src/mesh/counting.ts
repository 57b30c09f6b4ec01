/**
 * Where the {@link Guard} hooks into the network stack. Neither place is part of the stack's published types, and nothing published comes early enough:
 * a stream is counted before its protocol is agreed on, a packet of gossip before it is decoded. A spec floods a real peer, so a release that moves
 * them does not go unnoticed.
 */
import type { Guard } from './guard.ts'
import type { GossipSub } from '@chainsafe/libp2p-gossipsub'
import type { PeerId, Stream, StreamMuxer, StreamMuxerFactory } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

/** What a muxer does when the other side opens a stream. */
interface StreamReceiver extends StreamMuxer {
  onRemoteStream (stream: Stream): void
}

/** What gossipsub does with the stream of a neighbour. */
interface PacketReader extends GossipSub {
  getScore (neighbour: string): number
  pipePeerReadStream (neighbour: PeerId, packets: AsyncIterable<Uint8ArrayList>): Promise<void>
}

/** A muxer that tells the guard of every stream the other side opens. */
export function countStreams (factory: StreamMuxerFactory, guard: Guard): StreamMuxerFactory {
  const createStreamMuxer = factory.createStreamMuxer.bind(factory)
  return Object.assign(factory, {
    createStreamMuxer (connection: Parameters<typeof createStreamMuxer>[0]): StreamMuxer {
      const muxer = createStreamMuxer(connection) as StreamReceiver
      const receive = bound(muxer, muxer.onRemoteStream, 'onRemoteStream')
      return Object.assign(muxer, {
        onRemoteStream (stream: Stream) {
          receive(stream)
          guard.streamOpened(stream)
        }
      })
    }
  })
}

/** A gossipsub that reads only packets which the guard lets through. */
export function countPackets (service: GossipSub, guard: Guard): GossipSub {
  const reader = service as PacketReader
  const read = bound(reader, reader.pipePeerReadStream, 'pipePeerReadStream')
  const scoreOf = bound(reader, reader.getScore, 'getScore')
  return Object.assign(service, {
    async pipePeerReadStream (neighbour: PeerId, packets: AsyncIterable<Uint8ArrayList>) {
      await read(neighbour, guard.packetsOf(neighbour.toString(), packets, scoreOf))
    }
  })
}

/** @throws TypeError when the stack is of another version than this file was written for */
function bound<Arguments extends unknown[], Result> (owner: object, method: ((...args: Arguments) => Result) | undefined, name: string): (...args: Arguments) => Result {
  if (typeof method !== 'function') {
    throw new TypeError(`the network stack has no "${name}" any more`)
  }
  return method.bind(owner)
}
