import { holderLeaseMs } from './sizing.ts'
import { rectFits, rectsHold, rectsOf, unitsIn } from './rect.ts'
import type { Token } from './epoch.ts'
import type { JobId, UnitIndex } from './ids.ts'
import type { Grant, LeaseReport, RevokeReason } from './messages.ts'
import type { UnitRect } from './rect.ts'
import type { UnitGrid } from './units.ts'

/**
 * A unit in a worker's hands.
 *
 * ```
 * queued ──take──▶ rendering ──finish──▶ finished ──delivered──▶ (gone)
 *    │                 │ fail, abort      ▲  │ revoked, refused
 *    │                 │          take up ┘  │
 *    └─ released, revoked, lapsed ──▶ (gone) ◀┘
 * ```
 */
export interface HeldUnit {
  readonly unit: UnitIndex
  token: Token
  state: 'queued' | 'rendering' | 'finished'
}

/** Whether a worker can talk to a job's steward now. */
export type Reach = 'steward-reachable' | 'steward-away'

interface HeldLease {
  readonly token: Token
  readonly leaseMs: number
  readonly rects: readonly UnitRect[]
  /** Until when the worker relies on it: counted from when it sent the claim or renewal that was answered. */
  believedUntilMs: number
  /** Whether it was granted on the present stream; one of an earlier stream may be others' work by now. */
  confirmed: boolean
  /** Whether it is from before this peer slept: of its units, none is started before its steward has been heard, whether that can be reached or not. */
  doubted: boolean
  /** Units of it that are still in the worker's hands. */
  held: number
  started: number
}

/**
 * What a worker holds of one job: leases, and the units under them. Pure: time comes in as monotonic milliseconds of this peer.
 *
 * A lapse never kills a running unit: its result is still wanted unless somebody else was faster. What is not started under a lapsed lease
 * is dropped while the steward can be reached (it has given it to others), and rendered while it can not.
 */
export class Holding {
  readonly job: JobId
  readonly #grid: UnitGrid
  readonly #leases = new Map<string, HeldLease>()
  readonly #units = new Map<UnitIndex, HeldUnit>()
  /** Units not started, in the order of their grants; entries that are no longer queued are skipped. */
  readonly #queue: UnitIndex[] = []
  #queueHead = 0
  #queued = 0
  #rendering = 0
  /** Finished units that left since they were shown, while the answer is awaited: it may name them, results being faster than leases. */
  #settledSinceShow: Set<UnitIndex> | undefined

  constructor (job: JobId, grid: UnitGrid) {
    this.job = job
    this.#grid = grid
  }

  /** Units not started. */
  get queued (): number {
    return this.#queued
  }

  /** Units being rendered. */
  get rendering (): number {
    return this.#rendering
  }

  /** Whether it holds no unit at all. */
  get empty (): boolean {
    return this.#units.size === 0
  }

  /** The unit as it is held now; undefined when it is not. */
  unit (unit: UnitIndex): Readonly<HeldUnit> | undefined {
    return this.#units.get(unit)
  }

