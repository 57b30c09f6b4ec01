import { ExitStatus } from '../../errors.ts'
import { print, printJson } from '../context.ts'
import { perMinute, shortPeer } from '../format.ts'
import { settle } from '../lookup.ts'
import { table } from '../view/table.ts'
import { addAskOptions, withPeer } from '../with-peer.ts'
import type { Command } from 'commander'
import type { PeerSummary } from '../../api.ts'
import type { Registration } from '../registration.ts'
import type { AskOptions } from '../with-peer.ts'

/** `tilemesh peers`: the members seen, and what each does. */
export function addPeers (program: Command, { context, act }: Registration): void {
  const command = program.command('peers').description('List the members seen: engines, speed, what they do, how they are reached.')
  addAskOptions(command).action(act(async (_: unknown, self: Command) => withPeer(context, self, async (access) => {
    await settle(access, context.clock, new AbortController().signal)
    const peers = await access.api.peers()
    if (self.optsWithGlobals<AskOptions>().json === true) {
      for (const peer of peers) {
        printJson(context, { event: 'peer', state: 'joined', ...peer })
      }
    } else {
      for (const line of peerTable(peers)) {
        print(context, line)
      }
    }
    return ExitStatus.done
  })))
}

/** Members as aligned lines. */
export function peerTable (peers: readonly PeerSummary[]): string[] {
  return table([
    ['NAME', 'PEER', 'REACH', 'THREADS', 'ENGINES', 'SPEED', 'DOES'],
    ...peers.map(({ name, peer, reach, threads, engines, unitsPerMinute, doing }) => [
      name, shortPeer(peer), reach, threads, engines.map(({ engine }) => engine).join(' ') || '-', unitsPerMinute === null ? '-' : perMinute(unitsPerMinute), doing
    ])
  ])
}
