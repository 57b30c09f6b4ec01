/** What follows from a mesh's secret without giving it away: its id, its door, and the name it is found under on a local network. */
import { createHash } from 'node:crypto'
import { toString } from 'uint8arrays/to-string'
import { meshTopic, noiseProtocol } from '../wire/protocols.ts'
import type { Hash } from '../core/ids.ts'

/** Length of a mesh secret. */
export const MESH_SECRET_BYTES = 32

/** Everything that is derived from one mesh secret. Each value is a hash with its own prefix, so that none tells another. */
export interface MeshDoor {
  /** Names the mesh in settings and logs; 64 hexadecimal digits. */
  readonly meshId: Hash
  /** The mesh's one gossip topic. */
  readonly topic: string
  /** Both sides of a handshake must have mixed in the same bytes. */
  readonly prologue: Uint8Array
  /** Protocol id of the connection encrypter: a peer of another mesh finds nothing in common and is gone before the handshake. */
  readonly encrypter: string
  /** Service name for mDNS, so that meshes on one network do not dial one another. */
  readonly serviceTag: string
}

/** The id of the mesh with this secret. */
export function meshIdOf (secret: Uint8Array): Hash {
  return toString(derive('mesh id', secret), 'base16')
}

/** @throws RangeError when the secret has not {@link MESH_SECRET_BYTES} bytes */
export function doorOf (secret: Uint8Array): MeshDoor {
  if (secret.byteLength !== MESH_SECRET_BYTES) {
    throw new RangeError(`a mesh secret has ${MESH_SECRET_BYTES} bytes, not ${secret.byteLength}`)
  }
  const meshId = meshIdOf(secret)
  return {
    meshId,
    topic: meshTopic(meshId.slice(0, 8)),
    prologue: derive('noise prologue', secret),
    encrypter: noiseProtocol(toString(derive('noise id', secret), 'base16').slice(0, 8)),
    serviceTag: `_tilemesh-${toString(derive('mdns tag', secret), 'base16').slice(0, 16)}._udp.local`
  }
}

function derive (purpose: string, secret: Uint8Array): Uint8Array {
  return createHash('sha256').update(`tilemesh ${purpose} 1\0`).update(secret).digest()
}
