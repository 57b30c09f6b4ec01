import { WireError } from '../errors.ts'
import { GOSSIP_BURST_SECONDS, GOSSIP_BYTES_PER_SECOND, GOSSIP_MESSAGES_PER_SECOND } from '../wire/limits.ts'
import * as limits from './limits.ts'
import { TokenBuckets } from './token-bucket.ts'
import type { PeerId } from '../core/ids.ts'
import type { Clock } from '../ports.ts'

/** What becomes of a packet: it is read, it is dropped unread, or its sender has gone so far that it is shown the door. */
export type GossipVerdict = 'take' | 'drop' | 'flood'

/** The field of a packet in which messages are; everything else keeps the overlay in shape. */
const MESSAGE_FIELD = 2

/** Sources that share one bucket. */
const EVERYBODY = 'everybody'

/**
 * Counts what neighbours pass on before any of it is decoded or its signatures are checked, which costs a hundred times more than to count.
 *
 * Three buckets: of each neighbour, for what it may pass on; of all together, so that what this peer passes on itself stays below what others
 * take from a neighbour, whoever floods it; and of each neighbour's surplus, since only somebody who means it sends many times too much.
 */
export class GossipMeter {
  readonly #neighbours: TokenBuckets
  readonly #everybody: TokenBuckets
  readonly #patience: TokenBuckets

  constructor (clock: Clock) {
    const bucketsOf = (factor: number): TokenBuckets => new TokenBuckets(clock, {
      messagesPerSecond: factor * GOSSIP_MESSAGES_PER_SECOND,
      bytesPerSecond: factor * GOSSIP_BYTES_PER_SECOND,
      burstSeconds: GOSSIP_BURST_SECONDS
    })
    this.#neighbours = bucketsOf(limits.GOSSIP_FORWARD_FACTOR)
    this.#everybody = bucketsOf(limits.GOSSIP_EVERYBODY_FACTOR)
    this.#patience = bucketsOf(limits.GOSSIP_FLOOD_FACTOR)
  }

  /** Judges one packet of a neighbour. @throws WireError when it can not be one */
  judge (neighbour: PeerId, packet: Uint8Array): GossipVerdict {
    const messages = weightOf(packet)
    if (!this.#patience.spend(neighbour, packet.byteLength, messages)) {
      return 'flood'
    }
    if (!this.#neighbours.spend(neighbour, packet.byteLength, messages) || !this.#everybody.spend(EVERYBODY, packet.byteLength, messages)) {
      return 'drop'
    }
    return 'take'
  }
}

/**
 * What a packet weighs, in messages: those it carries, and one for itself and for every {@link limits.GOSSIP_CONTROL_BYTES} of anything else.
 * Reads no further than the packet's outermost protobuf fields.
 */
function weightOf (packet: Uint8Array): number {
  let weight = 1
  let otherBytes = 0
  let at = 0
  while (at < packet.byteLength) {
    const key = varint(packet, at)
    const field = Math.floor(key.value / 8)
    const end = endOfField(packet, key.end, key.value % 8)
    if (field === MESSAGE_FIELD) {
      weight++
    } else {
      otherBytes += end - at
    }
    at = end
  }
  return weight + Math.floor(otherBytes / limits.GOSSIP_CONTROL_BYTES)
}

function endOfField (packet: Uint8Array, at: number, wireType: number): number {
  switch (wireType) {
    case 0: return varint(packet, at).end
    case 1: return within(packet, at + 8)
    case 2: {
      const length = varint(packet, at)
      return within(packet, length.end + length.value)
    }
    case 5: return within(packet, at + 4)
    default: throw new WireError('a packet of gossip with a field of no known kind')
  }
}

function within (packet: Uint8Array, end: number): number {
  if (end > packet.byteLength) {
    throw new WireError('a packet of gossip that ends within a field')
  }
  return end
}

/** An unsigned varint of at most ten bytes, as protobuf has it. Exact where it matters: keys and lengths of real packets are small. */
function varint (packet: Uint8Array, at: number): { readonly value: number, readonly end: number } {
  let value = 0
  for (let index = 0; index < 10; index++) {
    const byte = packet[at + index]
    if (byte === undefined) {
      throw new WireError('a packet of gossip that ends within a number')
    }
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) {
      return { value, end: at + index + 1 }
    }
  }
  throw new WireError('a packet of gossip with a number that does not end')
}
