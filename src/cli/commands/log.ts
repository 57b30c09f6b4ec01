import { ExitStatus } from '../../errors.ts'
import { print, printJson } from '../context.ts'
import { jobLogLines, unitLogLines } from '../job-log.ts'
import { findJob, settle } from '../lookup.ts'
import { addAskOptions, withPeer } from '../with-peer.ts'
import type { Command } from 'commander'
import type { JobLog } from '../../api.ts'
import type { CommandContext } from '../context.ts'
import type { Registration } from '../registration.ts'
import type { AskOptions } from '../with-peer.ts'

/** How long a peer of one's own waits to hear of the job. */
const HEAR_MS = 10_000

/** `tilemesh log JOB [UNIT]`: what became of a unit, asked of all peers; or what went wrong with the job's units. */
export function addLog (program: Command, { context, act }: Registration): void {
  const command = program.command('log')
    .description('Say what became of a unit, from the logs of whoever rendered it; without a unit, what went wrong with the job\'s units.')
    .argument('<JOB>', 'the job\'s id, a beginning of it, or its scene\'s name')
    .argument('[UNIT]', 'the number of a unit, as in "unit 17 is parked"')
  addAskOptions(command).action(act(async (text: string, unit: string | undefined, _: unknown, self: Command) => withPeer(context, self, async (access) => {
    const { signal } = new AbortController()
    await settle(access, context.clock, signal)
    const job = await findJob(access, text, HEAR_MS, context.clock, signal)
    const log = await access.api.log(job.job, unit)
    if (self.optsWithGlobals<AskOptions>().json === true) {
      printEvents(context, log)
    } else {
      for (const line of unit === undefined ? jobLogLines(log, job) : unitLogLines(log, job)) {
        print(context, line)
      }
    }
    return ExitStatus.done
  })))
}

/** One `log` event for everything that happened, oldest first, then one `gap` for each peer whose word is missing. */
function printEvents (context: CommandContext, { job, unit, troubles, attempts, gaps }: JobLog): void {
  const happened = [
    ...attempts.map(({ type, ...attempt }) => ({ event: 'log', job, unit, state: type, ...attempt })),
    ...troubles.map(({ kind, ...trouble }) => ({ event: 'log', job, state: kind, ...trouble }))
  ].sort((a, b) => a.atMs - b.atMs)
  for (const event of [...happened, ...gaps.map((gap) => ({ event: 'gap', job, unit, ...gap }))]) {
    printJson(context, event)
  }
}
