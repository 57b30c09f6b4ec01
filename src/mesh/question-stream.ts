import { ChannelClosedError, WireError } from '../errors.ts'
import { gridOf } from '../core/units.ts'
import { decodeAnswer, decodeQuestion, encodeAnswer, encodeQuestion, isUnknownMessage, rawQuestion } from '../wire/codec/index.ts'
import { MAX_ANSWER_BYTES, MAX_QUESTION_BYTES, STREAM_LIMITS } from '../wire/limits.ts'
import { QUESTION_PROTOCOL } from '../wire/protocols.ts'
import { FrameReader, writeFrame } from './frames.ts'
import { readRecord } from './signing.ts'
import type { JobId, PeerId } from '../core/ids.ts'
import type { Answer, Question } from '../core/questions.ts'
import type { Clock, Sha256 } from '../ports.ts'
import type { RawQuestion } from '../wire/codec/index.ts'
import type { ByteStream } from './byte-stream.ts'
import type { KnownJobs } from './known-jobs.ts'
import type { QuestionMeter } from './question-meter.ts'

/** What a question stream takes. Jobs that come with questions are remembered in `jobs`. A peer that says something else is reported, and its stream reset. */
export interface QuestionStreamInit {
  readonly clock: Clock
  readonly sha256: Sha256
  readonly jobs: KnownJobs
  readonly onBadMessage: (peer: PeerId, error: WireError) => void
}

/** One question, one answer of its kind, and the end. @throws ChannelClosedError */
export async function askQuestion (stream: ByteStream, question: Question, init: QuestionStreamInit): Promise<Answer> {
  try {
    await writeFrame(stream, encodeQuestion(rawQuestion(question)))
    const answer = decodeAnswer(await readFrame(stream, MAX_ANSWER_BYTES, init.clock))
    checkAnswer(question, answer, init.jobs)
    await stream.close()
    return answer
  } catch (err) {
    throw refuse(stream, err, init)
  }
}

/** Answers one question, once its peer may ask so much. Records that were not signed by their requesters never reach `answer`. @throws ChannelClosedError */
export async function answerQuestion (
  stream: ByteStream, answer: (question: Question) => Promise<Answer>, init: QuestionStreamInit & { readonly meter: QuestionMeter }
): Promise<void> {
  try {
    const frame = await readFrame(stream, MAX_QUESTION_BYTES, init.clock)
    await init.meter.read(stream.peer, frame.byteLength)
    const question = await verified(decodeQuestion(frame), init)
    await init.meter.answer(stream.peer, question, init.jobs.gridOf(jobOf(question))?.units ?? 0)
    await writeFrame(stream, encodeAnswer(await answer(question)))
    await stream.close()
  } catch (err) {
    throw refuse(stream, err, init)
  }
}

async function readFrame (stream: ByteStream, maxBytes: number, clock: Clock): Promise<Uint8Array> {
  const frame = await new FrameReader(stream, clock).frame(maxBytes, STREAM_LIMITS[QUESTION_PROTOCOL].idleMs)
  if (frame === undefined) {
    throw new ChannelClosedError()
  }
  return frame
}

/** Opens the record of a question. @throws WireError */
async function verified (raw: RawQuestion, { sha256, jobs }: QuestionStreamInit): Promise<Question> {
  if (raw.type === 'probe' || raw.type === 'ledger') {
    return raw
  }
  const record = await readRecord(raw.record, sha256)
  jobs.remember(record.job)
  const question = { ...raw, record }
  checkQuestion(question)
  return question
}

/** Checks that the units of a hand-off are those of its job. @throws WireError */
export function checkQuestion (question: Question): void {
  if (question.type === 'hand-off') {
    checkUnits(question.accepted.units, gridOf(question.record.job.spec).units)
  }
}

/** Checks that an answer is one to this question. @throws WireError */
export function checkAnswer (question: Question, answer: Answer, jobs: KnownJobs): void {
  if (answer.type === 'refused') {
    return
  }
  if (answer.type !== ANSWER_TYPES[question.type]) {
    throw new WireError(`a ${question.type} question was answered with "${answer.type}"`)
  }
  if (answer.type === 'ledger') {
    const job = jobOf(question)
    if (answer.ledger.job !== job) {
      throw new WireError('a ledger of another job than the one that was asked for')
    }
    checkUnits(answer.ledger.accepted.units, jobs.gridOf(job)?.units)
  }
}

const ANSWER_TYPES: Readonly<Record<Question['type'], Answer['type']>> = {
  probe: 'probed',
  ledger: 'ledger',
  'hand-off': 'taken-over',
  keep: 'ledger'
}

/** The job that a question is about. */
export function jobOf (question: Question): JobId {
  return 'record' in question ? question.record.job.id : question.job
}

/** @param units - those of the job; undefined when the job is not known here */
function checkUnits (told: number, units: number | undefined): void {
  if (units !== undefined && told !== units) {
    throw new WireError(`a job of ${units} units is said to have ${told}`)
  }
}

/** A question or answer that only later versions know is nobody's fault. */
function refuse (stream: ByteStream, err: unknown, init: QuestionStreamInit): ChannelClosedError {
  const reason = err instanceof ChannelClosedError ? err : new ChannelClosedError(undefined, { cause: err })
  stream.abort(reason)
  if (err instanceof WireError && !isUnknownMessage(err)) {
    init.onBadMessage(stream.peer, err)
  }
  return reason
}
