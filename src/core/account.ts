import type { PeerId } from './ids.ts'
import type { ResultPhases } from './messages.ts'
import type { UnitEventState } from './events.ts'

/** The account of a job as plain data: what it cost so far. */
export interface AccountTotals {
  /** Units whose render started, as workers report; a report that was lost does not make it less than what was delivered. */
  readonly executions: number
  /** Times a unit's lease lapsed. */
  readonly lapsed: number
  readonly raced: number
  readonly failed: number
  /** Accepted units by who delivered them. */
  readonly byPeer: Readonly<Record<PeerId, number>>
  /** Pixel bytes accepted. */
  readonly bytesIn: number
  /** Milliseconds, summed over peers. */
  readonly phases: { readonly transfer: number, readonly load: number, readonly render: number, readonly merge: number }
}

/** Adds up what a job cost: who delivered what, how much was rendered in vain, where the time went. */
export class Account {
  #executions = 0
  #delivered = 0
  #lapsed = 0
  #raced = 0
  #failed = 0
  #bytesIn = 0
  readonly #byPeer = new Map<PeerId, number>()
  readonly #phases = { transfer: 0, load: 0, render: 0, merge: 0 }

  constructor (totals?: AccountTotals) {
    if (totals !== undefined) {
      this.#executions = totals.executions
      this.#lapsed = totals.lapsed
      this.#raced = totals.raced
      this.#failed = totals.failed
      this.#bytesIn = totals.bytesIn
      for (const [peer, units] of Object.entries(totals.byPeer)) {
        this.#byPeer.set(peer, units)
        this.#delivered += units
      }
      Object.assign(this.#phases, totals.phases)
    }
  }

  get raced (): number {
    return this.#raced
  }

  started (count: number): void {
    this.#executions += count
  }

  event (state: UnitEventState): void {
    if (state === 'lapsed') {
      this.#lapsed++
    } else if (state === 'raced') {
      this.#raced++
    } else if (state === 'failed') {
      this.#failed++
    }
  }

  accepted (worker: PeerId, bytes: number, phases: ResultPhases): void {
    this.#byPeer.set(worker, (this.#byPeer.get(worker) ?? 0) + 1)
    this.#delivered++
    this.#bytesIn += bytes
    this.#phases.transfer += phases.transferMs
    this.#phases.load += phases.loadMs
    this.#phases.render += phases.renderMs
  }

  merged (ms: number): void {
    this.#phases.merge += ms
  }

  unitsOf (worker: PeerId): number {
    return this.#byPeer.get(worker) ?? 0
  }

  totals (): AccountTotals {
    return {
      executions: Math.max(this.#executions, this.#delivered),
      lapsed: this.#lapsed,
      raced: this.#raced,
      failed: this.#failed,
      byPeer: Object.fromEntries(this.#byPeer),
      bytesIn: this.#bytesIn,
      phases: { ...this.#phases }
    }
  }
}
