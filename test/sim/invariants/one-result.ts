import { Invariant } from '../invariant.ts'
import type { JobId, PeerId, UnitIndex } from '../../../src/core/ids.ts'
import type { DiskEvent } from '../../support/memory-disk.ts'
import type { LifeEvent, Rest } from '../invariant.ts'

/** S2: every pixel comes from exactly one accepted result, and the film is that of a run without faults. */
export class OneResult extends Invariant {
  readonly name = 'S2'
  /** Units that each journal has a result of. */
  readonly #journalled = new Map<JobId, Set<UnitIndex>>()

  override disk (peer: PeerId, { ...event }: DiskEvent): void {
    if (event.type !== 'journal' || event.record.type !== 'accepted') {
      return
    }
    const units = this.#journalled.get(event.job) ?? new Set()
    this.#journalled.set(event.job, units)
    if (units.has(event.record.unit)) {
      this.broken(`${peer} journalled a second result of unit ${event.record.unit}`)
    }
    units.add(event.record.unit)
  }

  /** What a power cut took may be journalled again. */
  override life (peer: PeerId, event: LifeEvent): void {
    if (event !== 'power') {
      return
    }
    for (const [job, { entries }] of this.scene.disk(peer)?.journals ?? []) {
      const units = this.#journalled.get(job)
      if (units !== undefined && this.scene.job(job)?.spec.requester === peer) {
        const left = new Set(entries.flatMap(({ record }) => record.type === 'accepted' ? [record.unit] : []))
        const ranges = entries.flatMap(({ record }) => record.type === 'ledger' ? record.accepted : [])
        this.#journalled.set(job, new Set([...units].filter((unit) => left.has(unit) || ranges.some(({ first, end }) => unit >= first && unit < end))))
      }
    }
  }

  override atRest ({ ends, filmHash }: Rest): void {
    for (const [job, done] of ends) {
      const units = this.scene.job(job)!.grid.units
      if (done?.state === 'finished') {
        if (done.filmHash !== filmHash(job)) {
          this.broken(`the film of ${job.slice(0, 6)} is not that of a run without faults`)
        }
        const counted = Object.values(done.byPeer).reduce((sum, some) => sum + some, 0)
        if (counted !== units) {
          this.broken(`${counted} results count for the ${units} units of ${job.slice(0, 6)}`)
        }
      }
    }
  }
}
