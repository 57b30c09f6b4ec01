import { rectFits } from '../../../src/core/rect.ts'
import { contentOf, unitBytes } from '../../../src/core/units.ts'
import { isSignedBy } from '../../support/fake-signatures.ts'
import { GrantBook } from '../grants.ts'
import { Invariant } from '../invariant.ts'
import { ResultBook } from '../results.ts'
import type { JobId, PeerId } from '../../../src/core/ids.ts'
import type { DigestExchange, JobRecord, SignedControl, SignedJob } from '../../../src/core/messages.ts'
import type { Question } from '../../../src/core/questions.ts'
import type { SentMessage } from '../../support/fake-network.ts'
import type { DiskEvent } from '../../support/memory-disk.ts'
import type { AnsweredResult } from '../results.ts'

/**
 * S5: no unit enters a job that its spec does not contain, nor from a worker that was not granted it; no unsigned record is stored or forwarded.
 */
export class OnlyTheSigned extends Invariant {
  readonly name = 'S5'
  readonly #grants = new GrantBook(this.scene)
  readonly #results = new ResultBook()
  /** Signatures that were checked. */
  readonly #genuine = new WeakSet<Uint8Array>()

  override sent (message: SentMessage): void {
    const sent = this.#grants.note(message)
    if (sent !== undefined) {
      const job = this.scene.job(sent.grant.job)
      if (job === undefined || !sent.grant.rects.every((rect) => rectFits(job.grid, rect))) {
        this.broken(`${sent.steward} granted units that ${sent.grant.job.slice(0, 6)} does not have`)
      }
    }
    const result = this.#results.answered(message)
    if (result?.answer === 'accepted' && result.head.keep === undefined) {
      this.#accepted(result)
    }
    for (const record of recordsIn(message)) {
      this.#check(message.from, record.job?.id ?? record.control!.control.job, record)
    }
  }

  override disk (peer: PeerId, event: DiskEvent): void {
    if (event.type === 'record' && event.record.type !== 'epoch') {
      const { requester } = this.scene.job(event.job)?.spec ?? {}
      if (requester === undefined || !this.#isGenuine(requester, event.record.bytes, event.record.signature)) {
        this.broken(`${peer} keeps a record of ${event.job.slice(0, 6)} that its requester did not sign`)
      }
    }
  }

  #accepted ({ sender, receiver, head }: AnsweredResult): void {
    const job = this.scene.job(head.job)
    if (job === undefined || head.unit >= job.grid.units || head.bytes !== unitBytes(job.grid, head.unit) || head.content !== contentOf(job.grid)) {
      this.broken(`${receiver} accepted a result that is no unit of ${head.job.slice(0, 6)}`)
    }
    const grant = this.#grants.get(head.job, head.token)
    if (grant === undefined || grant.worker !== sender || grant.steward !== receiver || !grant.units.has(head.unit)) {
      this.broken(`${receiver} accepted unit ${head.unit} from ${sender}, to which it had not granted it under that token`)
    }
  }

  #check (from: PeerId, job: JobId, { job: signed, control }: Partial<JobRecord>): void {
    const requester = this.scene.job(job)?.spec.requester
    const isGood = requester !== undefined &&
      (signed === undefined || this.#isGenuine(requester, signed.bytes, signed.signature)) &&
      (control === undefined || this.#isGenuine(requester, control.bytes, control.signature))
    if (!isGood) {
      this.broken(`${from} forwards a record of ${job.slice(0, 6)} that its requester did not sign`)
    }
  }

  #isGenuine (requester: PeerId, bytes: Uint8Array, signature: Uint8Array): boolean {
    if (!this.#genuine.has(signature) && isSignedBy(requester, bytes, signature)) {
      this.#genuine.add(signature)
    }
    return this.#genuine.has(signature)
  }
}

/** The signed records in a message. */
function recordsIn ({ kind, message }: SentMessage): readonly Partial<JobRecord>[] {
  switch (kind) {
    case 'gossip-job': return [{ job: message as SignedJob }]
    case 'gossip-control': return [{ control: message as SignedControl }]
    case 'digests': return (message as DigestExchange).records
    case 'question': {
      const question = message as Question | { readonly type: 'answer' }
      return 'record' in question ? [question.record] : []
    }
    default: return []
  }
}
