import type { UnitSet } from '../../core/ledger.ts'
import type { ResultHead } from '../../core/messages.ts'

/** Where a steward that is not the requester puts results: its own disk, and those of other custodians. */
export interface ResultCustody {
  /** Units whose results are on this peer's disk. */
  readonly units: UnitSet
  /** Keeps a result. Resolves once it is on disk here and at as many others as it is to be. @throws StoreError when this disk refuses */
  keep (head: ResultHead, bytes: Uint8Array): Promise<void>
  /** A member came or went. */
  peersChanged (): void
  /** This peer stewards the job no longer. What is kept stays. */
  close (): void
}
