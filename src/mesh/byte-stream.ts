import { ChannelClosedError } from '../errors.ts'
import type { PeerId } from '../core/ids.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

/**
 * One end of a two-way stream of bytes between two peers, over libp2p or within this process. What all protocols are written on.
 *
 * Both directions end together: once either side has closed, the stream is over when what was sent before has been read.
 */
export interface ByteStream {
  readonly peer: PeerId
  /** Whether the path goes through another peer. */
  readonly relayed: boolean
  /**
   * The next bytes, however many there are; undefined after a polite end. One call at a time. Reading ahead is bounded.
   *
   * @throws ChannelClosedError when the stream broke
   */
  read (): Promise<Uint8Array | Uint8ArrayList | undefined>
  /**
   * Sends bytes in the order of the calls and resolves when few enough wait to be sent. The bytes must not change until then.
   *
   * @throws ChannelClosedError
   */
  write (bytes: Uint8Array | Uint8ArrayList): Promise<void>
  /** Resolves, never rejects, when the stream has ended; with the reason when it did not end politely. */
  readonly closed: Promise<Error | undefined>
  /** Flushes what was sent and ends the stream politely. Never rejects. */
  close (): Promise<void>
  /** Ends the stream now, on both sides. */
  abort (reason: Error): void
}

/** What reading or writing a stream throws that ended for this reason: never the reason itself, which may be meant for the other side. */
export function endedError (reason: Error | undefined): ChannelClosedError {
  return reason instanceof ChannelClosedError ? reason : new ChannelClosedError(undefined, { cause: reason })
}
