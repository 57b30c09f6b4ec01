import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { isHash } from '../../core/ids.ts'
import { WireError } from '../../errors.ts'
import { within } from './check.ts'
import type { Bytes } from './check.ts'
import type { Hash, PeerId } from '../../core/ids.ts'

const HASH_BYTES = 32
const DIGEST = /^[0-9a-f]{16}$/
const DIGEST_BYTES = 8

/** Multihash codes: the key itself, and a sha256 of it. See https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md */
const IDENTITY = 0x00
const SHA2_256 = 0x12
/** Bytes of a public key that is its own id, in libp2p's encoding: Ed25519 and secp256k1. Longer keys are hashed. */
const INLINE_KEY_BYTES: readonly number[] = [36, 37]
/** The longest base58 text of a peer id; more is refused before decoding, whose time grows with the square. */
const MAX_PEER_ID_CHARACTERS = 64

/** A hash or job id as its 32 bytes. */
export function hashBytes (what: string, hash: Hash): Bytes {
  if (!isHash(hash)) {
    throw new WireError(`${what} is not a sha256`)
  }
  return fromString(hash, 'hex')
}

/** A hash or job id from its 32 bytes. */
export function hashOf (what: string, bytes: Uint8Array): Hash {
  if (bytes.byteLength !== HASH_BYTES) {
    throw new WireError(`${what} is not a sha256`)
  }
  return toString(bytes, 'hex')
}

/** The digest of a ledger as its 8 bytes. */
export function digestBytes (digest: string): Bytes {
  if (!DIGEST.test(digest)) {
    throw new WireError('a digest has 16 hexadecimal digits')
  }
  return fromString(digest, 'hex')
}

/** The digest of a ledger from its 8 bytes. */
export function digestOf (bytes: Uint8Array): string {
  if (bytes.byteLength !== DIGEST_BYTES) {
    throw new WireError('a digest has 8 bytes')
  }
  return toString(bytes, 'hex')
}

/** A peer's id as the bytes of its multihash. */
export function peerBytes (what: string, peer: PeerId): Bytes {
  if (peer.length > MAX_PEER_ID_CHARACTERS) {
    throw new WireError(`${what} is not a peer id`, 'MAX_PEER_ID_BYTES')
  }
  let bytes: Bytes
  try {
    bytes = fromString(peer, 'base58btc')
  } catch (err) {
    throw new WireError(`${what} is not a peer id`, undefined, { cause: err })
  }
  checkMultihash(what, bytes)
  return bytes
}

/** A peer's id from the bytes of its multihash. */
export function peerOf (what: string, bytes: Uint8Array): PeerId {
  checkMultihash(what, bytes)
  return toString(bytes, 'base58btc')
}

function checkMultihash (what: string, bytes: Uint8Array): void {
  within(`bytes of ${what}`, bytes.byteLength, 'MAX_PEER_ID_BYTES')
  const [code, length] = bytes
  const known = length === bytes.byteLength - 2 &&
    ((code === IDENTITY && INLINE_KEY_BYTES.includes(length)) || (code === SHA2_256 && length === HASH_BYTES))
  if (!known) {
    throw new WireError(`${what} is not a peer id`)
  }
}
