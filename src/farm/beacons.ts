import { BEACON_MAX_MS, BEACON_MIN_MS } from './limits.ts'
import type { BeaconJob } from '../core/messages.ts'
import type { Clock, Mesh, Timer } from '../ports.ts'
import type { StewardDesk } from './steward-desk.ts'

/** Jobs in one beacon: what fits into its 16 KiB; further jobs take turns. */
export const MAX_BEACON_JOBS = 64

/**
 * Gossips that work units are available: one beacon for all live jobs this peer stewards, at most every second when something changed,
 * else so often that every job is told of every ten seconds, for others take over what they do not hear of; of more than 640, one after the other each
 * second. Its size does not depend on how many units there are (invariant B3).
 */
export class Beacons {
  readonly #mesh: Mesh
  readonly #desk: StewardDesk
  readonly #taking: () => readonly BeaconJob[]
  readonly #clock: Clock
  #timer: Timer | undefined
  #lastMs = -Infinity
  #changed = false
  #turn = 0

  /** @param taking what this peer is about to take over: told before it can grant anything */
  constructor (mesh: Mesh, desk: StewardDesk, taking: () => readonly BeaconJob[], clock: Clock) {
    this.#mesh = mesh
    this.#desk = desk
    this.#taking = taking
    this.#clock = clock
  }

  start (): void {
    this.#plan(BEACON_MAX_MS)
  }

  stop (): void {
    this.#timer?.stop()
  }

  /** Something a beacon tells has changed. */
  changed (): void {
    if (!this.#changed) {
      this.#changed = true
      this.#plan(Math.max(0, this.#lastMs + BEACON_MIN_MS - this.#clock.nowMs()))
    }
  }

  #plan (delayMs: number): void {
    this.#timer?.stop()
    this.#timer = this.#clock.after(delayMs, () => {
      this.#send()
      this.#plan(Math.max(BEACON_MIN_MS, BEACON_MAX_MS / Math.ceil(Math.max(1, this.#desk.all().length) / MAX_BEACON_JOBS)))
    })
  }

  #send (): void {
    this.#changed = false
    this.#lastMs = this.#clock.nowMs()
    const all = [...this.#taking(), ...this.#desk.all().map((stewardship) => stewardship.beacon())]
    if (all.length === 0 || this.#desk.isDoubted) {
      return
    }
    const first = all.length > MAX_BEACON_JOBS ? this.#turn % all.length : 0
    this.#turn = first + MAX_BEACON_JOBS
    const jobs = [...all.slice(first), ...all.slice(0, first)].slice(0, MAX_BEACON_JOBS)
    this.#mesh.publishBeacon({ steward: this.#mesh.self, jobs })
  }
}
