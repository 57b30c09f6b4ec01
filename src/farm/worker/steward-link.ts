import { RETRY_ABSENT_MS, RETRY_FIRST_MS, RETRY_LONGEST_MS } from '../limits.ts'
import type { Reach } from '../../core/holding.ts'
import type { PeerId } from '../../core/ids.ts'
import type { LeaseReport, StewardMessage, WorkerMessage } from '../../core/messages.ts'
import type { Clock, LeaseChannel, Log, Mesh, Timer } from '../../ports.ts'

/** Renewals whose answers are still awaited at most; a steward that owes more is silent. */
const MAX_UNANSWERED = 16

/** What a link tells the worker. */
export interface LinkEvents {
  /** Called before anything that comes is heeded: this peer may have slept. */
  awake (): void
  opened (link: StewardLink): void
  message (link: StewardLink, message: StewardMessage): void
  closed (link: StewardLink): void
  /** What to report of all leases of this steward. */
  reports (link: StewardLink): readonly LeaseReport[]
  /** Whether a claim stands with this steward: it is renewed to then although there is no lease, so that the age of its next grant is known. */
  isWaiting (link: StewardLink): boolean
}

type LinkState =
  | { readonly state: 'closed', readonly retryMs: number }
  | { readonly state: 'opening' }
  | { readonly state: 'open', readonly channel: LeaseChannel }
  | { readonly state: 'ended' }

/**
 * A worker's lease stream to one steward, opened again whenever it breaks, with one renewal per heartbeat for all leases.
 *
 * closed ─▶ opening ─▶ open ─ stream ends ─▶ closed (longer pause each time it fails); any ─ end ─▶ ended.
 */
export class StewardLink {
  readonly steward: PeerId
  readonly #mesh: Mesh
  readonly #clock: Clock
  readonly #log: Log
  readonly #events: LinkEvents
  readonly #renewals = new Map<number, { readonly sentAtMs: number, readonly reports: readonly LeaseReport[] }>()
  #state: LinkState = { state: 'closed', retryMs: RETRY_FIRST_MS }
  #sequence = 0
  #heartbeatMs = Infinity
  #heartbeat: Timer | undefined
  #retry: Timer | undefined
  #heardAtMs = -Infinity
  #answeredAtMs = -Infinity

  constructor (steward: PeerId, world: { readonly mesh: Mesh, readonly clock: Clock, readonly log: Log }, events: LinkEvents) {
    this.steward = steward
    this.#mesh = world.mesh
    this.#clock = world.clock
    this.#log = world.log
    this.#events = events
  }

  get isOpen (): boolean {
    return this.#state.state === 'open'
  }

