import { CUSTODY_COPIES } from '../../core/limits.ts'
import { StoreError } from '../../errors.ts'
import { Placement } from './placement.ts'
import type { UnitSet } from '../../core/ledger.ts'
import type { ResultHead, SignedControl } from '../../core/messages.ts'
import type { KeptJob } from './kept-job.ts'
import type { PlacementContext } from './placement.ts'

/**
 * Where a steward that is not the requester puts results: its own disk, and those of other custodians, {@link CUSTODY_COPIES} in all.
 */
export class StewardCustody {
  readonly #kept: KeptJob
  readonly #placement: Placement

  constructor (kept: KeptJob, control: () => SignedControl | undefined, context: PlacementContext) {
    this.#kept = kept
    const source = {
      get size (): number { return kept.units.size },
      get units (): UnitSet { return kept.units },
      read: (wanted: UnitSet) => kept.read(wanted)
    }
    this.#placement = new Placement({ signed: kept.signed, control, source, copies: CUSTODY_COPIES - 1 }, context)
    this.#placement.start()
  }

  /** Units whose results are on this peer's disk. */
  get units (): UnitSet {
    return this.#kept.units
  }

  /**
   * Keeps a result. Resolves once it is on disk here and at as many others as it is to be; where this disk refuses it, at one more.
   *
   * @throws StoreError when this disk refuses it, and there are not as many others that take it
   */
  async keep (head: ResultHead, bytes: Uint8Array): Promise<void> {
    const own = this.#kept.put(head, bytes)
    const [kept] = await Promise.allSettled([own, this.#placement.place(head, bytes)])
    if (kept.status === 'fulfilled') {
      this.#placement.changed()
      return
    }
    if (await this.#placement.place(head, bytes, CUSTODY_COPIES) < CUSTODY_COPIES) {
      throw kept.reason instanceof Error ? kept.reason : new StoreError('this disk did not take a result')
    }
  }

  /** A member came or went. */
  peersChanged (): void {
    this.#placement.peersChanged()
  }

  /** This peer stewards the job no longer. What is kept stays. */
  close (): void {
    this.#placement.close()
  }
}
