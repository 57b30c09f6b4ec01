import * as wire from '../../src/wire/codec/index.ts'
import * as any from '../support/arbitraries.ts'
import type * as fc from 'fast-check'

/** One kind of message: how it is written and read, and a generator of it. */
export interface Codec<T> {
  readonly name: string
  readonly encode: (value: T) => Uint8Array
  readonly decode: (bytes: Uint8Array) => T
  readonly any: fc.Arbitrary<T>
}

function codec<T> (name: string, encode: (value: T) => Uint8Array, decode: (bytes: Uint8Array) => T, any: fc.Arbitrary<T>): Codec<unknown> {
  return { name, encode, decode, any } as Codec<unknown>
}

/** Every kind of message that peers exchange. */
export const codecs: readonly Codec<unknown>[] = [
  codec('JobSpec', wire.encodeJobSpec, wire.decodeJobSpec, any.anyJobSpec),
  codec('JobControl', wire.encodeControl, wire.decodeControl, any.anyControl),
  codec('WorkerMessage', wire.encodeWorkerMessage, wire.decodeWorkerMessage, any.anyWorkerMessage),
  codec('StewardMessage', wire.encodeStewardMessage, wire.decodeStewardMessage, any.anyStewardMessage),
  codec('ResultHead', wire.encodeResultHead, wire.decodeResultHead, any.anyResultHead),
  codec('ResultAnswer', wire.encodeResultAnswer, wire.decodeResultAnswer, any.anyResultAnswer),
  codec('GossipMessage', wire.encodeGossip, wire.decodeGossip, any.anyGossip),
  codec('DigestExchange', wire.encodeDigestExchange, wire.decodeDigestExchange, any.anyDigestExchange),
  codec('BlobRequest', wire.encodeBlobRequest, wire.decodeBlobRequest, any.anyBlobRequest),
  codec('BlobAnswer', wire.encodeBlobAnswer, wire.decodeBlobAnswer, any.anyBlobAnswer),
  codec('ViewRequest', wire.encodeViewRequest, wire.decodeViewRequest, any.anyViewRequest),
  codec('LogRequest', wire.encodeLogRequest, wire.decodeLogRequest, any.anyLogRequest),
  codec('LogAnswer', wire.encodeLogAnswer, wire.decodeLogAnswer, any.anyLogAnswer),
  codec('Question', wire.encodeQuestion, wire.decodeQuestion, any.anyQuestion),
  codec('Answer', wire.encodeAnswer, wire.decodeAnswer, any.anyAnswer),
  codec('KeptRequest', wire.encodeKeptRequest, wire.decodeKeptRequest, any.anyKeptRequest),
  codec('ViewMessage', wire.encodeViewMessage, wire.decodeViewMessage, any.anyViewMessage),
  codec('Greeting', wire.encodeGreeting, wire.decodeGreeting, any.anyGreeting),
  codec('PeerExchange', wire.encodePeerExchange, wire.decodePeerExchange, any.anyPeerExchange)
]
