import { BUSY_RETRY_MS, DELIVERY_LANES, RETRY_ABSENT_MS, RETRY_FIRST_MS, RETRY_LONGEST_MS } from '../limits.ts'
import type { JobId, PeerId, UnitIndex } from '../../core/ids.ts'
import type { ResultAnswer, ResultHead } from '../../core/messages.ts'
import type { Clock, Log, Mesh, ResultSender, Timer } from '../../ports.ts'

/** A finished unit that no steward has acknowledged. The token in the head may have been renewed since it was finished. */
export interface Parcel {
  readonly job: JobId
  readonly unit: UnitIndex
  /** Undefined when they are on the disk by now: another parcel will bring them. */
  pixels (): Uint8Array | undefined
  /** Who takes results of the job now: its steward. */
  destination (): PeerId
  /** Asked at each try: the head as of now; undefined when nobody wants the unit any more. */
  head (): ResultHead | undefined
  /** Whether the steward has heard of the unit: what it has not is shown to it first, because it would read the pixels in vain. */
  isKnown (): boolean
  /** Whether a peer is to be believed that the job is over: one that was started again may only not know it. */
  mayBeOver (by: PeerId): boolean
  /** A steward answered for good: the pixels may be forgotten. */
  settled (answer: Exclude<ResultAnswer, 'busy' | 'unknown-token'>, by: PeerId): void
  /** The steward does not know the unit or its token: what is held is to be shown to it. */
  tokenUnknown (): void
}

/** What deliveries need. */
export interface DeliveriesContext {
  readonly mesh: Mesh
  readonly clock: Clock
  readonly log: Log
  /** The job of a parcel has another destination by now. */
  astray (parcel: Parcel): void
}

/**
 * Delivers finished units to one peer, as many at a time as the credit of its one long-lived stream allows; a broken one is opened again until
 * everything is acknowledged, or goes elsewhere because the job's stewardship has moved.
 */
export class Deliveries {
  readonly to: PeerId
  readonly #context: DeliveriesContext
  readonly #queue: Parcel[] = []
  /** Units whose token the steward did not know: they wait until it was shown what is held. */
  readonly #stalled: Parcel[] = []
  #sender: Promise<ResultSender> | undefined
  #busyLanes = 0
  #retryMs = RETRY_FIRST_MS
  #pause: Timer | undefined
  /** Since when nothing got through. */
  #troubledSinceMs: number | undefined
  #closed = false
  #drained: (() => void)[] = []

  constructor (to: PeerId, context: DeliveriesContext) {
    this.to = to
    this.#context = context
  }

  /** Nothing is left to deliver. */
  get idle (): boolean {
    return this.#queue.length === 0 && this.#stalled.length === 0 && this.#busyLanes === 0
  }

  /** Since when deliveries broke off or were put off, monotonic milliseconds; undefined while they get through. */
  get troubledSinceMs (): number | undefined {
    return this.#troubledSinceMs
  }

  /** Something waits for its turn. */
  get isWaiting (): boolean {
    return this.#queue.length + this.#stalled.length > 0
  }

  add (parcel: Parcel): void {
    this.#queue.push(parcel)
    this.#pump()
  }

  /** The connection is back, or what is held was shown: try again now. */
  retry (): void {
    this.#retryMs = RETRY_FIRST_MS
    this.#resume()
  }

