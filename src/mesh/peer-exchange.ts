import { peerIdFromString } from '@libp2p/peer-id'
import { isLoopback } from '@libp2p/utils'
import { WireError } from '../errors.ts'
import { decodePeerExchange, encodePeerExchange } from '../wire/codec/index.ts'
import { MAX_ADDRESS_BYTES, MAX_EXCHANGED_PEERS, MAX_PEER_ADDRESSES, MAX_PEER_EXCHANGE_BYTES, STREAM_LIMITS } from '../wire/limits.ts'
import { PEERS_PROTOCOL } from '../wire/protocols.ts'
import { FrameReader, writeFrame } from './frames.ts'
import { LOCATE_PAUSE_MS, MAX_LOCATE_QUESTIONS, PEER_EXCHANGE_MS } from './limits.ts'
import { inBackground } from './in-background.ts'
import type { PeerId } from '../core/ids.ts'
import type { Clock, Log, Random, Timer } from '../ports.ts'
import type { PeerAddresses } from '../wire/codec/index.ts'
import type { ByteStream } from './byte-stream.ts'
import type { Dialer } from './dialer.ts'
import type { Members } from './members.ts'
import type { MeshNode } from './node.ts'
import type { Streams } from './streams.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

/** What peer exchange works with. */
export interface PeerExchangeInit {
  readonly node: MeshNode
  readonly streams: Streams
  readonly members: Members
  readonly dialer: Dialer
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly onBadMessage: (peer: PeerId, error: WireError) => void
}

/**
 * Peers tell one another where other members are reached, so that one address is enough to join and a mesh does not hang on the peer that
 * introduced everyone. Answers are hints: a wrong one costs a failed dial, since the door is at every address.
 */
export class PeerExchange {
  readonly #init: PeerExchangeInit
  #timer: Timer | undefined
  #locateAgainMs = 0

  constructor (init: PeerExchangeInit) {
    this.#init = init
  }

  async start (): Promise<void> {
    await this.#init.streams.handle(PEERS_PROTOCOL, async (stream) => {
      await writeFrame(stream, encodePeerExchange(await this.#neighboursFor(stream.peer)))
      await stream.close()
    })
    this.#askSoon()
  }

  stop (): void {
    this.#timer?.stop()
  }

  /** Asks a peer for its neighbours. Never rejects. */
  async ask (peer: PeerId): Promise<void> {
    let stream: ByteStream | undefined
    try {
      stream = await this.#init.streams.open(peer, PEERS_PROTOCOL)
      const frame = await new FrameReader(stream, this.#init.clock).frame(MAX_PEER_EXCHANGE_BYTES, STREAM_LIMITS[PEERS_PROTOCOL].idleMs)
      await stream.close()
      for (const { peer: neighbour, addresses } of frame === undefined ? [] : decodePeerExchange(frame)) {
        this.#init.dialer.learn(neighbour, addresses)
      }
    } catch (err) {
      stream?.abort(err instanceof Error ? err : new Error(String(err)))
      if (err instanceof WireError) {
        this.#init.onBadMessage(peer, err)
      }
      this.#init.log.debug('a peer did not tell its neighbours', { peer, error: String(err) })
    }
  }

  /** Asks around for a peer whose addresses are not known here. Never rejects. */
  async locate (peer: PeerId): Promise<void> {
    const nowMs = this.#init.clock.nowMs()
    if (this.#init.dialer.knows(peer) || nowMs < this.#locateAgainMs) {
      return
    }
    this.#locateAgainMs = nowMs + LOCATE_PAUSE_MS
    const members = this.#init.members.list().slice(0, MAX_LOCATE_QUESTIONS)
    await Promise.all(members.map(async (member) => {
      await this.ask(member.peer)
    }))
  }

  #askSoon (): void {
    this.#timer = this.#init.clock.after(PEER_EXCHANGE_MS * (0.5 + this.#init.random.next()), () => {
      const members = this.#init.members.list()
      const someone = members[Math.floor(this.#init.random.next() * members.length)]
      if (someone !== undefined) {
        inBackground(this.ask(someone.peer))
      }
      this.#askSoon()
    })
  }

  /** Some members at random, so that not everybody dials the same. */
  async #neighboursFor (asker: PeerId): Promise<PeerAddresses[]> {
    const members = this.#init.members.list().filter(({ peer }) => peer !== asker)
    const neighbours: PeerAddresses[] = []
    while (members.length > 0 && neighbours.length < MAX_EXCHANGED_PEERS) {
      const [member] = members.splice(Math.floor(this.#init.random.next() * members.length), 1)
      const addresses = await this.#addressesOf(member!.peer, asker)
      if (addresses.length > 0) {
        neighbours.push({ peer: member!.peer, addresses })
      }
    }
    return neighbours
  }

  /** Addresses within one machine are only of use to peers on it. */
  async #addressesOf (peer: PeerId, asker: PeerId): Promise<string[]> {
    const askerIsHere = this.#init.node.getConnections(peerIdFromString(asker)).some(({ remoteAddr }) => isLoopback(remoteAddr))
    const addresses = await listenAddressesOf(this.#init.node, peer)
    return addresses
      .filter((address) => askerIsHere || !isLoopback(address))
      .map((address) => address.toString())
      .filter((address) => address.length <= MAX_ADDRESS_BYTES)
      .slice(0, MAX_PEER_ADDRESSES)
  }
}

/** Where a connected peer says it listens. */
export async function listenAddressesOf (node: MeshNode, peer: PeerId): Promise<Multiaddr[]> {
  try {
    const { addresses } = await node.peerStore.get(peerIdFromString(peer))
    return addresses.map(({ multiaddr }) => multiaddr)
  } catch {
    return []
  }
}
