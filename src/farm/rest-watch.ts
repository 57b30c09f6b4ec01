import { restOf, restWords } from '../core/rest.ts'
import { MAX_REST_LOOK_MS, REST_LOOK_MS } from './limits.ts'
import type { RestRules } from '../core/rest.ts'
import type { LocalTime } from '../core/settings/work-hours.ts'
import type { Clock, IdleSensor, Log, Timer } from '../ports.ts'

/** What watching for rest takes. */
export interface RestWatchInit {
  readonly clock: Clock
  readonly log: Log
  readonly idle: IdleSensor
  /** A moment in milliseconds since 1970 by the clock on the wall of this machine. */
  localTime (wallMs: number): LocalTime
  /** The peer is to rest, for the reason in these words, or, when undefined, may work again. Called only on a change. */
  changed (resting: string | undefined): void
}

/**
 * Looks now and then whether a peer may work for others: by the hours its person set, and by whether somebody uses the machine. Hours are compared
 * with the clock on the wall at every look, so a changed clock, summer time and a machine that slept need nothing of their own. While the rules
 * ask for nothing, nothing is looked at.
 */
export class RestWatch {
  readonly #init: RestWatchInit
  #rules: RestRules
  #resting: string | undefined
  #timer: Timer | undefined
  /** Counts changes of the rules, so that a look that began under earlier ones changes nothing. */
  #life = 0
  #isOn = false
  #wasBlind = false

  constructor (rules: RestRules, init: RestWatchInit) {
    this.#rules = rules
    this.#init = init
  }

  /** Looks for the first time, and from now on. Until the machine has said that nobody uses it, a peer that asked for that rests. */
  start (): void {
    this.#isOn = true
    if (this.#rules.idleMs !== undefined) {
      this.#wasBlind = true
      this.#decide(undefined)
    }
    this.#begin()
  }

  stop (): void {
    this.#isOn = false
    this.#life++
    this.#timer?.stop()
  }

  setRules (rules: RestRules): void {
    this.#rules = rules
    if (this.#isOn) {
      this.#begin()
    }
  }

  #begin (): void {
    this.#life++
    this.#wasBlind = true
    const { hours, idleMs } = this.#rules
    if (hours === undefined && idleMs === undefined) {
      this.#timer?.stop()
      this.#tell(undefined)
    } else {
      void this.#look(this.#life)
    }
  }

  async #look (life: number): Promise<void> {
    this.#timer?.stop()
    const { hours } = this.#rules
    const byHours = restOf({ hours, idleMs: undefined }, this.#now(), undefined)
    // While the hours say no, nobody needs to be watched.
    const unusedMs = byHours === undefined && this.#rules.idleMs !== undefined ? await this.#init.idle.unusedMs() : undefined
    if (life === this.#life) {
      this.#decide(unusedMs)
      this.#timer = this.#init.clock.after(this.#nextLookMs(unusedMs), () => { void this.#look(life) })
    }
  }

  #decide (unusedMs: number | undefined): void {
    const now = this.#now()
    const rest = restOf(this.#rules, now, unusedMs)
    const isBlind = rest?.reason === 'use-unknown'
    // One question without an answer, on a busy machine, ends nothing.
    if (!isBlind || this.#wasBlind) {
      this.#tell(rest === undefined ? undefined : restWords(rest, now))
    }
    this.#wasBlind = isBlind
  }

  /** Somebody who is there can not have been away for long enough before the rest of the time has passed. */
  #nextLookMs (unusedMs: number | undefined): number {
    const { idleMs } = this.#rules
    const missingMs = idleMs === undefined || unusedMs === undefined ? 0 : idleMs - unusedMs
    return Math.min(MAX_REST_LOOK_MS, Math.max(REST_LOOK_MS, missingMs))
  }

  #now (): LocalTime {
    return this.#init.localTime(this.#init.clock.wallMs())
  }

  #tell (resting: string | undefined): void {
    if (resting !== this.#resting) {
      this.#resting = resting
      this.#init.log.info(resting ?? 'works for others again')
      this.#init.changed(resting)
    }
  }
}
