import { encode } from 'it-length-prefixed'
import { Uint8ArrayList } from 'uint8arraylist'
import { ChannelClosedError, WireError } from '../errors.ts'
import { MIN_RATE_BYTES_PER_SECOND, RATE_GRACE_MS } from '../wire/limits.ts'
import * as limits from './limits.ts'
import type { Clock } from '../ports.ts'
import type { ByteStream } from './byte-stream.ts'

/** Bytes of a length prefix at most: an unsigned varint below 2^28, above every message limit. */
const MAX_PREFIX_BYTES = 4

/**
 * Reads a {@link ByteStream} as length-prefixed messages and raw runs of bytes of known length, mixed as the caller asks.
 *
 * What has begun must go on: a silence of {@link limits.STALL_TIMEOUT_MS} within a message or run, or less than {@link MIN_RATE_BYTES_PER_SECOND}
 * on the whole of it, ends the stream. Time counts only while this reader waits, so a slow consumer is never blamed on the sender.
 */
export class FrameReader {
  readonly #stream: ByteStream
  readonly #clock: Clock
  readonly #buffer = new Uint8ArrayList()

  constructor (stream: ByteStream, clock: Clock) {
    this.#stream = stream
    this.#clock = clock
  }

  /**
   * The next message, copied; undefined when the stream ended politely between messages.
   *
   * @param maxBytes - a longer message is refused before its bytes are read
   * @param idleMs - how long the message may take to begin; no limit when undefined
   * @throws WireError when it is too long
   * @throws ChannelClosedError when the stream broke, stalled, or ended within the message: no lie, whoever stops in the middle just ends
   */
  async frame (maxBytes: number, idleMs?: number): Promise<Uint8Array | undefined> {
    if (this.#buffer.byteLength === 0 && !await this.#more(idleMs)) {
      return undefined
    }
    const length = await this.#prefix(maxBytes)
    const bytes = new Uint8Array(length)
    await this.#fill(bytes)
    return bytes
  }

  /**
   * Fills `target` with the next bytes.
   *
   * @throws ChannelClosedError when the stream broke, stalled, or ended before
   */
  async raw (target: Uint8Array): Promise<void> {
    await this.#fill(target)
  }

  /** Reads past the next bytes without keeping them. @throws ChannelClosedError as {@link raw} */
  async skip (byteLength: number): Promise<void> {
    const pace = new Pace()
    let left = byteLength
    while (left > 0) {
      const here = Math.min(left, this.#buffer.byteLength)
      this.#buffer.consume(here)
      left -= here
      if (left > 0) {
        await this.#expect(pace)
      }
    }
  }

  async #prefix (maxBytes: number): Promise<number> {
    const pace = new Pace()
    let length = 0
    for (let i = 0; i < MAX_PREFIX_BYTES; i++) {
      if (this.#buffer.byteLength === 0) {
        await this.#expect(pace)
      }
      const byte = this.#buffer.get(0)
      this.#buffer.consume(1)
      length |= (byte & 0x7f) << (7 * i)
      if (byte < 0x80) {
        if (length > maxBytes) {
          throw new WireError(`a message of ${length} bytes, where ${maxBytes} are allowed`, 'maxMessageBytes')
        }
        return length
      }
    }
    throw new WireError('a message without a sensible length', 'maxMessageBytes')
  }

  async #fill (target: Uint8Array): Promise<void> {
    const pace = new Pace()
    let filled = 0
    while (filled < target.byteLength) {
      if (this.#buffer.byteLength === 0) {
        await this.#expect(pace)
      }
      const here = this.#buffer.sublist(0, Math.min(target.byteLength - filled, this.#buffer.byteLength))
      for (const piece of here) {
        target.set(piece, filled)
        filled += piece.byteLength
      }
      this.#buffer.consume(here.byteLength)
    }
  }

  /** Waits for bytes that must come. */
  async #expect (pace: Pace): Promise<void> {
    const before = this.#buffer.byteLength
    const startedMs = this.#clock.nowMs()
    if (!await this.#more(limits.STALL_TIMEOUT_MS)) {
      throw new ChannelClosedError('the stream ended in the middle of a message')
    }
    if (!pace.keeps(this.#clock.nowMs() - startedMs, this.#buffer.byteLength - before)) {
      const slow = new ChannelClosedError('the peer sends too slowly')
      this.#stream.abort(slow)
      throw slow
    }
  }

  async #more (timeoutMs: number | undefined): Promise<boolean> {
    const timer = timeoutMs === undefined
      ? undefined
      : this.#clock.after(timeoutMs, () => {
        this.#stream.abort(new ChannelClosedError('the peer has gone silent on a stream'))
      })
    try {
      const bytes = await this.#stream.read()
      if (bytes === undefined) {
        return false
      }
      this.#buffer.append(bytes)
      return true
    } finally {
      timer?.stop()
    }
  }
}

/** Whether bytes pass at the least rate, judged from the time spent waiting for them. */
export class Pace {
  #waitedMs = 0
  #bytes = 0

  /** Counts so many bytes that passed after waiting for so long. */
  keeps (waitedMs: number, bytes: number): boolean {
    this.#waitedMs += waitedMs
    this.#bytes += bytes
    return this.#waitedMs <= RATE_GRACE_MS + this.#bytes * 1000 / MIN_RATE_BYTES_PER_SECOND
  }
}

/** A message with its length before it. */
export function framed (message: Uint8Array): Uint8ArrayList {
  return encode.single(message)
}

/** Sends one message with its length before it. @throws ChannelClosedError */
export async function writeFrame (stream: ByteStream, message: Uint8Array): Promise<void> {
  await stream.write(framed(message))
}

/**
 * Sends a message with its length before it, and bytes without one after it, in pieces. Message and first piece leave together:
 * for small units that halves what both sides have to handle.
 *
 * @throws ChannelClosedError
 */
export async function writeFrameAndRaw (stream: ByteStream, message: Uint8Array, bytes: Uint8Array): Promise<void> {
  const first = framed(message)
  first.append(bytes.subarray(0, limits.PIECE_BYTES))
  await stream.write(first)
  for (let at = limits.PIECE_BYTES; at < bytes.byteLength; at += limits.PIECE_BYTES) {
    await stream.write(bytes.subarray(at, at + limits.PIECE_BYTES))
  }
}
