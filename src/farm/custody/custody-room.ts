import { admission } from '../../core/custody/admission.ts'
import { CUSTODY_REQUESTER_SHARE } from '../../core/limits.ts'
import { StoreError } from '../../errors.ts'
import type { PeerId } from '../../core/ids.ts'

/** There is no room for more of that: neither the disk nor the person who set the quota would agree. */
export class CustodyFullError extends StoreError {
  static override name = 'CustodyFullError'

  constructor (quotaBytes: number) {
    super(`no more than ${quotaBytes} bytes are kept here for others, and half of that for one of them; more with: tilemesh config custody`, { trouble: 'full' })
  }
}

/**
 * The room that results kept for others may take on this disk: all together, and those of one requester. What is on its way to the disk counts.
 */
export class CustodyRoom {
  /** Bytes; less than are kept makes nothing go. */
  quotaBytes: number
  readonly #kept: (requester?: PeerId) => number
  readonly #coming = new Map<PeerId, number>()

  /** @param kept bytes on disk, of one requester's jobs or of all */
  constructor (quotaBytes: number, kept: (requester?: PeerId) => number) {
    this.quotaBytes = quotaBytes
    this.#kept = kept
  }

  /** Bytes on their way. */
  get comingBytes (): number {
    return [...this.#coming.values()].reduce((sum, bytes) => sum + bytes, 0)
  }

  fits (requester: PeerId, bytes: number): boolean {
    return admission(bytes, {
      keptBytes: this.#kept() + this.comingBytes,
      quotaBytes: this.quotaBytes,
      keptOfRequesterBytes: this.#kept(requester) + (this.#coming.get(requester) ?? 0),
      requesterQuotaBytes: this.quotaBytes * CUSTODY_REQUESTER_SHARE
    }) === 'admitted'
  }

  /** Keeps room free until the returned function is called, once. @throws CustodyFullError */
  reserve (requester: PeerId, bytes: number): () => void {
    if (!this.fits(requester, bytes)) {
      throw new CustodyFullError(this.quotaBytes)
    }
    this.#coming.set(requester, (this.#coming.get(requester) ?? 0) + bytes)
    return () => {
      const rest = this.#coming.get(requester)! - bytes
      if (rest === 0) {
        this.#coming.delete(requester)
      } else {
        this.#coming.set(requester, rest)
      }
    }
  }
}
