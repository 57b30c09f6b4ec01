import { covers } from '../../core/custody/kept-head.ts'
import { UnitSet } from '../../core/ledger.ts'
import { ASK_SAFE_MS, ASK_UNSAFE_MS, FULL_CUSTODIAN_MS, TROUBLED_CUSTODIAN_MS } from './limits.ts'
import type { JobId, PeerId } from '../../core/ids.ts'
import type { JobRecord, ResultAnswer } from '../../core/messages.ts'
import type { KeptUnit } from '../../core/questions.ts'
import type { Clock } from '../../ports.ts'
import type { CustodySenders } from './custody-senders.ts'
import type { KeepAsker } from './keep-asker.ts'

/** What a link to a custodian needs. */
export interface CustodianLinkContext {
  readonly clock: Clock
  readonly senders: Pick<CustodySenders, 'deliver'>
  readonly asker: Pick<KeepAsker, 'ask' | 'returned'>
}

/** How a result fared at a custodian. */
export type Delivered = 'kept' | 'busy' | 'refused' | 'silent'

/**
 * What is known of another peer as a custodian of one job.
 *
 * unknown ─ it says that it keeps the job ─▶ keeping; either ─ it is full, silent or in trouble ─▶ resting ─ time ─▶ unknown.
 */
export class CustodianLink {
  readonly peer: PeerId
  readonly #job: JobId
  readonly #context: CustodianLinkContext
  #state: { readonly state: 'unknown' } | { readonly state: 'keeping' } | { readonly state: 'resting', readonly untilMs: number } = { state: 'unknown' }
  #kept: UnitSet
  #bundle: 'whole' | 'lacking' = 'lacking'
  #asking: Promise<void> | undefined
  /** What it was sent while it was being asked. */
  #sentMeanwhile: UnitSet | undefined
  #askedAtMs = -Infinity
  /** How often it was in trouble in a row. */
  #troubles = 0
  /** Whether it is being served: asked, and sent what it lacks. */
  busy = false
  /** When it left; undefined while it is connected. */
  leftAtMs: number | undefined

  constructor (peer: PeerId, job: JobId, units: number, context: CustodianLinkContext) {
    this.peer = peer
    this.#job = job
    this.#context = context
    this.#kept = new UnitSet(units)
  }

  /** Units whose results it has on its disk, as it said itself. */
  get kept (): UnitSet {
    return this.#kept
  }

  /** Whether it keeps the job's record; its results are {@link kept}. */
  get isKeeping (): boolean {
    return this.#state.state === 'keeping'
  }

  get bundle (): 'whole' | 'lacking' {
    return this.isKeeping ? this.#bundle : 'lacking'
  }

  /** Whether it is to be left alone now. */
  get isResting (): boolean {
    if (this.#state.state === 'resting' && this.#context.clock.nowMs() >= this.#state.untilMs) {
      this.#state = { state: 'unknown' }
    }
    return this.#state.state === 'resting'
  }

  /** It came back, or its machine may have changed its mind: what is believed of it is void. */
  doubt (): void {
    this.#troubles = 0
    this.#state = { state: 'unknown' }
    this.#askedAtMs = -Infinity
    this.#context.asker.returned(this.peer)
  }

  /** Asks it to keep the job, and what it keeps, when that is due. Afterwards it is keeping, or resting. */
  async ask (record: JobRecord): Promise<void> {
    const everyMs = this.#bundle === 'whole' ? ASK_SAFE_MS : ASK_UNSAFE_MS
    if (this.isKeeping && this.#asking === undefined && this.#context.clock.nowMs() - this.#askedAtMs < everyMs) {
      return
    }
    this.#asking ??= this.#ask(record).finally(() => { this.#asking = undefined })
    await this.#asking
  }

  /** Sends it a result. */
  async deliver ({ head, bytes }: KeptUnit): Promise<Delivered> {
    if (this.isKeeping && covers(this.#kept, head.keep!)) {
      return 'kept'
    }
    const has = (answer: ResultAnswer): void => {
      if (answer === 'accepted' || answer === 'duplicate') {
        this.#kept.addRange(head.keep!.units)
        this.#sentMeanwhile?.addRange(head.keep!.units)
      }
    }
    const answer = await this.#context.senders.deliver(this.peer, head, bytes, has)
    switch (answer) {
      case 'accepted':
      case 'duplicate':
        has(answer)
        this.#troubles = 0
        return 'kept'
      case 'busy':
        return 'busy'
      case 'silent':
        this.trouble()
        return 'silent'
      case 'ended':
      case 'refused':
      case 'unknown-token':
        this.#rest(FULL_CUSTODIAN_MS)
        return 'refused'
    }
  }

  /** Its disk is in trouble, or it says nothing: leaves it alone for a while, longer each time in a row. */
  trouble (): void {
    this.#rest(Math.min(TROUBLED_CUSTODIAN_MS * 2 ** this.#troubles++, FULL_CUSTODIAN_MS))
  }

  #rest (ms: number): void {
    this.#state = { state: 'resting', untilMs: this.#context.clock.nowMs() + ms }
  }

  async #ask (record: JobRecord): Promise<void> {
    const sentMeanwhile = new UnitSet(this.#kept.units)
    this.#sentMeanwhile = sentMeanwhile
    const answer = await this.#context.asker.ask(this.peer, record, this.isKeeping ? 'keeps it' : 'not yet')
    this.#sentMeanwhile = undefined
    if (answer === 'later') {
      if (!this.isKeeping) {
        this.#rest(TROUBLED_CUSTODIAN_MS)
      }
      return
    }
    this.#askedAtMs = this.#context.clock.nowMs()
    if (answer?.type === 'ledger' && answer.ledger.job === this.#job && answer.ledger.kept.units === this.#kept.units) {
      this.#kept = answer.ledger.kept.copy()
      this.#kept.addAll(sentMeanwhile)
      this.#bundle = answer.ledger.bundle
      this.#state = { state: 'keeping' }
    } else if (answer === undefined) {
      this.trouble()
    } else {
      this.#rest(FULL_CUSTODIAN_MS)
    }
  }
}
