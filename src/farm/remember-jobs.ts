import type { SignedJob } from '../core/messages.ts'
import type { Log, Mesh, Store } from '../ports.ts'
import type { Directory } from './directory.ts'

/** Tells a directory what a former life of this peer knew of others' jobs. Records that can not be read are left out and named in the log. */
export async function rememberJobs ({ mesh, store, log }: { readonly mesh: Mesh, readonly store: Store, readonly log: Log }, directory: Directory): Promise<void> {
  for (const records of await store.records()) {
    try {
      let signed: SignedJob | undefined
      for (const record of records) {
        if (record.type === 'job') {
          signed = await mesh.readJob(record.bytes, record.signature)
          directory.learnJob(signed)
        } else if (signed !== undefined && record.type === 'epoch') {
          directory.learnEpoch(signed.id, record.epoch)
        } else if (signed !== undefined && record.type === 'control') {
          directory.learnControl(await mesh.readControl(record.bytes, record.signature, signed.spec.requester))
        }
      }
    } catch (error) {
      log.warn('a remembered job could not be read', { error: error instanceof Error ? error.message : String(error) })
    }
  }
}
