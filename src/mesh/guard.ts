import { ChannelClosedError, WireError } from '../errors.ts'
import { GossipMeter } from './gossip-meter.ts'
import { inBackground } from './in-background.ts'
import * as limits from './limits.ts'
import { TokenBuckets } from './token-bucket.ts'
import type { PeerId } from '../core/ids.ts'
import type { Clock } from '../ports.ts'
import type { GossipVerdict } from './gossip-meter.ts'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

/** gossipsub reads nothing more of a neighbour whose score is below this, its default; three invalid messages lead there. */
const GRAYLIST_SCORE = -80

/** What a guard works with, and whom it tells. */
export interface GuardInit {
  readonly clock: Clock
  /** A peer does far more of something than any peer needs to: it is to be disconnected and kept out. */
  readonly onFlood: (peer: PeerId, what: string) => void
  /** A peer sent something that is not a message. */
  readonly onBadMessage: (peer: PeerId, error: WireError) => void
}

/**
 * Counts what each connected peer makes this one do below the protocols: connections, streams of whatever protocol, packets of gossip.
 * Counting comes first, since everything that follows costs far more: agreeing on a protocol half a millisecond, a signature a tenth of one.
 */
export class Guard {
  readonly #init: GuardInit
  readonly #gossip: GossipMeter
  readonly #streams: TokenBuckets
  #node: Pick<Libp2p, 'getConnections'> | undefined

  constructor (init: GuardInit) {
    this.#init = init
    this.#gossip = new GossipMeter(init.clock)
    this.#streams = new TokenBuckets(init.clock, {
      messagesPerSecond: limits.STREAMS_PER_SECOND,
      bytesPerSecond: 0,
      burstSeconds: limits.STREAMS_BURST_SECONDS
    })
  }

  /** To be called once, when the node is made and before it starts. */
  watch (node: Pick<Libp2p, 'getConnections' | 'addEventListener'>): void {
    this.#node = node
    node.addEventListener('connection:open', ({ detail }) => {
      this.#keepNewest(detail)
    })
  }

  /** Counts a stream that the other side of some connection has just opened. */
  streamOpened (stream: Stream): void {
    const connection = this.#node?.getConnections().find(({ streams }) => streams.includes(stream))
    if (connection === undefined) {
      // It came before its connection was announced: the stack lets ten do that.
      return
    }
    const peer = connection.remotePeer.toString()
    const open = connection.streams.filter(({ direction }) => direction === 'inbound').length
    if (open >= limits.MAX_STREAMS_PER_CONNECTION || !this.#streams.spend(peer, 0)) {
      this.#init.onFlood(peer, 'streams')
    }
  }

  /**
   * The packets of a neighbour's gossip stream that are worth reading. Ends when the neighbour has to go.
   *
   * @param scoreOf - what gossipsub thinks of a neighbour
   */
  async * packetsOf (neighbour: PeerId, source: AsyncIterable<Uint8ArrayList>, scoreOf: (neighbour: PeerId) => number): AsyncGenerator<Uint8ArrayList> {
    const welcome = { packets: [] as Uint8ArrayList[], arrival: Promise.withResolvers<void>(), hasEnded: false }
    // Counted as they arrive and not as they are read: what waits to be read is bounded then, and a flood is known while it comes.
    const counted = this.#count(neighbour, source, scoreOf, (packet) => {
      welcome.packets.push(packet)
      welcome.arrival.resolve()
    }).finally(() => {
      welcome.hasEnded = true
      welcome.arrival.resolve()
    })
    inBackground(counted)
    for (let taken = 1; ; taken++) {
      while (welcome.packets.length === 0 && !welcome.hasEnded) {
        await welcome.arrival.promise
        welcome.arrival = Promise.withResolvers()
      }
      const packet = welcome.packets.shift()
      if (packet === undefined) {
        await counted
        return
      }
      yield packet
      if (taken % limits.GOSSIP_STRETCH_PACKETS === 0) {
        await new Promise<void>((resolve) => { this.#init.clock.after(0, resolve) })
      }
    }
  }

  async #count (neighbour: PeerId, source: AsyncIterable<Uint8ArrayList>, scoreOf: (neighbour: PeerId) => number, take: (packet: Uint8ArrayList) => void): Promise<void> {
    for await (const packet of source) {
      const verdict = scoreOf(neighbour) < GRAYLIST_SCORE ? 'flood' : this.#judge(neighbour, packet.subarray())
      if (verdict === 'flood') {
        this.#init.onFlood(neighbour, 'gossip')
        return
      }
      if (verdict === 'take') {
        take(packet)
      }
    }
  }

  #judge (neighbour: PeerId, packet: Uint8Array): GossipVerdict {
    try {
      return this.#gossip.judge(neighbour, packet)
    } catch (err) {
      if (err instanceof WireError) {
        this.#init.onBadMessage(neighbour, err)
      }
      return 'drop'
    }
  }

  /** Who opens more connections than it can need loses the oldest: those may be dead, and the newest is the one it uses. */
  #keepNewest ({ remotePeer }: Connection): void {
    const connections = [...this.#node?.getConnections(remotePeer) ?? []].sort((a, b) => a.timeline.open - b.timeline.open)
    for (const connection of connections.slice(0, -limits.MAX_CONNECTIONS_PER_PEER)) {
      connection.abort(new ChannelClosedError('replaced by a newer connection'))
    }
  }
}
