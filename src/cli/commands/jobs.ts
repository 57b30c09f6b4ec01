import { ExitStatus } from '../../errors.ts'
import { print, printJson } from '../context.ts'
import { shortJob } from '../format.ts'
import { settle } from '../lookup.ts'
import { safetyLine } from '../view/safety-line.ts'
import { table } from '../view/table.ts'
import { addAskOptions, withPeer } from '../with-peer.ts'
import type { Command } from 'commander'
import type { JobSummary } from '../../api.ts'
import type { Registration } from '../registration.ts'
import type { AskOptions } from '../with-peer.ts'

/** `tilemesh jobs`: the jobs known to this peer. */
export function addJobs (program: Command, { context, act }: Registration): void {
  const command = program.command('jobs').description('List the jobs this peer knows of.')
  addAskOptions(command).action(act(async (_: unknown, self: Command) => withPeer(context, self, async (access) => {
    await settle(access, context.clock, new AbortController().signal)
    const jobs = await access.api.jobs()
    if (self.optsWithGlobals<AskOptions>().json === true) {
      for (const job of jobs) {
        printJson(context, { event: 'job', ...job })
      }
    } else {
      for (const line of jobTable(jobs)) {
        print(context, line)
      }
    }
    return ExitStatus.done
  })))
}

/** Jobs as aligned lines, or one that says what to do when there are none. */
export function jobTable (jobs: readonly JobSummary[]): string[] {
  if (jobs.length === 0) {
    return ['No jobs yet. Start one with: tilemesh render SCENE']
  }
  const waiting = jobs.flatMap(({ job, name, waits }) => waits === undefined ? [] : [`${shortJob(job)} ${name} waits: ${waits}`])
  const rendered = jobs.filter(isRendered).map(({ job, name, requesterName }) => `${shortJob(job)} ${name}: all of it is rendered, and kept until ${requesterName} collects it`)
  const safe = jobs.flatMap(({ job, name, safety }) => safety === undefined ? [] : [`${shortJob(job)} ${name}: ${safetyLine(safety, 'this peer')}`])
  return [...table([
    ['JOB', 'SCENE', 'ENGINE', 'SIZE', 'STATE', 'UNITS', 'REQUESTER'],
    ...jobs.map((job) => [
      shortJob(job.job), job.name, job.engine, `${job.width}×${job.height}`, stateWord(job), `${job.done}/${job.units}`, requesterWord(job)
    ])
  ]), ...waiting, ...rendered, ...safe]
}

function stateWord (job: JobSummary): string {
  return job.waits !== undefined ? 'waits' : isRendered(job) ? 'rendered' : job.state
}

function requesterWord ({ own, requesterName, requesterAway }: JobSummary): string {
  return own ? `${requesterName} (here)` : requesterAway === true ? `${requesterName} (away)` : requesterName
}

/** Whether nothing is left to do but for its requester to come back. */
function isRendered ({ requesterAway, state, done, units }: JobSummary): boolean {
  return requesterAway === true && state === 'running' && done === units
}
