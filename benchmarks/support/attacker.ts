/** One who attacks a peer, in a process of its own: what it costs is its own business, and what it sends comes at a pace that is known. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { setTimeout as pause } from 'node:timers/promises'
import { connect } from 'node:net'
import { doorOf } from '../../src/mesh/secret.ts'
import { encodeBlobRequest, encodeGossip } from '../../src/wire/codec/index.ts'
import { LEASE_PROTOCOL, PROTOCOLS } from '../../src/wire/protocols.ts'
import { GOSSIP_PROTOCOL, gossipPacket, signedGossip } from '../../test/support/hostile/gossip-packets.ts'
import { bytesFor } from '../../test/support/hostile/attacks.ts'
import { Insider, push } from '../../test/support/hostile/insider.ts'
import { randomOf } from '../../test/support/mutations.ts'
import { answerCalls } from './child.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

/** What can be done to a peer. */
export type AttackKind = 'idle sockets' | 'garbage streams' | 'valid gossip' | 'forged gossip' | 'streams'

/** Whom to attack, and how. */
export interface AttackOrder {
  readonly kind: AttackKind
  /** With /p2p/. */
  readonly address: string
  /** 32 bytes, hexadecimal. */
  readonly meshSecret: string
  /** Sockets held, or messages, packets or streams a second of each attacker. */
  readonly amount: number
  readonly attackers: number
}

/** What came of it. */
export interface AttackReport {
  readonly sent: number
  /** How often an attacker was shown the door, or not let in. */
  readonly refusals: number
}

export type AttackerCalls = {
  /** Prepares, and resolves when the attack begins. */
  begin (order: AttackOrder): Promise<void>
  end (): Promise<AttackReport>
}

/** What is sent in a second is sent in so many portions. */
const PORTIONS = 50

/** Who was refused tries again after this. */
const RETRY_MS = 1_000

/** Signed beforehand, and then again and again. */
const PREPARED_PACKETS = 2_000

const below = randomOf(1)
const request = encodeBlobRequest({ id: 1, blob: 'f'.repeat(64), offset: 0, length: 1 })

let stopping = new AbortController()
let attacking: Promise<unknown> = Promise.resolve()
let sent = 0
let refusals = 0

async function begin (order: AttackOrder): Promise<void> {
  stopping = new AbortController()
  sent = 0
  refusals = 0
  if (order.kind === 'idle sockets') {
    attacking = holdSockets(order)
    return
  }
  const attackers = await Promise.all(Array.from({ length: order.attackers }, async () => {
    const key = await generateKeyPair('Ed25519')
    return { key, packets: await packetsOf(order, key) }
  }))
  attacking = Promise.all(attackers.map(async ({ key, packets }) => { await attack(order, key, packets) }))
}

async function end (): Promise<AttackReport> {
  stopping.abort()
  await attacking
  return { sent, refusals }
}

/** Opens as many sockets as wanted, and each again a moment after it was closed. */
async function holdSockets ({ address, amount }: AttackOrder): Promise<void> {
  const port = Number(/tcp\/(\d+)/.exec(address)![1])
  const sockets = new Set<ReturnType<typeof connect>>()
  while (!stopping.signal.aborted) {
    while (sockets.size < amount) {
      const socket = connect({ port, host: '127.0.0.1' })
      sockets.add(socket)
      sent++
      socket.on('error', () => {})
      socket.once('close', () => {
        refusals++
        setTimeout(() => { sockets.delete(socket) }, RETRY_MS)
      })
    }
    await pause(1_000 / PORTIONS)
  }
  for (const socket of sockets) {
    socket.destroy()
  }
}

/** One attacker: always the same member, which comes back whenever it is let in. */
async function attack (order: AttackOrder, key: PrivateKey, packets: readonly Uint8ArrayList[]): Promise<void> {
  const secret = Buffer.from(order.meshSecret, 'hex')
  while (!stopping.signal.aborted) {
    const insider = await Insider.join(order.address, secret, '127.0.0.1', key).catch(() => undefined)
    if (insider === undefined) {
      refusals++
      await pause(RETRY_MS)
      continue
    }
    await send(order, insider, packets)
    refusals += insider.isIn ? 0 : 1
    await insider.leave()
  }
}

/** Sends at the pace that was ordered, until the peer hangs up. */
async function send ({ kind, amount }: AttackOrder, insider: Insider, packets: readonly Uint8ArrayList[]): Promise<void> {
  const gossip = packets.length > 0 ? await insider.open(GOSSIP_PROTOCOL).catch(() => undefined) : undefined
  while (insider.isIn && !stopping.signal.aborted) {
    const started = performance.now()
    for (let portion = 0; portion < amount / PORTIONS && insider.isIn; portion++) {
      sent++
      if (kind === 'streams') {
        insider.openSilently()
      } else if (gossip !== undefined) {
        push(gossip, packets[sent % packets.length]!).catch(() => {})
      } else {
        const stream = await insider.open(PROTOCOLS[below(PROTOCOLS.length)] ?? LEASE_PROTOCOL).catch(() => undefined)
        if (stream !== undefined) {
          push(stream, bytesFor([request], below)).catch(() => {})
          stream.abort(new Error('left'))
        }
      }
    }
    await pause(Math.max(1, 1_000 / PORTIONS - (performance.now() - started)))
  }
}

async function packetsOf ({ kind, meshSecret }: AttackOrder, key: PrivateKey): Promise<readonly Uint8ArrayList[]> {
  if (kind !== 'valid gossip' && kind !== 'forged gossip') {
    return []
  }
  const { topic } = doorOf(Buffer.from(meshSecret, 'hex'))
  const steward = peerIdFromPrivateKey(key).toString()
  const data = encodeGossip({ type: 'beacon', beacon: { steward, jobs: [] } })
  return Promise.all(Array.from({ length: PREPARED_PACKETS }, async () => {
    const message = await signedGossip(key, topic, data)
    return gossipPacket(kind === 'valid gossip' ? message : { ...message, signature: new Uint8Array(64) })
  }))
}

answerCalls({ begin, end } satisfies AttackerCalls)
