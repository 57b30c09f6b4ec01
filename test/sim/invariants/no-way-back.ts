import { compareEpochs } from '../../../src/core/epoch.ts'
import { Invariant } from '../invariant.ts'
import { tokenKey } from '../grants.ts'
import type { Epoch } from '../../../src/core/epoch.ts'
import type { JobId, PeerId } from '../../../src/core/ids.ts'
import type { DigestExchange, JobDigest, StewardMessage, WorkerMessage } from '../../../src/core/messages.ts'
import type { SentMessage } from '../../support/fake-network.ts'
import type { DiskEvent } from '../../support/memory-disk.ts'
import type { LifeEvent, Rest } from '../invariant.ts'

/** What one peer has shown that it knows of a job. */
interface Known {
  digest: JobDigest | undefined
  /** The highest stewardship that a steward told it of, on a stream. */
  epoch: Epoch | undefined
  /** Tokens of lower stewardships that came later: it must not use them. */
  readonly void: Set<string>
}

/** S4: a peer that knows of an epoch obeys no lower one, the requester's word never goes back, and a final one stays. */
export class NoWayBack extends Invariant {
  readonly name = 'S4'
  readonly #known = new Map<PeerId, Map<JobId, Known>>()
  readonly #cancelled = new Set<JobId>()
  /** Peers whose disk refused something in their present life. */
  readonly #forgetful = new Set<PeerId>()
  /** Who opened each digest exchange. */
  readonly #openers = new Map<number, PeerId>()

  /** What a disk refused may be forgotten with the life in which it was learned. */
  override disk (peer: PeerId, event: DiskEvent): void {
    if (event.type === 'refused') {
      this.#forgetful.add(peer)
    }
  }

  override life (peer: PeerId, event: LifeEvent): void {
    if (event === 'started' || event === 'frozen' || event === 'thawed') {
      return
    }
    if (event === 'power' || event === 'lost' || this.#forgetful.delete(peer)) {
      this.#known.delete(peer)
    } else {
      for (const known of this.#known.get(peer)?.values() ?? []) {
        known.epoch = undefined
        known.void.clear()
        known.digest = known.digest === undefined ? undefined : { ...known.digest, epoch: undefined }
      }
    }
  }

  override sent (message: SentMessage): void {
    if (message.kind === 'digests') {
      // Who opens an exchange wrote its half before the stream was there, and may know more by now; who answers writes at once.
      const opener = this.#openers.get(message.stream) ?? message.from
      this.#openers.set(message.stream, opener)
      for (const digest of (message.message as DigestExchange).digests) {
        if (message.from !== opener) {
          this.#told(message.from, digest)
        }
      }
    } else if (message.kind === 'lease') {
      const word = message.message as WorkerMessage | StewardMessage
      if (word.type === 'renew' || word.type === 'started') {
        for (const { job, token } of word.leases) {
          if (this.#of(message.from, job).void.has(tokenKey(job, token))) {
            this.broken(`${message.from} obeys round ${token.epoch.round} of ${token.epoch.peer}, and had heard of a higher one`)
          }
        }
      }
    }
  }

  override arrived ({ kind, to, message }: SentMessage): void {
    const word = message as StewardMessage
    if (kind === 'lease' && (word.type === 'grant' || word.type === 'stale')) {
      const known = this.#of(to, word.job)
      const epoch = word.type === 'grant' ? word.token.epoch : word.epoch
      if (known.epoch === undefined || compareEpochs(epoch, known.epoch) >= 0) {
        known.epoch = epoch
      } else if (word.type === 'grant') {
        known.void.add(tokenKey(word.job, word.token))
      }
    }
  }

  override said (job: JobId, state: string): void {
    if (state === 'cancelled') {
      this.#cancelled.add(job)
    }
  }

  override atRest ({ ends }: Rest): void {
    for (const [job, done] of ends) {
      if (this.#cancelled.has(job) && done?.state !== 'cancelled') {
        this.broken(`${job.slice(0, 6)} was cancelled and is ${done?.state ?? 'open'}`)
      }
    }
  }

  #told (peer: PeerId, digest: JobDigest): void {
    const known = this.#of(peer, digest.job)
    const before = known.digest
    known.digest = digest
    if (before === undefined) {
      return
    }
    if (before.final && !digest.final) {
      this.broken(`${peer} takes ${digest.job.slice(0, 6)} for open, which it knew to have ended`)
    }
    if (!digest.final && digest.controlSequence < before.controlSequence) {
      this.broken(`${peer} went back from word ${before.controlSequence} to ${digest.controlSequence}`)
    }
    if (before.epoch !== undefined && (digest.epoch === undefined || compareEpochs(digest.epoch, before.epoch) < 0)) {
      this.broken(`${peer} went back from round ${before.epoch.round} of ${before.epoch.peer}`)
    }
  }

  #of (peer: PeerId, job: JobId): Known {
    const jobs = this.#known.get(peer) ?? new Map<JobId, Known>()
    this.#known.set(peer, jobs)
    const known = jobs.get(job) ?? { digest: undefined, epoch: undefined, void: new Set() }
    jobs.set(job, known)
    return known
  }
}
