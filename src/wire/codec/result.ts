import { MAX_UNIT_BYTES } from '../../core/limits.ts'
import { WireError } from '../../errors.ts'
import * as pb from '../generated/result.ts'
import { duration, whole, within } from './check.ts'
import { tokenOf, tokenToWire } from './fencing.ts'
import { hashBytes, hashOf } from './ids.ts'
import { keepMarkOf, keepMarkToWire } from './keep-mark.ts'
import { openMessage, sealMessage } from './message.ts'
import { checkUnit } from './rects.ts'
import { words } from './words.ts'
import type { WireBytes } from './message.ts'
import type { JobId, UnitIndex } from '../../core/ids.ts'
import type { KeepMark, ResultAnswer, ResultHead } from '../../core/messages.ts'
import type { UnitContent } from '../../core/units.ts'

/** Four float32. */
const PIXEL_BYTES = 16

/** What precedes the floats of a part of the film, as `film/` writes it. */
const FILM_PART_HEAD_BYTES = 8

const contents = words<UnitContent, pb.UnitContent>('content of a unit', {
  mean: pb.UnitContent.UNIT_CONTENT_MEAN,
  sum: pb.UnitContent.UNIT_CONTENT_SUM
})

/** How deliveries end, in words of the wire. */
export const outcomes = words<ResultAnswer, pb.ResultOutcome>('answer to a result', {
  accepted: pb.ResultOutcome.RESULT_OUTCOME_ACCEPTED,
  duplicate: pb.ResultOutcome.RESULT_OUTCOME_DUPLICATE,
  ended: pb.ResultOutcome.RESULT_OUTCOME_ENDED,
  refused: pb.ResultOutcome.RESULT_OUTCOME_REFUSED,
  'unknown-token': pb.ResultOutcome.RESULT_OUTCOME_UNKNOWN_TOKEN,
  busy: pb.ResultOutcome.RESULT_OUTCOME_BUSY
})

/** Which delivery is answered, and how. */
export interface AddressedAnswer {
  readonly job: JobId
  readonly unit: UnitIndex
  readonly answer: ResultAnswer
}

/** What precedes a unit's pixels. @throws WireError */
export function encodeResultHead (head: ResultHead): Uint8Array {
  return sealMessage('head of a result', pb.ResultHead.encode({
    job: hashBytes('job', head.job),
    unit: checkUnit(head.unit),
    token: tokenToWire(head.token),
    content: contents.toWire(head.content),
    pixelBytes: checkBytes(head.bytes, head.keep),
    pixelSha256: hashBytes('hash of the pixels', head.sha256),
    transferMs: duration('transfer time', head.phases.transferMs),
    loadMs: duration('load time', head.phases.loadMs),
    renderMs: duration('render time', head.phases.renderMs),
    keep: head.keep === undefined ? undefined : keepMarkToWire(head.keep, head.unit)
  }), 'MAX_RESULT_HEAD_BYTES')
}

/** Reads what precedes a unit's pixels. Whether the unit, its size and its token fit the job is for who knows the job. @throws WireError */
export function decodeResultHead (bytes: WireBytes): ResultHead {
  const head = openMessage('head of a result', bytes, 'MAX_RESULT_HEAD_BYTES', pb.ResultHead.decode)
  const keep = head.keep === undefined ? undefined : keepMarkOf(head.keep, checkUnit(head.unit))
  return {
    job: hashOf('job', head.job),
    unit: checkUnit(head.unit),
    token: tokenOf(head.token),
    content: contents.fromWire(head.content),
    bytes: checkBytes(head.pixelBytes, keep),
    sha256: hashOf('hash of the pixels', head.pixelSha256),
    phases: {
      transferMs: duration('transfer time', head.transferMs),
      loadMs: duration('load time', head.loadMs),
      renderMs: duration('render time', head.renderMs)
    },
    ...(keep === undefined ? {} : { keep })
  }
}

/** How a delivery ended. @throws WireError */
export function encodeResultAnswer (answer: AddressedAnswer): Uint8Array {
  return sealMessage('answer to a result', pb.ResultAnswer.encode({
    job: hashBytes('job', answer.job),
    unit: checkUnit(answer.unit),
    outcome: outcomes.toWire(answer.answer)
  }), 'MAX_RESULT_ANSWER_BYTES')
}

/** Reads how a delivery ended. @throws WireError */
export function decodeResultAnswer (bytes: WireBytes): AddressedAnswer {
  const answer = openMessage('answer to a result', bytes, 'MAX_RESULT_ANSWER_BYTES', pb.ResultAnswer.decode)
  return { job: hashOf('job', answer.job), unit: checkUnit(answer.unit), answer: outcomes.fromWire(answer.outcome) }
}

/** A part of the film is as `film/` writes it: a short head, then pixels of four float32 or four float64. */
function checkBytes (bytes: number, keep: KeepMark | undefined): number {
  if (keep?.content !== 'film') {
    return checkPixelBytes(bytes)
  }
  whole('bytes of a part of the film', bytes, FILM_PART_HEAD_BYTES + PIXEL_BYTES, Number.MAX_SAFE_INTEGER)
  within('bytes of a part of the film', bytes, 'MAX_FILM_PART_BYTES')
  if ((bytes - FILM_PART_HEAD_BYTES) % PIXEL_BYTES !== 0) {
    throw new WireError(`${bytes} bytes are no part of a film`)
  }
  return bytes
}

function checkPixelBytes (bytes: number): number {
  whole('bytes of pixels', bytes, PIXEL_BYTES, Number.MAX_SAFE_INTEGER)
  if (bytes > MAX_UNIT_BYTES) {
    throw new WireError(`a unit has at most ${MAX_UNIT_BYTES} bytes of pixels, not ${bytes}`, 'MAX_UNIT_BYTES')
  }
  if (bytes % PIXEL_BYTES !== 0) {
    throw new WireError(`${bytes} bytes are no whole number of pixels`)
  }
  return bytes
}
