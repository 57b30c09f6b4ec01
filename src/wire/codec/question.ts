import * as pb from '../generated/question.ts'
import { present } from './check.ts'
import { epochOf, epochToWire } from './fencing.ts'
import { hashBytes, hashOf, peerBytes, peerOf } from './ids.ts'
import { rawJobRecord, recordOf, recordToWire } from './ledger.ts'
import { openMessage, sealMessage, unknownMessage } from './message.ts'
import { checkJobUnits, unitListBytes, unitListOf, unitSetBytes, unitSetOf } from './unit-set.ts'
import type { RawJobRecord } from './ledger.ts'
import type { WireBytes } from './message.ts'
import type { HandOff, KeepQuestion, LedgerQuestion, ProbeQuestion, Question } from '../../core/questions.ts'

const WHAT = 'question'

/** A {@link HandOff} whose record is not opened. */
export type RawHandOff = Omit<HandOff, 'record'> & { readonly record: RawJobRecord }

/** A question whose record, if it has one, is neither opened nor verified. */
export type RawQuestion =
  | ProbeQuestion
  | LedgerQuestion
  | RawHandOff
  | (Omit<KeepQuestion, 'record'> & { readonly record: RawJobRecord })

/** A question with the signed bytes of its record. */
export function rawQuestion (question: Question): RawQuestion {
  return 'record' in question ? { ...question, record: rawJobRecord(question.record) } : question
}

/** One of the questions of one member to another. @throws WireError */
export function encodeQuestion (question: RawQuestion): Uint8Array {
  return sealMessage(WHAT, pb.Question.encode(questionToWire(question)), 'MAX_QUESTION_BYTES')
}

/**
 * Reads a question. Opening and verifying its record, and whether its units are those of the record's job, is for the caller.
 *
 * @throws WireError; see `isUnknownMessage`
 */
export function decodeQuestion (bytes: WireBytes): RawQuestion {
  const { probe, ledger, handOff, keep } = openMessage(WHAT, bytes, 'MAX_QUESTION_BYTES', pb.Question.decode)
  if (probe !== undefined) {
    return { type: 'probe', job: hashOf('job', probe.job), of: peerOf('peer that is looked for', probe.ofPeer) }
  }
  if (ledger !== undefined) {
    return { type: 'ledger', job: hashOf('job', ledger.job) }
  }
  if (handOff !== undefined) {
    return handOffOf(handOff)
  }
  if (keep !== undefined) {
    return { type: 'keep', record: recordOf(present('job record', keep.record)) }
  }
  throw unknownMessage(WHAT)
}

function questionToWire (question: RawQuestion): pb.Question {
  switch (question.type) {
    case 'probe': return { probe: { job: hashBytes('job', question.job), ofPeer: peerBytes('peer that is looked for', question.of) } }
    case 'ledger': return { ledger: { job: hashBytes('job', question.job) } }
    case 'hand-off': return { handOff: handOffToWire(question) }
    case 'keep': return { keep: { record: recordToWire(question.record) } }
  }
}

function handOffToWire ({ record, epoch, accepted, parked }: RawHandOff): pb.HandOff {
  const units = checkJobUnits(accepted.units)
  return {
    record: recordToWire(record),
    epoch: epochToWire(epoch),
    units,
    accepted: unitSetBytes('accepted units', accepted, units),
    parked: unitListBytes('parked units', parked, units)
  }
}

function handOffOf ({ record, epoch, units, accepted, parked }: pb.HandOff): RawHandOff {
  return {
    type: 'hand-off',
    record: recordOf(present('job record', record)),
    epoch: epochOf(epoch),
    accepted: unitSetOf('accepted units', accepted, units),
    parked: unitListOf('parked units', parked, units)
  }
}
