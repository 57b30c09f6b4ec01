import * as limits from '../limits.ts'
import type { Found } from '../questions.ts'

/**
 * What a member believes of the steward of a job.
 *
 * ```
 * trusting ──silence──▶ probing ──silent──▶ doubting ──▶ probing-through-others ──silent──▶ waiting ──▶ taking-over
 *    ▲                     └────────────── idle ───────────────────────────────────────────▶│            │
 *    └── anything heard, from every state                probing ◀── nobody was heard of the take-over ──┘
 * ```
 */
type Belief =
  | { readonly state: 'trusting', readonly heardAtMs: number }
  | { readonly state: 'probing', readonly sinceMs: number }
  | { readonly state: 'doubting' }
  | { readonly state: 'probing-through-others', readonly sinceMs: number }
  /** Nobody finds the steward: this peer waits for its turn. `alone`: there was nobody else to ask. */
  | { readonly state: 'waiting', readonly sinceMs: number, readonly company: 'asked' | 'alone' }
  | { readonly state: 'taking-over', readonly sinceMs: number }

/** What is to be done about a steward that is not heard: look for it, ask others to look for it, or take its job over. */
export type Step = 'nothing' | 'probe' | 'probe-through-others' | 'take-over'

/** Where a peer stands when it looks. */
export interface Standing {
  /** Its place among those that may take over: 0 is the next. Read only when it matters: to know it, all members are weighed. */
  readonly rank: number
  /** How far it doubts itself: {@link LocalHealth.factor}. */
  readonly factor: number
}

/**
 * Decides when a member takes over a job whose steward has vanished, after SWIM (Das, Gupta, Motivala 2002): silence alone proves nothing, so
 * the steward is probed directly, then through others, and then those who may take over wait for their turn, so that one of them does it and the
 * others hear of it.
 *
 * Pure: times are monotonic milliseconds of this peer. {@link look} is to be called about once a second; it tells each step once.
 */
export class Suspicion {
  #belief: Belief

  constructor (nowMs: number) {
    this.#belief = { state: 'trusting', heardAtMs: nowMs }
  }

  /** Anything of the stewardship was heard: a beacon, an answer, a grant, also that of a newer steward. */
  heard (nowMs: number): void {
    this.#belief = { state: 'trusting', heardAtMs: nowMs }
  }

  /** What is to be done now. `probe` is to be answered by {@link probed}, `probe-through-others` by {@link probedThroughOthers}. */
  look (nowMs: number, standing: Standing): Step {
    const belief = this.#belief
    const { factor } = standing
    switch (belief.state) {
      case 'trusting':
        return nowMs - belief.heardAtMs >= limits.SUSPECT_AFTER_MS * factor ? this.#probe(nowMs) : 'nothing'
      case 'probing':
        // Whoever was to bring the answer did not.
        return nowMs - belief.sinceMs >= limits.PROBE_ANSWER_MS * factor ? this.#probeThroughOthers(nowMs) : 'nothing'
      case 'doubting':
        return this.#probeThroughOthers(nowMs)
      case 'probing-through-others':
        if (nowMs - belief.sinceMs >= 2 * limits.PROBE_ANSWER_MS * factor) {
          this.#wait(nowMs, 'alone')
        }
        return 'nothing'
      case 'waiting':
        return nowMs - belief.sinceMs >= waitMs(belief.company, standing.rank) * factor ? this.#takeOver(nowMs) : 'nothing'
      case 'taking-over':
        return nowMs - belief.sinceMs >= limits.SUSPECT_AFTER_MS * factor ? this.#probe(nowMs) : 'nothing'
    }
  }

  /** The direct probe was answered, or was not. A peer that answers that it does not steward the job needs no others to say so. */
  probed (found: Found, nowMs: number): void {
    if (found === 'steward') {
      this.heard(nowMs)
    } else if (this.#belief.state === 'probing') {
      if (found === 'idle') {
        this.#wait(nowMs, 'asked')
      } else {
        this.#doubt()
      }
    }
  }

  /** What others found; empty when there was nobody to ask, or nobody who answered. */
  probedThroughOthers (found: readonly Found[], nowMs: number): void {
    if (found.includes('steward')) {
      this.heard(nowMs)
    } else if (this.#belief.state === 'probing-through-others') {
      this.#wait(nowMs, found.length > 0 ? 'asked' : 'alone')
    }
  }

  /** trusting, taking-over → probing */
  #probe (nowMs: number): Step {
    this.#belief = { state: 'probing', sinceMs: nowMs }
    return 'probe'
  }

  /** probing → doubting */
  #doubt (): void {
    this.#belief = { state: 'doubting' }
  }

  /** probing, doubting → probing-through-others */
  #probeThroughOthers (nowMs: number): Step {
    this.#belief = { state: 'probing-through-others', sinceMs: nowMs }
    return 'probe-through-others'
  }

  /** probing, probing-through-others → waiting */
  #wait (nowMs: number, company: 'asked' | 'alone'): void {
    this.#belief = { state: 'waiting', sinceMs: nowMs, company }
  }

  /** waiting → taking-over */
  #takeOver (nowMs: number): Step {
    this.#belief = { state: 'taking-over', sinceMs: nowMs }
    return 'take-over'
  }
}

/** A peer that nobody answers is more likely cut off itself than the only one left: it is silent for as long again, and waits twice as long. */
function waitMs (company: 'asked' | 'alone', rank: number): number {
  const turnMs = rank * limits.RANK_STAGGER_MS
  return company === 'asked' ? turnMs : limits.SUSPECT_AFTER_MS + 2 * turnMs
}