  /**
   * A grant came. Units it names that are held already go on under the new token; those that were shown, and delivered before the answer came,
   * are not rendered again. What the job does not have is ignored, as is a grant that was heard before: a steward is another peer.
   */
  grant (grant: Grant, sentAtMs: number): void {
    if (this.#leases.has(keyOf(grant.token))) {
      return
    }
    const lease: HeldLease = {
      token: grant.token,
      leaseMs: grant.leaseMs,
      rects: this.#fitting(grant.rects),
      believedUntilMs: sentAtMs + holderLeaseMs(grant.leaseMs),
      confirmed: true,
      doubted: false,
      held: 0,
      started: 0
    }
    this.#leases.set(keyOf(grant.token), lease)
    for (const unit of unitsIn(this.#grid, lease.rects)) {
      if (this.#settledSinceShow?.has(unit) === true) {
        continue
      }
      const known = this.#units.get(unit)
      lease.held++
      if (known === undefined) {
        this.#units.set(unit, { unit, token: grant.token, state: 'queued' })
        this.#queue.push(unit)
        this.#queued++
      } else {
        if (known.state !== 'queued') {
          const former = this.#leases.get(keyOf(known.token))
          if (former !== undefined) {
            former.started--
          }
          lease.started++
        }
        this.#leave(known)
        known.token = grant.token
      }
    }
    if (lease.held === 0) {
      this.#leases.delete(keyOf(grant.token))
    }
  }

  /**
   * A unit that was finished in an earlier life of this peer, under a grant that nobody may know any more: it is shown as undelivered. Nothing
   * happens when it is held.
   */
  takeUp (unit: UnitIndex, token: Token): void {
    if (!this.#units.has(unit)) {
      this.#units.set(unit, { unit, token, state: 'finished' })
    }
  }

  /**
   * queued → rendering, for up to `most` units. With the steward in reach, units under leases that are no longer believed are dropped instead:
   * it has given them to others by now; those of an earlier stream wait until it has answered what was shown. Without it they are rendered:
   * nobody else may be left. Those from before a sleep wait for an answer in either case.
   */
  take (most: number, reach: Reach, nowMs: number): UnitIndex[] {
    const taken: UnitIndex[] = []
    while (taken.length < most && this.#queueHead < this.#queue.length) {
      const unit = this.#queue[this.#queueHead++]!
      const held = this.#units.get(unit)
      if (held?.state !== 'queued') {
        continue
      }
      const lease = this.#leases.get(keyOf(held.token))!
      if (lease.doubted) {
        this.#queueHead--
        break
      }
      if (reach === 'steward-reachable') {
        if (!lease.confirmed) {
          this.#queueHead--
          break
        }
        if (nowMs >= lease.believedUntilMs) {
          this.forget(unit)
          continue
        }
      }
      held.state = 'rendering'
      lease.started++
      this.#queued--
      this.#rendering++
      taken.push(unit)
    }
    if (this.#queueHead * 2 > this.#queue.length) {
      this.#queue.splice(0, this.#queueHead)
      this.#queueHead = 0
    }
    return taken
  }

  /** rendering → finished */
  finish (unit: UnitIndex): Readonly<HeldUnit> | undefined {
    const held = this.#units.get(unit)
    if (held?.state !== 'rendering') {
      return undefined
    }
    held.state = 'finished'
    this.#rendering--
    return held
  }

  /** The unit is out of this worker's hands: delivered, failed, refused, or aborted. */
  forget (unit: UnitIndex): void {
    const held = this.#units.get(unit)
    if (held === undefined) {
      return
    }
    if (held.state === 'rendering') {
      this.#rendering--
    } else if (held.state === 'queued') {
      this.#queued--
    }
    if (held.state === 'finished') {
      this.#settledSinceShow?.add(unit)
    }
    this.#units.delete(unit)
    this.#leave(held)
  }

  /** Gives back up to `most` units of a lease that are not started, from the end of its queue. */
  giveBack (token: Token, most: number): UnitIndex[] {
    const key = keyOf(token)
    const units: UnitIndex[] = []
    for (let index = this.#queue.length - 1; index >= this.#queueHead && units.length < most; index--) {
      const held = this.#units.get(this.#queue[index]!)
      if (held?.state === 'queued' && keyOf(held.token) === key) {
        units.push(held.unit)
        this.forget(held.unit)
      }
    }
    return units
  }

  /** Gives back everything of all leases that is not started (`queued`) or not finished (`unfinished`), by lease. */
  giveBackAll (which: 'queued' | 'unfinished'): { readonly token: Token, readonly units: readonly UnitIndex[] }[] {
    const byLease = new Map<string, { token: Token, units: UnitIndex[] }>()
    for (const held of this.#units.values()) {
      if (held.state === 'queued' || (which === 'unfinished' && held.state === 'rendering')) {
        const key = keyOf(held.token)
        const entry = byLease.get(key) ?? { token: held.token, units: [] }
        entry.units.push(held.unit)
        byLease.set(key, entry)
      }
    }
    const given = [...byLease.values()]
    given.forEach(({ units }) => { units.forEach((unit) => { this.forget(unit) }) })
    return given
  }

  /**
   * Units are taken away; no rectangles mean the whole lease. Returns the units whose render is to be aborted.
   * `lapsed` and `paused` take only what is not started, `no-progress` what is not finished: a result that waits for its delivery is one.
   */
  revoke (token: Token, rects: readonly UnitRect[], reason: RevokeReason): UnitIndex[] {
    const key = keyOf(token)
    const lease = this.#leases.get(key)
    if (lease === undefined) {
      return []
    }
    const takesRendering = reason !== 'lapsed' && reason !== 'paused'
    const takesFinished = takesRendering && reason !== 'no-progress'
    const aborted: UnitIndex[] = []
    for (const unit of unitsIn(this.#grid, rects.length === 0 ? lease.rects : this.#fitting(rects))) {
      const held = this.#units.get(unit)
      if (held === undefined || keyOf(held.token) !== key ||
        (held.state === 'rendering' && !takesRendering) || (held.state === 'finished' && !takesFinished)) {
        continue
      }
      if (held.state === 'rendering') {
        aborted.push(unit)
      }
      this.forget(unit)
    }
    return aborted
  }

  /** Every unit is taken away. Returns those whose render is to be aborted. */
  revokeAll (): UnitIndex[] {
    const aborted = [...this.#units.values()].filter((held) => held.state === 'rendering').map((held) => held.unit)
    for (const unit of [...this.#units.keys()]) {
      this.forget(unit)
    }
    return aborted
  }

  /** What a renewal says of the leases that still matter. */
  reports (): LeaseReport[] {
    return Array.from(this.#leases.values(), ({ token, started }) => ({ job: this.job, token, started }))
  }

  /** A renewal sent at `sentAtMs` was answered: these leases live on, the others of that renewal have lapsed. */
  renewed (reported: readonly Token[], live: readonly Token[], sentAtMs: number): void {
    const liveKeys = new Set(live.map(keyOf))
    for (const token of reported) {
      const lease = this.#leases.get(keyOf(token))
      if (lease !== undefined) {
        lease.believedUntilMs = liveKeys.has(keyOf(token)) ? sentAtMs + holderLeaseMs(lease.leaseMs) : -Infinity
      }
    }
  }

  /** Drops what is not started under leases no longer believed: with a steward in reach, it is others' work now. */
  dropLapsed (nowMs: number): UnitIndex[] {
    return this.#dropQueued((lease) => nowMs >= lease.believedUntilMs)
  }

  /** What it shows a steward, on a new stream or when it does not know a token; answered by grants, then {@link showAnswered}. */
  show (): { readonly holding: UnitRect[], readonly undelivered: UnitRect[] } {
    const holding: UnitIndex[] = []
    const undelivered: UnitIndex[] = []
    this.#settledSinceShow = new Set()
    for (const held of this.#units.values()) {
      (held.state === 'finished' ? undelivered : holding).push(held.unit)
    }
    return { holding: rectsOf(this.#grid, holding), undelivered: rectsOf(this.#grid, undelivered) }
  }

  /** A new stream to the steward is open: whether it still knows the leases of the last one is to be seen. */
  streamOpened (): void {
    for (const lease of this.#leases.values()) {
      lease.confirmed = false
    }
    this.#settledSinceShow = undefined
  }

  /** This peer slept: for others it was gone, and what it has not started may be theirs by now. Until a steward has answered what is shown. */
  doubt (): void {
    this.streamOpened()
    for (const lease of this.#leases.values()) {
      lease.doubted = true
    }
  }

  /** The steward answered what was shown: units that it did not grant again on this stream and that are not started are others' work now. */
  showAnswered (): UnitIndex[] {
    this.#settledSinceShow = undefined
    return this.#dropQueued((lease) => !lease.confirmed)
  }

  /** Whether it would start a unit now, with its steward in reach. */
  mayStart (unit: UnitIndex, nowMs: number): boolean {
    const held = this.#units.get(unit)
    const lease = held?.state === 'queued' ? this.#leases.get(keyOf(held.token))! : undefined
    return lease?.confirmed === true && nowMs < lease.believedUntilMs
  }

  /** Whether a lease of this token is known and names the unit. */
  covers (token: Token, unit: UnitIndex): boolean {
    const lease = this.#leases.get(keyOf(token))
    return lease !== undefined && rectsHold(this.#grid, lease.rects, unit)
  }

  #fitting (rects: readonly UnitRect[]): UnitRect[] {
    return rects.filter((rect) => rectFits(this.#grid, rect))
  }

  #dropQueued (isGone: (lease: HeldLease) => boolean): UnitIndex[] {
    const dropped: UnitIndex[] = []
    for (const held of this.#units.values()) {
      if (held.state === 'queued' && isGone(this.#leases.get(keyOf(held.token))!)) {
        dropped.push(held.unit)
      }
    }
    dropped.forEach((unit) => { this.forget(unit) })
    return dropped
  }

  #leave (held: HeldUnit): void {
    const key = keyOf(held.token)
    const lease = this.#leases.get(key)
    if (lease !== undefined && --lease.held === 0) {
      this.#leases.delete(key)
    }
  }
}

function keyOf (token: Token): string {
  return `${token.epoch.round} ${token.epoch.peer} ${token.epoch.instance} ${token.grant}`
}
