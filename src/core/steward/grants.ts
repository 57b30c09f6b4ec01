import { grantLease, inProgress } from '../lease.ts'
import * as limits from '../limits.ts'
import { rectFits, rectsOf, rectUnits, unitsIn } from '../rect.ts'
import { grantSize, heartbeatOf } from '../sizing.ts'
import { dropHolder, grantable, isCapable, isWanted, leaseOfHolder, remember, requeue, tokenOf, troubleOf } from './state.ts'
import type { StewardEffect } from '../events.ts'
import type { PeerId, UnitIndex } from '../ids.ts'
import type { Lease } from '../lease.ts'
import type { Claim, WaitReason } from '../messages.ts'
import type { UnitRect } from '../rect.ts'
import type { StewardState, WorkerRecord } from './state.ts'

/**
 * Leases units to a worker in as few grants as the limits allow, and says so. All units are open, or finished copies of leased ones.
 *
 * @param begun how many of them it has begun to render already, as it reported under earlier leases
 */
export function grantUnits (state: StewardState, worker: WorkerRecord, units: readonly UnitIndex[], nowMs: number, effects: StewardEffect[], begun = 0): void {
  let begunLeft = begun
  const rects = rectsOf(state.grid, units)
  for (let first = 0; first < rects.length;) {
    let size = 0
    let end = first
    while (end < rects.length && end - first < limits.MAX_LEASE_RECTS && (end === first || size + rectUnits(rects[end]!) <= limits.MAX_LEASE_UNITS)) {
      size += rectUnits(rects[end++]!)
    }
    const lease = grantRects(state, worker, rects.slice(first, end), nowMs, effects)
    lease.started = Math.min(begunLeft, size)
    begunLeft -= lease.started
    first = end
  }
}

function grantRects (state: StewardState, worker: WorkerRecord, rects: readonly UnitRect[], nowMs: number, effects: StewardEffect[]): Lease {
  const grant = state.nextGrant++
  const units = [...unitsIn(state.grid, rects)]
  const lease = grantLease(grant, worker.peer, rects, units, nowMs)
  state.leases.set(grant, lease)
  if (worker.grants.size === 0) {
    worker.progressAtMs = nowMs
  }
  worker.grants.add(grant)
  for (const unit of units) {
    if (state.ledger.stateOf(unit) === 'open') {
      state.ledger.lease(unit)
      state.withheld.delete(unit)
    }
    state.holders.set(unit, [...state.holders.get(unit) ?? [], grant])
  }
  effects.push({ type: 'granted', grant, worker: worker.peer, rects })
  effects.push({
    type: 'send',
    to: worker.peer,
    message: {
      type: 'grant',
      job: state.job,
      token: tokenOf(state, grant),
      rects,
      leaseMs: state.spec.leaseMs,
      heartbeatMs: heartbeatOf(state.spec.leaseMs)
    }
  })
  for (const unit of units) {
    effects.push({ type: 'unit', unit, state: 'leased', peer: worker.peer, ms: 0, reason: '' })
  }
  return lease
}

/**
 * Settles what a worker shows on a new stream: what it still renders or has finished is granted to it again,
 * what it held before and does not show any more has lapsed.
 */
export function settleShown (state: StewardState, worker: WorkerRecord, claim: Claim, nowMs: number, effects: StewardEffect[]): void {
  const lapsed = new Set<UnitIndex>()
  for (const grant of worker.unshown) {
    const lease = state.leases.get(grant)
    if (lease !== undefined) {
      worker.begun += inProgress(lease)
      for (const unit of [...lease.remaining]) {
        dropHolder(state, unit, grant)
        if (!state.holders.has(unit)) {
          state.ledger.reopen(unit)
          lapsed.add(unit)
        }
      }
      remember(state, lease)
    }
  }
  worker.unshown = new Set()
  worker.countedFrom = state.nextGrant
  grantAgain(state, worker, bounded(state, claim.undelivered).filter((unit) => {
    return isWanted(state, unit) || (state.ledger.stateOf(unit) === 'leased' && leaseOfHolder(state, worker.peer, unit) === undefined)
  }), nowMs, effects)
  grantAgain(state, worker, bounded(state, claim.holding).filter((unit) => isWanted(state, unit)), nowMs, effects)
  worker.begun = 0
  // The front is last in, first out.
  for (const unit of [...lapsed].reverse()) {
    if (!state.holders.has(unit)) {
      lapseUnit(state, unit, worker.peer, 'front', 'the worker no longer has it', effects)
    }
  }
}

/** Grants what a worker shows, as begun as far as it is known to have begun something: finished units first. */
function grantAgain (state: StewardState, worker: WorkerRecord, units: readonly UnitIndex[], nowMs: number, effects: StewardEffect[]): void {
  if (units.length > 0) {
    const begun = Math.min(units.length, worker.begun + state.begunBefore)
    const fromBefore = Math.max(0, begun - worker.begun)
    state.begunBefore -= fromBefore
    worker.begun -= begun - fromBefore
    grantUnits(state, worker, units, nowMs, effects, begun)
  }
}

