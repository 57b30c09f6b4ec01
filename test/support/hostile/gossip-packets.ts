import { RPC } from '@chainsafe/libp2p-gossipsub/message'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { framed } from '../../../src/mesh/frames.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

/** The protocol of the gossip streams that a peer offers. */
export const GOSSIP_PROTOCOL = '/meshsub/1.2.0'

/** What is signed begins with this, as gossipsub wants it. */
const SIGNED_PREFIX = fromString('libp2p-pubsub:')

let lastSequence = 0n

/** One message of gossip, signed, as gossipsub writes it. */
export async function signedGossip (key: PrivateKey, topic: string, data: Uint8Array): Promise<RPC.Message> {
  const seqno = new Uint8Array(8)
  new DataView(seqno.buffer).setBigUint64(0, ++lastSequence)
  const message: RPC.Message = { from: peerIdFromPrivateKey(key).toMultihash().bytes, data, seqno, topic, signature: undefined, key: undefined }
  message.signature = Uint8Array.from(await key.sign(concat([SIGNED_PREFIX, RPC.Message.encode(message)])))
  return message
}

/** A packet between neighbours that carries these messages, as it travels. */
export function gossipPacket (...messages: readonly RPC.Message[]): Uint8ArrayList {
  return framed(RPC.encode({ subscriptions: [], messages: [...messages], control: undefined }))
}

/** A packet that subscribes to these topics. */
export function subscriptionPacket (topics: readonly string[]): Uint8ArrayList {
  return framed(RPC.encode({ subscriptions: topics.map((topic) => ({ topic, subscribe: true })), messages: [], control: undefined }))
}

/** A packet that offers, wants and disclaims messages nobody has. */
export function controlPacket (topic: string, messageIDs: readonly Uint8Array[]): Uint8ArrayList {
  const ids = [...messageIDs]
  return framed(RPC.encode({
    subscriptions: [],
    messages: [],
    control: {
      ihave: [{ topicID: topic, messageIDs: ids }],
      iwant: [{ messageIDs: ids }],
      graft: [{ topicID: topic }],
      prune: [{ topicID: topic, peers: [], backoff: 1 }],
      idontwant: [{ messageIDs: ids }]
    }
  }))
}
