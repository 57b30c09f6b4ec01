import * as fc from 'fast-check'
import { concat } from 'uint8arrays/concat'
import { UnitSet } from '../../../src/core/ledger.ts'
import { framed } from '../../../src/mesh/frames.ts'
import { doorOf } from '../../../src/mesh/secret.ts'
import * as wire from '../../../src/wire/codec/index.ts'
import {
  BLOB_PROTOCOL, CUSTODY_PROTOCOL, GREETING_PROTOCOL, LEASE_PROTOCOL, LEDGER_PROTOCOL, LOG_PROTOCOL, PEERS_PROTOCOL, PROTOCOLS, QUESTION_PROTOCOL,
  RESULT_PROTOCOL, VIEW_PROTOCOL
} from '../../../src/wire/protocols.ts'
import * as any from '../arbitraries.ts'
import { mutations, noise, randomOf } from '../mutations.ts'
import { GOSSIP_PROTOCOL, controlPacket, gossipPacket, signedGossip, subscriptionPacket } from './gossip-packets.ts'
import { Insider, push } from './insider.ts'
import type { ProtocolId } from '../../../src/wire/protocols.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

/** Whom an attack is for. */
export interface Target {
  /** With /p2p/. */
  readonly address: string
  readonly secret: Uint8Array
  readonly seed: number
}

/** What an attacker did. */
export interface Deeds {
  /** Messages, packets or streams, as the attack counts. */
  readonly sent: number
  /** Identities it needed, since the peer hung up on them. */
  readonly identities: number
}

type Below = (n: number) => number

/** Messages on one stream before it is left, whatever became of it. */
const MESSAGES_A_STREAM = 20

/** Attackers that work side by side. */
const HANDS = 5

/** Identities that one machine brings along before the attack goes on from another: what a peer lets in at once from one address. */
const IDENTITIES_A_MACHINE = 50

/** Where a machine has more than one loopback address, an attack can come from many. */
export const HAS_MANY_MACHINES = process.platform === 'linux'

/** Where an attack comes from next. Elsewhere than on Linux a machine has one loopback address, and the attack is as slow as the peer makes it. */
export function addressOf (identity: number): string {
  const machine = Math.floor(identity / IDENTITIES_A_MACHINE)
  return HAS_MANY_MACHINES ? `127.0.${1 + Math.floor(machine / 250) % 250}.${1 + machine % 250}` : '127.0.0.1'
}

let lastIdentity = 0

const sample = <T>(arbitrary: fc.Arbitrary<T>, encode: (value: T) => Uint8Array, seed: number): readonly Uint8Array[] =>
  fc.sample(arbitrary, { seed, numRuns: 60 }).map(encode)

/** Right messages to the end of each protocol that a peer serves. */
const rightMessages: Readonly<Record<ProtocolId, (seed: number) => readonly Uint8Array[]>> = {
  [GREETING_PROTOCOL]: (seed) => sample(any.anyGreeting, wire.encodeGreeting, seed),
  [LEASE_PROTOCOL]: (seed) => sample(any.anyWorkerMessage, wire.encodeWorkerMessage, seed),
  [RESULT_PROTOCOL]: (seed) => sample(any.anyResultHead, wire.encodeResultHead, seed),
  [LEDGER_PROTOCOL]: (seed) => sample(any.anyDigestExchange, wire.encodeDigestExchange, seed),
  [BLOB_PROTOCOL]: (seed) => sample(any.anyBlobRequest, wire.encodeBlobRequest, seed),
  [VIEW_PROTOCOL]: (seed) => sample(any.anyViewRequest, wire.encodeViewRequest, seed),
  [LOG_PROTOCOL]: (seed) => sample(any.anyLogRequest, wire.encodeLogRequest, seed),
  [QUESTION_PROTOCOL]: (seed) => sample(any.anyQuestion, wire.encodeQuestion, seed),
  [CUSTODY_PROTOCOL]: (seed) => sample(any.anyKeptRequest, wire.encodeKeptRequest, seed),
  [PEERS_PROTOCOL]: (seed) => sample(any.anyPeerExchange, wire.encodePeerExchange, seed)
}

/** Something to write to a stream where a message is expected: a right one, a mutated one, bytes of chance, lengths that lie. */
export function bytesFor (messages: readonly Uint8Array[], below: Below): Uint8Array | Uint8ArrayList {
  const right = messages[below(messages.length)]!
  switch (below(10)) {
    case 0: return noise(1 + below(300), below)
    case 1: return Uint8Array.from([0xff, 0xff, 0xff, 0x7f, ...noise(below(50), below)])
    case 2: return new Uint8Array(1 + below(20)).fill(0xff)
    case 3: return framed(right).slice(0, below(right.byteLength))
    case 4: return concat([framed(right).subarray(), framed(right).subarray()])
    case 5:
    case 6: return framed(right)
    default: return framed(mutations[below(mutations.length)]!(right, messages[below(messages.length)]!, below))
  }
}

/** Runs `attempt` until it has counted up to `count`, by several hands, each with a new identity whenever the peer hangs up on its last one. */
async function byHands (target: Target, count: number, attempt: (insider: Insider, below: Below) => Promise<number>): Promise<Deeds> {
  let sent = 0
  let identities = 0
  await Promise.all(Array.from({ length: HANDS }, async (_, hand) => {
    const below = randomOf(target.seed * HANDS + hand)
    let insider: Insider | undefined
    while (sent < count) {
      if (insider === undefined || !insider.isIn) {
        await insider?.leave()
        insider = await Insider.join(target.address, target.secret, addressOf(lastIdentity++)).catch(() => undefined)
        identities++
        continue
      }
      sent += await attempt(insider, below)
    }
    await insider?.leave()
  }))
  return { sent, identities }
}

