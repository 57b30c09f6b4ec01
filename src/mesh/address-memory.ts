import { CODE_P2P } from '@multiformats/multiaddr'
import { MAX_ADDRESSES_PER_PEER } from './limits.ts'
import type { PeerId } from '../core/ids.ts'
import type { MeshNode } from './node.ts'
import type { IdentifyResult } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Tells of addresses, with /p2p/, that are worth remembering: there a peer of a later life finds the mesh again. */
export class AddressMemory {
  readonly #onAddress: (address: string) => void

  constructor (onAddress: (address: string) => void) {
    this.#onAddress = onAddress
  }

  /** A member has joined: where this peer dialled it is a good address. */
  joined (node: MeshNode, peer: PeerId): void {
    for (const connection of node.getConnections()) {
      if (connection.remotePeer.toString() === peer && connection.direction === 'outbound') {
        this.#onAddress(connection.remoteAddr.toString())
      }
    }
  }

  /**
   * One that dialled this peer came from a port nobody can dial. Where it listens on the machine it came from is worth remembering: a peer that
   * only ever was called, as the one that made the mesh, finds the others by it when it starts again somewhere else.
   */
  identified ({ connection, listenAddrs, peerId }: IdentifyResult): void {
    if (connection.direction === 'outbound') {
      return
    }
    for (const address of listenAddrs.slice(0, MAX_ADDRESSES_PER_PEER)) {
      if (hostOf(address) === hostOf(connection.remoteAddr)) {
        this.#onAddress(`${address.decapsulateCode(CODE_P2P).toString()}/p2p/${peerId.toString()}`)
      }
    }
  }
}

function hostOf (address: Multiaddr): string | undefined {
  return address.getComponents()[0]?.value
}
