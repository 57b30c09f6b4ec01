import { grantLease, inProgress } from '../lease.ts'
import * as limits from '../limits.ts'
import { rectFits, rectsOf, rectUnits, unitsIn } from '../rect.ts'
import { grantSize, heartbeatOf } from '../sizing.ts'
import { dropHolder, isCapable, leaseOfHolder, remember, requeue, tokenOf, troubleOf } from './state.ts'
import type { StewardEffect } from '../events.ts'
import type { UnitIndex } from '../ids.ts'
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
  const again: UnitIndex[] = []
  for (const unit of bounded(state, claim.holding)) {
    if (state.ledger.stateOf(unit) === 'open') {
      again.push(unit)
    }
  }
  for (const unit of bounded(state, claim.undelivered)) {
    const unitState = state.ledger.stateOf(unit)
    if (unitState === 'open' || (unitState === 'leased' && leaseOfHolder(state, worker.peer, unit) === undefined)) {
      again.push(unit)
    }
  }
  for (const unit of again) {
    lapsed.delete(unit)
  }
  if (again.length > 0) {
    const begun = Math.min(again.length, worker.begun + state.begunBefore)
    state.begunBefore -= Math.max(0, begun - worker.begun)
    grantUnits(state, worker, again, nowMs, effects, begun)
  }
  worker.begun = 0
  for (const unit of lapsed) {
    lapseUnit(state, unit, worker, 'front', 'the worker no longer has it', effects)
  }
}

/** A unit whose lease lapsed: counted, told, and put back in line. It is open already. */
export function lapseUnit (state: StewardState, unit: UnitIndex, worker: WorkerRecord, place: 'front' | 'back', reason: string, effects: StewardEffect[]): void {
  troubleOf(state, unit).lapses++
  state.account.event('lapsed')
  requeue(state, unit, place)
  effects.push({ type: 'unit', unit, state: 'lapsed', peer: worker.peer, ms: 0, reason })
}

/**
 * The units of rectangles a worker shows, cut at one lease's size: nobody can have more, and nobody may make us count more.
 * Rectangles outside the job are left out: a claim is a stranger's word, and the wire does not know the job's grid.
 */
function * bounded (state: StewardState, rects: readonly UnitRect[]): Generator<UnitIndex> {
  let left = limits.MAX_LEASE_UNITS
  for (const unit of unitsIn(state.grid, rects.filter((rect) => rectFits(state.grid, rect)))) {
    if (left-- === 0) {
      return
    }
    yield unit
  }
}

/**
 * Grants open units to a worker with a standing claim.
 * Returns undefined when it got some, else why not.
 */
export function grantOpen (state: StewardState, worker: WorkerRecord, nowMs: number, effects: StewardEffect[]): WaitReason | undefined {
  const refusal = refusalOf(state, worker, nowMs)
  if (refusal !== undefined) {
    return refusal
  }
  const capable = capableWorkers(state, nowMs)
  const open = state.ledger.count('open') - state.withheld.size
  const units = open <= 0
    ? []
    : state.agenda.take(
      grantSize({
        heartbeatMs: heartbeatOf(state.spec.leaseMs),
        speed: worker.speed,
        threads: Math.max(1, worker.threads),
        open,
        capablePeers: Math.max(capable.length, state.capablePeers, 1),
        speedShare: speedShare(worker, capable)
      }),
      (unit) => state.ledger.stateOf(unit) === 'open' && !state.withheld.has(unit),
      (unit) => mayTry(state, worker, unit, capable, nowMs)
    )
  if (units.length === 0) {
    return nowMs < state.hearingUntilMs ? 'hearing' : 'nothing-open'
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
export function capableWorkers (state: StewardState, nowMs: number): WorkerRecord[] {
  return [...state.workers.values()].filter((worker) => isCapable(state, worker, nowMs))
}

/**
 * A unit that failed on a worker goes to it again only when every capable worker has failed on it; a member that could render it but has
 * not claimed yet is waited for a little.
 */
function mayTry (state: StewardState, worker: WorkerRecord, unit: UnitIndex, capable: readonly WorkerRecord[], nowMs: number): boolean {
  const trouble = state.troubles.get(unit)
  if (trouble === undefined || !trouble.failedOn.has(worker.peer)) {
    return true
  }
  const othersMayCome = capable.length < state.capablePeers && nowMs - trouble.failedAtMs < limits.OTHERS_MAY_TRY_MS
  return !othersMayCome && capable.every((other) => trouble.failedOn.has(other.peer))
}

function speedShare (worker: WorkerRecord, capable: readonly WorkerRecord[]): number | undefined {
  let all = 0
  for (const { speed } of capable) {
    if (speed.msPerUnit <= 0) {
      return undefined
    }
    all += 1 / speed.msPerUnit
  }
  return worker.speed.msPerUnit > 0 && all > 0 ? 1 / worker.speed.msPerUnit / all : undefined
}
