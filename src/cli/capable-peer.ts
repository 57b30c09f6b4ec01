import { NoCapablePeerError } from '../errors.ts'
import type { PeerApi, PeerSummary } from '../api.ts'
import type { EngineId } from '../core/ids.ts'
import type { Clock } from '../ports.ts'

/** How often the members are looked at while a job waits for one that can render it. */
const LOOK_MS = 500

/** What a peer must have to render a job. */
export interface Need {
  readonly engine: EngineId
  readonly fingerprint: string
  /** Whether this peer itself counts. */
  readonly self: 'counts' | 'does not count'
}

/** Whether a peer can render a job: it takes work, has threads to render with, and the engine. */
export function isCapable (peer: PeerSummary, need: Need): boolean {
  return (!peer.self || need.self === 'counts') && peer.threads > 0 && !peer.draining &&
    peer.engines.some(({ engine, fingerprint }) => engine === need.engine && fingerprint === need.fingerprint)
}

/**
 * Rejects when no capable peer has been seen for `waitMs`. Resolves when the signal aborts.
 *
 * @throws NoCapablePeerError
 */
export async function missCapablePeer (api: PeerApi, need: Need, waitMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  let seenAtMs = clock.nowMs()
  while (!signal.aborted) {
    const peers = await api.peers()
    const nowMs = clock.nowMs()
    if (peers.some((peer) => isCapable(peer, need))) {
      seenAtMs = nowMs
    } else if (nowMs - seenAtMs >= waitMs) {
      throw new NoCapablePeerError(`no peer here could render with ${need.engine} for ${waitMs} ms; start one with: tilemesh up`)
    }
    await pause(clock, Math.max(1, Math.min(LOOK_MS, seenAtMs + waitMs - nowMs)), signal)
  }
}

/** Resolves after a while, or when the signal aborts. */
export function pause (clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      timer.stop()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = clock.after(delayMs, end)
    signal.addEventListener('abort', end)
  })
}
