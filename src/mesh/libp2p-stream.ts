import { ChannelClosedError } from '../errors.ts'
import { endedError } from './byte-stream.ts'
import * as limits from './limits.ts'
import { inBackground } from './in-background.ts'
import type { PeerId } from '../core/ids.ts'
import type { Clock } from '../ports.ts'
import type { ByteStream } from './byte-stream.ts'
import type { Connection, Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

/**
 * A {@link ByteStream} over a libp2p stream.
 *
 * Reading pauses the stream while `readHighBytes` wait for the consumer: then the sender's window runs out and it waits too.
 * Writing waits for the stream's own `drain` event, because `onDrain()` of the stack resolves too early from its second call on.
 * A stream that ends without the other side's word is broken, whatever the stack says: a lost connection looks like a polite end there.
 */
export class Libp2pStream implements ByteStream {
  readonly peer: PeerId
  readonly relayed: boolean
  readonly closed: Promise<Error | undefined>

  readonly #stream: Stream
  readonly #clock: Clock
  readonly #readHighBytes: number
  readonly #ended = Promise.withResolvers<Error | undefined>()
  readonly #arrived: Array<Uint8Array | Uint8ArrayList> = []
  #arrivedBytes = 0
  #resuming = false
  #wakeReader: (() => void) | undefined
  readonly #wakeWriters = new Set<() => void>()
  /** Whether the other side has said that it will send no more. */
  #finished = false
  #closing: Promise<void> | undefined
  /** Whether this side closed: nothing more is read then. */
  #left = false
  #end: { readonly reason: Error | undefined } | undefined

  /** @param readHighBytes - bytes read ahead of the consumer at most; below a quarter of it reading goes on */
  constructor (stream: Stream, connection: Connection, clock: Clock, readHighBytes = limits.READ_HIGH_BYTES) {
    this.#stream = stream
    this.#clock = clock
    this.#readHighBytes = readHighBytes
    this.peer = connection.remotePeer.toString()
    this.relayed = isRelayed(connection)
    this.closed = this.#ended.promise
    stream.addEventListener('remoteCloseWrite', () => {
      this.#onFinished()
    })
    stream.addEventListener('close', (event) => {
      this.#onClose(event)
    })
    stream.addEventListener('drain', () => {
      this.#wakeAllWriters()
    })
    stream.addEventListener('idle', () => {
      this.#wakeAllWriters()
    })
    stream.addEventListener('message', (event) => {
      this.#onMessage(event)
    })
    if (stream.remoteWriteStatus === 'closed') {
      this.#onFinished()
    }
    if (stream.status !== 'open' && stream.status !== 'closing') {
      this.#finish(this.#finished && stream.status === 'closed' ? undefined : new ChannelClosedError())
    }
  }

  async read (): Promise<Uint8Array | Uint8ArrayList | undefined> {
    while (this.#arrived.length === 0) {
      if (this.#left) {
        return undefined
      }
      if (this.#end?.reason !== undefined) {
        throw endedError(this.#end.reason)
      }
      if ((this.#finished || this.#end !== undefined) && this.#stream.readBufferLength === 0) {
        return undefined
      }
      this.#resume()
      if (this.#arrived.length > 0) {
        break
      }
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve
      })
    }
    const bytes = this.#arrived.shift()!
    this.#arrivedBytes -= bytes.byteLength
    if (this.#arrivedBytes < this.#readHighBytes / 4) {
      this.#resume()
    }
    return bytes
  }

  async write (bytes: Uint8Array | Uint8ArrayList): Promise<void> {
    if (this.#end !== undefined || this.#closing !== undefined) {
      throw endedError(this.#end?.reason)
    }
    try {
      this.#stream.send(bytes)
    } catch (err) {
      throw new ChannelClosedError(undefined, { cause: err })
    }
    if (this.#full()) {
      await this.#drained()
    }
  }

  async close (): Promise<void> {
    if (!this.#finished) {
      this.#left = true
      this.#arrived.length = 0
      this.#arrivedBytes = 0
      this.#wake()
    }
    this.#closing ??= this.#closeStream()
    await this.#closing
  }

  abort (reason: Error): void {
    this.#finish(reason)
    this.#stream.abort(reason)
  }

  async #closeStream (): Promise<void> {
    const timer = this.#clock.after(limits.CLOSE_TIMEOUT_MS, () => {
      this.abort(new ChannelClosedError('the peer did not close its side of a stream'))
    })
    inBackground(this.closed.then(() => {
      timer.stop()
    }))
    try {
      await this.#stream.close()
    } catch (err) {
      this.abort(new ChannelClosedError(undefined, { cause: err }))
    }
  }

  #onMessage (event: StreamMessageEvent): void {
    if (this.#left) {
      return
    }
    this.#arrived.push(event.data)
    this.#arrivedBytes += event.data.byteLength
    this.#pauseIfFull()
    this.#wake()
  }

  #onFinished (): void {
    this.#finished = true
    this.#wake()
    this.#closing ??= this.#closeStream()
  }

  #onClose (event: StreamCloseEvent): void {
    if (event.error !== undefined && event.error !== null) {
      this.#finish(new ChannelClosedError(undefined, { cause: event.error }))
    } else {
      this.#finish(this.#finished ? undefined : new ChannelClosedError())
    }
  }

  /** The first reason counts. */
  #finish (reason: Error | undefined): void {
    if (this.#end === undefined) {
      this.#end = { reason }
      this.#ended.resolve(reason)
      this.#wake()
      this.#wakeAllWriters()
    }
  }

  /**
   * Resuming hands over at once what the stack has kept. A pause within that would be undone by the rest of `resume()`, which goes on to
   * open the sender's window, and the stack's buffer would overflow; so the pause comes after it.
   */
  #resume (): void {
    if (this.#stream.readStatus === 'paused') {
      this.#resuming = true
      this.#stream.resume()
      this.#resuming = false
      this.#pauseIfFull()
    }
  }

  #pauseIfFull (): void {
    if (!this.#resuming && this.#arrivedBytes >= this.#readHighBytes && this.#stream.readStatus === 'readable') {
      this.#stream.pause()
    }
  }

  #full (): boolean {
    return this.#stream.writableNeedsDrain || this.#stream.writeBufferLength > limits.SEND_BUFFER_BYTES
  }

  async #drained (): Promise<void> {
    const timer = this.#clock.after(limits.WRITE_TIMEOUT_MS, () => {
      this.abort(new ChannelClosedError('the peer does not read what it is sent'))
    })
    try {
      while (this.#full() && this.#end === undefined) {
        await new Promise<void>((resolve) => {
          this.#wakeWriters.add(resolve)
        })
      }
    } finally {
      timer.stop()
    }
    if (this.#end !== undefined) {
      throw endedError(this.#end.reason)
    }
  }

  #wake (): void {
    const wake = this.#wakeReader
    this.#wakeReader = undefined
    wake?.()
  }

  #wakeAllWriters (): void {
    const wakers = [...this.#wakeWriters]
    this.#wakeWriters.clear()
    for (const wake of wakers) {
      wake()
    }
  }
}

/** Whether a connection goes through another peer. */
export function isRelayed (connection: Connection): boolean {
  return connection.limits !== undefined || !connection.direct
}
