/**
 * Tickets: everything a machine needs to join a mesh, in one line that can be read out, photographed or pasted.
 *
 * `TILEMESH:` and then, in base32 (RFC 4648, upper case, no padding, so that a QR code stays in its alphanumeric mode):
 * version, kind, length and bytes of the name, the secret, a count of key bytes and the Ed25519 key of the peer that answers at the addresses,
 * a count of addresses and for each length and multiaddr bytes, then the first four bytes of the sha256 of all that.
 */
import { createHash } from 'node:crypto'
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey, peerIdFromString } from '@libp2p/peer-id'
import { isLoopback } from '@libp2p/utils'
import { CODE_P2P, multiaddr } from '@multiformats/multiaddr'
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { TicketError } from '../errors.ts'
import { MESH_SECRET_BYTES } from './secret.ts'
import type { PeerId } from '../core/ids.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

/** What a ticket says. */
export interface Ticket {
  /** `mesh`: the secret is the mesh's own, and the ticket is good for as long as the mesh has it. */
  readonly kind: 'mesh'
  readonly meshName: string
  /** 32 bytes. */
  readonly secret: Uint8Array
  /** Multiaddrs of one peer that lets others in, with its /p2p/. At most {@link MAX_TICKET_ADDRESSES} are kept. */
  readonly addresses: readonly string[]
}

/** Addresses in a ticket: a few interfaces of one machine, and still short enough to be typed in an emergency. */
export const MAX_TICKET_ADDRESSES = 4

/** Bytes of the mesh's name in a ticket. */
export const MAX_TICKET_NAME_BYTES = 64

const PREFIX = 'TILEMESH:'
const VERSION = 1
const KINDS = ['mesh'] as const
const CHECKSUM_BYTES = 4
const ED25519_KEY_BYTES = 32
const MAX_ADDRESS_BYTES = 255

/** Longer texts are no tickets, whatever they are: 4 addresses of 255 bytes, with spaces and line breaks. */
const MAX_TEXT_LENGTH = 8_192

const BASE32 = /^[A-Z2-7]*$/
const CONTROL_CHARACTERS = /\p{Cc}/u
const DAMAGED = 'this ticket is damaged or incomplete; copy all of it once more'

/**
 * Writes a ticket. Loopback addresses are left out when there are others.
 *
 * @throws TicketError when the name is too long or empty, or the addresses are of different peers
 */
export function encodeTicket (ticket: Ticket): string {
  const name = fromString(ticket.meshName)
  if (name.byteLength === 0 || name.byteLength > MAX_TICKET_NAME_BYTES || CONTROL_CHARACTERS.test(ticket.meshName)) {
    throw new TicketError(`a mesh's name has 1 to ${MAX_TICKET_NAME_BYTES} bytes and no control characters`)
  }
  if (ticket.secret.byteLength !== MESH_SECRET_BYTES) {
    throw new TicketError(`a mesh secret has ${MESH_SECRET_BYTES} bytes, not ${ticket.secret.byteLength}`)
  }
  const addresses = ticket.addresses.map((address) => multiaddr(address))
  const peers = new Set(addresses.map(peerOf))
  if (peers.size > 1) {
    throw new TicketError('the addresses of a ticket are all of one peer')
  }
  const [peer] = peers
  const key = peer === undefined ? new Uint8Array(0) : keyOf(peer)
  const useful = addresses.some((address) => !isLoopback(address)) ? addresses.filter((address) => !isLoopback(address)) : addresses
  const kept = useful
    .map((address) => address.decapsulateCode(CODE_P2P).bytes)
    .filter((bytes) => bytes.byteLength > 0 && bytes.byteLength <= MAX_ADDRESS_BYTES)
    .slice(0, MAX_TICKET_ADDRESSES)
  const body = concat([
    Uint8Array.of(VERSION, KINDS.indexOf(ticket.kind)),
    counted(name),
    ticket.secret,
    counted(key),
    Uint8Array.of(kept.length),
    ...kept.map(counted)
  ])
  return PREFIX + toString(concat([body, checksum(body)]), 'base32upper')
}

/**
 * Reads a ticket. Case, spaces and line breaks do not matter.
 *
 * @throws TicketError
 */
