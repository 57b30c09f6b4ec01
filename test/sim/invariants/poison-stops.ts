import { PARK_AFTER_PEERS } from '../../../src/core/limits.ts'
import { Invariant } from '../invariant.ts'
import type { JobId, PeerId, UnitIndex } from '../../../src/core/ids.ts'
import type { SentMessage } from '../../support/fake-network.ts'
import type { DiskEvent } from '../../support/memory-disk.ts'
import type { WorkerMessage } from '../../../src/core/messages.ts'
import type { Rest } from '../invariant.ts'
import type { Epoch } from '../../../src/core/epoch.ts'

/** L5: a unit that fails wherever it is rendered stops after three different peers of one stewardship, and the rest of the job is done. */
export class PoisonStops extends Invariant {
  readonly name = 'L5'
  readonly #interrupted = new Set<string>()
  readonly #failedOn = new Map<string, Set<PeerId>>()

  override arrived ({ kind, from, to, message }: SentMessage): void {
    const word = message as WorkerMessage
    if (kind !== 'lease' || word.type !== 'failed' || word.fault === 'peer' || to !== this.scene.job(word.job)?.spec.requester || this.#interrupted.has(`${to} ${word.job} ${word.unit}`)) {
      return
    }
    const key = keyOf(word.job, word.unit, word.token.epoch)
    const peers = this.#failedOn.get(key) ?? new Set()
    peers.add(from)
    this.#failedOn.set(key, peers)
    if (peers.size > PARK_AFTER_PEERS) {
      this.broken(`unit ${word.unit} failed on ${peers.size} peers of one stewardship`)
    }
  }

  /** A failure that is told after its lease has lapsed counts for nothing: of such a unit, and of a steward without a journal, it can not be said how many were counted. */
  override disk (peer: PeerId, event: DiskEvent): void {
    if (event.type === 'journal' && event.record.type === 'trouble' && event.record.kind === 'lapsed') {
      this.#interrupted.add(`${peer} ${event.job} ${event.record.unit}`)
    }
  }

  override atRest ({ ends }: Rest): void {
    for (const [job, done] of ends) {
      const delivered = done === undefined ? 0 : Object.values(done.byPeer).reduce((sum, units) => sum + units, 0)
      if (done?.state === 'parked' && delivered + (done.parked?.units ?? 0) !== done.units) {
        this.broken(`${job.slice(0, 6)} ended with ${done.units - delivered} units missing, and ${done.parked?.units ?? 0} were parked`)
      }
    }
  }
}

function keyOf (job: JobId, unit: UnitIndex, { round, peer, instance }: Epoch): string {
  return `${job} ${unit} ${round} ${peer} ${instance}`
}
