import { createHash } from 'node:crypto'
import type { Sha256 } from '../../src/ports.ts'

/** The real sha256, for farms under test. */
export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
