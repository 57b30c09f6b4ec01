import { createHash } from 'node:crypto'
import { CHUNK_BYTES } from '../../core/limits.ts'
import { sha256Of } from './hashing.ts'
import type { Hash } from '../../core/ids.ts'
import type { DiskFile } from '../disk.ts'

/** What a file is as a blob. */
export interface HashedFile {
  readonly size: number
  readonly hash: Hash
  /** Of each chunk. */
  readonly chunks: readonly Hash[]
}

/**
 * Reads a file to its end and hashes it, whole and chunk by chunk. `take` is given each chunk with its offset, once it is hashed;
 * the bytes are overwritten by the next.
 */
export async function readChunks (file: DiskFile, take: (chunk: Uint8Array, offset: number) => Promise<void>): Promise<HashedFile> {
  const whole = createHash('sha256')
  const chunks: Hash[] = []
  const buffer = new Uint8Array(CHUNK_BYTES)
  for (let size = 0; ;) {
    const chunk = buffer.subarray(0, await file.read(buffer, size))
    if (chunk.byteLength === 0) {
      return { size, hash: whole.digest('hex'), chunks }
    }
    whole.update(chunk)
    chunks.push(sha256Of(chunk))
    await take(chunk, size)
    size += chunk.byteLength
  }
}
