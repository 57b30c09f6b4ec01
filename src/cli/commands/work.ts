import { MAX_THREADS } from '../../core/limits.ts'
import { ExitStatus } from '../../errors.ts'
import { print, printJson } from '../context.ts'
import { count } from '../format.ts'
import { homeOf } from '../home.ts'
import { wholeNumber } from '../options.ts'
import { requireRunningPeer } from '../peer-access.ts'
import type { Command } from 'commander'
import type { PeerApi } from '../../api.ts'
import type { CommandContext } from '../context.ts'
import type { CommonOptions, Registration } from '../registration.ts'

/** `tilemesh threads N`: how much of this machine the running peer renders with. */
export function addThreads (program: Command, { context, act }: Registration): void {
  program.command('threads')
    .description('Change the render threads of the running peer, also while it renders; until that peer ends.')
    .argument('<N>', `render threads, 1 to ${MAX_THREADS}`, wholeNumber('threads', 1, MAX_THREADS))
    .action(act(async (threads: number, _: unknown, self: Command) => tellPeer(context, self, async (api) => {
      await api.setThreads(threads)
      return `renders with ${count(threads, 'thread')} from now on`
    })))
}

interface DrainOptions extends CommonOptions {
  readonly off?: boolean
}

/** `tilemesh drain`: lets the running peer finish what it holds and take no more. */
export function addDrain (program: Command, { context, act }: Registration): void {
  program.command('drain')
    .description('Let the running peer finish what it holds and take no more work, from anybody; it stays a member. Until --off, or until that peer ends.')
    .option('--off', 'take work again')
    .action(act(async (_: unknown, self: Command) => tellPeer(context, self, async (api) => {
      const off = self.optsWithGlobals<DrainOptions>().off === true
      await api.takeWork(off ? 'any' : 'none')
      const { resting } = await api.status()
      if (!off) {
        return 'takes no more work; again with: tilemesh drain --off'
      }
      return resting === null ? 'takes work again' : `drained no longer, but its settings keep it ${resting}; change them with: tilemesh config`
    })))
}

/** Gives the running peer a word, then says what was done, or with `--json` how the peer is now. */
async function tellPeer (context: CommandContext, command: Command, give: (api: PeerApi) => Promise<string>): Promise<number> {
  const options = command.optsWithGlobals<CommonOptions>()
  const access = await requireRunningPeer(homeOf(context, options.home))
  const line = await give(access.api)
  if (options.json === true) {
    printJson(context, { event: 'status', running: true, ...await access.api.status() })
  } else {
    print(context, line)
  }
  return ExitStatus.done
}
