import { Invariant } from '../invariant.ts'
import type { Epoch } from '../../../src/core/epoch.ts'
import type { JobId, PeerId } from '../../../src/core/ids.ts'
import type { Beacon } from '../../../src/core/messages.ts'
import type { SentMessage } from '../../support/fake-network.ts'

/** A beacon comes at most once a second of its steward's clock, which may be five per cent fast, */
const LEAST_PAUSE_MS = 900

/** and tells of at most so many jobs, however many units they have. */
const MAX_JOBS = 64

/** B3: gossip does not grow with the number of units: a beacon a second at most, of a few bytes for each live job. */
export class SmallGossip extends Invariant {
  readonly name = 'B3'
  /** When each stewardship was first told of. */
  readonly #told = new Map<string, number>()
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
    // A take-over is told at once, on its own.
    const isNews = beacon.jobs.length === 1 && beacon.jobs.every(({ job, epoch }) => this.#isNew(job, epoch))
    if (isNews) {
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

  #isNew (job: JobId, { round, peer, instance }: Epoch): boolean {
    const key = `${job} ${round} ${peer} ${instance}`
    const before = this.#told.get(key)
    this.#told.set(key, before ?? this.scene.nowMs)
    return before === undefined || before === this.scene.nowMs
  }
}
