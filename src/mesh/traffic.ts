import { Uint8ArrayList } from 'uint8arraylist'
import { RateLimit } from '../core/rate-limit.ts'
import { ChannelClosedError } from '../errors.ts'
import { inBackground } from './in-background.ts'
import * as limits from './limits.ts'
import type { PeerId } from '../core/ids.ts'
import type { Clock } from '../ports.ts'
import type { ByteStream } from './byte-stream.ts'

/** How much may pass in each direction, in bytes per second; Infinity: no limit. */
export interface TrafficLimits {
  readonly up: number
  readonly down: number
}

/**
 * What this peer lets through to others and from them, all streams of bulk together: results, scene files, views. Leases, greetings and gossip are
 * never held back: they are small, and a late heartbeat costs more than it saves.
 */
export class Traffic {
  readonly #clock: Clock
  readonly #up = new RateLimit()
  readonly #down = new RateLimit()

  constructor (clock: Clock) {
    this.#clock = clock
  }

  /** Changes the limits, also of streams that are open. */
  limit ({ up, down }: TrafficLimits): void {
    this.#up.set(up)
    this.#down.set(down)
  }

  /** Whether what comes in is limited now. */
  get limitsDown (): boolean {
    return this.#down.bytesPerSecond !== Infinity
  }

  /** Whether what goes out is limited now. */
  get limitsUp (): boolean {
    return this.#up.bytesPerSecond !== Infinity
  }

  /** Resolves when so many more bytes may go out. */
  async up (bytes: number): Promise<void> {
    await this.#pass(this.#up, bytes)
  }

  /** Resolves when so many more bytes may be taken in. */
  async down (bytes: number): Promise<void> {
    await this.#pass(this.#down, bytes)
  }

  async #pass (limit: RateLimit, bytes: number): Promise<void> {
    const waitMs = limit.take(bytes, this.#clock.nowMs())
    if (waitMs > 0) {
      await new Promise<void>((resolve) => { this.#clock.after(waitMs, resolve) })
    }
  }
}

/**
 * A stream whose bytes count against the limits of this peer's traffic. Pieces are small, so that many streams share a narrow line evenly and no
 * watchdog of the other side takes a wait in line for silence.
 */
export class LimitedStream implements ByteStream {
  readonly #stream: ByteStream
  readonly #traffic: Traffic
  readonly #clock: Clock
  /** What has been read from the stream and not been handed out. */
  readonly #arrived = new Uint8ArrayList()
  /** Writes that are under way, one after the other. */
  #writing: Promise<void> = Promise.resolve()
  #writes = 0
  #closing = false
  #ended = false

  constructor (stream: ByteStream, traffic: Traffic, clock: Clock) {
    this.#stream = stream
    this.#traffic = traffic
    this.#clock = clock
    inBackground(stream.closed.then(() => { this.#ended = true }))
  }

  get peer (): PeerId {
    return this.#stream.peer
  }

  get relayed (): boolean {
    return this.#stream.relayed
  }

  get closed (): Promise<Error | undefined> {
    return this.#stream.closed
  }

  async read (): Promise<Uint8Array | Uint8ArrayList | undefined> {
    if (this.#arrived.byteLength === 0) {
      const bytes = await this.#stream.read()
      if (bytes === undefined || !this.#traffic.limitsDown) {
        return bytes
      }
      this.#arrived.append(bytes)
    }
    const piece = this.#arrived.sublist(0, Math.min(limits.LIMITED_PIECE_BYTES, this.#arrived.byteLength))
    this.#arrived.consume(piece.byteLength)
    await this.#traffic.down(piece.byteLength)
    return piece
  }

  async write (bytes: Uint8Array | Uint8ArrayList): Promise<void> {
    if (this.#closing) {
      throw new ChannelClosedError()
    }
    if (this.#writes === 0 && !this.#traffic.limitsUp) {
      await this.#stream.write(bytes)
      return
    }
    this.#writes++
    const written = this.#writing.then(async () => { await this.#writeInPieces(bytes) })
    this.#writing = written.catch(() => {}).finally(() => { this.#writes-- })
    await written
  }

  async close (): Promise<void> {
    this.#closing = true
    if (this.#writes > 0) {
      // What was sent before is flushed, but nobody who leaves waits for long because of a limit.
      const timer = this.#clock.after(limits.LIMITED_FLUSH_MS, () => {
        this.abort(new ChannelClosedError('the stream was closed before everything was sent'))
      })
      await this.#writing
      timer.stop()
    }
    await this.#stream.close()
  }

  abort (reason: Error): void {
    this.#closing = true
    this.#stream.abort(reason)
  }

  async #writeInPieces (bytes: Uint8Array | Uint8ArrayList): Promise<void> {
    for (let at = 0; at < bytes.byteLength; at += limits.LIMITED_PIECE_BYTES) {
      const end = Math.min(at + limits.LIMITED_PIECE_BYTES, bytes.byteLength)
      const piece = bytes instanceof Uint8Array ? bytes.subarray(at, end) : bytes.sublist(at, end)
      await this.#traffic.up(piece.byteLength)
      if (this.#ended) {
        throw new ChannelClosedError()
      }
      await this.#stream.write(piece)
    }
  }
}