/** A unit whose lease lapsed: counted, told, and put back in line. It is open already. */
export function lapseUnit (state: StewardState, unit: UnitIndex, peer: PeerId, place: 'front' | 'back', reason: string, effects: StewardEffect[]): void {
  troubleOf(state, unit).lapses++
  state.account.event('lapsed')
  requeue(state, unit, place)
  effects.push({ type: 'unit', unit, state: 'lapsed', peer, ms: 0, reason })
}

/**
 * The units of rectangles a worker shows, cut at one lease's size: nobody can have more, and nobody may make us count more.
 * Rectangles outside the job are left out: a claim is a stranger's word, and the wire does not know the job's grid.
 */
function bounded (state: StewardState, rects: readonly UnitRect[]): UnitIndex[] {
  const units: UnitIndex[] = []
  for (const unit of unitsIn(state.grid, rects.filter((rect) => rectFits(state.grid, rect)))) {
    if (units.length === limits.MAX_LEASE_UNITS) {
      break
    }
    units.push(unit)
  }
  return units
}

/**
 * Grants open units to a worker with a standing claim.
 * Returns undefined when it got some, else why not.
 *
 * @param capable what {@link capableWorkers} said a moment ago
 */
export function grantOpen (state: StewardState, worker: WorkerRecord, capable: CapableWorkers, nowMs: number, effects: StewardEffect[]): WaitReason | undefined {
  const refusal = refusalOf(state, worker, nowMs)
  if (refusal !== undefined) {
    return refusal
  }
  const open = grantable(state)
  const isHearing = nowMs < state.hearingUntilMs
  const units = open <= 0 || (isHearing && state.hearing === 'everyone')
    ? []
    : state.agenda.take(
      grantSize({
        heartbeatMs: heartbeatOf(state.spec.leaseMs),
        speed: worker.speed,
        threads: Math.max(1, worker.threads),
        open,
        capablePeers: Math.max(capable.workers.length, state.capablePeers, 1),
        speedShare: speedShare(worker, capable)
      }),
      (unit) => isWanted(state, unit) && !state.withheld.has(unit),
      (unit) => mayTry(state, worker, unit, capable.workers, nowMs)
    )
  if (units.length === 0) {
    return isHearing ? 'hearing' : 'nothing-open'
  }
  worker.claim = undefined
  grantUnits(state, worker, units, nowMs, effects)
  return undefined
}

function refusalOf (state: StewardState, worker: WorkerRecord, nowMs: number): WaitReason | undefined {
  if (state.control === 'cancelled' || state.control === 'finished' || state.completed) {
    return 'ended'
  }
  if (worker.fingerprint !== state.spec.fingerprint) {
    return 'fingerprint'
  }
  if (state.control === 'paused') {
    return 'paused'
  }
  return worker.avoidedUntilMs > nowMs ? 'avoided' : undefined
}

/** Workers that are connected and can render this job. */
export interface CapableWorkers {
  readonly workers: readonly WorkerRecord[]
  /** Units per millisecond of all together; undefined while some speed is not known. */
  readonly unitsPerMs: number | undefined
}

/** Who can render this job now, and how fast. */
export function capableWorkers (state: StewardState, nowMs: number): CapableWorkers {
  const workers = [...state.workers.values()].filter((worker) => isCapable(state, worker, nowMs))
  const isKnown = workers.every(({ speed }) => speed.msPerUnit > 0)
  return { workers, unitsPerMs: isKnown ? workers.reduce((sum, { speed }) => sum + 1 / speed.msPerUnit, 0) : undefined }
}

/**
 * A unit that failed on a worker goes to it again only when every capable worker has failed on it; a member that could render it but has
 * not claimed yet, or a worker that is busy elsewhere, is waited for a little.
 */
export function mayTry (state: StewardState, worker: WorkerRecord, unit: UnitIndex, capable: readonly WorkerRecord[], nowMs: number): boolean {
  const trouble = state.troubles.get(unit)
  if (trouble === undefined || !trouble.failedOn.has(worker.peer)) {
    return true
  }
  const hasWaited = nowMs - trouble.failedAtMs >= limits.OTHERS_MAY_TRY_MS
  return (hasWaited || capable.length >= state.capablePeers) &&
    capable.every((other) => trouble.failedOn.has(other.peer) || (hasWaited && !isEngaged(other)))
}

/** Whether a worker takes part in this job now. One that only shows up has other work, or is not to work. */
export function isEngaged (worker: WorkerRecord): boolean {
  return worker.claim !== undefined || worker.grants.size > 0
}

function speedShare (worker: WorkerRecord, { unitsPerMs }: CapableWorkers): number | undefined {
  return worker.speed.msPerUnit > 0 && unitsPerMs !== undefined && unitsPerMs > 0 ? 1 / worker.speed.msPerUnit / unitsPerMs : undefined
}
