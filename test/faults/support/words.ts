import type { Program } from '../../support/program.ts'

/** A line of `--log-json`. */
export interface Word {
  readonly level: string
  readonly message: string
  readonly details: Readonly<Record<string, string>>
  /** On the clock of `performance.now()`. */
  readonly atMs: number
}

/** What a peer does is in its log alone: it is nobody's business but a tester's. */
export const TAKES_OVER = /this peer takes/
export const STEPS_DOWN = /this one steps down/
export const HANDED_OVER = /a stewardship was handed over/
export const ALL_RENDERED = /all of a job is rendered/
export const TAKEN_BACK = /stewarded by its requester again/

/** All that a program started with `-v --log-json` has said so far, in order. */
export function wordsOf (program: Program): Word[] {
  return program.stderr.split('\n').flatMap((line) => {
    if (!line.startsWith('{') || !line.endsWith('}')) {
      return []
    }
    const { time, ...word } = JSON.parse(line) as Omit<Word, 'atMs'> & { readonly time: string }
    return [{ ...word, atMs: Date.parse(time) - performance.timeOrigin }]
  })
}

/** Waits until one of some programs says something, and returns who and what. Those that end are asked no more. */
export async function says (programs: readonly Program[], what: RegExp, withinMs: number, sinceMs = 0): Promise<{ readonly program: Program, readonly word: Word }> {
  return Promise.any(programs.map(async (program) => program.until(String(what), () => {
    const word = program.stderr.search(what) < 0 ? undefined : wordsOf(program).find(({ message, atMs }) => what.test(message) && atMs >= sinceMs)
    return word === undefined ? undefined : { program, word }
  }, withinMs))).catch((err: unknown) => {
    throw err instanceof AggregateError ? new Error(`nobody said ${String(what)} within ${withinMs} ms`, { cause: err.errors[0] }) : err
  })
}
