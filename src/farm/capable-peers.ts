import type { EngineId, JobId } from '../core/ids.ts'
import type { MeshPeer } from '../ports.ts'
import type { Stewardship } from './stewardship.ts'
import type { ReadyEngine } from './submission.ts'

/** What this peer renders itself. */
export interface OwnRendering {
  readonly renders: boolean
  readonly engines: ReadonlyMap<EngineId, ReadyEngine>
  /** Whether its own worker is to leave a job alone. */
  leavesAlone (job: JobId): boolean
}

/** Tells jobs that are stewarded here how many members could render them: the fewer there are, the larger a grant may be. */
export function countCapable (stewardships: readonly Stewardship[], peers: readonly MeshPeer[], { renders, engines, leavesAlone }: OwnRendering): void {
  for (const stewardship of stewardships) {
    const { engine, fingerprint } = stewardship.view.spec
    const others = peers.filter((peer) => peer.engines.get(engine) === fingerprint && peer.draining !== true).length
    const self = renders && engines.get(engine)?.info.fingerprint === fingerprint && !leavesAlone(stewardship.job)
    stewardship.capablePeers(others + (self ? 1 : 0))
  }
}
