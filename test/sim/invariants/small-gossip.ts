import { Invariant } from '../invariant.ts'
import type { PeerId } from '../../../src/core/ids.ts'
import type { Beacon } from '../../../src/core/messages.ts'
import type { SentMessage } from '../../support/fake-network.ts'

/** A beacon comes at most once a second of its steward's clock, which may be five per cent fast, */
const LEAST_PAUSE_MS = 900

/** and tells of at most so many jobs, however many units they have. */
const MAX_JOBS = 64

/** B3: gossip does not grow with the number of units: a beacon a second at most, of a few bytes for each live job. */
export class SmallGossip extends Invariant {
  readonly name = 'B3'
  readonly #last = new Map<PeerId, { readonly message: Beacon, readonly atMs: number }>()

  override sent ({ kind, from, atMs, message }: SentMessage): void {
    if (kind !== 'gossip-beacon') {
      return
    }
    const beacon = message as Beacon
    const last = this.#last.get(from)
    if (last?.message === beacon) {
      return
    }
    if (last !== undefined && atMs - last.atMs < LEAST_PAUSE_MS) {
      this.broken(`${from} sent two beacons within ${Math.round(atMs - last.atMs)} ms`)
    }
    if (beacon.jobs.length > MAX_JOBS) {
      this.broken(`${from} told of ${beacon.jobs.length} jobs in one beacon`)
    }
    this.#last.set(from, { message: beacon, atMs })
  }
}
