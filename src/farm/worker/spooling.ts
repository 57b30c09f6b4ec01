import { isFinal } from '../../core/job.ts'
import { contentOf, unitBytes } from '../../core/units.ts'
import { MAX_UNDELIVERED_BYTES, SPOOL_AFTER_MS, SPOOL_BYTES, SPOOL_RETENTION_MS, SPOOL_RETRY_MS, SPOOL_WINDOW_BYTES } from '../limits.ts'
import { Spool } from './spool.ts'
import type { Reach } from '../../core/holding.ts'
import type { JobId, UnitIndex } from '../../core/ids.ts'
import type { ResultHead } from '../../core/messages.ts'
import type { Timer } from '../../ports.ts'
import type { KnownJob } from '../directory.ts'
import type { SpoolContext } from './spool.ts'
import type { WorkerJob } from './worker-job.ts'

/** What spooling needs. */
export interface SpoolingContext extends SpoolContext {
  known (job: JobId): KnownJob | undefined
  /** A job of which an earlier life left units is to be gone on with. */
  takeUp (known: KnownJob): WorkerJob
  jobs (): Iterable<WorkerJob>
  reach (job: WorkerJob): Reach
  /** Whether deliveries of a job do not get through now: its steward can not be reached, or has been busy for a while. */
  isHeldUp (job: WorkerJob): boolean
  /** A unit's pixels are in memory again: it is to be delivered. */
  send (job: WorkerJob, unit: UnitIndex): void
  /** A unit that was on the disk is damaged: it is to be rendered again, here or elsewhere. */
  damaged (job: WorkerJob, unit: UnitIndex): void
  changed (): void
}

/**
 * Moves finished units between memory and disk: out when their steward has not taken them for {@link SPOOL_AFTER_MS}, back in a few at a time once
 * it can be reached, in the order in which they came.
 */
export class Spooling {
  readonly #context: SpoolingContext
  readonly #spool: Spool
  /** Jobs whose units are being read back. */
  readonly #reading = new Set<WorkerJob>()
  /** Bytes of units that were read back and are not taken yet. */
  readonly #returned = new Map<WorkerJob, Map<UnitIndex, number>>()
  #returnedBytes = 0
  readonly #waiting: (() => void)[] = []
  #look: Timer | undefined
  #closed = false

  constructor (context: SpoolingContext) {
    this.#context = context
    this.#spool = new Spool(context)
  }

  /** Takes up what an earlier life of this peer had finished and not delivered. What can not be read is left alone, and said. */
  async open (): Promise<void> {
    const { spool, log } = this.#context
    const folders = await spool.jobs().catch((error: unknown) => {
      log.warn('finished units of before could not be looked for on this disk', { error: String(error) })
      return []
    })
    for (const { job, changedAtMs } of folders) {
      try {
        await this.#takeUp(job, changedAtMs)
      } catch (error) {
        log.warn('finished units of a job could not be read from this disk; they will be rendered again', { job, error: error instanceof Error ? error.message : String(error) })
      }
    }
  }

  /** Whether another unit of a job may be made while nobody takes those there are. */
  hasRoomFor (job: WorkerJob): boolean {
    if (job.finished.bytes >= MAX_UNDELIVERED_BYTES) {
      return false
    }
    const bytes = unitBytes(job.known.grid, 0)
    // A unit that is larger than the whole spool has to stay in memory anyway.
    return this.#spool.isRefused || bytes > SPOOL_BYTES || this.#spool.hasRoomFor(job.finished.bytes + bytes)
  }

