import { isFinal } from '../../core/job.ts'
import { RETRY_ABSENT_MS, RETRY_FIRST_MS } from '../limits.ts'
import { Deliveries } from './deliveries.ts'
import { stewardOf } from './dealing.ts'
import type { Token } from '../../core/epoch.ts'
import type { JobId, PeerId, UnitIndex } from '../../core/ids.ts'
import type { UnitRange } from '../../core/messages.ts'
import type { Clock, Log, Mesh, UnitLogs } from '../../ports.ts'
import type { Parcel } from './deliveries.ts'
import type { WorkerJob } from './worker-job.ts'

/** What an outbox needs. */
export interface OutboxContext {
  readonly mesh: Mesh
  readonly clock: Clock
  readonly log: Log
  readonly unitLogs: UnitLogs
  /** All jobs this worker has anything of. */
  jobs (): Iterable<WorkerJob>
  /** Whether the steward of a job has heard of a finished unit with this token. */
  knows (job: WorkerJob, token: Token): boolean
  /** A unit is taken, or nobody wants it any more: its pixels may go. */
  forget (job: WorkerJob, unit: UnitIndex): void
  /** The steward of a job is to be shown what is held: it does not know a token of it. */
  show (job: WorkerJob): void
  /** A steward has taken a unit: whoever takes over is to hear of it from this peer. */
  accepted (job: JobId, ranges: readonly UnitRange[]): void
  changed (): void
}

/**
 * Finished units on their way, each to the steward of its job: deliveries by destination. When a stewardship moves, what has not left yet goes to the
 * new steward. A unit is forgotten when some steward has taken it, or its present one does not want it.
 */
export class Outbox {
  readonly #context: OutboxContext
  readonly #deliveries = new Map<PeerId, Deliveries>()

  constructor (context: OutboxContext) {
    this.#context = context
  }

  /** Sends a finished unit to the steward of its job. */
  send (job: WorkerJob, unit: UnitIndex): void {
    this.#add(this.#parcelOf(job, unit))
  }

  /** The stewardship of some jobs may have moved, or they are over: what waits for a former steward goes to the present one. */
  moved (): void {
    const stewards = new Set(Array.from(this.#context.jobs(), stewardOf))
    for (const deliveries of [...this.#deliveries.values()]) {
      if (!stewards.has(deliveries.to) || deliveries.isWaiting) {
        deliveries.takeAstray().forEach((parcel) => { this.#add(parcel) })
      }
      if (!stewards.has(deliveries.to) && deliveries.idle) {
        this.#deliveries.delete(deliveries.to)
        void deliveries.close()
      }
    }
  }

  /** A peer is there, or was shown what is held of its jobs: what waits for it is tried at once. */
  retry (to: PeerId): void {
    this.#deliveries.get(to)?.retry()
  }

  /** Whether nothing has got through to a peer for so long. */
  isHeldUp (to: PeerId, ms: number): boolean {
    const sinceMs = this.#deliveries.get(to)?.troubledSinceMs
    return sinceMs !== undefined && this.#context.clock.nowMs() - sinceMs >= ms
  }

  /** Resolves when everything is delivered. */
  async drained (): Promise<void> {
    await Promise.all(Array.from(this.#deliveries.values(), async (deliveries) => { await deliveries.drained() }))
  }

  async close (): Promise<void> {
    await Promise.all(Array.from(this.#deliveries.values(), async (deliveries) => { await deliveries.close() }))
  }

  #add (parcel: Parcel): void {
    const to = parcel.destination()
    let deliveries = this.#deliveries.get(to)
    if (deliveries === undefined) {
      deliveries = new Deliveries(to, { ...this.#context, astray: (strayed) => { this.#add(strayed) } })
      this.#deliveries.set(to, deliveries)
    }
    deliveries.add(parcel)
  }

  #parcelOf (job: WorkerJob, unit: UnitIndex): Parcel {
    let tries = 0
    let unknownTimes = 0
    return {
      job: job.id,
      unit,
      pixels: () => job.finished.pixelsOf(unit),
      destination: () => stewardOf(job),
      head: () => {
        tries++
        const head = job.headOf(unit)
        if (head === undefined) {
          this.#context.forget(job, unit)
        }
        return head
      },
      isKnown: () => {
        const held = job.holding.unit(unit)
        return held !== undefined && this.#context.knows(job, held.token)
      },
      mayBeOver: (by) => by === job.requester || (job.known.control !== undefined && isFinal(job.known.control.control.state)),
      settled: (answer, by) => {
        if (answer === 'accepted' || answer === 'duplicate') {
          this.#context.accepted(job.id, [{ first: unit, end: unit + 1 }])
        }
        this.#context.unitLogs.append(job.id, unit, { type: 'delivered', atMs: Math.round(this.#context.clock.wallMs()), to: by, answer, tries })
        job.holding.forget(unit)
        this.#context.forget(job, unit)
        if (answer === 'refused') {
          this.#context.log.info('a result was refused', { job: job.id, unit })
        }
        this.#context.changed()
      },
      tokenUnknown: () => {
        // A steward that does not grant what it was shown, as a unit that is parked, is not asked over and over.
        const pauseMs = unknownTimes === 0 ? 0 : Math.min(RETRY_FIRST_MS * 2 ** (unknownTimes - 1), RETRY_ABSENT_MS)
        unknownTimes++
        if (pauseMs === 0) {
          this.#context.show(job)
        } else {
          this.#context.clock.after(pauseMs, () => { this.#context.show(job) })
        }
      }
    }
  }
}
