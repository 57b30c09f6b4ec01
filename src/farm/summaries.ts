import { frameCount } from '../core/job.ts'
import type { JobSummary, PeerSummary } from '../api.ts'
import type { JobState } from '../core/job.ts'
import type { MeshPeer } from '../ports.ts'
import type { KnownJob } from './directory.ts'
import type { Stewardship } from './stewardship.ts'
import type { TakenOverJob } from './succession/taken-over-job.ts'

/** What a list says of another peer's job besides what its requester has said. */
export interface SeenJob {
  readonly requesterName: string
  readonly isRequesterHere: boolean
  /** The job, when this peer stewards it meanwhile. */
  readonly taken: Pick<TakenOverJob, 'stewardship'> | undefined
}

/** Another peer's job in a list. */
export function summaryOfKnown ({ signed, grid, done }: KnownJob, state: JobState, { requesterName, isRequesterHere, taken }: SeenJob): JobSummary {
  const { spec, id } = signed
  return {
    job: id,
    name: spec.name,
    engine: spec.engine,
    fingerprint: spec.fingerprint,
    state,
    // A finished job's last beacon may have been missed; its requester's word is enough.
    done: state === 'finished' ? grid.units : Math.max(done, taken?.stewardship.view.ledger.count('accepted') ?? 0),
    units: grid.units,
    requester: spec.requester,
    requesterName,
    ...(isRequesterHere ? {} : { requesterAway: true }),
    own: false,
    width: spec.width,
    height: spec.height,
    frames: frameCount(spec.frames),
    samples: spec.samples
  }
}

/** Another peer in a list; what it renders is known of the jobs that are stewarded here. */
export function summaryOfPeer (peer: MeshPeer, stewarded: readonly Stewardship[]): PeerSummary {
  const working = stewarded.filter((stewardship) => [...stewardship.view.workers.get(peer.peer)?.grants ?? []].length > 0)
  const speeds = working.map((stewardship) => stewardship.view.workers.get(peer.peer)!.speed.msPerUnit).filter((ms) => ms > 0)
  return {
    peer: peer.peer,
    name: peer.name,
    self: false,
    engines: Array.from(peer.engines, ([engine, fingerprint]) => ({ engine, fingerprint })),
    threads: peer.threads,
    unitsPerMinute: speeds[0] === undefined ? null : 60_000 / speeds[0],
    draining: peer.draining === true,
    resting: peer.resting ?? null,
    doing: doingWords(working.map((stewardship) => stewardship.view.spec.name), peer),
    reach: peer.relayed ? 'relayed' : 'direct',
    addresses: peer.addresses
  }
}

/** What a peer does now, in words, from what it told: whether it renders at all, takes work, or rests. */
export function doingWords (rendering: readonly string[], peer: { readonly threads: number, readonly draining?: true, readonly resting?: string }): string {
  if (peer.threads === 0) {
    return 'renders nothing'
  }
  const work = rendering.length === 0 ? [] : [`rendering ${rendering.join(', ')}`]
  const pause = peer.resting ?? (peer.draining === true ? 'draining' : undefined)
  return pause === undefined ? work[0] ?? 'idle' : [pause, ...work].join(', ')
}
