import { Invariant } from '../invariant.ts'
import type { PeerId } from '../../../src/core/ids.ts'
import type { DiskEvent } from '../../support/memory-disk.ts'
import type { LifeEvent, Rest } from '../invariant.ts'

/** L1: while one capable peer with the bundle stays, each job ends, and nothing is left running or kept for it. */
export class JobsEnd extends Invariant {
  readonly name = 'L1'
  readonly #refused = new Set<PeerId>()

  /** A disk that refused to forget something may keep it until its peer starts again. */
  override disk (peer: PeerId, event: DiskEvent): void {
    if (event.type === 'refused') {
      this.#refused.add(peer)
    }
  }

  override life (peer: PeerId, event: LifeEvent): void {
    if (event === 'started') {
      this.#refused.delete(peer)
    }
  }

  override atRest ({ ends }: Rest): void {
    for (const [job, done] of ends) {
      if (done === undefined) {
        this.broken(`${job.slice(0, 6)} has no end`)
      }
    }
    for (const peer of this.scene.peers.filter((one) => this.scene.isUp(one))) {
      for (const [job, { durable }] of [...this.scene.disk(peer)!.custody, ...this.scene.disk(peer)!.spool]) {
        if (durable > 0 && ends.has(job) && !this.#refused.has(peer)) {
          this.broken(`${peer} still keeps ${durable} results of ${job.slice(0, 6)}, which has ended`)
        }
      }
    }
  }
}
