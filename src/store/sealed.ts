import { createHash } from 'node:crypto'
import path from 'node:path'
import { readWhole, writeWhole } from './disk.ts'
import { MAX_STATE_BYTES } from './limits.ts'
import type { Disk } from './disk.ts'

/**
 * Small state files: JSON that people can read, with a checksum over the values, so that a flipped bit is noticed.
 * Written whole or not at all.
 */

/** What a state file holds: a JSON object without the key `checksum`. */
export type SealedValue = Readonly<Record<string, unknown>>

/** What was found in a state file. */
export type Sealed =
  | { readonly state: 'missing' }
  | { readonly state: 'damaged', readonly why: string }
  | { readonly state: 'intact', readonly value: SealedValue }

/** Reads a state file. Never throws for what is in it; rejects with the disk's own errors. */
export async function readSealed (disk: Disk, file: string): Promise<Sealed> {
  let bytes: Uint8Array | undefined
  try {
    bytes = await readWhole(disk, file, MAX_STATE_BYTES)
  } catch (err) {
    if (err instanceof RangeError) {
      return { state: 'damaged', why: `it has more than ${MAX_STATE_BYTES} bytes` }
    }
    throw err
  }
  return bytes === undefined ? { state: 'missing' } : unseal(Buffer.from(bytes).toString('utf8'))
}

/** Writes a state file; on disk when it resolves. */
export async function writeSealed (disk: Disk, file: string, value: SealedValue): Promise<void> {
  await disk.makeFolder(path.dirname(file))
  await writeWhole(disk, file, [Buffer.from(seal(value), 'utf8')])
}

/** A value with its checksum, as the text of a state file. */
export function seal (value: SealedValue): string {
  return JSON.stringify({ ...value, checksum: checksumOf(value) }, null, 2) + '\n'
}

/** Reads what {@link seal} wrote. */
export function unseal (text: string): Exclude<Sealed, { readonly state: 'missing' }> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { state: 'damaged', why: text.trim() === '' ? 'it is empty' : 'it is not JSON' }
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { state: 'damaged', why: 'it is not a JSON object' }
  }
  const { checksum, ...value } = parsed as SealedValue
  return checksum === checksumOf(value) ? { state: 'intact', value } : { state: 'damaged', why: 'its checksum is wrong' }
}

function checksumOf (value: SealedValue): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
