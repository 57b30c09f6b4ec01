import { RACE_EXTRA_SHARE, RACE_EXTRA_UNITS } from '../../../src/core/limits.ts'
import { GrantBook } from '../grants.ts'
import { Invariant } from '../invariant.ts'
import type { JobId, PeerId, UnitIndex } from '../../../src/core/ids.ts'
import type { SentMessage } from '../../support/fake-network.ts'
import type { LifeEvent, RenderEvent, Rest } from '../invariant.ts'

/**
 * B1: nobody renders what it was not granted, nor more often than it was; in a run without faults there are no more executions than units and races.
 */
export class Executions extends Invariant {
  readonly name = 'B1'
  readonly #grants = new GrantBook(this.scene)
  /** How often each worker was granted a unit in its present life, less how often it began it. */
  readonly #mayStart = new Map<PeerId, Map<string, number>>()
  readonly #executions = new Map<JobId, number>()

  override life (peer: PeerId, event: LifeEvent): void {
    if (event === 'killed' || event === 'power' || event === 'left') {
      this.#mayStart.delete(peer)
    }
  }

  override sent (message: SentMessage): void {
    const sent = this.#grants.note(message)
    if (sent !== undefined) {
      const counts = this.#mayStart.get(sent.worker) ?? new Map<string, number>()
      this.#mayStart.set(sent.worker, counts)
      for (const unit of sent.units) {
        counts.set(keyOf(sent.grant.job, unit), (counts.get(keyOf(sent.grant.job, unit)) ?? 0) + 1)
      }
    }
  }

  override render (peer: PeerId, event: RenderEvent): void {
    if (event.type !== 'started') {
      return
    }
    this.#executions.set(event.job, (this.#executions.get(event.job) ?? 0) + 1)
    const counts = this.#mayStart.get(peer)
    const left = counts?.get(keyOf(event.job, event.unit)) ?? 0
    if (left === 0) {
      this.broken(`${peer} renders unit ${event.unit}, which it was not granted, or not so often`)
    }
    counts?.set(keyOf(event.job, event.unit), left - 1)
  }

  override atRest ({ ends }: Rest): void {
    for (const [job, done] of ends) {
      const { units } = this.scene.job(job)!.grid
      const executions = this.#executions.get(job) ?? 0
      const most = units + Math.floor(units * RACE_EXTRA_SHARE) + RACE_EXTRA_UNITS
      if (this.scene.plan.mood === 'calm' && done?.state === 'finished' && executions > most) {
        this.broken(`${executions} executions of ${units} units in a quiet mesh`)
      }
    }
  }
}

function keyOf (job: JobId, unit: UnitIndex): string {
  return `${job} ${unit}`
}
