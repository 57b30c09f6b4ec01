import type { Clock } from '../../ports.ts'

/** What one look at this machine found. `bad`: no job could run here. `warn`: something would not work, or not well. */
export interface Check {
  readonly name: string
  readonly state: 'ok' | 'warn' | 'bad'
  /** One line, for a person. */
  readonly message: string
  /** What to do about it; null where there is nothing to do. */
  readonly cure: string | null
}

/** All is well. */
export function ok (name: string, message: string): Check {
  return { name, state: 'ok', message, cure: null }
}

/** A job could run here, but something else would not. */
export function warn (name: string, message: string, cure: string): Check {
  return { name, state: 'warn', message, cure }
}

/** No job could run here. */
export function bad (name: string, message: string, cure: string): Check {
  return { name, state: 'bad', message, cure }
}

/** No job could run here, by an error whose text is `what is wrong; what to do`. `otherwise` is the cure where the text has none. */
export function badAs (name: string, reason: string, otherwise: string): Check {
  const split = reason.indexOf('; ')
  return split === -1 ? bad(name, reason, otherwise) : bad(name, reason.slice(0, split), reason.slice(split + 2))
}

/** A check that is not back by then is given up: a network disk that hangs must not hang the doctor. */
export const CHECK_MS = 8_000

/** Looks at one thing; most come to one check. */
export interface Examiner {
  /** Of the check that stands for it when it fails or takes too long. */
  readonly name: string
  readonly run: () => Promise<readonly Check[]>
}

/** What an examiner found, or why it found nothing; never rejects, and never takes longer than {@link CHECK_MS}. */
export async function examine ({ name, run }: Examiner, clock: Clock): Promise<readonly Check[]> {
  const late = Promise.withResolvers<readonly Check[]>()
  const timer = clock.after(CHECK_MS, () => {
    late.resolve([warn(name, `no answer within ${CHECK_MS / 1000} s`, 'try again; if it stays so, this machine or a disk of it is overloaded')])
  })
  try {
    return await Promise.race([run(), late.promise])
  } catch (err) {
    return [warn(name, `could not be looked at: ${err instanceof Error ? err.message : String(err)}`, 'try again; if it stays so, report it with the output of TILEMESH_DEBUG=1 tilemesh doctor')]
  } finally {
    timer.stop()
  }
}
