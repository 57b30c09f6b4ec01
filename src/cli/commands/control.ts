import { MAX_PRIORITY } from '../../core/limits.ts'
import { ExitStatus, UsageError } from '../../errors.ts'
import { print, printJson } from '../context.ts'
import { shortJob } from '../format.ts'
import { findJob, settle } from '../lookup.ts'
import { wholeNumber } from '../options.ts'
import { addAskOptions, withPeer } from '../with-peer.ts'
import type { Command } from 'commander'
import type { JobSummary, PeerApi } from '../../api.ts'
import type { CommandContext } from '../context.ts'
import type { Registration } from '../registration.ts'
import type { AskOptions } from '../with-peer.ts'

/** `tilemesh cancel JOB`: by its requester, for good. */
export function addCancel (program: Command, registration: Registration): void {
  addWord(program, registration, 'cancel', 'Cancel a job for good. Only its requester can.', async (api, { job, name }) => {
    await api.cancel(job)
    return `cancelled ${name}`
  })
}

/** `tilemesh pause JOB`: no unit is started any more, until `resume`. */
export function addPause (program: Command, registration: Registration): void {
  addWord(program, registration, 'pause', 'Start no more units of a job; those being rendered are finished. Lasts until resume, over restarts too.', async (api, { job, name }) => {
    await api.pause(job)
    return `paused ${name}; it goes on with: tilemesh resume ${shortJob(job)}`
  })
}

/** `tilemesh resume JOB`: lets a paused job go on. */
export function addResume (program: Command, registration: Registration): void {
  addWord(program, registration, 'resume', 'Let a paused job go on.', async (api, { job, name }) => {
    await api.resume(job)
    return `resumed ${name}`
  })
}

interface SetOptions extends AskOptions {
  readonly priority?: number
}

/** `tilemesh set JOB --priority N`: changes what may change while a job renders. */
export function addSet (program: Command, registration: Registration): void {
  addWord(program, registration, 'set', 'Change a job while it renders: its priority among the jobs of its requester.', async (api, { job, name }, options: SetOptions) => {
    if (options.priority === undefined) {
      throw new UsageError('say what to set: tilemesh set JOB --priority N')
    }
    await api.setPriority(job, options.priority)
    return `${name} has priority ${options.priority}`
  }).option('--priority <N>', 'higher is sooner (default: as it was)', wholeNumber('--priority', -MAX_PRIORITY, MAX_PRIORITY))
}

/** A command that gives the peer of this home a word about one of its jobs. `give` returns what was done, for a person. */
function addWord<Options extends AskOptions> (
  program: Command, { context, act }: Registration, name: string, description: string,
  give: (api: PeerApi, job: JobSummary, options: Options) => Promise<string>
): Command {
  const command = program.command(name)
    .description(description)
    .argument('<JOB>', 'the job\'s id, a beginning of it, or its scene\'s name')
  addAskOptions(command).action(act(async (text: string, _: unknown, self: Command) => withPeer(context, self, async (access) => {
    const options = self.optsWithGlobals<Options>()
    const { signal } = new AbortController()
    // The jobs of one's own home are known at once; the others must be there to hear of it.
    const job = await findJob(access, text, 0, context.clock, signal)
    await settle(access, context.clock, signal)
    tell(context, options, await give(access.api, job, options), await access.api.findJob(job.job))
    return ExitStatus.done
  })))
  return command
}

function tell (context: CommandContext, options: AskOptions, line: string, job: JobSummary): void {
  if (options.json === true) {
    printJson(context, { event: 'job', ...job })
  } else {
    print(context, line)
  }
}
