import { homeOf } from './home.ts'
import { ownPeer, runningPeer } from './peer-access.ts'
import { addNetworkOptions, readPeerOptions, refusePeerOptions } from './peer-options.ts'
import type { Command } from 'commander'
import type { CommandContext } from './context.ts'
import type { PeerAccess } from './peer-access.ts'
import type { PeerOptions } from './peer-options.ts'
import type { CommonOptions } from './registration.ts'

/** Options of a command that asks a peer something, and is a peer itself for as long as it takes when none runs. */
export interface AskOptions extends CommonOptions, PeerOptions {}

/** Adds what such a command needs to reach its mesh by itself. */
export function addAskOptions (command: Command): Command {
  return addNetworkOptions(command.optionsGroup('When no peer runs in this home:'))
}

/** Runs an action with the peer of the home, or with one of its own that renders nothing, and lets go of it afterwards. */
export async function withPeer (context: CommandContext, command: Command, action: (access: PeerAccess) => Promise<number>): Promise<number> {
  const options = command.optsWithGlobals<AskOptions>()
  const init = await readPeerOptions({ ...options, work: false }, homeOf(context, options.home))
  const running = await runningPeer(init.home)
  if (running !== undefined) {
    refusePeerOptions(command)
  }
  const access = running ?? await ownPeer(context, options, init)
  try {
    access.log?.release()
    return await action(access)
  } finally {
    await access.close('politely')
  }
}