  /** Does what is due. */
  look (): void {
    if (this.#closed) {
      return
    }
    let nextMs = Infinity
    const nowMs = this.#context.clock.nowMs()
    for (const job of this.#context.jobs()) {
      if (job.finished.hasUnspooled) {
        nextMs = SPOOL_AFTER_MS
        if (this.#context.isHeldUp(job)) {
          void Promise.all(this.#spoolAll(job, job.finished.unspooledSince(nowMs - SPOOL_AFTER_MS)))
        }
      }
      if (this.#spool.has(job.id) && !this.#reading.has(job) && this.#context.reach(job) === 'steward-reachable' && job.finished.onDiskOnly().length > 0) {
        void this.#bringBack(job)
      }
    }
    this.#look ??= nextMs === Infinity
      ? undefined
      : this.#context.clock.after(nextMs, () => {
        this.#look = undefined
        this.look()
      })
  }

  /** Somebody has taken a unit, or nobody wants it any more. */
  forget (job: WorkerJob, unit: UnitIndex): void {
    job.finished.forget(unit)
    this.#spool.forget(job.id, unit)
    const returned = this.#returned.get(job)
    this.#returnedBytes -= returned?.get(unit) ?? 0
    if (returned?.delete(unit) === true && returned.size === 0) {
      this.#returned.delete(job)
    }
    this.#waiting.splice(0).forEach((wake) => { wake() })
  }

  /** The job is over: nothing of it is wanted. */
  drop (job: WorkerJob): void {
    job.finished.units().forEach((unit) => { this.forget(job, unit) })
  }

  /** The peer leaves: all that is finished and not delivered goes to the disk. */
  async putAll (): Promise<void> {
    await Promise.all(Array.from(this.#context.jobs(), async (job) => {
      await Promise.all(this.#spoolAll(job, job.finished.unspooledSince(Infinity)))
    }))
  }

  async close (): Promise<void> {
    this.#closed = true
    this.#look?.stop()
    this.#waiting.splice(0).forEach((wake) => { wake() })
    await this.#spool.close().catch((error: unknown) => {
      this.#context.log.info('finished units on this disk were not closed properly', { error: String(error) })
    })
  }

  async #takeUp (job: JobId, changedAtMs: number): Promise<void> {
    const known = this.#context.known(job)
    const isOver = known === undefined || (known.control !== undefined && isFinal(known.control.control.state))
    if (isOver || this.#context.clock.wallMs() - changedAtMs > SPOOL_RETENTION_MS) {
      await this.#spool.drop(job)
      return
    }
    const heads = await this.#spool.takeUp(job, (head) => fits(known, head))
    if (heads.length > 0) {
      this.#context.log.info('finished units of before are still to be delivered', { job, units: heads.length })
      const worker = this.#context.takeUp(known)
      heads.forEach((head) => { worker.takeUp(head) })
    }
  }

  #spoolAll (job: WorkerJob, units: readonly UnitIndex[]): Promise<void>[] {
    return units.flatMap((unit) => {
      const head = job.headOf(unit)
      const pixels = job.finished.pixelsOf(unit)
      if (head === undefined || pixels === undefined || this.#spool.isRefused || !this.#spool.hasRoomFor(pixels.byteLength)) {
        return []
      }
      job.finished.writing(unit)
      return [this.#put(job, head, pixels)]
    })
  }

  async #put (job: WorkerJob, head: ResultHead, pixels: Uint8Array): Promise<void> {
    const { unit } = head
    const isThere = await this.#spool.put(head, pixels)
    if (!job.finished.has(unit)) {
      this.#spool.forget(job.id, unit)
    } else if (isThere) {
      job.finished.spooled(unit)
    } else {
      job.finished.refused(unit, this.#context.clock.nowMs())
    }
    this.#context.changed()
  }

  /** Reads a job's units back as fast as they are taken. One run reads each unit once; what is not there any more is given up. */
  async #bringBack (job: WorkerJob): Promise<void> {
    this.#reading.add(job)
    const missing = new Set(job.finished.onDiskOnly())
    try {
      for await (const { head, bytes } of this.#spool.read(job.id, (unit) => missing.has(unit) && job.finished.has(unit))) {
        missing.delete(head.unit)
        if (job.finished.has(head.unit)) {
          this.#bring(job, head.unit, bytes)
        }
        while (this.#returnedBytes >= SPOOL_WINDOW_BYTES && !this.#closed) {
          await new Promise<void>((resolve) => { this.#waiting.push(resolve) })
        }
        if (this.#closed) {
          return
        }
      }
      for (const unit of missing) {
        if (job.finished.has(unit)) {
          this.#context.damaged(job, unit)
        }
      }
    } catch (error) {
      this.#context.log.warn('finished units could not be read back from this disk', { job: job.id, error: error instanceof Error ? error.message : String(error) })
      await new Promise<void>((resolve) => { this.#context.clock.after(SPOOL_RETRY_MS, resolve) })
    } finally {
      this.#reading.delete(job)
    }
  }

  #bring (job: WorkerJob, unit: UnitIndex, pixels: Uint8Array): void {
    const returned = this.#returned.get(job) ?? new Map<UnitIndex, number>()
    returned.set(unit, pixels.byteLength)
    this.#returned.set(job, returned)
    this.#returnedBytes += pixels.byteLength
    job.finished.loaded(unit, pixels)
    this.#context.send(job, unit)
  }
}

/** Whether a head is of a unit of the job: what a disk gave back is believed no more than what another peer says. */
function fits ({ grid }: KnownJob, head: ResultHead): boolean {
  return head.unit >= 0 && head.unit < grid.units && head.keep === undefined && head.content === contentOf(grid) && head.bytes === unitBytes(grid, head.unit)
}