/** Random and mutated bytes at one protocol; streams are closed, reset or left open by chance. */
export async function garbage (target: Target, protocol: ProtocolId, count: number): Promise<Deeds> {
  const messages = rightMessages[protocol](target.seed)
  return byHands(target, count, async (insider, below) => {
    let sent = 0
    try {
      const stream = await insider.open(protocol)
      while (sent < MESSAGES_A_STREAM) {
        sent++
        if (!await push(stream, bytesFor(messages, below))) {
          break
        }
      }
      switch (below(3)) {
        case 0:
          stream.abort(new Error('left'))
          break
        case 1:
          stream.close().catch(() => {})
      }
    } catch {
      sent = Math.max(sent, 1)
    }
    return sent
  })
}

/** Streams that are opened and left: agreed upon or not even that, with half a message, none, or one that is never read. */
export async function abandonedStreams (target: Target, count: number): Promise<Deeds> {
  return byHands(target, count, async (insider, below) => {
    if (below(2) === 0) {
      insider.openSilently()
      await new Promise((resolve) => { setImmediate(resolve) })
      return 1
    }
    try {
      const stream = await insider.open(PROTOCOLS[below(PROTOCOLS.length)]!)
      if (below(2) === 0) {
        await push(stream, Uint8Array.of(100, 1, 2, 3))
      }
      if (below(2) === 0) {
        stream.pause()
      }
    } catch {
      // It counts: the peer had to refuse it.
    }
    return 1
  })
}

/** Questions whose answers are never read: renewals, blobs, views, digests, ledgers, kept results. */
export async function neverReading (target: Target, count: number): Promise<Deeds> {
  const questions = [
    [LEASE_PROTOCOL, wire.encodeWorkerMessage({ type: 'renew', sequence: 1, leases: [] })],
    [BLOB_PROTOCOL, wire.encodeBlobRequest({ id: 1, blob: 'f'.repeat(64), offset: 0, length: 1 })],
    [VIEW_PROTOCOL, wire.encodeViewRequest({ job: 'f'.repeat(64), kind: 'live' })],
    [LEDGER_PROTOCOL, wire.encodeDigestExchange({ digests: [], records: [] })],
    [QUESTION_PROTOCOL, wire.encodeQuestion({ type: 'ledger', job: 'f'.repeat(64) })],
    [CUSTODY_PROTOCOL, wire.encodeKeptRequest({ job: 'f'.repeat(64), wanted: new UnitSet(16) })]
  ] as const
  return byHands(target, count, async (insider, below) => {
    let sent = 0
    try {
      const [protocol, question] = questions[below(questions.length)]!
      const stream = await insider.open(protocol)
      stream.pause()
      while (sent < 500) {
        sent++
        if (!await push(stream, framed(question))) {
          break
        }
      }
      stream.abort(new Error('left'))
    } catch {
      sent = Math.max(sent, 1)
    }
    return sent
  })
}

/** What may be said on the topic. */
export type GossipKind = 'random' | 'mutated' | 'wrong-signature' | 'replayed' | 'absurd' | 'oversized' | 'subscriptions' | 'control' | 'broken-packets'

/** All of them. */
export const GOSSIP_KINDS: readonly GossipKind[] = ['random', 'mutated', 'wrong-signature', 'replayed', 'absurd', 'oversized', 'subscriptions', 'control', 'broken-packets']

/** Gossip of one kind, as fast as it is taken. */
export async function gossip (target: Target, kind: GossipKind, count: number): Promise<Deeds> {
  const { topic } = doorOf(target.secret)
  const messages = sample(any.anyGossip, wire.encodeGossip, target.seed)
  return byHands(target, count, async (insider, below) => {
    let sent = 0
    try {
      const stream = await insider.open(GOSSIP_PROTOCOL)
      const next = await packetsOf(kind, insider, topic, messages, below)
      while (sent < 10_000 && insider.isIn && sent < count) {
        sent++
        if (!await push(stream, await next())) {
          break
        }
      }
    } catch {
      sent = Math.max(sent, 1)
    }
    return sent
  })
}

async function packetsOf (kind: GossipKind, { key, peer }: Insider, topic: string, messages: readonly Uint8Array[], below: Below): Promise<() => Promise<Uint8ArrayList> | Uint8ArrayList> {
  const right = (): Uint8Array => messages[below(messages.length)]!
  switch (kind) {
    case 'random': return async () => gossipPacket(await signedGossip(key, topic, noise(1 + below(200), below)))
    case 'mutated': return async () => gossipPacket(await signedGossip(key, topic, mutations[below(mutations.length)]!(right(), right(), below)))
    case 'oversized': return async () => gossipPacket(await signedGossip(key, topic, new Uint8Array(64 * 1024 + 1)))
    case 'absurd': return async () => gossipPacket(await signedGossip(key, topic, wire.encodeGossip({
      type: 'beacon',
      beacon: { steward: peer, jobs: fc.sample(any.anyBeacon, { seed: below(1e6), numRuns: 1 })[0]!.jobs }
    })))
    case 'wrong-signature': {
      const message = await signedGossip(key, topic, right())
      return () => gossipPacket({ ...message, signature: noise(64, below) })
    }
    case 'replayed': {
      const packet = gossipPacket(await signedGossip(key, topic, wire.encodeGossip({ type: 'beacon', beacon: { steward: peer, jobs: [] } })))
      return () => packet
    }
    case 'subscriptions': return () => subscriptionPacket(Array.from({ length: 100 }, () => `topic ${below(1e9)}`))
    case 'control': return () => controlPacket(topic, Array.from({ length: 500 }, () => noise(20, below)))
    case 'broken-packets': return () => framed(noise(1 + below(300), below))
  }
}
