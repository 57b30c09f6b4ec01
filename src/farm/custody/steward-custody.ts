import { CUSTODY_COPIES } from '../../core/limits.ts'
import { UnitSet } from '../../core/ledger.ts'
import { StoreError } from '../../errors.ts'
import { Collector } from './collector.ts'
import { COLLECT_EVERY_MS } from './limits.ts'
import { Placement } from './placement.ts'
import type { ResultHead, SignedControl } from '../../core/messages.ts'
import type { Timer } from '../../ports.ts'
import type { KnownJob } from '../directory.ts'
import type { Stewardship } from '../stewardship.ts'
import type { CollectorContext } from './collector.ts'
import type { KeptJob } from './kept-job.ts'
import type { PlacementContext } from './placement.ts'

/** What a steward knows of the job. */
export interface StewardedJob {
  /** The requester's latest word. */
  control (): SignedControl | undefined
  /** Units that are accepted, by whatever stewardship. */
  accepted (): UnitSet
  /** Others have accepted these too. */
  learnAccepted (units: UnitSet): void
}

/** A stewardship of another's job, as it runs here. */
interface TakenOver {
  readonly stewardship: Pick<Stewardship, 'view'>
  learnAccepted (units: UnitSet): void
}

/** A job as this peer knows it before it stewards it, and as its stewardship does from then on. */
export function stewardedJob (known: KnownJob, taken: () => TakenOver | undefined): StewardedJob {
  return {
    control: () => known.control,
    accepted: () => taken()?.stewardship.view.ledger.accepted() ?? known.accepted?.copy() ?? new UnitSet(known.grid.units),
    learnAccepted: (units) => { taken()?.learnAccepted(units) }
  }
}

/** What it needs of its peer. */
export interface StewardCustodyContext extends PlacementContext, CollectorContext {
  readonly mesh: PlacementContext['mesh'] & CollectorContext['mesh']
}

/**
 * Where a steward that is not the requester puts results: its own disk, and those of other custodians, {@link CUSTODY_COPIES} in all. What other
 * peers keep and it lacks it brings here, so that there are as many copies of it when one of them is lost.
 */
export class StewardCustody {
  readonly #kept: KeptJob
  readonly #placement: Placement
  readonly #collector: Collector
  readonly #timer: Timer

  constructor (kept: KeptJob, job: StewardedJob, context: StewardCustodyContext) {
    this.#kept = kept
    const source = {
      get size (): number { return kept.units.size },
      get units (): UnitSet { return kept.units },
      read: (wanted: UnitSet) => kept.read(wanted)
    }
    this.#placement = new Placement({ signed: kept.signed, control: () => job.control(), source, copies: CUSTODY_COPIES - 1 }, context)
    this.#placement.start()
    this.#collector = new Collector({
      signed: kept.signed,
      lacking: () => job.accepted().without(kept.units),
      take: async ({ head, bytes }) => {
        await kept.put(head, bytes)
        this.#placement.changed()
      },
      elsewhere: (units) => { job.learnAccepted(units) },
      // What nobody here keeps may lie at the requester.
      lost: () => {}
    }, context)
    // The ledgers are being united by those who take over; what they found is pulled afterwards.
    this.#timer = context.clock.after(COLLECT_EVERY_MS, () => { this.#collector.start() })
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
    this.#collector.peersChanged()
  }

  /** This peer stewards the job no longer. What is kept stays. */
  close (): void {
    this.#timer.stop()
    this.#placement.close()
    this.#collector.stop()
  }
}
