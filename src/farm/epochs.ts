import { instanceOf } from '../core/epoch.ts'
import type { Epoch } from '../core/epoch.ts'
import type { PeerId } from '../core/ids.ts'
import type { Random, Store } from '../ports.ts'

/**
 * Makes the fencing numbers of this peer's stewardships: no two of them are ever equal, in this life or another (invariant S3), because each
 * carries the count of this life, which was on disk before the first was made.
 */
export class Epochs {
  readonly #self: PeerId
  readonly #random: Random
  #boot = { boot: 0, fresh: false }

  constructor (self: PeerId, random: Random) {
    this.#self = self
    this.#random = random
  }

  /** Counts this life of the peer. @throws StoreError */
  async open (store: Pick<Store, 'nextBoot'>): Promise<void> {
    this.#boot = await store.nextBoot()
  }

  /** The stewardship of a job that was just submitted here. */
  first (): Epoch {
    return this.#epoch(1)
  }

  /** The next of a job that this peer stewarded in a former life: the same round, or the next one when it can not prove that its life is new. */
  again (before: Epoch | undefined): Epoch {
    return before === undefined ? this.first() : this.#epoch(before.round + (this.#boot.fresh ? 1 : 0))
  }

  /** A stewardship that ends another one. `before` undefined: nobody ever heard of any, so it was the requester's first. */
  after (before: Epoch | undefined): Epoch {
    return this.#epoch((before?.round ?? 1) + 1)
  }

  #epoch (round: number): Epoch {
    return { round, peer: this.#self, instance: instanceOf(this.#boot.boot, this.#random.next()) }
  }
}
