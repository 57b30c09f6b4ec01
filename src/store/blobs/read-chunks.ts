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

/**
 * Bytes of a file, once the chunks that hold them have been hashed; `damaged` when one is not what it should be. Undefined when the file of
 * `chunks.length` chunks ends before.
 */
export async function readProven (file: DiskFile, chunks: readonly Hash[], offset: number, length: number): Promise<Uint8Array | 'damaged' | undefined> {
  if (offset + length > await file.size()) {
    return undefined
  }
  const bytes = new Uint8Array(length)
  const buffer = new Uint8Array(CHUNK_BYTES)
  for (let chunk = Math.floor(offset / CHUNK_BYTES); chunk * CHUNK_BYTES < offset + length; chunk++) {
    const from = chunk * CHUNK_BYTES
    const whole = buffer.subarray(0, await file.read(buffer, from))
    if (sha256Of(whole) !== chunks[chunk]) {
      return 'damaged'
    }
    const first = Math.max(offset, from)
    bytes.set(whole.subarray(first - from, offset + length - from), first - offset)
  }
  return bytes
}

/** The sha256 of each chunk of bytes that are at hand. */
export function chunkHashes (bytes: Uint8Array): Hash[] {
  return Array.from({ length: Math.ceil(bytes.byteLength / CHUNK_BYTES) }, (_, chunk) => sha256Of(bytes.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES)))
}
