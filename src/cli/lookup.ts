import { UnknownJobError } from '../errors.ts'
import { pause } from './capable-peer.ts'
import type { JobSummary, PeerApi } from '../api.ts'
import type { Clock } from '../ports.ts'
import type { PeerAccess } from './peer-access.ts'

/** A peer that has just started looks for others this long before it answers what it knows. */
export const SETTLE_MS = 4_000

/** After the first other member has been met, what it knows comes within this. */
const FIRST_NEWS_MS = 750

const LOOK_MS = 150

/** Gives a peer of one's own the time to meet the mesh; a running one knows it already. */
export async function settle (access: PeerAccess, clock: Clock, signal: AbortSignal): Promise<void> {
  if (access.kind === 'running') {
    return
  }
  const endMs = clock.nowMs() + SETTLE_MS
  while (clock.nowMs() < endMs && !signal.aborted) {
    if ((await access.api.peers()).some(({ self }) => !self)) {
      await pause(clock, FIRST_NEWS_MS, signal)
      return
    }
    await pause(clock, LOOK_MS, signal)
  }
}

/**
 * Finds a job by what a person typed; a peer of one's own is given `waitMs` to hear of it.
 *
 * @throws UnknownJobError
 */
export async function findJob (access: PeerAccess, text: string, waitMs: number, clock: Clock, signal: AbortSignal): Promise<JobSummary> {
  const endMs = clock.nowMs() + (access.kind === 'running' ? 0 : waitMs)
  while (true) {
    const job = await tryFind(access.api, text)
    if (job !== undefined) {
      return job
    }
    if (clock.nowMs() >= endMs || signal.aborted) {
      throw new UnknownJobError(text)
    }
    await pause(clock, LOOK_MS, signal)
  }
}

async function tryFind (api: PeerApi, text: string): Promise<JobSummary | undefined> {
  try {
    return await api.findJob(text)
  } catch (err) {
    if (err instanceof UnknownJobError) {
      return undefined
    }
    throw err
  }
}
