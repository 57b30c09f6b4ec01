import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { meshDoor } from '../../../src/mesh/door.ts'
import { framed } from '../../../src/mesh/frames.ts'
import { doorOf } from '../../../src/mesh/secret.ts'
import { encodeGreeting } from '../../../src/wire/codec/index.ts'
import { GREETING_PROTOCOL } from '../../../src/wire/protocols.ts'
import type { Connection, PrivateKey, Stream } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'
import type { Libp2p } from 'libp2p'

/** More than any attack opens. */
const NO_LIMIT = 1_000_000

/** A stream that is not agreed upon by then is given up: the other side has hung up on us, or is very busy. */
const PATIENCE_MS = 5_000

/** A member of the mesh that follows none of its rules: a bare libp2p node which knows the secret and does what an attack says. */
export class Insider {
  readonly key: PrivateKey
  readonly #node: Libp2p
  readonly #target: ReturnType<typeof multiaddr>
  #connection: Connection | undefined

  private constructor (key: PrivateKey, node: Libp2p, target: string) {
    this.key = key
    this.#node = node
    this.#target = multiaddr(target)
  }

  /**
   * A member, connected to a peer and greeted by it like any other.
   *
   * @param key - one it had before. @default a new one
   * @param from - the address of its machine. On Linux any of 127.0.0.0/8 is one, so that an attack can come from as many machines as it takes
   * @throws when the peer does not let it in
   */
  static async join (target: string, secret: Uint8Array, from = '127.0.0.1', key?: PrivateKey): Promise<Insider> {
    key ??= await generateKeyPair('Ed25519')
    const node = await createLibp2p({
      privateKey: key,
      addresses: { listen: [] },
      transports: [tcp({ dialOpts: { localAddress: from } as NonNullable<Parameters<typeof tcp>[0]>['dialOpts'] })],
      connectionEncrypters: [meshDoor(doorOf(secret))],
      streamMuxers: [yamux({ maxInboundStreams: NO_LIMIT, maxOutboundStreams: NO_LIMIT })],
      services: { identify: identify() },
      connectionMonitor: { enabled: false }
    })
    const insider = new Insider(key, node, target)
    try {
      await insider.#greet()
      return insider
    } catch (error) {
      await insider.leave()
      throw error
    }
  }

  get peer (): string {
    return this.#node.peerId.toString()
  }

  /** Whether the peer still talks to it. */
  get isIn (): boolean {
    return this.#connection?.status === 'open'
  }

  /** Streams it has open. */
  get streams (): readonly Stream[] {
    return this.#connection?.streams ?? []
  }

  /** @throws when the peer has hung up, or resets the stream at once */
  async open (protocol: string): Promise<Stream> {
    const stream = await this.#connection!.newStream(protocol, { maxOutboundStreams: NO_LIMIT, signal: AbortSignal.timeout(PATIENCE_MS) })
    stream.addEventListener('message', () => {})
    return stream
  }

  /** Opens a stream and does not even say what for. */
  openSilently (): void {
    const muxer = (this.#connection as unknown as { readonly muxer: { createStream (): Promise<Stream> } }).muxer
    muxer.createStream().catch(() => {})
  }

  /** A second connection of the same identity. */
  async connectAgain (): Promise<Connection> {
    return this.#node.dial(this.#target, { force: true })
  }

  async leave (): Promise<void> {
    await this.#node.stop()
  }

  async #greet (): Promise<void> {
    this.#connection = await this.#node.dial(this.#target, { signal: AbortSignal.timeout(PATIENCE_MS) })
    const stream = await this.open(GREETING_PROTOCOL)
    stream.send(framed(encodeGreeting({ name: 'mallory', engines: new Map(), threads: 1 })))
  }
}

/** Sends if the stream still takes anything, and waits for room. False when it is over. */
export async function push (stream: Stream, bytes: Uint8Array | Uint8ArrayList): Promise<boolean> {
  try {
    if (!stream.send(bytes)) {
      await new Promise<void>((resolve) => {
        const go = (): void => {
          clearTimeout(patience)
          resolve()
        }
        const patience = setTimeout(go, PATIENCE_MS)
        stream.addEventListener('drain', go, { once: true })
        stream.addEventListener('close', go, { once: true })
      })
    }
    return stream.status === 'open'
  } catch {
    return false
  }
}
