import { isOpen, momentWords, nextOpening } from './settings/work-hours.ts'
import type { LocalTime, WorkHours } from './settings/work-hours.ts'

/** When a peer may work for others, as its person set it. */
export interface RestRules {
  /** Undefined: at any hour. */
  readonly hours: WorkHours | undefined
  /** Only when keyboard and mouse have been left alone for so many milliseconds; undefined: whoever uses the machine. */
  readonly idleMs: number | undefined
}

/** Why a peer does not work for others now. */
export type Rest =
  | { readonly reason: 'hours', readonly until: LocalTime }
  | { readonly reason: 'in-use' }
  /** The machine does not say, and its person asked not to be disturbed. */
  | { readonly reason: 'use-unknown' }

/**
 * Whether a peer is to rest, and why; undefined when it may work.
 *
 * @param unusedMs - for how long nobody has touched keyboard or mouse; undefined when that can not be told. Looked at only where the rules ask for it
 */
export function restOf ({ hours, idleMs }: RestRules, now: LocalTime, unusedMs: number | undefined): Rest | undefined {
  if (hours !== undefined && !isOpen(hours, now)) {
    return { reason: 'hours', until: nextOpening(hours, now) }
  }
  if (idleMs !== undefined && unusedMs === undefined) {
    return { reason: 'use-unknown' }
  }
  return idleMs !== undefined && unusedMs! < idleMs ? { reason: 'in-use' } : undefined
}

/** A rest in words, for its own people and the other peers'. */
export function restWords (rest: Rest, now: LocalTime): string {
  switch (rest.reason) {
    case 'hours': return `resting until ${momentWords(rest.until, now)}`
    case 'in-use': return 'resting: somebody uses this machine'
    case 'use-unknown': return 'resting: this machine does not tell whether somebody uses it'
  }
}
