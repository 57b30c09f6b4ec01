import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { readJobHead } from '../core/job-file.ts'
import { MAX_JOB_HEAD_BYTES } from '../core/limits.ts'
import { SceneError } from '../errors.ts'
import type { JobHead } from '../core/job-file.ts'

/** What a job file asks for, from its head alone: that the rest is whole is for the peer to see. @throws SceneError */
export async function readJobFile (file: string): Promise<JobHead> {
  try {
    const handle = await open(file)
    try {
      const bytes = new Uint8Array(MAX_JOB_HEAD_BYTES)
      let filled = 0
      for (let more = 1; more > 0 && filled < bytes.byteLength; filled += more) {
        more = (await handle.read(bytes, filled, bytes.byteLength - filled, filled)).bytesRead
      }
      return readJobHead(bytes.subarray(0, filled), (line) => createHash('sha256').update(line).digest('hex')).head
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw new SceneError(`${basename(file)} can not be rendered: ${cause instanceof Error ? cause.message : String(cause)}`, [], { cause })
  }
}
