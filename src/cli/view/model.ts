import type { PeerId } from '../../core/ids.ts'
import type { FarmEvent, Safety } from '../../ports.ts'
import { shortPeer } from '../format.ts'

type JobEvent = Extract<FarmEvent, { event: 'job' }>
type UnitEvent = Extract<FarmEvent, { event: 'unit' }>
type ProgressEvent = Extract<FarmEvent, { event: 'progress' }>
/** The last event of a job. */
export type DoneEvent = Extract<FarmEvent, { event: 'done' }>

/** The rate is measured over this long: long enough to be steady, short enough to show that a peer has left. */
export const RATE_WINDOW_MS = 30_000

/** Points kept of the rate's window are at least this far apart, so that a fast job costs no more than a slow one. */
const RATE_STEP_MS = 500

/** One peer at work on the job. */
export interface PeerLine {
  readonly peer: PeerId
  readonly name: string
  /** Units of this job that it delivered. */
  readonly done: number
  /** Units it holds under leases. */
  readonly leased: number
  readonly reach: 'here' | 'direct' | 'relayed'
  /** The unit it was granted last and has not delivered. */
  readonly unit: string | undefined
  /** Times a unit of its leases lapsed. */
  readonly lapsed: number
  /** Whether it left the mesh. */
  readonly state: 'present' | 'left'
}

/** A job as its viewer knows it. */
export interface JobModel {
  /** The peer whose screen this is: it is `here`. */
  readonly self: PeerId | undefined
  readonly job: JobEvent | undefined
  readonly done: number
  readonly units: number
  readonly etaMs: number | null
  /** Progress over the last {@link RATE_WINDOW_MS}, oldest first. */
  readonly points: readonly { readonly atMs: number, readonly done: number }[]
  /** In order of appearance. */
  readonly peers: ReadonlyMap<PeerId, PeerLine>
  readonly lapsed: number
  readonly failed: number
  readonly parked: number
  readonly ended: DoneEvent | undefined
  /** What the requester wants done with it. */
  readonly state: 'running' | 'paused'
  /** Why it stands still, though nobody paused it; undefined when it does not. */
  readonly waits: string | undefined
  /** Whether it would live on without its requester's computer; undefined while that is not said. */
  readonly safety: Safety | undefined
  /** Frames in its video so far, while that is being made. */
  readonly video: number | undefined
}

/** What is known before the first event. `self` is the peer whose screen this is. */
export function emptyModel (self: PeerId | undefined): JobModel {
  return { self, job: undefined, done: 0, units: 0, etaMs: null, points: [], peers: new Map(), lapsed: 0, failed: 0, parked: 0, ended: undefined, state: 'running', waits: undefined, safety: undefined, video: undefined }
}

/** The model after an event that came at `nowMs`, on whatever clock the caller always uses. */
export function reduceModel (model: JobModel, event: FarmEvent, nowMs: number): JobModel {
  switch (event.event) {
    case 'job': return { ...model, job: event, units: event.units }
    case 'peer': return withPeer(model, event.peer, { name: event.name, state: event.state === 'left' ? 'left' : 'present' }, 'known-only')
    case 'unit': return afterUnit(model, event)
    case 'progress': return afterProgress(model, event, nowMs)
    case 'done': return { ...model, ended: event, etaMs: null }
    case 'error': return model
  }
}

/** Units a minute over the window; null until there is something to measure. */
export function unitsPerMinute (model: JobModel): number | null {
  const [first, last] = [model.points[0], model.points.at(-1)]
  if (first === undefined || last === undefined || last.atMs <= first.atMs || last.done <= first.done) {
    return null
  }
  return (last.done - first.done) / (last.atMs - first.atMs) * 60_000
}

function afterUnit (model: JobModel, { unit, state, peer }: UnitEvent): JobModel {
  const line = model.peers.get(peer)
  const without = line?.unit === unit ? undefined : line?.unit
  switch (state) {
    case 'leased': return withPeer(model, peer, { unit, state: 'present' }, 'add')
    case 'delivered': return withPeer(model, peer, { unit: without, done: (line?.done ?? 0) + 1 }, 'add')
    case 'lapsed': return { ...withPeer(model, peer, { unit: without, lapsed: (line?.lapsed ?? 0) + 1 }, 'known-only'), lapsed: model.lapsed + 1 }
    case 'failed': return { ...withPeer(model, peer, { unit: without }, 'known-only'), failed: model.failed + 1 }
    case 'parked': return { ...model, parked: model.parked + 1 }
    case 'raced': return model
  }
}

function afterProgress (model: JobModel, { done, units, etaMs, working, state = 'running', waits, safety, video }: ProgressEvent, nowMs: number): JobModel {
  let next: JobModel = { ...model, done, units, etaMs, state, waits, safety, video, points: withPoint(model.points, nowMs, done) }
  const busy = new Set(working.map(({ peer }) => peer))
  for (const { peer, name, done, leased, relayed } of working) {
    const reach = peer === model.self ? 'here' : relayed ? 'relayed' : 'direct'
    next = withPeer(next, peer, { name, done, leased, reach, state: 'present' }, 'add')
  }
  for (const peer of model.peers.keys()) {
    if (!busy.has(peer)) {
      next = withPeer(next, peer, { leased: 0, unit: undefined }, 'known-only')
    }
  }
  return next
}

function withPoint (points: JobModel['points'], atMs: number, done: number): JobModel['points'] {
  const recent = points.filter((point) => atMs - point.atMs <= RATE_WINDOW_MS)
  const beforeLast = recent.at(-2)
  // The newest point moves along until it is a step away from the one before it.
  const kept = beforeLast !== undefined && atMs - beforeLast.atMs < RATE_STEP_MS ? recent.slice(0, -1) : recent
  return [...kept, { atMs, done }]
}

function withPeer (model: JobModel, peer: PeerId, change: Partial<PeerLine>, strangers: 'add' | 'known-only'): JobModel {
  const line = model.peers.get(peer)
  if (line === undefined && strangers === 'known-only') {
    return model
  }
  const before: PeerLine = line ?? {
    peer,
    name: shortPeer(peer),
    done: 0,
    leased: 0,
    reach: peer === model.self ? 'here' : 'direct',
    unit: undefined,
    lapsed: 0,
    state: 'present'
  }
  return { ...model, peers: new Map(model.peers).set(peer, { ...before, ...change }) }
}
