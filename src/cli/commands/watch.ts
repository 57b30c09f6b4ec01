import { ChannelClosedError, ExitStatus } from '../../errors.ts'
import { print, say } from '../context.ts'
import { followJob } from '../follow-job.ts'
import { Interruptions } from '../interruptions.ts'
import { outcomeLine, outcomeStatus } from '../job-outcome.ts'
import { findJob } from '../lookup.ts'
import { talkOf } from '../talk.ts'
import { makeJobView } from '../view/make-job-view.ts'
import { addAskOptions, withPeer } from '../with-peer.ts'
import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import type { PeerAccess } from '../peer-access.ts'
import type { Registration } from '../registration.ts'
import type { Talk } from '../view/job-view.ts'
import type { AskOptions } from '../with-peer.ts'

/** How long a peer of one's own waits to hear of the job. */
const HEAR_MS = 10_000

/** `tilemesh watch JOB`: attach a live view from any peer. Ctrl-C only ends the view. */
export function addWatch (program: Command, { context, act }: Registration): void {
  const command = program.command('watch')
    .description('Watch a job live, from any peer. Ctrl-C only ends the view; the job goes on.')
    .argument('<JOB>', 'the job\'s id, a beginning of it, or its scene\'s name')
  addAskOptions(command).action(act(async (text: string, _: unknown, self: Command) => {
    const talk = talkOf(context, self.optsWithGlobals<AskOptions>())
    return withPeer(context, self, async (access) => watch(context, talk, access, text))
  }))
}

async function watch (context: CommandContext, talk: Talk, access: PeerAccess, text: string): Promise<number> {
  const { api } = access
  const stop = new AbortController()
  using interruptions = new Interruptions()
  interruptions.on(context, ['interrupt', 'terminate', 'hangup'], () => {
    stop.abort()
  }, () => context.exitNow(ExitStatus.done))
  const job = await findJob(access, text, HEAR_MS, context.clock, stop.signal)
  const view = makeJobView(context, talk, (await api.status()).peer)
  try {
    const done = await followJob(api, job.job, view, stop.signal)
    view.close()
    if (done !== undefined) {
      if (!talk.json) {
        const write = done.state === 'finished' ? print : say
        write(context, outcomeLine(done, job, context.cwd))
      }
      return outcomeStatus(done)
    }
  } finally {
    view.close()
  }
  if (!stop.signal.aborted) {
    throw new ChannelClosedError('the view ended before the job; attach again with: tilemesh watch')
  }
  return ExitStatus.done
}
