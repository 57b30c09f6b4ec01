import { noise } from '@libp2p/noise'
import type { MeshDoor } from './secret.ts'
import type { NoiseComponents } from '@libp2p/noise'
import type { ConnectionEncrypter, MessageStream, SecureConnectionOptions, SecuredConnection } from '@libp2p/interface'

/**
 * The outer door of a mesh: Noise under a protocol id of its own, with a hash of the mesh secret as prologue.
 *
 * Protocol negotiation already ends a stranger's connection; one who learned the id fails in the first handshake message.
 * Costs nothing per byte. It proves knowledge of the secret, and which key the other side holds; nothing more.
 */
export function meshDoor (door: MeshDoor): (components: NoiseComponents) => ConnectionEncrypter {
  return (components) => new DoorEncrypter(door.encrypter, noise({ prologueBytes: door.prologue })(components))
}

class DoorEncrypter implements ConnectionEncrypter {
  readonly protocol: string
  readonly #noise: ConnectionEncrypter

  constructor (protocol: string, inner: ConnectionEncrypter) {
    this.protocol = protocol
    this.#noise = inner
  }

  readonly [Symbol.toStringTag] = 'tilemesh/door'

  async secureOutbound (connection: MessageStream, options?: SecureConnectionOptions): Promise<SecuredConnection> {
    return this.#noise.secureOutbound(connection, options)
  }

  async secureInbound (connection: MessageStream, options?: SecureConnectionOptions): Promise<SecuredConnection> {
    return this.#noise.secureInbound(connection, options)
  }
}
