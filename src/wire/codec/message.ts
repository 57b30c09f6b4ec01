import { MaxLengthError } from 'protons-runtime'
import { WireError } from '../../errors.ts'
import * as limits from '../limits.ts'
import type { LimitName } from './check.ts'
import type { Uint8ArrayList } from 'uint8arraylist'

/** Bytes as they come out of a stream, in one piece or several. */
export type WireBytes = Uint8Array | Uint8ArrayList

/** What {@link WireError.limit} says when a list is longer than the schema allows, found before its entries were made. */
export const LIST_LIMIT = 'list'

/** What {@link WireError.limit} says of a message of a type that this version does not know. */
const UNKNOWN_MESSAGE = 'unknown'

/**
 * Reads protobuf bytes of a bounded length.
 *
 * @throws WireError when they are too many, or not of this schema
 */
export function openMessage<T> (what: string, bytes: WireBytes, limit: LimitName, decode: (bytes: Uint8Array) => T): T {
  const length = bytes.byteLength
  if (length > limits[limit]) {
    throw new WireError(`${what}: ${length} bytes are more than ${limits[limit]}`, limit)
  }
  try {
    return decode(plain(bytes))
  } catch (err) {
    if (err instanceof MaxLengthError) {
      throw new WireError(`${what} has too long a list`, LIST_LIMIT, { cause: err })
    }
    throw new WireError(`${what} can not be read`, undefined, { cause: err })
  }
}

/**
 * Lets out only what {@link openMessage} would take: a message that is too long fails at its sender.
 *
 * @throws WireError
 */
export function sealMessage (what: string, bytes: Uint8Array, limit: LimitName): Uint8Array {
  if (bytes.byteLength > limits[limit]) {
    throw new WireError(`${what}: ${bytes.byteLength} bytes are more than ${limits[limit]}`, limit)
  }
  return bytes
}

/** The error for a message of none of the types that this version knows. */
export function unknownMessage (what: string): WireError {
  return new WireError(`${what} is of a type that is not known here`, UNKNOWN_MESSAGE)
}

/** Whether decoding failed only because the message's type is of a later version: such messages are ignored, not held against the sender. */
export function isUnknownMessage (err: unknown): boolean {
  return err instanceof WireError && err.limit === UNKNOWN_MESSAGE
}

/** One run of bytes without the methods of Buffer, so that parts of it are plain Uint8Arrays too. */
function plain (bytes: WireBytes): Uint8Array {
  const whole = bytes instanceof Uint8Array ? bytes : bytes.subarray()
  return whole.constructor === Uint8Array ? whole : new Uint8Array(whole.buffer, whole.byteOffset, whole.byteLength)
}
