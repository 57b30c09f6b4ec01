import { ExitStatus } from '../../errors.ts'
import { print, printJson } from '../context.ts'
import { count } from '../format.ts'
import { homeOf } from '../home.ts'
import { runningPeer } from '../peer-access.ts'
import type { CommandContext } from '../context.ts'
import type { CommonOptions } from '../registration.ts'

/** `tilemesh` alone: where one stands, in a few lines, and what to type next. */
export async function overview (context: CommandContext, options: CommonOptions): Promise<number> {
  const home = homeOf(context, options.home)
  const access = await runningPeer(home)
  if (options.json === true) {
    printJson(context, access === undefined ? { event: 'overview', running: false } : { event: 'overview', running: true, ...await access.api.status() })
    return ExitStatus.done
  }
  if (access === undefined) {
    print(context, 'No peer runs in this home.')
    print(context, 'next   tilemesh up              be a peer, or')
    print(context, '       tilemesh render SCENE    render one picture')
    print(context, '       tilemesh --help          everything else')
    return ExitStatus.done
  }
  const [status, peers, jobs] = await Promise.all([access.api.status(), access.api.peers(), access.api.jobs()])
  const running = jobs.filter(({ state }) => state === 'running').length
  print(context, `mesh   "${status.mesh}", this peer is ${status.name}`)
  print(context, `peers  ${count(peers.length, 'peer')}, ${count(peers.reduce((sum, { threads }) => sum + threads, 0), 'thread')}`)
  print(context, `jobs   ${running} running, ${jobs.length - running} others`)
  print(context, `next   ${running > 0 ? 'tilemesh jobs' : 'tilemesh render SCENE'}`)
  await access.close('politely')
  return ExitStatus.done
}
