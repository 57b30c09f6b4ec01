import { ExitStatus } from '../errors.ts'
import { count, duration, fileName, shortJob } from './format.ts'
import type { JobSummary } from '../api.ts'
import type { DoneEvent } from './view/model.ts'

/** The exit status of a command that saw a job to its end. Pictures without the video that was wanted with them are a failure. */
export function outcomeStatus (done: DoneEvent): number {
  switch (done.state) {
    case 'finished': return done.problem === undefined ? ExitStatus.done : ExitStatus.jobFailed
    case 'parked': return ExitStatus.jobFailed
    case 'cancelled': return ExitStatus.cancelled
  }
}

/** The line a view ends with: `saved shot.png (960×540, 1:31, 3 peers, 0 lapsed)`. */
export function outcomeLine (done: DoneEvent, job: JobSummary, cwd: string): string {
  const account = [
    `${job.width}×${job.height}`,
    duration(done.wallMs),
    count(Object.keys(done.byPeer).length, 'peer'),
    `${done.lapsed} lapsed`
  ].join(', ')
  switch (done.state) {
    case 'finished': return `${savedWords(done.files, cwd)} (${account})${done.problem === undefined ? '' : `; ${done.problem}`}`
    case 'cancelled': return `cancelled ${job.name} (${account})`
    case 'parked': {
      const delivered = Object.values(done.byPeer).reduce((sum, units) => sum + units, 0)
      const { units, unit, reason } = done.parked ?? { units: done.units - delivered, unit: '', reason: '' }
      const why = reason === '' ? '' : `: ${reason}`
      return `${count(units, 'unit')} of ${job.name} could not be rendered${why} (${account}); why: tilemesh log ${[shortJob(done.job), unit].join(' ').trimEnd()}; what there is: tilemesh fetch ${shortJob(done.job)} -o FILE`
    }
  }
}

function savedWords (files: readonly string[], cwd: string): string {
  const names = files.map((file) => fileName(cwd, file))
  switch (names.length) {
    case 0: return 'finished; its requester has the picture'
    case 1: return `saved ${names[0]}`
    case 2: return `saved ${names[0]} and ${names[1]}`
    default: return isVideo(names.at(-1)!)
      ? `saved ${names.length - 1} pictures, ${names[0]} to ${names.at(-2)}, and ${names.at(-1)}`
      : `saved ${names.length} files, ${names[0]} to ${names.at(-1)}`
  }
}

function isVideo (name: string): boolean {
  return /\.(mp4|webm|webp)$/i.test(name)
}
