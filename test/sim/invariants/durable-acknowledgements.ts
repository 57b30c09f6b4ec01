import { CUSTODY_COPIES } from '../../../src/core/limits.ts'
import { ResultBook } from '../results.ts'
import { Invariant } from '../invariant.ts'
import type { JobId, PeerId, UnitIndex } from '../../../src/core/ids.ts'
import type { SentMessage } from '../../support/fake-network.ts'
import type { DiskEvent, MemoryDisk } from '../../support/memory-disk.ts'
import type { LifeEvent } from '../invariant.ts'

/** A mesh in which nothing was disturbed for so long has found as many custodians as it has members for. */
const QUIET_MS = 90_000

/**
 * S1: what is acknowledged is on a disk that survives a power cut: at the requester in its journal, at any other steward kept for the requester.
 * What is kept goes only when the job has ended, or others have it.
 */
export class DurableAcknowledgements extends Invariant {
  readonly name = 'S1'
  readonly #results = new ResultBook()
  /** Units of which it was seen that the requester has them for good. */
  readonly #durable = new Map<JobId, Set<UnitIndex>>()
  /** Jobs of which a final word was written down by their requesters. */
  readonly #ended = new Set<JobId>()
  readonly #bornMs = new Map<PeerId, number>()
  readonly #acknowledged = new Map<JobId, Set<UnitIndex>>()

  override sent (message: SentMessage): void {
    const result = this.#results.answered(message)
    if (result === undefined || (result.answer !== 'accepted' && result.answer !== 'duplicate')) {
      return
    }
    const { receiver, head } = result
    const requester = this.scene.job(head.job)?.spec.requester
    if (head.keep !== undefined) {
      if (result.answer === 'accepted' && !this.#ended.has(head.job) && !this.#isKept(receiver, head.job, head.unit)) {
        this.broken(`${receiver} acknowledged unit ${head.unit} before it was kept on its disk`)
      }
    } else if (receiver !== requester) {
      if (result.answer === 'accepted' && !this.#ended.has(head.job)) {
        this.#acknowledgedByOther(receiver, head.job, head.unit)
      }
    } else if (!this.#isAtRequester(receiver, head.job, head.unit) && (result.answer === 'accepted' || !this.#isKeptByAny(head.job, head.unit))) {
      this.broken(`${receiver} answered ${result.answer} to unit ${head.unit}, and a power cut now would take it`)
    }
    if (head.keep === undefined) {
      const units = this.#acknowledged.get(head.job) ?? new Set()
      units.add(head.unit)
      this.#acknowledged.set(head.job, units)
    }
  }

  override disk (peer: PeerId, event: DiskEvent): void {
    if (event.type === 'journal' && event.record.type === 'control' && isFinalWord(event.record.bytes)) {
      this.#ended.add(event.job)
    } else if (event.type === 'freed' && event.folder === 'custody' && !this.#ended.has(event.job)) {
      for (const { unit, keep } of event.heads) {
        const last = keep?.units ?? { first: unit, end: unit + 1 }
        for (let one = last.first; one < last.end; one++) {
          this.#stillSomewhere(peer, event.job, one)
        }
      }
    }
  }

  /** A steward that is not the requester: as many custodians as there are to be must have it, where there are so many. */
  #acknowledgedByOther (steward: PeerId, job: JobId, unit: UnitIndex): void {
    const copies = this.scene.peers.filter((peer) => this.#isKept(peer, job, unit)).length
    const requester = this.scene.job(job)?.spec.requester
    const others = this.scene.peers.filter((peer) => peer !== steward && peer !== requester && this.#isSound(peer) && this.scene.areLinked(steward, peer))
    const wanted = this.scene.quietForMs >= QUIET_MS ? Math.min(CUSTODY_COPIES, others.length + 1) : 1
    if (copies < wanted) {
      this.broken(`${steward} acknowledged unit ${unit} with ${copies} copies of ${wanted}`)
    }
  }

  /** Whether a peer has been there for a while and its disk takes what comes. */
  #isSound (peer: PeerId): boolean {
    return this.scene.isUp(peer) && this.scene.nowMs - (this.#bornMs.get(peer) ?? 0) >= QUIET_MS && this.scene.disk(peer)?.fault === undefined
  }

  override life (peer: PeerId, event: LifeEvent): void {
    if (event === 'started') {
      this.#bornMs.set(peer, this.scene.nowMs)
    }
  }

  #stillSomewhere (peer: PeerId, job: JobId, unit: UnitIndex): void {
    const requester = this.scene.job(job)?.spec.requester
    const isElsewhere = (requester !== undefined && this.#isAtRequester(requester, job, unit)) || this.#isKeptByAny(job, unit)
    if (!isElsewhere && this.#acknowledged.get(job)?.has(unit) === true) {
      this.broken(`${peer} threw away the last copy of unit ${unit}, which was acknowledged`)
    }
  }

  #isAtRequester (requester: PeerId, job: JobId, unit: UnitIndex): boolean {
    const known = this.#durable.get(job) ?? new Set()
    this.#durable.set(job, known)
    if (!known.has(unit) && isJournalled(this.scene.disk(requester), job, unit)) {
      known.add(unit)
    }
    return known.has(unit)
  }

  #isKeptByAny (job: JobId, unit: UnitIndex): boolean {
    return this.scene.peers.some((peer) => this.#isKept(peer, job, unit))
  }

  #isKept (peer: PeerId, job: JobId, unit: UnitIndex): boolean {
    const kept = this.scene.disk(peer)?.custody.get(job)
    for (let index = (kept?.durable ?? 0) - 1; index >= 0; index--) {
      const { head } = kept!.entries[index]!
      if (head.unit === unit || (head.keep !== undefined && unit >= head.keep.units.first && unit < head.keep.units.end)) {
        return true
      }
    }
    return false
  }
}

function isFinalWord (bytes: Uint8Array): boolean {
  const { state } = JSON.parse(new TextDecoder().decode(bytes)) as { state: string }
  return state === 'finished' || state === 'cancelled'
}

/** Whether a journal has a unit in what a power cut does not take; the latest entries first. */
function isJournalled (disk: MemoryDisk | undefined, job: JobId, unit: UnitIndex): boolean {
  const journal = disk?.journals.get(job)
  for (let index = (journal?.durable ?? 0) - 1; index >= 0; index--) {
    const { record } = journal!.entries[index]!
    if ((record.type === 'accepted' && record.unit === unit) || (record.type === 'ledger' && record.accepted.some(({ first, end }) => unit >= first && unit < end))) {
      return true
    }
  }
  return false
}
