import { UnknownJobError } from '../errors.ts'
import type { JobSummary } from '../api.ts'

/** The job that a person means: by its id, a unique beginning of it, or its scene's name; of several of that name the open one, else the latest. @throws UnknownJobError */
export function findAmong (jobs: readonly JobSummary[], text: string): JobSummary {
  const byId = jobs.filter(({ job }) => text.length >= 4 && job.startsWith(text.toLowerCase()))
  const byName = jobs.filter(({ name }) => name === text || name.replace(/\.[^.]*$/, '') === text)
  const found = byId.length === 1 ? byId : byName
  const open = found.filter(({ state }) => state === 'running' || state === 'paused')
  const [one] = open.length === 1 ? open : found.slice(-1)
  if (one === undefined) {
    throw new UnknownJobError(text)
  }
  return one
}
