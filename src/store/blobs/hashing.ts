import { hash } from 'node:crypto'
import type { Hash } from '../../core/ids.ts'

/** sha256 of bytes that are at hand. */
export function sha256Of (bytes: Uint8Array): Hash {
  return hash('sha256', bytes, 'hex')
}
