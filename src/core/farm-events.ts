import type { AccountTotals } from './account.ts'
import type { EngineId, Hash, JobId, PeerId } from './ids.ts'
import type { JobState } from './job.ts'

/**
 * What happens in the farm, as people and scripts see it: exactly the objects of the command line's `--json`.
 * Adding a field is free; renaming one is a new major version.
 *
 * `video` of `progress`: frames in the video so far, once that is being made; `safety`: absent while copies are not made yet; `problem` of `done`: one line on what was wanted besides the
 * pictures and could not be made.
 */
export type FarmEvent =
  | { readonly event: 'job', readonly job: JobId, readonly name: string, readonly units: number, readonly engine: EngineId, readonly fingerprint: string, readonly width: number, readonly height: number, readonly frames: number, readonly samples: number, readonly requester: PeerId }
  | { readonly event: 'peer', readonly peer: PeerId, readonly state: 'joined' | 'left', readonly name: string }
  | { readonly event: 'unit', readonly job: JobId, readonly unit: string, readonly state: 'leased' | 'lapsed' | 'delivered' | 'failed' | 'raced' | 'parked', readonly peer: PeerId, readonly ms: number, readonly reason?: string }
  | { readonly event: 'progress', readonly job: JobId, readonly done: number, readonly units: number, readonly etaMs: number | null, readonly peers: number, readonly working: readonly WorkingPeer[], readonly state?: ProgressState, readonly waits?: string, readonly video?: number, readonly safety?: Safety }
  | { readonly event: 'error', readonly code: string, readonly message: string }
  | { readonly event: 'done', readonly job: JobId, readonly state: 'finished' | 'cancelled' | 'parked', readonly files: readonly string[], readonly filmHash: Hash | null, readonly wallMs: number, readonly units: number, readonly executions: number, readonly lapsed: number, readonly byPeer: Readonly<Record<PeerId, number>>, readonly bytesIn: number, readonly phases: AccountTotals['phases'], readonly problem?: string, readonly parked?: ParkedUnits }

/** Whether a job would live on without the computer of its requester, and if not, what is missing, in words for a person. */
export type Safety = { readonly state: 'safe' } | { readonly state: 'unsafe', readonly missing: string }

/** What its requester wants done with a job that has not ended. Peers of the first version do not say it: then it runs. */
export type ProgressState = Extract<JobState, 'running' | 'paused'>

/** Of a job that ended with units nobody could render: how many, the first of them, and why that one failed; empty when that is not known any more. */
export interface ParkedUnits {
  readonly units: number
  readonly unit: string
  readonly reason: string
}

/** A peer at work on a job, for the line it has in the live view. */
export interface WorkingPeer {
  readonly peer: PeerId
  readonly name: string
  readonly done: number
  /** Units it holds under leases now. */
  readonly leased: number
  readonly relayed: boolean
}
