import { WireError } from '../../errors.ts'
import * as pb from '../generated/hello.ts'
import { lineBytes, lineOf, list } from './check.ts'
import { peerBytes, peerOf } from './ids.ts'
import { openMessage, sealMessage } from './message.ts'
import type { WireBytes } from './message.ts'
import type { PeerId } from '../../core/ids.ts'

/** Where a member was reached: multiaddrs in their text form. */
export interface PeerAddresses {
  readonly peer: PeerId
  readonly addresses: readonly string[]
}

/** Members and their addresses. @throws WireError */
export function encodePeerExchange (peers: readonly PeerAddresses[]): Uint8Array {
  return sealMessage('peer exchange', pb.PeerExchange.encode({
    peers: list('peers', peers, 'MAX_EXCHANGED_PEERS', ({ peer, addresses }) => ({
      peer: peerBytes('peer', peer),
      addresses: list('addresses', addresses, 'MAX_PEER_ADDRESSES', (address) => lineBytes('address', checkAddress(address), 'MAX_ADDRESS_BYTES'))
    }))
  }), 'MAX_PEER_EXCHANGE_BYTES')
}

/** Reads members and their addresses. Whether an address is a multiaddr that can be dialled is for the dialler. @throws WireError */
export function decodePeerExchange (bytes: WireBytes): readonly PeerAddresses[] {
  const { peers } = openMessage('peer exchange', bytes, 'MAX_PEER_EXCHANGE_BYTES', pb.PeerExchange.decode)
  return list('peers', peers, 'MAX_EXCHANGED_PEERS', ({ peer, addresses }) => ({
    peer: peerOf('peer', peer),
    addresses: list('addresses', addresses, 'MAX_PEER_ADDRESSES', (address) => checkAddress(lineOf('address', address, 'MAX_ADDRESS_BYTES')))
  }))
}

function checkAddress (address: string): string {
  if (!address.startsWith('/')) {
    throw new WireError('an address begins with a slash')
  }
  return address
}
