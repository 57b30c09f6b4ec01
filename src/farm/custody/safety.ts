import { CUSTODY_COPIES } from '../../core/limits.ts'
import type { Safety } from '../../core/farm-events.ts'

/** What a placement knows. */
export interface PlacedState {
  /** Connected members that could keep something, and those of them that have room and answer. */
  readonly members: number
  readonly able: number
  /** Finished parts, and those of them that one of the chosen custodians lacks. */
  readonly parts: number
  readonly lackingParts: number
  /** Whether one of them lacks files of the scene. */
  readonly scene: 'whole' | 'lacking'
}

/** Says what is missing until everything is at {@link CUSTODY_COPIES} others. */
export function safetyOf ({ members, able, parts, lackingParts, scene }: PlacedState): Safety {
  if (members < CUSTODY_COPIES) {
    return unsafe(`${members === 0 ? 'no other computer is' : `only ${members} other ${computers(members)}`} connected; results are kept twice only with ${CUSTODY_COPIES}`)
  }
  if (able < CUSTODY_COPIES) {
    return unsafe(`${able === 0 ? 'no other computer has' : `only ${able} other computer has`} room for results now; they are kept twice only by ${CUSTODY_COPIES}`)
  }
  const lacking: string[] = []
  if (lackingParts > 0) {
    lacking.push(`${lackingParts} of ${parts} finished ${parts === 1 ? 'part' : 'parts'}`)
  }
  if (scene === 'lacking') {
    lacking.push('the scene')
  }
  if (lacking.length === 0) {
    return { state: 'safe' }
  }
  const verb = lackingParts > 1 || lacking.length > 1 ? 'are' : 'is'
  return unsafe(`${lacking.join(' and ')} ${verb} still to be copied to ${CUSTODY_COPIES} other computers`)
}

function unsafe (missing: string): Safety {
  return { state: 'unsafe', missing }
}

function computers (count: number): string {
  return count === 1 ? 'computer is' : 'computers are'
}
