import { connectControl } from '../control/connect-control.ts'
import { serveControl } from '../control/serve-control.ts'
import { controlSocketPath } from '../control/socket-path.ts'
import { NoPeerRunningError } from '../errors.ts'
import { LineLog, loudnessOf } from './line-log.ts'
import type { LeftJob, Peer, PeerApi, PeerInit } from '../api.ts'
import type { CommandContext } from './context.ts'
import type { CommonOptions } from './registration.ts'

/** A peer a command works with. */
export interface PeerAccess {
  readonly api: PeerApi
  /** `running`: another process of this home. `own`: in this process, for as long as the command runs. */
  readonly kind: 'running' | 'own'
  /** Of one's own: what it logs. Warnings are held until {@link LineLog.release}. */
  readonly log?: LineLog
  /** Lets go of a running peer; ends one's own, after which its home is free: then with its jobs that are left open. Idempotent. */
  close (manner: 'politely' | 'now'): Promise<readonly LeftJob[]>
}

/** The peer that runs in a home, or undefined when none does. */
export async function runningPeer (home: string): Promise<PeerAccess | undefined> {
  try {
    const api = await connectControl(controlSocketPath(home))
    return {
      api,
      kind: 'running',
      close: async () => {
        api.close()
        return []
      }
    }
  } catch (err) {
    if (err instanceof NoPeerRunningError) {
      return undefined
    }
    throw err
  }
}

/** The peer that runs in a home. @throws NoPeerRunningError */
export async function requireRunningPeer (home: string): Promise<PeerAccess> {
  const access = await runningPeer(home)
  if (access === undefined) {
    throw new NoPeerRunningError()
  }
  return access
}

/**
 * Makes a peer in this process and lets other commands of its home reach it. `offline`: for what needs no other peer; it meets nobody.
 *
 * @throws HomeError when another peer runs in this home, or it can not be used
 */
export async function ownPeer (context: CommandContext, options: CommonOptions, init: PeerInit, where: 'on the mesh' | 'offline' = 'on the mesh'): Promise<PeerAccess & { readonly log: LineLog }> {
  const log = new LineLog(context, loudnessOf(context, options))
  const createPeer = await context.loadPeer()
  const peer = await createPeer({ ...init, log })
  if (where === 'offline') {
    return { api: peer, kind: 'own', log, close: async () => peer.stop('now') }
  }
  try {
    await peer.start()
    const control = await serveControl(peer, controlSocketPath(init.home), log)
    return {
      api: peer,
      kind: 'own',
      log,
      close: async (manner) => {
        await control.close()
        return peer.stop(manner)
      }
    }
  } catch (err) {
    await stopQuietly(peer)
    throw err
  }
}

/** The reason why a peer did not start is what a person needs; that it could not end well either is not. */
async function stopQuietly (peer: Peer): Promise<void> {
  await peer.stop('now').catch(() => {})
}