  /** Whether the steward can be reached: the stream is there, and it is not silent. */
  get reach (): Reach {
    const silentMs = this.#clock.nowMs() - this.#heardAtMs
    return this.isOpen && (this.#heartbeatMs === Infinity || silentMs < 2.5 * this.#heartbeatMs) ? 'steward-reachable' : 'steward-away'
  }

  /**
   * When the latest message was sent that the steward is known to have answered on this stream: whatever comes now, it sent later.
   * At first when the stream was asked for.
   */
  get answeredAtMs (): number {
    return this.#answeredAtMs
  }

  /** Opens the stream now unless it is open or being opened. */
  open (): void {
    if (this.#state.state !== 'closed') {
      return
    }
    this.#retry?.stop()
    const { retryMs } = this.#state
    this.#state = { state: 'opening' }
    this.#answeredAtMs = this.#clock.nowMs()
    this.#mesh.openLease(this.steward).then(
      (channel) => { this.#opened(channel) },
      (error: unknown) => {
        this.#log.debug('no lease stream', { peer: this.steward, error: String(error) })
        this.#closed(retryMs)
      }
    )
  }

  /** Sends; a message for a stream that is gone is dropped: the next one begins by showing what is held. */
  send (message: WorkerMessage): void {
    if (this.#state.state === 'open') {
      this.#state.channel.send(message).catch((error: unknown) => {
        this.#log.debug('a lease message was not sent', { peer: this.steward, type: message.type, error: String(error) })
      })
    }
  }

  /** The steward wants to hear from this worker so often. */
  beat (heartbeatMs: number): void {
    if (heartbeatMs < this.#heartbeatMs) {
      this.#heartbeatMs = heartbeatMs
      this.#planHeartbeat()
    }
  }

  /** What the renewal with this sequence said, once. */
  renewalAnswered (sequence: number): { readonly sentAtMs: number, readonly reports: readonly LeaseReport[] } | undefined {
    const renewal = this.#renewals.get(sequence)
    this.#renewals.delete(sequence)
    this.#answeredAtMs = renewal?.sentAtMs ?? this.#answeredAtMs
    return renewal
  }

  /** This peer slept: what comes on the present stream may be from before, so a new one is opened. */
  renewStream (): void {
    if (this.#state.state === 'open') {
      this.#state.channel.abort(new Error('this peer slept'))
      this.#closed(0)
      this.#events.closed(this)
      this.open()
    }
  }

  /** Ends the link for good, after what was sent. */
  async end (): Promise<void> {
    const before = this.#state
    this.#state = { state: 'ended' }
    this.#retry?.stop()
    this.#heartbeat?.stop()
    if (before.state === 'open') {
      await before.channel.close().catch(() => {})
    }
  }

  #opened (channel: LeaseChannel): void {
    if (this.#state.state !== 'opening') {
      void channel.close()
      return
    }
    this.#state = { state: 'open', channel }
    this.#heardAtMs = this.#clock.nowMs()
    this.#events.opened(this)
    this.#planHeartbeat()
    void this.#read(channel)
  }

  async #read (channel: LeaseChannel): Promise<void> {
    try {
      for await (const message of channel.messages) {
        this.#events.awake()
        if (this.#state.state !== 'open' || this.#state.channel !== channel) {
          return
        }
        this.#heardAtMs = this.#clock.nowMs()
        this.#events.message(this, message)
      }
    } catch (error) {
      this.#log.debug('a lease stream broke', { peer: this.steward, error: String(error) })
      channel.abort(error instanceof Error ? error : new Error(String(error)))
    }
    if (this.#state.state === 'open' && this.#state.channel === channel) {
      this.#closed(RETRY_FIRST_MS)
      this.#events.closed(this)
    }
  }

  #closed (retryMs: number): void {
    if (this.#state.state === 'ended') {
      return
    }
    const { self } = this.#mesh
    const isMember = this.steward === self || this.#mesh.peers().some(({ peer }) => peer === this.steward)
    this.#state = { state: 'closed', retryMs: Math.min(2 * retryMs, isMember ? RETRY_LONGEST_MS : RETRY_ABSENT_MS) }
    this.#heartbeat?.stop()
    this.#renewals.clear()
    this.#retry = this.#clock.after(retryMs, () => { this.open() })
  }

  #planHeartbeat (): void {
    this.#heartbeat?.stop()
    if (this.isOpen && this.#heartbeatMs < Infinity) {
      this.#heartbeat = this.#clock.after(this.#heartbeatMs, () => {
        this.#renew()
        this.#planHeartbeat()
      })
    }
  }

  #renew (): void {
    const reports = this.#events.reports(this)
    if (reports.length === 0 && !this.#events.isWaiting(this)) {
      return
    }
    const sequence = ++this.#sequence
    this.#renewals.set(sequence, { sentAtMs: this.#clock.nowMs(), reports })
    if (this.#renewals.size > MAX_UNANSWERED) {
      const [oldest] = this.#renewals.keys()
      this.#renewals.delete(oldest!)
    }
    this.send({ type: 'renew', sequence, leases: reports })
  }
}
