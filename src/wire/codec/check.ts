import { withArrayBuffer } from 'uint8arrays/with-array-buffer'
import { WireError } from '../../errors.ts'
import * as limits from '../limits.ts'

/**
 * The checks that every value passes on its way in and out. All throw WireError, and set its `limit` to the name of the
 * limit in `limits.ts` that was exceeded, if one was.
 */

/** The name of a number in `limits.ts`. */
export type LimitName = { [Name in keyof typeof limits]: (typeof limits)[Name] extends number ? Name : never }[keyof typeof limits]

/** Bytes that are not shared with another thread: all that the generated code takes and gives. */
export type Bytes = Uint8Array<ArrayBuffer>

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const utf8Encoder = new TextEncoder()
/** The control characters of ASCII and Latin-1, among them escape, with which a stranger's name could rewrite a terminal. */
const CONTROL_CHARACTERS = /\p{Cc}/gu

/** Throws unless `value` is at most the limit. */
export function within (what: string, value: number, limit: LimitName): void {
  if (value > limits[limit]) {
    throw new WireError(`${what}: ${value} is more than ${limits[limit]}`, limit)
  }
}

/** A whole number from `least` up to `most`, which is either a number that follows from the meaning, or a limit by its name. */
export function whole (what: string, value: number, least: number, most: number | LimitName): number {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new WireError(`${what} must be a whole number of at least ${least}, not ${value}`)
  }
  if (typeof most === 'string') {
    within(what, value, most)
  } else if (value > most) {
    throw new WireError(`${what} must be a whole number of at most ${most}, not ${value}`)
  }
  return value + 0
}

/** A duration in milliseconds, fractions allowed: finite and not negative. */
export function duration (what: string, value: number): number {
  if (!Number.isFinite(value) || value < 0) {
    throw new WireError(`${what} must be a duration, not ${value}`)
  }
  within(what, value, 'MAX_DURATION_MS')
  return value + 0
}

/** A field that must be there. */
export function present<T> (what: string, value: T | null | undefined): T {
  if (value === undefined || value === null) {
    throw new WireError(`${what} is missing`)
  }
  return value
}

/** A list that is no longer than the limit, each entry converted. */
export function list<In, Out> (what: string, items: readonly In[], limit: LimitName, convert: (item: In) => Out): Out[] {
  within(`entries of ${what}`, items.length, limit)
  return items.map(convert)
}

/** Bytes of a bounded length, copied, so that keeping them does not keep the message they came in. */
export function bytesOf (what: string, bytes: Uint8Array, least: number, limit: LimitName): Bytes {
  return Uint8Array.from(boundedBytes(what, bytes, least, limit))
}

/** The same without copying: for pixels. */
export function boundedBytes (what: string, bytes: Uint8Array, least: number, limit: LimitName): Bytes {
  if (bytes.byteLength < least) {
    throw new WireError(`${what} must have at least ${least} bytes, not ${bytes.byteLength}`)
  }
  within(`bytes of ${what}`, bytes.byteLength, limit)
  return withArrayBuffer(bytes)
}

/** Text from UTF-8. */
export function textOf (what: string, bytes: Uint8Array, limit: LimitName): string {
  within(`bytes of ${what}`, bytes.byteLength, limit)
  try {
    return utf8Decoder.decode(bytes)
  } catch (err) {
    throw new WireError(`${what} is not UTF-8`, undefined, { cause: err })
  }
}

/** Text as UTF-8. */
export function textBytes (what: string, text: string, limit: LimitName): Bytes {
  // A character takes at least one byte, so a long text is refused before it is encoded.
  within(`bytes of ${what}`, text.length, limit)
  if (!text.isWellFormed()) {
    throw new WireError(`${what} has half a surrogate pair`)
  }
  const bytes = utf8Encoder.encode(text)
  within(`bytes of ${what}`, bytes.byteLength, limit)
  return bytes
}

/** Text of one line, without control characters, from UTF-8: for names, which end up on terminals. */
export function lineOf (what: string, bytes: Uint8Array, limit: LimitName): string {
  return oneLine(what, textOf(what, bytes, limit))
}

/** Text of one line, without control characters, as UTF-8. */
export function lineBytes (what: string, text: string, limit: LimitName): Bytes {
  return textBytes(what, oneLine(what, text), limit)
}

function oneLine (what: string, text: string): string {
  if (text.search(CONTROL_CHARACTERS) !== -1) {
    throw new WireError(`${what} has control characters`)
  }
  return text
}

/** Makes text for people fit for the wire: cut at its end, between characters. */
export function fittingText (text: string, limit: LimitName): string {
  const wellFormed = text.toWellFormed()
  const { read } = utf8Encoder.encodeInto(wellFormed, new Uint8Array(limits[limit]))
  return wellFormed.slice(0, read)
}

/** The same as one line. What a renderer gives as its reason has any form, and must not stop the report. */
export function fittingLine (text: string, limit: LimitName): string {
  return fittingText(text.replaceAll(CONTROL_CHARACTERS, ' '), limit)
}

/** Makes a log fit for the wire: cut at its beginning, since a renderer names the cause last. */
export function fittingLog (text: string, limit: LimitName): string {
  const log = text.toWellFormed()
  let start = log.length
  let bytes = 0
  while (start > 0) {
    const before = isLowSurrogate(log.charCodeAt(start - 1)) ? start - 2 : start - 1
    bytes += utf8Length(log.slice(before, start))
    if (bytes > limits[limit]) {
      break
    }
    start = before
  }
  return log.slice(start)
}

/** Bytes of a text as UTF-8. */
export function utf8Length (text: string): number {
  return utf8Encoder.encode(text).byteLength
}

function isLowSurrogate (charCode: number): boolean {
  return charCode >= 0xdc00 && charCode <= 0xdfff
}
