import { UsageError } from '../../errors.ts'

/** What a unit of bytes is worth. Bits are how people know their line: `16Mbit` is 2 MB. */
const BYTES_OF: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  kbit: 1e3 / 8,
  Mbit: 1e6 / 8,
  Gbit: 1e9 / 8
}

/** Units a number of bytes is written in, largest first; the first that leaves a whole number is taken. */
const WRITTEN_IN = ['TiB', 'TB', 'GiB', 'GB', 'MiB', 'MB', 'KiB', 'kB', 'B'] as const

/** Bounds of a quantity in bytes, both included, and an example of how it is written. */
export interface QuantityBounds {
  readonly least: number
  readonly most: number
  readonly example: string
}

/**
 * Reads bytes, such as `20GiB`, or bytes per second, such as `2MB/s`, as a whole number of bytes.
 *
 * @throws UsageError that names `what` and shows how the value is written
 */
export function readQuantity (text: string, what: string, per: '' | '/s', { least, most, example }: QuantityBounds): number {
  const match = /^(\d{1,9}(?:\.\d{1,6})?) ?([A-Za-z]{1,4})(\/s)?$/.exec(text.trim())
  const worth = match === null ? undefined : BYTES_OF[match[2]!]
  if (match === null || worth === undefined || (match[3] ?? per) !== per || (per === '' && match[2]!.endsWith('bit'))) {
    const bits = per === '/s' ? ', or kbit, Mbit, Gbit' : ''
    throw new UsageError(`${what} must be a number with a unit, such as ${example} (kB, MB, GB, or KiB, MiB, GiB${bits}), not "${text}"`)
  }
  const bytes = Math.round(Number(match[1]) * worth)
  if (!(bytes >= least && bytes <= most)) {
    throw new UsageError(`${what} must be from ${writeQuantity(least, per)} to ${writeQuantity(most, per)}, not "${text}"`)
  }
  return bytes
}

/** Writes bytes so that {@link readQuantity} reads the same number again. */
export function writeQuantity (bytes: number, per: '' | '/s'): string {
  const unit = WRITTEN_IN.find((one) => bytes % BYTES_OF[one]! === 0) ?? 'B'
  return `${bytes / BYTES_OF[unit]!}${unit}${per}`
}
