import { createHash } from 'node:crypto'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { HomeError } from '../errors.ts'
import { readWhole, writeWhole } from './disk.ts'
import { refusalOf } from './refusal.ts'
import type { Ed25519PrivateKey } from '@libp2p/interface'
import type { Home, HomeFiles } from './home.ts'

const HASH_BYTES = 32

/** An Ed25519 key in libp2p's protobuf takes 68 bytes; a file beyond this is not ours. */
const MAX_IDENTITY_BYTES = 4_096

/**
 * The peer's key: read from `identity.key`, or made and kept there when the home is new. The file holds the key as libp2p's protobuf,
 * then the sha256 of that. A damaged key is never replaced: the peer would come back as a stranger.
 *
 * @throws HomeError when the file is damaged or can not be read or written, or when it is missing from a home that is in a mesh
 */
export async function openIdentity (home: Home): Promise<Ed25519PrivateKey> {
  const file = home.path('identity.key')
  const present = await readIdentity(home)
  if (present !== undefined) {
    return present
  }
  if (await home.disk.sizeOf(home.path('mesh.json')) !== undefined) {
    throw new HomeError(`The identity key ${file} is missing from a home that is in a mesh; restore it from a backup, or begin anew with an empty --home`)
  }
  const key = await generateKeyPair('Ed25519')
  try {
    await writeWhole(home.disk, file, [encodeIdentity(key)])
  } catch (err) {
    throw new HomeError(refusalOf(err, file), { cause: err })
  }
  return key
}

/** The peer's key; undefined when the home has none. Writes nothing. @throws HomeError when it is damaged or can not be read */
export async function readIdentity (home: HomeFiles): Promise<Ed25519PrivateKey | undefined> {
  const file = home.path('identity.key')
  const bytes = await readWhole(home.disk, file, MAX_IDENTITY_BYTES).catch((err: unknown) => {
    throw err instanceof RangeError ? damaged(file) : new HomeError(refusalOf(err, file), { cause: err })
  })
  return bytes === undefined ? undefined : decodeIdentity(bytes) ?? (() => { throw damaged(file) })()
}

function encodeIdentity (key: Ed25519PrivateKey): Uint8Array {
  const protobuf = privateKeyToProtobuf(key)
  return Buffer.concat([protobuf, sha256(protobuf)])
}

function decodeIdentity (bytes: Uint8Array): Ed25519PrivateKey | undefined {
  const protobuf = bytes.subarray(0, Math.max(0, bytes.byteLength - HASH_BYTES))
  if (!sha256(protobuf).equals(bytes.subarray(protobuf.byteLength))) {
    return undefined
  }
  try {
    const key = privateKeyFromProtobuf(protobuf)
    return key.type === 'Ed25519' ? key : undefined
  } catch {
    return undefined
  }
}

function damaged (file: string): HomeError {
  return new HomeError(`The identity key ${file} is damaged; restore it from a backup, or begin anew with an empty --home`)
}

function sha256 (bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
