import { ChannelClosedError } from '../../src/errors.ts'
import { checkKeptHead } from '../../src/mesh/kept-head.ts'
import { checkAnswer, checkQuestion } from '../../src/mesh/question-stream.ts'
import { STREAM_LIMITS } from '../../src/wire/limits.ts'
import { QUESTION_PROTOCOL } from '../../src/wire/protocols.ts'
import { launch } from './launch.ts'
import { sha256 } from './sha256.ts'
import type { JobRecord } from '../../src/core/messages.ts'
import type { Answer, KeptRequest, KeptUnit, Question } from '../../src/core/questions.ts'
import type { Channel, Clock } from '../../src/ports.ts'
import type { KnownJobs } from '../../src/mesh/known-jobs.ts'

/** Questions and kept results over channels in memory, with the checks of the real streams. */

/** One question, one answer of its kind. */
export async function ask (channel: Channel<Question, Answer>, question: Question, clock: Clock, jobs: KnownJobs): Promise<Answer> {
  const timer = clock.after(STREAM_LIMITS[QUESTION_PROTOCOL].idleMs!, () => { channel.abort(new ChannelClosedError('the peer has gone silent on a stream')) })
  try {
    await channel.send(copyOf(question))
    const answer = await channel.messages[Symbol.asyncIterator]().next()
    if (answer.done === true) {
      throw new ChannelClosedError()
    }
    checkAnswer(question, answer.value, jobs)
    await channel.close()
    return answer.value
  } catch (err) {
    const reason = err instanceof ChannelClosedError ? err : new ChannelClosedError(undefined, { cause: err })
    channel.abort(reason)
    throw reason
  } finally {
    timer.stop()
  }
}

/** Answers one question whose record, if it has one, `verify` lets through. */
export function answerQuestion (channel: Channel<Answer, Question>, verify: (record: JobRecord) => void, answer: (question: Question) => Promise<Answer>): void {
  const reply = async (): Promise<void> => {
    const { done, value } = await channel.messages[Symbol.asyncIterator]().next()
    if (done !== true) {
      if ('record' in value) {
        verify(value.record)
      }
      checkQuestion(value)
      await channel.send(copyOf(await answer(value)))
    }
  }
  launch(reply().catch((err: unknown) => { channel.abort(err as Error) }))
}

/** Whether what comes is what was asked for, and whole; the stream ends when it is not. */
export function isAskedFor ({ head, bytes }: KeptUnit, request: KeptRequest, jobs: KnownJobs, channel: Pick<Channel<never, never>, 'abort'>): boolean {
  try {
    checkKeptHead(head, request, jobs.gridOf(request.job))
    if (bytes.byteLength === head.bytes && sha256(bytes) === head.sha256) {
      return true
    }
    channel.abort(new ChannelClosedError('a kept result does not have the sha256 it declares'))
  } catch (err) {
    channel.abort(new ChannelClosedError(undefined, { cause: err }))
  }
  return false
}

/** What arrives is not what was sent: neither side changes a set that the other holds. */
function copyOf<T extends Question | Answer> (message: T): T {
  if (message.type === 'hand-off') {
    return { ...message, accepted: message.accepted.copy() }
  }
  if (message.type === 'ledger' && 'ledger' in message) {
    const { ledger } = message
    return { ...message, ledger: { ...ledger, accepted: ledger.accepted.copy(), kept: ledger.kept.copy() } }
  }
  return message
}
