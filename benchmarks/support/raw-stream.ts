import { pEvent } from 'p-event'
import { createLibp2p } from 'libp2p'
import { identify } from '@libp2p/identify'
import { multiaddr } from '@multiformats/multiaddr'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import type { Libp2p } from '@libp2p/interface'

const PROTOCOL = '/benchmark/raw/1.0.0'
const PIECE_BYTES = 256 * 1024

/** A libp2p node as plain as it gets: the limit a transfer over libp2p can reach here. */
export async function rawNode (): Promise<Libp2p> {
  return createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() }
  })
}

/** Resolves with the milliseconds from the first to the last byte of the next `bytes` bytes that somebody sends. */
export async function receiveRaw (node: Libp2p, bytes: number): Promise<number> {
  await node.unhandle(PROTOCOL)
  return new Promise((resolve, reject) => {
    node.handle(PROTOCOL, async (stream) => {
      let startMs: number | undefined
      let received = 0
      for await (const piece of stream) {
        startMs ??= performance.now()
        received += piece.byteLength
        if (received >= bytes) {
          resolve(performance.now() - startMs)
          return
        }
      }
    }).catch(reject)
  })
}

/** Sends bytes as fast as the other side takes them, in large pieces, minding back-pressure: the `drain` event, not `onDrain()`. */
export async function sendRaw (node: Libp2p, address: string, bytes: number): Promise<void> {
  const stream = await node.dialProtocol(multiaddr(address), PROTOCOL)
  const piece = new Uint8Array(PIECE_BYTES).fill(3)
  for (let sent = 0; sent < bytes; sent += PIECE_BYTES) {
    if (!stream.send(piece)) {
      await pEvent(stream, 'drain', { rejectionEvents: ['close'] })
    }
  }
  await stream.close()
}
