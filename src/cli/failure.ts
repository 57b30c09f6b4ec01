import { CommanderError } from 'commander'
import { ExitStatus, TilemeshError } from '../errors.ts'
import { printJson, say, writeLine } from './context.ts'
import { printable } from './format.ts'
import { plannedOption } from './refusals.ts'
import type { CommandContext } from './context.ts'

/** How much a command says, decided before its options are read. */
export type Format = 'text' | 'json'

/** Says what went wrong in one line, and as an `error` event when JSON is wanted. Returns the exit status. */
export function reportFailure (context: CommandContext, err: unknown, format: Format): number {
  const failure = describeFailure(err)
  if (format === 'json') {
    printJson(context, { event: 'error', code: failure.code, message: failure.message })
  }
  const debug = context.env['TILEMESH_DEBUG'] === '1' && err instanceof Error && err.stack !== undefined
  const stack = debug ? err.stack! : undefined
  if (stack === undefined) {
    say(context, `tilemesh: ${failure.message}`, 'error')
  } else {
    writeLine(context, 'error', printable(failure.message), { stack }, stack)
  }
  return failure.status
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly status: number
}

function describeFailure (err: unknown): Failure {
  if (err instanceof CommanderError) {
    return { code: 'UsageError', message: plannedOption(err.message) ?? usageMessage(err), status: ExitStatus.usage }
  }
  if (err instanceof TilemeshError) {
    return { code: err.name, message: oneLine(err.message), status: err.exitStatus }
  }
  const message = err instanceof Error && err.message !== '' ? err.message : String(err)
  return { code: err instanceof Error ? err.name : 'Error', message: oneLine(message), status: ExitStatus.jobFailed }
}

function usageMessage (err: CommanderError): string {
  return oneLine(err.message).replace(/^error: /, '').replaceAll("'", '"').replace(/ \(Did you mean (.+)\?\)$/, '; did you mean $1?')
}

/** Characters of one word of a message: what somebody pasted by mistake must not bury what is wrong. Of a longer path its beginning and its file are left. */
const MAX_WORD_LENGTH = 400

function oneLine (text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ').replace(/\S+/g, (word) => {
    return word.length <= MAX_WORD_LENGTH ? word : `${word.slice(0, MAX_WORD_LENGTH / 2)}…${word.slice(-MAX_WORD_LENGTH / 4)}`.toWellFormed()
  })
}
