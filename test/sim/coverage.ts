import { compareEpochs } from '../../src/core/epoch.ts'
import { GrantBook } from './grants.ts'
import { Invariant } from './invariant.ts'
import { ResultBook } from './results.ts'
import type { Epoch } from '../../src/core/epoch.ts'
import type { JobId, PeerId, UnitIndex } from '../../src/core/ids.ts'
import type { DigestExchange } from '../../src/core/messages.ts'
import type { Answer } from '../../src/core/questions.ts'
import type { SentMessage } from '../support/fake-network.ts'
import type { DiskEvent } from '../support/memory-disk.ts'
import type { SentGrant } from './grants.ts'

/** What must happen in some of the runs, else the mix of faults proves nothing. */
export const SOMETIMES = ['takeover', 'dual steward', 'late accept', 'backup win', 'disk-full refusal', 'resume at offset', 'revive attempt'] as const

export type Sometimes = typeof SOMETIMES[number]

/** Sees which of the things happened that must sometimes happen. It breaks nothing. */
export class Coverage extends Invariant {
  readonly name = 'coverage'
  readonly #grants = new GrantBook(this.scene)
  readonly #results = new ResultBook()
  readonly #reached = new Set<Sometimes>()
  readonly #highest = new Map<JobId, Epoch>()
  /** The grants of a unit in the order in which they were sent. */
  readonly #ofUnit = new Map<string, SentGrant[]>()
  readonly #raced = new Map<string, PeerId>()
  readonly #ended = new Set<JobId>()
  #full = new Set<PeerId>()

  get reached (): readonly Sometimes[] {
    return [...this.#reached]
  }

  override sent (message: SentMessage): void {
    const sent = this.#grants.note(message)
    if (sent !== undefined) {
      this.#granted(sent)
    }
    const result = this.#results.answered(message)
    if (result?.answer === 'busy' && this.#full.has(result.receiver)) {
      this.#reached.add('disk-full refusal')
    } else if (result?.answer === 'accepted' && result.head.keep === undefined) {
      this.#accepted(result.head.job, result.head.unit, result.sender)
    }
    if (message.kind === 'digests') {
      this.#digests(message.message as DigestExchange)
    } else if (message.kind === 'question') {
      const answer = message.message as Answer
      if (answer.type === 'refused' && answer.reason === 'full') {
        this.#reached.add('disk-full refusal')
      }
    }
  }

  override disk (peer: PeerId, event: DiskEvent): void {
    if (event.type === 'refused') {
      this.#full.add(peer)
    } else if (event.type === 'resumed') {
      this.#reached.add('resume at offset')
    } else if (event.type === 'journal') {
      const { record } = event
      if (record.type === 'trouble' && record.kind === 'raced') {
        this.#raced.set(`${event.job} ${record.unit}`, record.worker)
      } else if (record.type === 'done') {
        this.#ended.add(event.job)
      }
    }
  }

  override said (job: JobId, state: string): void {
    if (state === 'cancelled') {
      this.#ended.add(job)
    }
  }

  #granted (sent: SentGrant): void {
    const { job, token: { epoch } } = sent.grant
    if (sent.steward !== this.scene.job(job)?.spec.requester) {
      this.#reached.add('takeover')
    }
    const highest = this.#highest.get(job)
    if (highest !== undefined && compareEpochs(epoch, highest) < 0 && epoch.peer !== highest.peer) {
      this.#reached.add('dual steward')
    }
    if (highest === undefined || compareEpochs(epoch, highest) > 0) {
      this.#highest.set(job, epoch)
    }
    for (const unit of sent.units) {
      const key = `${job} ${unit}`
      const grants = this.#ofUnit.get(key) ?? []
      grants.push(sent)
      this.#ofUnit.set(key, grants)
    }
  }

  /** A backup wins when the second copy of a race is accepted, and a result is late when its unit had been granted to another meanwhile. */
  #accepted (job: JobId, unit: UnitIndex, worker: PeerId): void {
    const key = `${job} ${unit}`
    if (this.#raced.get(key) === worker) {
      this.#reached.add('backup win')
    } else if (!this.#raced.has(key) && this.#ofUnit.get(key)?.at(-1)?.worker !== worker) {
      this.#reached.add('late accept')
    }
  }

  #digests ({ digests, records }: DigestExchange): void {
    const isOpen = digests.some(({ job, final }) => !final && this.#ended.has(job)) ||
      records.some(({ job, control }) => this.#ended.has(job.id) && (control === undefined || control.control.state === 'running' || control.control.state === 'paused'))
    if (isOpen) {
      this.#reached.add('revive attempt')
    }
  }
}