  /** Takes out what is to go elsewhere by now. What is under way is waited for: it may be taken yet. */
  takeAstray (): Parcel[] {
    const all = [...this.#queue.splice(0), ...this.#stalled.splice(0)]
    const isHere = (parcel: Parcel): boolean => parcel.destination() === this.to
    this.#queue.push(...all.filter(isHere))
    this.#checkDrained()
    return all.filter((parcel) => !isHere(parcel))
  }

  /** Resolves when everything is delivered, or went elsewhere. */
  async drained (): Promise<void> {
    if (!this.idle) {
      await new Promise<void>((resolve) => { this.#drained.push(resolve) })
    }
  }

  async close (): Promise<void> {
    this.#closed = true
    this.#pause?.stop()
    await (await this.#sender?.catch(() => undefined))?.close().catch(() => {})
  }

  #resume (): void {
    this.#pause?.stop()
    this.#pause = undefined
    this.#queue.push(...this.#stalled.splice(0))
    this.#pump()
  }

  #pump (): void {
    while (!this.#closed && this.#pause === undefined && this.#busyLanes < DELIVERY_LANES && this.#queue.length > 0) {
      const parcel = this.#queue.shift()!
      this.#busyLanes++
      void this.#deliver(parcel).finally(() => {
        this.#busyLanes--
        this.#pump()
        this.#checkDrained()
      })
    }
  }

  #checkDrained (): void {
    if (this.idle) {
      this.#drained.splice(0).forEach((resolve) => { resolve() })
    }
  }

  async #deliver (parcel: Parcel): Promise<void> {
    if (parcel.destination() !== this.to) {
      this.#context.astray(parcel)
      return
    }
    const head = parcel.head()
    const pixels = parcel.pixels()
    if (head === undefined || pixels === undefined) {
      return
    }
    if (!parcel.isKnown()) {
      this.#stall(parcel)
      return
    }
    const answer = await this.#send(head, pixels)
    if (answer === 'accepted' || answer === 'duplicate') {
      // It is on a disk, also when the stewardship has moved since: who took it tells the new one.
      this.#gotThrough()
      parcel.settled(answer, this.to)
    } else if (parcel.destination() !== this.to) {
      this.#context.astray(parcel)
    } else {
      this.#notTaken(parcel, answer)
    }
  }

  #notTaken (parcel: Parcel, answer: Exclude<ResultAnswer, 'accepted' | 'duplicate'> | 'broken'): void {
    switch (answer) {
      case 'broken':
        this.#queue.unshift(parcel)
        this.#troubledSinceMs ??= this.#context.clock.nowMs()
        // All that was under way breaks off together: that is one failure.
        if (this.#pause === undefined) {
          this.#pauseFor(this.#retryMs)
          this.#retryMs = Math.min(2 * this.#retryMs, this.#isPresent() ? RETRY_LONGEST_MS : RETRY_ABSENT_MS)
        }
        return
      case 'busy':
        this.#queue.unshift(parcel)
        this.#troubledSinceMs ??= this.#context.clock.nowMs()
        this.#pauseFor(BUSY_RETRY_MS)
        return
      case 'ended':
      case 'refused':
        if (answer === 'refused' || parcel.mayBeOver(this.to)) {
          this.#gotThrough()
          parcel.settled(answer, this.to)
          return
        }
        this.#stall(parcel)
        return
      case 'unknown-token':
        this.#stall(parcel)
    }
  }

  #gotThrough (): void {
    this.#retryMs = RETRY_FIRST_MS
    this.#troubledSinceMs = undefined
  }

  #stall (parcel: Parcel): void {
    this.#stalled.push(parcel)
    parcel.tokenUnknown()
  }

  async #send (head: ResultHead, pixels: Uint8Array): Promise<ResultAnswer | 'broken'> {
    this.#sender ??= this.#context.mesh.openResults(this.to)
    const opening = this.#sender
    try {
      return await (await opening).deliver(head, pixels)
    } catch (error) {
      this.#context.log.debug('a delivery broke off', { peer: this.to, unit: head.unit, error: String(error) })
      if (this.#sender === opening) {
        this.#sender = undefined
      }
      return 'broken'
    }
  }

  #isPresent (): boolean {
    const { mesh } = this.#context
    return this.to === mesh.self || mesh.peers().some(({ peer }) => peer === this.to)
  }

  #pauseFor (ms: number): void {
    this.#pause?.stop()
    this.#pause = this.#context.clock.after(ms, () => { this.#resume() })
  }
}
