import { WireError } from '../../errors.ts'
import * as pb from '../generated/log.ts'
import { MAX_LOG_ANSWER_BYTES, MAX_LOG_ENTRIES, MAX_LOG_TROUBLES } from '../limits.ts'
import { duration, fittingLine, fittingLog, lineBytes, lineOf, list, textBytes, textOf, whole } from './check.ts'
import { hashBytes, hashOf, peerBytes, peerOf } from './ids.ts'
import { openMessage, sealMessage } from './message.ts'
import { checkUnit } from './rects.ts'
import { outcomes } from './result.ts'
import { words } from './words.ts'
import type { WireBytes } from './message.ts'
import type { ResultOutcome } from '../generated/result.ts'
import type { LogAnswer, LogRequest, UnitLogEntry, UnitTrouble } from '../../core/unit-log.ts'

type Delivered = Extract<UnitLogEntry, { type: 'delivered' }>

/** Bytes of an entry or trouble besides its texts: numbers, a peer id, and the heads of them all. */
const FIELD_BYTES = 96

const kinds = words<UnitTrouble['kind'], pb.LogTroubleKind>('kind of trouble', {
  lapsed: pb.LogTroubleKind.LOG_TROUBLE_KIND_LAPSED,
  failed: pb.LogTroubleKind.LOG_TROUBLE_KIND_FAILED,
  raced: pb.LogTroubleKind.LOG_TROUBLE_KIND_RACED,
  parked: pb.LogTroubleKind.LOG_TROUBLE_KIND_PARKED
})

/** A question about a job or one of its units. @throws WireError */
export function encodeLogRequest ({ job, unit }: LogRequest): Uint8Array {
  return sealMessage('log request', pb.LogRequest.encode({
    job: hashBytes('job', job),
    unit: unit === undefined ? undefined : checkUnit(unit)
  }), 'MAX_LOG_REQUEST_BYTES')
}

/** Reads a question about a job or one of its units. @throws WireError */
export function decodeLogRequest (bytes: WireBytes): LogRequest {
  const { job, unit } = openMessage('log request', bytes, 'MAX_LOG_REQUEST_BYTES', pb.LogRequest.decode)
  return { job: hashOf('job', job), unit: unit === undefined ? undefined : checkUnit(unit) }
}

/** What a peer knows of it. Texts are cut to fit; of too much, the oldest is left out, and said to have been dropped. @throws WireError */
export function encodeLogAnswer (answer: LogAnswer): Uint8Array {
  const troubles = answer.troubles.slice(-MAX_LOG_TROUBLES).map(troubleToWire)
  const room = MAX_LOG_ANSWER_BYTES - FIELD_BYTES - troubles.reduce((sum, { reason }) => sum + FIELD_BYTES + reason.byteLength, 0)
  const newest = answer.entries.slice(-MAX_LOG_ENTRIES).map(entryToWire)
  const entries = newest.slice(firstThatFits(newest, room))
  return sealMessage('log', pb.LogAnswer.encode({ entries, troubles, dropped: answer.dropped || entries.length < answer.entries.length }), 'MAX_LOG_ANSWER_BYTES')
}

/** Reads what a peer knows of it. Entries of kinds that only later versions know are left out. @throws WireError */
export function decodeLogAnswer (bytes: WireBytes): LogAnswer {
  const { entries, troubles, dropped } = openMessage('log', bytes, 'MAX_LOG_ANSWER_BYTES', pb.LogAnswer.decode)
  return {
    entries: list('entries', entries, 'MAX_LOG_ENTRIES', entryOf).filter((entry) => entry !== undefined),
    troubles: list('troubles', troubles, 'MAX_LOG_TROUBLES', troubleOf),
    dropped
  }
}

function firstThatFits (entries: readonly pb.LogEntry[], room: number): number {
  let left = room
  let first = entries.length
  for (; first > 0; first--) {
    const { rendered, failed } = entries[first - 1]!
    left -= FIELD_BYTES + (rendered?.log.byteLength ?? 0) + (failed === undefined ? 0 : failed.log.byteLength + failed.reason.byteLength)
    if (left < 0) {
      break
    }
  }
  return first
}

