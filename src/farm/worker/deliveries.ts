import { BUSY_RETRY_MS, DELIVERY_LANES, RETRY_FIRST_MS, RETRY_LONGEST_MS } from '../limits.ts'
import type { JobId, PeerId, UnitIndex } from '../../core/ids.ts'
import type { ResultAnswer, ResultHead } from '../../core/messages.ts'
import type { Clock, Log, Mesh, ResultSender, Timer } from '../../ports.ts'

/** A finished unit that its requester has not acknowledged. The token in the head may have been renewed since it was finished. */
export interface Parcel {
  readonly job: JobId
  readonly unit: UnitIndex
  readonly pixels: Uint8Array
  /** Asked at each try: the head as of now; undefined when nobody wants the unit any more. */
  head (): ResultHead | undefined
  /** The requester answered for good: the pixels may be forgotten. */
  settled (answer: Exclude<ResultAnswer, 'busy' | 'unknown-token'>): void
  /** The steward does not know the token: what is held is to be shown to it. */
  tokenUnknown (): void
}

/**
 * Delivers finished units to one requester, as many at a time as the credit of its one long-lived stream allows; a broken one is opened again until
 * everything is acknowledged.
 */
export class Deliveries {
  readonly requester: PeerId
  readonly #mesh: Mesh
  readonly #clock: Clock
  readonly #log: Log
  readonly #queue: Parcel[] = []
  /** Units whose token the steward did not know: they wait until it was shown what is held. */
  readonly #stalled: Parcel[] = []
  #sender: Promise<ResultSender> | undefined
  #busyLanes = 0
  #retryMs = RETRY_FIRST_MS
  #pause: Timer | undefined
  #closed = false
  #drained: (() => void)[] = []

  constructor (requester: PeerId, world: { readonly mesh: Mesh, readonly clock: Clock, readonly log: Log }) {
    this.requester = requester
    this.#mesh = world.mesh
    this.#clock = world.clock
    this.#log = world.log
  }

  /** Nothing is left to deliver. */
  get idle (): boolean {
    return this.#queue.length === 0 && this.#stalled.length === 0 && this.#busyLanes === 0
  }

  add (parcel: Parcel): void {
    this.#queue.push(parcel)
    this.#pump()
  }

  /** The connection is back, or what is held was shown: try again now. */
  retry (): void {
    this.#pause?.stop()
    this.#pause = undefined
    this.#retryMs = RETRY_FIRST_MS
    this.#queue.push(...this.#stalled.splice(0))
    this.#pump()
  }

  /** Resolves when everything is delivered. */
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

  #pump (): void {
    while (!this.#closed && this.#pause === undefined && this.#busyLanes < DELIVERY_LANES && this.#queue.length > 0) {
      const parcel = this.#queue.shift()!
      this.#busyLanes++
      void this.#deliver(parcel).finally(() => {
        this.#busyLanes--
        this.#pump()
        if (this.idle) {
          this.#drained.splice(0).forEach((resolve) => { resolve() })
        }
      })
    }
  }

  async #deliver (parcel: Parcel): Promise<void> {
    const head = parcel.head()
    if (head === undefined) {
      return
    }
    const answer = await this.#send(head, parcel.pixels)
    switch (answer) {
      case 'broken':
        this.#queue.unshift(parcel)
        this.#pauseFor(this.#retryMs)
        this.#retryMs = Math.min(2 * this.#retryMs, RETRY_LONGEST_MS)
        return
      case 'busy':
        this.#queue.unshift(parcel)
        this.#pauseFor(BUSY_RETRY_MS)
        return
      case 'unknown-token':
        this.#stalled.push(parcel)
        parcel.tokenUnknown()
        return
      case 'accepted':
      case 'duplicate':
      case 'ended':
      case 'refused':
        this.#retryMs = RETRY_FIRST_MS
        parcel.settled(answer)
    }
  }

  async #send (head: ResultHead, pixels: Uint8Array): Promise<ResultAnswer | 'broken'> {
    this.#sender ??= this.#mesh.openResults(this.requester)
    const opening = this.#sender
    try {
      return await (await opening).deliver(head, pixels)
    } catch (error) {
      this.#log.debug('a delivery broke off', { peer: this.requester, unit: head.unit, error: String(error) })
      if (this.#sender === opening) {
        this.#sender = undefined
      }
      return 'broken'
    }
  }

  #pauseFor (ms: number): void {
    this.#pause?.stop()
    this.#pause = this.#clock.after(ms, () => { this.retry() })
  }
}
