import { sameEpoch } from '../../../src/core/epoch.ts'
import { Invariant } from '../invariant.ts'
import type { JobDigest } from '../../../src/core/messages.ts'
import type { Rest } from '../invariant.ts'

/**
 * S7 and L2: whatever came in whatever order and however often, a minute after the last job's end all peers tell the same of all jobs.
 */
export class SameView extends Invariant {
  readonly name = 'S7, L2'

  override atRest ({ digests, ends }: Rest): void {
    const tellers = [...digests]
    const [first] = tellers
    for (const [peer, told] of tellers) {
      const known = new Map(told.map((digest) => [digest.job, digest]))
      for (const job of ends.keys()) {
        const digest = known.get(job)
        if (digest === undefined || !digest.final) {
          this.broken(`${peer} ${digest === undefined ? 'never heard' : 'does not know the end'} of ${job.slice(0, 6)}`)
        }
      }
      for (const theirs of first![1]) {
        const own = known.get(theirs.job)
        if (own !== undefined && own.final === theirs.final && !isSame(own, theirs)) {
          this.broken(`${peer} and ${first![0]} tell different things of ${theirs.job.slice(0, 6)}: ${wordsOf(own)} and ${wordsOf(theirs)}`)
        }
      }
    }
  }
}

function isSame (a: JobDigest, b: JobDigest): boolean {
  return a.controlSequence === b.controlSequence &&
    (a.final || (a.epoch !== undefined && b.epoch !== undefined ? sameEpoch(a.epoch, b.epoch) : a.epoch === b.epoch))
}

function wordsOf ({ controlSequence, final, epoch }: JobDigest): string {
  return `word ${controlSequence}${final ? ', ended' : ''}, round ${epoch?.round ?? 'unknown'} of ${epoch?.peer ?? 'nobody'}`
}
