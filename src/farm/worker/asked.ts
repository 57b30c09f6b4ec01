import { RETRY_ABSENT_MS } from '../limits.ts'

/** Where a claim stands: none, sent and not answered, told to wait, or not to be made for a while. */
export type ClaimState = 'none' | 'unanswered' | 'waiting' | 'postponed'

/** What a grant answers, and when that was sent (this peer's monotonic milliseconds); undefined when it can not be told. */
export interface AnsweredBy {
  readonly answers: 'show' | 'claim'
  readonly sentAtMs: number | undefined
}

interface ClaimRecord {
  readonly sentAtMs: number
  /** Whether it has been told to wait; it stands all the same. */
  waiting: boolean
  /** Whether it was sent while a show was not answered: the grants that come first are the show's. */
  behindShow: boolean
}

/**
 * What was asked of the steward of one job and is not answered for good: a claim for work, and shows of what is held. A steward answers in the
 * order in which it was asked, except that a claim may stand for long. Void when the stream breaks or the stewardship moves.
 */
export class Asked {
  #claim: ClaimRecord | undefined
  #postponedToMs = -Infinity
  readonly #shownAtMs: number[] = []
  #isUnknown = false
  /** Refusals in a row. */
  #refusals = 0

  /** Until when nothing is to be claimed. */
  get postponedToMs (): number {
    return this.#postponedToMs
  }

  /** Whether a claim stands that was told to wait. */
  get isWaiting (): boolean {
    return this.#claim?.waiting === true
  }

  /** Whether a show is not answered yet. */
  get isShowing (): boolean {
    return this.#shownAtMs.length > 0
  }

  /** Whether the peer that was asked last said that it does not know the job: what is held is to be shown again after a while. */
  get isUnknown (): boolean {
    return this.#isUnknown
  }

  claimState (nowMs: number): ClaimState {
    if (this.#claim !== undefined) {
      return this.#claim.waiting ? 'waiting' : 'unanswered'
    }
    return this.#postponedToMs > nowMs ? 'postponed' : 'none'
  }

  claimed (nowMs: number): void {
    this.#claim = { sentAtMs: nowMs, waiting: false, behindShow: this.isShowing }
  }

  showed (nowMs: number): void {
    this.#shownAtMs.push(nowMs)
  }

  /** A grant came. One that answers the claim uses it up. */
  granted (): AnsweredBy {
    this.#isUnknown = false
    this.#refusals = 0
    const [shownAtMs] = this.#shownAtMs
    const claim = this.#claim
    if (shownAtMs !== undefined && claim?.behindShow !== false) {
      return { answers: 'show', sentAtMs: shownAtMs }
    }
    this.#claim = undefined
    return { answers: 'claim', sentAtMs: shownAtMs === undefined ? claim?.sentAtMs : undefined }
  }

  /** A show was answered; true when no other is awaited. */
  showAnswered (): boolean {
    this.#isUnknown = false
    this.#shownAtMs.shift()
    if (this.isShowing) {
      return false
    }
    if (this.#claim !== undefined) {
      this.#claim.behindShow = false
    }
    return true
  }

  /** The claim stands, and there is nothing for it now. */
  toldToWait (): void {
    this.#isUnknown = false
    if (this.#claim !== undefined) {
      this.#claim.waiting = true
    }
  }

  /** Nothing is to be claimed before then. */
  postponed (toMs: number): void {
    this.#claim = undefined
    this.#postponedToMs = toMs
  }

  /**
   * There is nothing for the claim, and will not be soon: the job is as good as over. Asked again after `retryMs` at first, then less and less
   * often, as it may stay so for days.
   */
  refused (nowMs: number, retryMs: number): void {
    this.postponed(nowMs + Math.max(retryMs, Math.min(retryMs * 2 ** this.#refusals, RETRY_ABSENT_MS)))
    this.#refusals++
  }

  /** The peer that was asked does not know the job. */
  unknown (nowMs: number, retryMs: number): void {
    this.#isUnknown = true
    this.#shownAtMs.length = 0
    this.refused(nowMs, retryMs)
  }

  /** Another stewardship of the same peer is asked now, on the same stream: shows will be answered in their order all the same. */
  moved (): void {
    this.#claim = undefined
    this.#postponedToMs = -Infinity
    this.#isUnknown = false
    this.#refusals = 0
  }

  /** The stream broke: what was asked on it is void. */
  streamClosed (): void {
    this.#claim = undefined
    this.#shownAtMs.length = 0
    this.#isUnknown = false
    this.#refusals = 0
  }
}
