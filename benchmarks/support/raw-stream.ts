import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { MAX_STREAM_WINDOW_BYTES, MAX_WRITE_BUFFER_BYTES, PIECE_BYTES } from '../../src/mesh/limits.ts'
import { MAX_READ_BUFFER_BYTES } from '../../src/wire/limits.ts'
import type { Stream } from '@libp2p/interface'
import type { Libp2p } from 'libp2p'

const PROTOCOL = '/tilemesh-benchmark/raw/1.0.0'

/** What a delivery is measured against: a bare stream of the same network stack with the settings of the mesh, and nothing around it. */
export class RawPeer {
  readonly #node: Libp2p

  private constructor (node: Libp2p) {
    this.#node = node
  }

  static async start (): Promise<RawPeer> {
    const node = await createLibp2p({
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux({
        streamOptions: {
          maxStreamWindowSize: MAX_STREAM_WINDOW_BYTES,
          maxReadBufferLength: MAX_READ_BUFFER_BYTES,
          maxWriteBufferLength: MAX_WRITE_BUFFER_BYTES
        }
      })],
      connectionMonitor: { enabled: false }
    })
    await node.handle(PROTOCOL, (stream) => { acknowledgeAtEnd(stream) })
    return new RawPeer(node)
  }

  get address (): string {
    return this.#node.getMultiaddrs()[0]!.toString()
  }

  /** Sends so many bytes and resolves to the milliseconds from the first of them to the receiver's word that it has the last. */
  async send (address: string, bytes: number): Promise<number> {
    const stream = await this.#node.dialProtocol(multiaddr(address), PROTOCOL, { maxOutboundStreams: 8 })
    const piece = new Uint8Array(PIECE_BYTES)
    const acknowledged = new Promise<void>((resolve, reject) => {
      stream.addEventListener('message', () => { resolve() }, { once: true })
      stream.addEventListener('close', () => { reject(new Error('the raw stream closed early')) }, { once: true })
    })
    const startMs = performance.now()
    for (let sent = 0; sent < bytes; sent += PIECE_BYTES) {
      if (!stream.send(piece.subarray(0, Math.min(PIECE_BYTES, bytes - sent)))) {
        await new Promise<void>((resolve) => { stream.addEventListener('drain', () => { resolve() }, { once: true }) })
      }
    }
    await stream.close()
    await acknowledged
    const ms = performance.now() - startMs
    return ms
  }
}

/** Reads everything, keeps nothing, and says so when the sender has ended. */
function acknowledgeAtEnd (stream: Stream): void {
  stream.addEventListener('message', () => {})
  stream.addEventListener('remoteCloseWrite', () => {
    stream.send(Uint8Array.of(1))
    stream.close().catch(() => {})
  }, { once: true })
}