function entryToWire (entry: UnitLogEntry): pb.LogEntry {
  switch (entry.type) {
    case 'rendered': {
      const { startedAtMs, atMs, renderMs, threads, log } = entry
      return { rendered: { startedAtMs: moment(startedAtMs), atMs: moment(atMs), renderMs: duration('render time', renderMs), threads: checkThreads(threads), log: logBytes(log) } }
    }
    case 'failed': {
      const { startedAtMs, atMs, threads, reason, log } = entry
      return { failed: { startedAtMs: moment(startedAtMs), atMs: moment(atMs), threads: checkThreads(threads), reason: reasonBytes(reason), log: logBytes(log) } }
    }
    case 'delivered': {
      const { atMs, to, answer, tries } = entry
      return { delivered: { atMs: moment(atMs), to: peerBytes('receiver', to), outcome: outcomes.toWire(answer), tries: checkTries(tries) } }
    }
  }
}

function entryOf ({ rendered, failed, delivered }: pb.LogEntry): UnitLogEntry | undefined {
  if (rendered !== undefined) {
    const { startedAtMs, atMs, renderMs, threads, log } = rendered
    return { type: 'rendered', startedAtMs: moment(startedAtMs), atMs: moment(atMs), renderMs: duration('render time', renderMs), threads: checkThreads(threads), log: textOf('log', log, 'MAX_LOG_BYTES') }
  }
  if (failed !== undefined) {
    const { startedAtMs, atMs, threads, reason, log } = failed
    return { type: 'failed', startedAtMs: moment(startedAtMs), atMs: moment(atMs), threads: checkThreads(threads), reason: lineOf('reason', reason, 'MAX_REASON_BYTES'), log: textOf('log', log, 'MAX_LOG_BYTES') }
  }
  return delivered === undefined
    ? undefined
    : { type: 'delivered', atMs: moment(delivered.atMs), to: peerOf('receiver', delivered.to), answer: finalAnswer(delivered.outcome), tries: checkTries(delivered.tries) }
}

function troubleToWire ({ unit, kind, peer, reason, atMs }: UnitTrouble): pb.LogTrouble {
  return { unit: checkUnit(unit), kind: kinds.toWire(kind), peer: peerBytes('worker', peer), reason: reasonBytes(reason), atMs: moment(atMs) }
}

function troubleOf ({ unit, kind, peer, reason, atMs }: pb.LogTrouble): UnitTrouble {
  return { unit: checkUnit(unit), kind: kinds.fromWire(kind), peer: peerOf('worker', peer), reason: lineOf('reason', reason, 'MAX_REASON_BYTES'), atMs: moment(atMs) }
}

function finalAnswer (outcome: ResultOutcome): Delivered['answer'] {
  const answer = outcomes.fromWire(outcome)
  if (answer === 'busy' || answer === 'unknown-token') {
    throw new WireError(`"${answer}" is not how a delivery ends`)
  }
  return answer
}

/** Milliseconds since 1970, on a clock that may be wrong. */
function moment (atMs: number): number {
  return whole('time', atMs, 0, 'MAX_DURATION_MS')
}

function checkThreads (threads: number): number {
  return whole('threads', threads, 0, 'MAX_THREADS')
}

function checkTries (tries: number): number {
  return whole('tries', tries, 0, 'MAX_REQUEST_ID')
}

function reasonBytes (reason: string): ReturnType<typeof lineBytes> {
  return lineBytes('reason', fittingLine(reason, 'MAX_REASON_BYTES'), 'MAX_REASON_BYTES')
}

function logBytes (log: string): ReturnType<typeof textBytes> {
  return textBytes('log', fittingLog(log, 'MAX_LOG_BYTES'), 'MAX_LOG_BYTES')
}
