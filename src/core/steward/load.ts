import { inProgress, notStarted } from '../lease.ts'
import * as limits from '../limits.ts'
import type { PeerId } from '../ids.ts'
import type { Lease } from '../lease.ts'
import type { StewardState, WorkerRecord } from './state.ts'

/** What a worker still has to do for a job, as far as its steward knows. Times are expected ones, in milliseconds. */
export interface Load {
  readonly worker: WorkerRecord
  /** In the order of their grants, in which the worker renders them. */
  readonly leases: readonly Lease[]
  /** Units not started, and units being rendered. */
  readonly queued: number
  readonly rendering: number
  /**
   * The leases it renders units of now, or would if it rendered anything, and until when the first of these is done; infinite for one that is
   * stuck. What waits behind other units is not slow.
   */
  readonly running: readonly { readonly lease: Lease, readonly restMs: number }[]
  /** Until everything it holds is done. */
  readonly restMs: number
  /** What one more unit adds to that. */
  readonly perUnitMs: number
}

/** The loads of all workers that hold leases. Looks at every lease once. */
export function loadsOf (state: StewardState, nowMs: number): Map<PeerId, Load> {
  const leasesOf = new Map<PeerId, Lease[]>()
  for (const lease of state.leases.values()) {
    const leases = leasesOf.get(lease.worker)
    if (leases === undefined) {
      leasesOf.set(lease.worker, [lease])
    } else {
      leases.push(lease)
    }
  }
  const slowestMs = state.times.quantileMs(0.95)
  return new Map(Array.from(leasesOf, ([peer, leases]) => [peer, loadOf(state, state.workers.get(peer)!, leases, slowestMs, nowMs)]))
}

/** The load of one worker. `slowestMs` is the 95th percentile of the job's unit times. */
export function loadOf (state: StewardState, worker: WorkerRecord, leases: readonly Lease[], slowestMs: number, nowMs: number): Load {
  const queued = leases.reduce((sum, lease) => sum + notStarted(lease), 0)
  const rendering = leases.reduce((sum, lease) => sum + inProgress(lease), 0)
  const running = leases
    .filter((lease) => rendering === 0 || inProgress(lease) > 0)
    .map((lease) => {
      const sinceMs = rendering === 0 ? worker.progressAtMs : lease.progressAtMs
      return { lease, restMs: expectedMs(unitMsOf(state, worker), nowMs - sinceMs, slowestMs) }
    })
  const runningMs = running.reduce((longestMs, { restMs }) => Math.max(longestMs, restMs), 0)
  const perUnitMs = perUnitMsOf(state, worker)
  const waiting = rendering > 0 ? queued : Math.max(0, queued - 1)
  return { worker, leases, queued, rendering, running, restMs: runningMs + waiting * perUnitMs, perUnitMs }
}

/** When a worker could begin one more unit. */
export function freeInMs (load: Load): number {
  return load.queued === 0 && load.rendering < load.worker.threads ? load.worker.speed.fixedMs : load.restMs
}

/** How long a unit takes this worker from its start to its end; the job's average before it has finished any. */
export function unitMsOf (state: StewardState, worker: WorkerRecord): number {
  return worker.unitMs > 0 ? worker.unitMs : state.times.meanMs
}

/**
 * How long this worker takes for a unit when all its threads work: as it says, or as its results show. Its own word may be an old one,
 * from units that happened to be easy.
 */
function perUnitMsOf (state: StewardState, worker: WorkerRecord): number {
  return Math.max(worker.speed.msPerUnit, unitMsOf(state, worker) / Math.max(1, worker.threads))
}

/**
 * What is left of a unit that usually takes `usualMs` and was begun `elapsedMs` ago. One that is late is expected to be late by as much again;
 * one beyond the soft limit is not expected to end.
 */
function expectedMs (usualMs: number, elapsedMs: number, slowestMs: number): number {
  const softLimitMs = limits.SOFT_LIMIT_SHARE * Math.max(usualMs, slowestMs)
  return softLimitMs > 0 && elapsedMs > softLimitMs ? Infinity : Math.abs(usualMs - elapsedMs)
}
