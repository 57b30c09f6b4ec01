import { endedError } from './byte-stream.ts'
import { READ_HIGH_BYTES } from './limits.ts'
import type { PeerId } from '../core/ids.ts'
import type { ByteStream } from './byte-stream.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

/**
 * Two ends of a {@link ByteStream} within this process, for a peer's streams to itself: libp2p refuses to dial oneself.
 * What is written arrives asynchronously, in order, by reference; a writer waits while {@link READ_HIGH_BYTES} wait to be read.
 */
export function localPair (self: PeerId): readonly [ByteStream, ByteStream] {
  const there = new LocalFlow()
  const back = new LocalFlow()
  const end = new LocalEnd()
  return [new LocalStream(self, back, there, end), new LocalStream(self, there, back, end)]
}

/** How a pair ended, known to both ends at once. */
class LocalEnd {
  readonly #resolvers = Promise.withResolvers<Error | undefined>()
  readonly closed = this.#resolvers.promise
  state: { readonly reason: Error | undefined } | undefined

  set (reason: Error | undefined): void {
    if (this.state === undefined) {
      this.state = { reason }
      this.#resolvers.resolve(reason)
    }
  }
}

/** One direction. */
class LocalFlow {
  readonly #waiting: Array<Uint8Array | Uint8ArrayList> = []
  readonly #wakers = new Set<() => void>()
  #bytes = 0

  get empty (): boolean {
    return this.#waiting.length === 0
  }

  get full (): boolean {
    return this.#bytes >= READ_HIGH_BYTES
  }

  push (bytes: Uint8Array | Uint8ArrayList): void {
    this.#waiting.push(bytes)
    this.#bytes += bytes.byteLength
    this.wake()
  }

  shift (): Uint8Array | Uint8ArrayList | undefined {
    const bytes = this.#waiting.shift()
    if (bytes !== undefined) {
      this.#bytes -= bytes.byteLength
      this.wake()
    }
    return bytes
  }

  clear (): void {
    this.#waiting.length = 0
    this.#bytes = 0
    this.wake()
  }

  async changed (): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wakers.add(resolve)
    })
  }

  wake (): void {
    const wakers = [...this.#wakers]
    this.#wakers.clear()
    for (const wake of wakers) {
      wake()
    }
  }
}

class LocalStream implements ByteStream {
  readonly peer: PeerId
  readonly relayed = false
  readonly closed: Promise<Error | undefined>
  readonly #incoming: LocalFlow
  readonly #outgoing: LocalFlow
  readonly #end: LocalEnd

  constructor (peer: PeerId, incoming: LocalFlow, outgoing: LocalFlow, end: LocalEnd) {
    this.peer = peer
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.#end = end
    this.closed = end.closed
  }

  async read (): Promise<Uint8Array | Uint8ArrayList | undefined> {
    while (this.#incoming.empty && this.#end.state === undefined) {
      await this.#incoming.changed()
    }
    if (this.#end.state?.reason !== undefined) {
      throw endedError(this.#end.state.reason)
    }
    return this.#incoming.shift()
  }

  async write (bytes: Uint8Array | Uint8ArrayList): Promise<void> {
    this.#throwIfEnded()
    this.#outgoing.push(bytes)
    while (this.#outgoing.full && this.#end.state === undefined) {
      await this.#outgoing.changed()
    }
    this.#throwIfEnded()
  }

  async close (): Promise<void> {
    this.#end.set(undefined)
    this.#incoming.clear()
    this.#outgoing.wake()
  }

  abort (reason: Error): void {
    this.#end.set(reason)
    this.#incoming.clear()
    this.#outgoing.clear()
  }

  #throwIfEnded (): void {
    if (this.#end.state !== undefined) {
      throw endedError(this.#end.state.reason)
    }
  }
}