export function decodeTicket (text: string): Ticket {
  const reader = new TicketReader(bodyOf(text))
  const [version, kindNumber] = reader.take(2) as Uint8Array & [number, number]
  const kind = KINDS[kindNumber]
  if (version !== VERSION || kind === undefined) {
    throw new TicketError('this ticket was made by a newer tilemesh; update this one to use it')
  }
  const meshName = nameOf(reader.counted())
  const secret = reader.take(MESH_SECRET_BYTES)
  const key = reader.counted()
  const peer = key.byteLength === 0 ? undefined : peerOfKey(key)
  const count = reader.take(1)[0]!
  if (count > MAX_TICKET_ADDRESSES) {
    throw new TicketError(DAMAGED)
  }
  const addresses = Array.from({ length: count }, () => addressOf(reader.counted(), peer))
  reader.end()
  return { kind, meshName, secret, addresses }
}

/** The bytes under the base32, their checksum verified and taken off. */
function bodyOf (text: string): Uint8Array {
  if (text.length > MAX_TEXT_LENGTH) {
    throw new TicketError('this is not a tilemesh ticket: it is far too long')
  }
  const upper = text.replaceAll(/\s/g, '').toUpperCase()
  if (!upper.startsWith(PREFIX)) {
    throw new TicketError('this is not a tilemesh ticket: it does not begin with TILEMESH:')
  }
  const letters = upper.slice(PREFIX.length)
  if (!BASE32.test(letters)) {
    throw new TicketError(DAMAGED)
  }
  const bytes = decodeLetters(letters)
  const body = bytes.subarray(0, -CHECKSUM_BYTES)
  if (bytes.byteLength <= CHECKSUM_BYTES || !equals(bytes.subarray(-CHECKSUM_BYTES), checksum(body))) {
    throw new TicketError(DAMAGED)
  }
  return body
}

function decodeLetters (letters: string): Uint8Array {
  try {
    return fromString(letters, 'base32upper')
  } catch (err) {
    throw new TicketError(DAMAGED, { cause: err })
  }
}

/** What the checksum covers is whole, but whoever made it may still have made nonsense. */
class TicketReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor (bytes: Uint8Array) {
    this.#bytes = bytes
  }

  take (count: number): Uint8Array {
    const taken = this.#bytes.slice(this.#at, this.#at + count)
    if (taken.byteLength !== count) {
      throw new TicketError(DAMAGED)
    }
    this.#at += count
    return taken
  }

  counted (): Uint8Array {
    return this.take(this.take(1)[0]!)
  }

  end (): void {
    if (this.#at !== this.#bytes.byteLength) {
      throw new TicketError(DAMAGED)
    }
  }
}

function counted (bytes: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(bytes.byteLength), bytes])
}

function checksum (bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest().subarray(0, CHECKSUM_BYTES)
}

function nameOf (bytes: Uint8Array): string {
  try {
    const name = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (bytes.byteLength > 0 && bytes.byteLength <= MAX_TICKET_NAME_BYTES && !CONTROL_CHARACTERS.test(name)) {
      return name
    }
  } catch {
    // The same as a name that can not be shown.
  }
  throw new TicketError(DAMAGED)
}

function peerOf (address: Multiaddr): PeerId | undefined {
  return address.getComponents().findLast(({ code }) => code === CODE_P2P)?.value
}

function keyOf (peer: PeerId): Uint8Array {
  const { publicKey } = peerIdFromString(peer)
  if (publicKey?.type !== 'Ed25519') {
    throw new TicketError('a ticket can only name a peer with an Ed25519 key')
  }
  return publicKey.raw
}

function peerOfKey (key: Uint8Array): PeerId {
  if (key.byteLength !== ED25519_KEY_BYTES) {
    throw new TicketError(DAMAGED)
  }
  return peerIdFromPublicKey(publicKeyFromRaw(key)).toString()
}

function addressOf (bytes: Uint8Array, peer: PeerId | undefined): string {
  try {
    const address = multiaddr(bytes).toString()
    return peer === undefined ? address : `${address}/p2p/${peer}`
  } catch (err) {
    throw new TicketError(DAMAGED, { cause: err })
  }
}
