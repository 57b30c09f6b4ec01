import { ExitStatus } from '../../errors.ts'
import { print, printJson } from '../context.ts'
import { findJob, settle } from '../lookup.ts'
import { addAskOptions, withPeer } from '../with-peer.ts'
import type { Command } from 'commander'
import type { Registration } from '../registration.ts'
import type { AskOptions } from '../with-peer.ts'

/** `tilemesh cancel JOB`: by its requester, for good. */
export function addCancel (program: Command, { context, act }: Registration): void {
  const command = program.command('cancel')
    .description('Cancel a job for good. Only its requester can.')
    .argument('<JOB>', 'the job\'s id, a beginning of it, or its scene\'s name')
  addAskOptions(command).action(act(async (text: string, _: unknown, self: Command) => withPeer(context, self, async (access) => {
    const { signal } = new AbortController()
    // The jobs of one's own home are known at once; the others must be there to hear of it.
    const job = await findJob(access, text, 0, context.clock, signal)
    await settle(access, context.clock, signal)
    await access.api.cancel(job.job)
    if (self.optsWithGlobals<AskOptions>().json === true) {
      printJson(context, { event: 'job', ...job, state: 'cancelled' })
    } else {
      print(context, `cancelled ${job.name}`)
    }
    return ExitStatus.done
  })))
}
