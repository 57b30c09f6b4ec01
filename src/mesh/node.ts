import { gossipsub, StrictSign } from '@chainsafe/libp2p-gossipsub'
import { identify } from '@libp2p/identify'
import { mdns } from '@libp2p/mdns'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { meshDoor } from './door.ts'
import * as limits from './limits.ts'
import type { MeshDoor } from './secret.ts'
import type { GossipSub } from '@chainsafe/libp2p-gossipsub'
import type { Identify } from '@libp2p/identify'
import type { ConnectionGater, Libp2p, PrivateKey } from '@libp2p/interface'
import type { Libp2pOptions } from 'libp2p'

/** The libp2p node under a mesh. */
export type MeshNode = Libp2p<MeshServices>

export interface MeshServices extends Record<string, unknown> {
  readonly identify: Identify
  readonly gossip: GossipSub
}

export interface NodeInit {
  readonly privateKey: PrivateKey
  readonly door: MeshDoor
  /** Multiaddrs to listen on. */
  readonly listen: readonly string[]
  /** Multiaddrs to tell others besides those this peer finds out itself: a public address, a forwarded port. */
  readonly announce: readonly string[]
  readonly mdns: 'on' | 'off'
  readonly gater: ConnectionGater
  /** The only gossip topic. */
  readonly topic: string
  readonly maxGossipBytes: number
  /** @default tcp */
  readonly transports?: Libp2pOptions['transports']
}

/** How long the network stack may take to answer identify: also a peer on a busy machine. */
const IDENTIFY_TIMEOUT_MS = 10_000

/** Makes the node, not yet started. */
export async function createNode (init: NodeInit): Promise<MeshNode> {
  return await createLibp2p<MeshServices>({
    nodeInfo: { name: 'tilemesh' },
    start: false,
    privateKey: init.privateKey,
    addresses: { listen: [...init.listen], appendAnnounce: [...init.announce] },
    transports: init.transports ?? [tcp()],
    connectionEncrypters: [meshDoor(init.door)],
    streamMuxers: [yamux({
      maxInboundStreams: limits.MAX_STREAMS_PER_CONNECTION,
      maxOutboundStreams: limits.MAX_STREAMS_PER_CONNECTION,
      streamOptions: {
        maxStreamWindowSize: limits.MAX_STREAM_WINDOW_BYTES,
        maxReadBufferLength: limits.MAX_READ_BUFFER_BYTES,
        maxWriteBufferLength: limits.MAX_WRITE_BUFFER_BYTES
      }
    })],
    peerDiscovery: init.mdns === 'on' ? [mdns({ serviceTag: init.door.serviceTag })] : [],
    connectionGater: init.gater,
    connectionManager: {
      maxConnections: limits.MAX_CONNECTIONS,
      maxIncomingPendingConnections: limits.MAX_PENDING_CONNECTIONS,
      inboundConnectionThreshold: limits.MAX_CONNECTIONS_PER_SECOND,
      inboundUpgradeTimeout: limits.HANDSHAKE_TIMEOUT_MS,
      dialTimeout: limits.DIAL_TIMEOUT_MS,
      addressDialTimeout: limits.ADDRESS_DIAL_TIMEOUT_MS,
      inboundStreamProtocolNegotiationTimeout: limits.OPEN_STREAM_TIMEOUT_MS,
      outboundStreamProtocolNegotiationTimeout: limits.OPEN_STREAM_TIMEOUT_MS
    },
    // Leases and greetings judge whether a peer lives; the stack's monitor cuts connections of peers that are merely busy.
    connectionMonitor: { enabled: false },
    services: {
      identify: identify({ timeout: IDENTIFY_TIMEOUT_MS }),
      gossip: gossipsub({
        globalSignaturePolicy: StrictSign,
        allowPublishToZeroTopicPeers: true,
        ignoreDuplicatePublishError: true,
        allowedTopics: [init.topic],
        maxInboundDataLength: init.maxGossipBytes * 4,
        // Peers of one studio share an address; the default scores them down until nobody talks to anybody.
        scoreParams: { IPColocationFactorWeight: 0 },
        // Meshes are small and messages few: fewer copies than the default six of everything.
        D: 5,
        Dlo: 4,
        Dhi: 10
      })
    }
  })
}
