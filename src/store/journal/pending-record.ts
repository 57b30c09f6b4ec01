import { PREFIX_BYTES } from './layout.ts'
import type { StoreError } from '../../errors.ts'

/** Whoever waits for a record. */
export interface Waiter {
  readonly resolve: () => void
  readonly reject: (reason: StoreError) => void
}

/** A record on its way to the disk. Nobody waits for one that is only noted. */
export interface PendingRecord {
  readonly head: Uint8Array
  readonly body: Uint8Array
  /** On disk, with what precedes each record. */
  readonly bytes: number
  readonly waiter: Waiter | undefined
  /** A note is as good as `on disk` once it is written. */
  state: 'on its way' | 'on disk' | 'refused'
}

const NO_BODY = new Uint8Array(0)

/** A record that somebody waits for; `ended` settles as its waiter is told. */
export function awaitedRecord (head: Uint8Array, body: Uint8Array): { readonly record: PendingRecord, readonly ended: Promise<void> } {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  return { record: { head, body, bytes: bytesOnDisk(head, body), waiter: { resolve, reject }, state: 'on its way' }, ended }
}

/** A record nobody waits for. */
export function notedRecord (head: Uint8Array): PendingRecord {
  return { head, body: NO_BODY, bytes: bytesOnDisk(head, NO_BODY), waiter: undefined, state: 'on its way' }
}

/** How many of the records at the head of a queue fit into one write: at least one, if there is any. */
export function batchLength (queue: readonly PendingRecord[], maxBytes: number): number {
  let count = 0
  let bytes = 0
  while (count < queue.length && (count === 0 || bytes + queue[count]!.bytes <= maxBytes)) {
    bytes += queue[count]!.bytes
    count++
  }
  return count
}

/** Bytes of several records on disk. */
export function totalBytes (records: readonly PendingRecord[]): number {
  return records.reduce((sum, { bytes }) => sum + bytes, 0)
}

function bytesOnDisk (head: Uint8Array, body: Uint8Array): number {
  return PREFIX_BYTES + head.byteLength + body.byteLength
}
