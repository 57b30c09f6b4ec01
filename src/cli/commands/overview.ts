import { ExitStatus } from '../../errors.ts'
import { print, printJson } from '../context.ts'
import { count } from '../format.ts'
import { homeOf } from '../home.ts'
import { requireRunningPeer, runningPeer } from '../peer-access.ts'
import type { Command } from 'commander'
import type { PeerApi, PeerStatus } from '../../api.ts'
import type { CommandContext } from '../context.ts'
import type { CommonOptions, Registration } from '../registration.ts'

/** `tilemesh status`: where one stands; needs a running peer, so that a watchdog can ask. */
export function addStatus (program: Command, { context, act }: Registration): void {
  program.command('status')
    .description('Say who this peer is and what it does; ends with 2 when none runs in this home.')
    .action(act(async (_: unknown, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>()
      const access = await requireRunningPeer(homeOf(context, options.home))
      await tell(context, options, access.api)
      return ExitStatus.done
    }))
}

/** `tilemesh` alone: the same in a few lines, or what to type when no peer runs. */
export async function overview (context: CommandContext, options: CommonOptions): Promise<number> {
  const access = await runningPeer(homeOf(context, options.home))
  if (access !== undefined) {
    await tell(context, options, access.api)
  } else if (options.json === true) {
    printJson(context, { event: 'status', running: false })
  } else {
    print(context, 'No peer runs in this home.')
    print(context, 'next   tilemesh up              be a peer, or')
    print(context, '       tilemesh render SCENE    render one picture')
    print(context, '       tilemesh --help          everything else')
  }
  return ExitStatus.done
}

async function tell (context: CommandContext, options: CommonOptions, api: PeerApi): Promise<void> {
  const status = await api.status()
  if (options.json === true) {
    printJson(context, { event: 'status', running: true, ...status })
    return
  }
  const [peers, jobs] = await Promise.all([api.peers(), api.jobs()])
  const running = jobs.filter(({ state }) => state === 'running').length
  print(context, `mesh   "${status.mesh}", this peer is ${status.name}`)
  print(context, `work   ${workWords(status)}`)
  print(context, `peers  ${count(peers.length, 'peer')}, ${count(peers.reduce((sum, { threads }) => sum + threads, 0), 'thread')}`)
  print(context, `jobs   ${running} running, ${count(jobs.length - running, 'other')}`)
  print(context, `next   ${running > 0 ? 'tilemesh jobs' : 'tilemesh render SCENE'}`)
}

/** What work a peer takes. A drain is its user's last word, so it is said before the rest its settings ask for. */
function workWords ({ draining, resting, threads }: PeerStatus): string {
  if (draining) {
    return 'draining: finishes what it holds, takes no more; end it with: tilemesh drain --off'
  }
  if (threads === 0) {
    return 'renders nothing'
  }
  return resting === null ? `takes any, ${count(threads, 'render thread')}` : `${resting}; what is rendered from here goes on. Change it with: tilemesh config`
}
