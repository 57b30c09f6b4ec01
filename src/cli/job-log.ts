import { count, duration, printable, shortJob } from './format.ts'
import type { JobLog, JobLogGap, JobSummary, NamedTrouble, UnitAttempt } from '../api.ts'

/** Troubles of a job that a person is shown; `--json` has all. */
const SHOWN_TROUBLES = 20

/** Parked units named in one line. */
const SHOWN_PARKED = 12

const TROUBLES: Readonly<Record<NamedTrouble['kind'], string>> = {
  lapsed: 'did not finish it, so it was given to others',
  failed: 'failed',
  raced: 'was given a second copy, since the first took long',
  parked: 'failed too, so it is parked'
}

const ANSWERS: Readonly<Record<Extract<UnitAttempt, { type: 'delivered' }>['answer'], string>> = {
  accepted: 'which accepted it',
  duplicate: 'which had it already',
  ended: 'whose job had ended',
  refused: 'which refused it'
}

/** What became of one unit, as lines: where it lies, everything that happened in order, what the renderer said, and whose word is missing. */
export function unitLogLines (log: JobLog, job: JobSummary): string[] {
  const happened = [
    ...log.attempts.map((attempt) => ({ atMs: attempt.atMs, lines: attemptLines(attempt) })),
    // What a worker kept of its own failure says more than the requester's word for it.
    ...log.troubles.filter((trouble) => trouble.kind !== 'failed' || !isTold(trouble, log.attempts)).map((trouble) => ({ atMs: trouble.atMs, lines: [troubleLine(trouble)] }))
  ].sort((a, b) => a.atMs - b.atMs)
  return [
    `unit ${log.unit} of ${job.name}${placeWords(log)}${log.state === null ? '' : `, ${STATES[log.state]}`}`,
    ...happened.flatMap(({ lines }) => lines),
    ...happened.length === 0 ? [log.state === 'accepted' ? 'the peers that answer keep nothing of it any more' : 'no peer that answers has rendered it, or keeps anything of it'] : [],
    ...log.gaps.map(gapLine)
  ]
}

/** What went wrong with the units of a job, as lines, and how to look closer. */
export function jobLogLines (log: JobLog, job: JobSummary): string[] {
  if (log.troubles.length === 0) {
    return [...(log.gaps.length === 0 ? [`nothing went wrong with the units of ${job.name} (${job.done} of ${job.units} done)`] : []), ...log.gaps.map(gapLine)]
  }
  const parked = [...new Set(log.troubles.filter(({ kind }) => kind === 'parked').map(({ unit }) => unit))]
  const shown = log.troubles.slice(-SHOWN_TROUBLES)
  return [
    ...parked.length === 0 ? [] : [`${count(parked.length, 'unit')} of ${job.name} parked: ${parked.slice(0, SHOWN_PARKED).join(' ')}${parked.length > SHOWN_PARKED ? ' …' : ''}`],
    ...shown.length < log.troubles.length ? [`the last ${shown.length} of ${log.troubles.length} troubles:`] : [],
    ...shown.map((trouble) => `${timeWords(trouble.atMs)}  unit ${trouble.unit}  ${trouble.name} ${TROUBLES[trouble.kind]}${reasonWords(trouble.reason)}`),
    ...log.gaps.map(gapLine),
    `look closer with: tilemesh log ${shortJob(job.job)} ${parked[0] ?? shown.at(-1)!.unit}`
  ]
}

const STATES: Readonly<Record<NonNullable<JobLog['state']>, string>> = { open: 'waits for a peer', leased: 'is with a peer', accepted: 'done', parked: 'parked' }

function placeWords ({ place }: JobLog): string {
  if (place === null) {
    return ''
  }
  const { frame, rect: { x0, y0, x1, y1 }, samples } = place
  return ` (frame ${frame}, ${x1 - x0}×${y1 - y0} pixels at ${x0},${y0}, samples ${samples.first} to ${samples.end - 1})`
}

function attemptLines (attempt: UnitAttempt): string[] {
  const start = `${timeWords(attempt.atMs)}  ${attempt.name} `
  switch (attempt.type) {
    case 'rendered':
      return [`${start}rendered it in ${seconds(attempt.renderMs)} (${count(attempt.threads, 'thread')}, ${seconds(attempt.atMs - attempt.startedAtMs)} from start to end)`, ...outputLines(attempt.log)]
    case 'failed':
      return [`${start}failed after ${seconds(attempt.atMs - attempt.startedAtMs)} (${count(attempt.threads, 'thread')})${reasonWords(attempt.reason)}`, ...outputLines(attempt.log)]
    case 'delivered':
      return [`${start}delivered it to the requester, ${ANSWERS[attempt.answer]}${attempt.tries > 1 ? `, at try ${attempt.tries}` : ''}`]
  }
}

function troubleLine (trouble: NamedTrouble): string {
  return `${timeWords(trouble.atMs)}  ${trouble.name} ${TROUBLES[trouble.kind]}${reasonWords(trouble.reason)}`
}

/** Whether the worker's own log has the failure too. */
function isTold ({ peer, reason }: NamedTrouble, attempts: readonly UnitAttempt[]): boolean {
  return attempts.some((attempt) => attempt.type === 'failed' && attempt.peer === peer && printable(attempt.reason) === printable(reason))
}

function outputLines (log: string): string[] {
  return log.split(/\r?\n/).filter((line) => line.trim() !== '').map((line) => `    | ${line}`)
}

function gapLine ({ name, why }: JobLogGap): string {
  switch (why) {
    case 'away': return `${name} is away, and may know more`
    case 'silent': return `${name} did not say what it knows`
    case 'dropped': return `${name} has dropped older logs of this job, for the room they took`
  }
}

function reasonWords (reason: string): string {
  return reason === '' ? '' : `: ${reason}`
}

function seconds (ms: number): string {
  return ms < 60_000 ? `${(Math.max(0, ms) / 1000).toFixed(ms < 10_000 ? 2 : 1)} s` : duration(ms)
}

/** Date and time where the reader is. */
function timeWords (wallMs: number): string {
  const time = new Date(wallMs)
  const local = new Date(wallMs - time.getTimezoneOffset() * 60_000)
  return Number.isNaN(local.getTime()) ? '(no time)' : local.toISOString().slice(0, 19).replace('T', ' ')
}
