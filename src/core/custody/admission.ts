import type { JobId } from '../ids.ts'

/** What a custodian keeps, and how much it may. In bytes. */
export interface CustodyRoom {
  /** Kept for all requesters, and how much that may be. */
  readonly keptBytes: number
  readonly quotaBytes: number
  /** Kept for the requester in question, and how much that may be. */
  readonly keptOfRequesterBytes: number
  readonly requesterQuotaBytes: number
}

/** Whether so many bytes more may be kept: both quotas hold, to the byte. Sizes that are no whole number of bytes, or below none, never may. */
export function admission (bytes: number, room: CustodyRoom): 'admitted' | 'full' {
  const fits = Number.isSafeInteger(bytes) && bytes >= 0 &&
    room.keptBytes + bytes <= room.quotaBytes &&
    room.keptOfRequesterBytes + bytes <= room.requesterQuotaBytes
  return fits ? 'admitted' : 'full'
}

/** A job whose results are kept, and when something of it was last written; time of day, milliseconds since 1970. */
export interface KeptSince {
  readonly job: JobId
  readonly changedAtWallMs: number
}

/**
 * The jobs that have been kept for longer than `retentionMs` since they last changed, the oldest first. The only eviction there is: what has not
 * expired is never given up for something newer. What was changed in the future, by a clock that was wrong then or is now, has not expired.
 */
export function expired (kept: Iterable<KeptSince>, wallMs: number, retentionMs: number): JobId[] {
  return [...kept]
    .filter(({ changedAtWallMs }) => wallMs - changedAtWallMs > retentionMs)
    .sort((a, b) => a.changedAtWallMs - b.changedAtWallMs)
    .map(({ job }) => job)
}
