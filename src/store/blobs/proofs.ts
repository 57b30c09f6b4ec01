import { readChunks } from './read-chunks.ts'
import type { Hash } from '../../core/ids.ts'
import type { DiskFile } from '../disk.ts'

/**
 * What the chunks of blobs are whose bytes this process has hashed: a whole file is asked for a proof once a life, and after that each chunk
 * whenever it leaves this disk.
 */
export class Proofs {
  readonly #chunks = new Map<Hash, Promise<readonly Hash[] | undefined>>()

  /** The bytes of a blob were hashed as they were written. */
  note (blob: Hash, chunks: readonly Hash[]): void {
    this.#chunks.set(blob, Promise.resolve(chunks))
  }

  /** The sha256 of each chunk of a blob, by its file when they are not known; undefined when the file is not the blob. Rejects with the disk's own errors. */
  async chunksOf (blob: Hash, file: DiskFile): Promise<readonly Hash[] | undefined> {
    let proving = this.#chunks.get(blob)
    if (proving === undefined) {
      proving = readChunks(file, async () => {}).then(({ hash, chunks }) => hash === blob ? chunks : undefined)
      this.#chunks.set(blob, proving)
      void proving.catch(() => undefined).then((chunks) => {
        if (chunks === undefined) {
          this.forget(blob)
        }
      })
    }
    return proving
  }

  /** Its file is gone, or is not to be trusted. */
  forget (blob: Hash): void {
    this.#chunks.delete(blob)
  }
}
