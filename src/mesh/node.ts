import { createHash } from 'node:crypto'
import { gossipsub, StrictSign } from '@chainsafe/libp2p-gossipsub'
import { createTopicScoreParams } from '@chainsafe/libp2p-gossipsub/score'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { countPackets, countStreams } from './counting.ts'
import { meshDoor } from './door.ts'
import { MAX_GOSSIP_BYTES, MAX_READ_BUFFER_BYTES } from '../wire/limits.ts'
import * as limits from './limits.ts'
import { localDiscovery } from './mdns.ts'
import type { Clock } from '../ports.ts'
import type { Guard } from './guard.ts'
import type { MeshDoor } from './secret.ts'
import type { GossipSub } from '@chainsafe/libp2p-gossipsub'
import type { Identify } from '@libp2p/identify'
import type { ConnectionGater, Libp2p, PrivateKey } from '@libp2p/interface'
import type { Libp2pOptions } from 'libp2p'

/** The libp2p node under a mesh. */
export type MeshNode = Libp2p<MeshServices>

/** The services of the node. Identify must be there, or gossipsub never learns who speaks it. */
export interface MeshServices extends Record<string, unknown> {
  readonly identify: Identify
  readonly gossip: GossipSub
}

/** How the node is to be. */
export interface NodeInit {
  readonly privateKey: PrivateKey
  readonly door: MeshDoor
  /** Multiaddrs to listen on. */
  readonly listen: readonly string[]
  /** Multiaddrs to tell others besides those this peer finds out itself: a public address, a forwarded port. */
  readonly announce: readonly string[]
  readonly mdns: 'on' | 'off'
  readonly gater: ConnectionGater
  /** Counts what peers make this one do. @default nothing is counted */
  readonly guard?: Guard
  readonly clock: Clock
  /** @default tcp */
  readonly transports?: Libp2pOptions['transports']
}

/** One exchange of gossip between neighbours may carry several messages, each bounded by `MAX_GOSSIP_BYTES`. */
const MAX_GOSSIP_RPC_BYTES = 16 * MAX_GOSSIP_BYTES

/** What one such exchange may carry: as many messages as neighbours miss after a burst, and their ids. */
const GOSSIP_RPC_LIMITS = {
  maxSubscriptions: 64,
  maxMessages: 512,
  maxIhaveMessageIDs: 512,
  maxIwantMessageIDs: 512,
  maxIdontwantMessageIDs: 512,
  maxControlMessages: 64,
  maxPeerInfos: 16
}

/**
 * Three invalid messages in a row bring a neighbour below the score at which it is no longer heard (-80); half of that is forgiven within
 * seconds. Nothing else counts: a mesh is silent for hours, which the defaults hold against its peers.
 */
const onlyInvalidMessagesCount = createTopicScoreParams({
  topicWeight: 1,
  timeInMeshWeight: 0,
  firstMessageDeliveriesWeight: 0,
  meshMessageDeliveriesWeight: 0,
  meshFailurePenaltyWeight: 0,
  invalidMessageDeliveriesWeight: -10,
  invalidMessageDeliveriesDecay: 0.9
})

/** How long the network stack may take to answer identify: also a peer on a busy machine. */
const IDENTIFY_TIMEOUT_MS = 10_000

/** Makes the node, not yet started. */
export async function createNode (init: NodeInit): Promise<MeshNode> {
  const { guard } = init
  const muxer = yamux({
    maxInboundStreams: limits.MAX_STREAMS_PER_CONNECTION,
    maxOutboundStreams: limits.MAX_STREAMS_PER_CONNECTION,
    streamOptions: {
      maxStreamWindowSize: limits.MAX_STREAM_WINDOW_BYTES,
      maxReadBufferLength: MAX_READ_BUFFER_BYTES,
      maxWriteBufferLength: limits.MAX_WRITE_BUFFER_BYTES
    }
  })
  const gossip = gossipOf(init.door)
  const node = await createLibp2p<MeshServices>({
    nodeInfo: { name: 'tilemesh' },
    start: false,
    privateKey: init.privateKey,
    addresses: { listen: [...init.listen], appendAnnounce: [...init.announce] },
    transports: init.transports ?? [tcp()],
    connectionEncrypters: [meshDoor(init.door)],
    streamMuxers: [() => guard === undefined ? muxer() : countStreams(muxer(), guard)],
    peerDiscovery: init.mdns === 'on' ? [localDiscovery(init.door.serviceTag, init.clock)] : [],
    connectionGater: init.gater,
    connectionManager: {
      maxConnections: limits.MAX_CONNECTIONS,
      maxIncomingPendingConnections: limits.MAX_PENDING_CONNECTIONS,
      // The gate counts them; the stack's own count knows no burst.
      inboundConnectionThreshold: limits.CONNECTIONS_PER_SECOND * limits.CONNECTIONS_BURST_SECONDS,
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
      gossip: (components) => guard === undefined ? gossip(components) : countPackets(gossip(components), guard)
    }
  })
  guard?.watch(node)
  return node
}

function gossipOf (door: MeshDoor): ReturnType<typeof gossipsub> {
  return gossipsub({
    globalSignaturePolicy: StrictSign,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    allowedTopics: [door.topic],
    maxInboundDataLength: MAX_GOSSIP_RPC_BYTES,
    maxOutboundBufferSize: MAX_GOSSIP_RPC_BYTES,
    decodeRpcLimits: GOSSIP_RPC_LIMITS,
    // The same message comes from every neighbour: who has checked a signature once need not check it again.
    fastMsgIdFn: (message) => createHash('sha256').update(message.from ?? '').update(message.seqno ?? '').update(message.data ?? '').update(message.signature ?? '').digest('base64'),
    // Peers of one studio share an address; the default scores them down until nobody talks to anybody.
    scoreParams: { IPColocationFactorWeight: 0, topics: { [door.topic]: onlyInvalidMessagesCount } },
    // Meshes are small and messages few: fewer copies than the default six of everything.
    D: 5,
    Dlo: 4,
    Dhi: 10
  })
}
