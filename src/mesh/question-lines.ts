import { STREAM_LIMITS } from '../wire/limits.ts'
import { QUESTION_PROTOCOL } from '../wire/protocols.ts'
import * as limits from './limits.ts'
import { Lines } from './lines.ts'
import type { Clock } from '../ports.ts'

/** The lines in which this peer's questions to others wait, so that none of them ever looks like a flood. */
export function questionLines (clock: Clock): Lines {
  return new Lines({
    clock,
    atOnce: STREAM_LIMITS[QUESTION_PROTOCOL].outboundPerPeer,
    perSecond: limits.QUESTIONS_PER_SECOND,
    burstSeconds: limits.QUESTIONS_BURST_SECONDS,
    patienceMs: limits.QUESTION_PATIENCE_MS
  })
}
