import * as pb from '../generated/question.ts'
import { epochOf, epochToWire } from './fencing.ts'
import { hashBytes, hashOf } from './ids.ts'
import { openMessage, sealMessage, unknownMessage } from './message.ts'
import { checkJobUnits, unitListBytes, unitListOf, unitSetBytes, unitSetOf } from './unit-set.ts'
import { words } from './words.ts'
import type { WireBytes } from './message.ts'
import type { Answer, Found, JobLedger, Refusal } from '../../core/questions.ts'

const WHAT = 'answer to a question'

const findings = words<Found, pb.Found>('finding', {
  steward: pb.Found.FOUND_STEWARD,
  idle: pb.Found.FOUND_IDLE,
  silent: pb.Found.FOUND_SILENT
})

const reasons = words<Refusal['reason'], pb.RefusalReason>('reason of a refusal', {
  'unknown-job': pb.RefusalReason.REFUSAL_REASON_UNKNOWN_JOB,
  ended: pb.RefusalReason.REFUSAL_REASON_ENDED,
  leaving: pb.RefusalReason.REFUSAL_REASON_LEAVING,
  full: pb.RefusalReason.REFUSAL_REASON_FULL,
  stale: pb.RefusalReason.REFUSAL_REASON_STALE
})

/** The answer to a question. @throws WireError */
export function encodeAnswer (answer: Answer): Uint8Array {
  return sealMessage(WHAT, pb.Answer.encode(answerToWire(answer)), 'MAX_ANSWER_BYTES')
}

/**
 * Reads the answer to a question. Whether it is of the question's kind, and of its job, is for who asked.
 *
 * @throws WireError; see `isUnknownMessage`
 */
export function decodeAnswer (bytes: WireBytes): Answer {
  const { probed, ledger, takenOver, refused } = openMessage(WHAT, bytes, 'MAX_ANSWER_BYTES', pb.Answer.decode)
  if (probed !== undefined) {
    return { type: 'probed', found: findings.fromWire(probed.found) }
  }
  if (ledger !== undefined) {
    return { type: 'ledger', ledger: ledgerOf(ledger) }
  }
  if (takenOver !== undefined) {
    return { type: 'taken-over', epoch: epochOf(takenOver.epoch) }
  }
  if (refused !== undefined) {
    return { type: 'refused', reason: reasons.fromWire(refused.reason) }
  }
  throw unknownMessage(WHAT)
}

function answerToWire (answer: Answer): pb.Answer {
  switch (answer.type) {
    case 'probed': return { probed: { found: findings.toWire(answer.found) } }
    case 'ledger': return { ledger: ledgerToWire(answer.ledger) }
    case 'taken-over': return { takenOver: { epoch: epochToWire(answer.epoch) } }
    case 'refused': return { refused: { reason: reasons.toWire(answer.reason) } }
  }
}

function ledgerToWire ({ job, epoch, accepted, parked, kept, bundle }: JobLedger): pb.JobLedger {
  const units = checkJobUnits(accepted.units)
  return {
    job: hashBytes('job', job),
    epoch: epoch === undefined ? undefined : epochToWire(epoch),
    units,
    accepted: unitSetBytes('accepted units', accepted, units),
    parked: unitListBytes('parked units', parked, units),
    kept: unitSetBytes('kept units', kept, units),
    hasBundle: bundle === 'whole'
  }
}

function ledgerOf ({ job, epoch, units, accepted, parked, kept, hasBundle }: pb.JobLedger): JobLedger {
  return {
    job: hashOf('job', job),
    epoch: epoch === undefined ? undefined : epochOf(epoch),
    accepted: unitSetOf('accepted units', accepted, units),
    parked: unitListOf('parked units', parked, units),
    kept: unitSetOf('kept units', kept, units),
    bundle: hasBundle ? 'whole' : 'lacking'
  }
}
