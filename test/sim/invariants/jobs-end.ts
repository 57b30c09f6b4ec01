import { Invariant } from '../invariant.ts'
import type { Rest } from '../invariant.ts'

/** L1: while one capable peer with the bundle stays, each job ends, and nothing is left running or kept for it. */
export class JobsEnd extends Invariant {
  readonly name = 'L1'

  override atRest ({ ends }: Rest): void {
    for (const [job, done] of ends) {
      if (done === undefined) {
        this.broken(`${job.slice(0, 6)} has no end`)
      }
    }
    for (const peer of this.scene.peers.filter((one) => this.scene.isUp(one))) {
      for (const [job, { durable }] of [...this.scene.disk(peer)!.custody, ...this.scene.disk(peer)!.spool]) {
        if (durable > 0 && ends.has(job)) {
          this.broken(`${peer} still keeps ${durable} results of ${job.slice(0, 6)}, which has ended`)
        }
      }
    }
  }
}
