import { Account } from '../account.ts'
import { Agenda } from '../agenda.ts'
import { endLease } from '../lease.ts'
import { Ledger, UnitSet } from '../ledger.ts'
import * as limits from '../limits.ts'
import { rectsHold } from '../rect.ts'
import { gridOf } from '../units.ts'
import { UnitTimes } from '../unit-times.ts'
import type { AccountTotals } from '../account.ts'
import type { Epoch, Token } from '../epoch.ts'
import type { StewardEffect } from '../events.ts'
import type { GrantNumber, JobId, PeerId, UnitIndex } from '../ids.ts'
import type { JobSpec, JobState } from '../job.ts'
import type { Lease, PastLease } from '../lease.ts'
import type { UnitRange, WaitReason, WorkerSpeed } from '../messages.ts'
import type { UnitGrid } from '../units.ts'

/** Whether a worker's lease stream is there. */
export type WorkerLink =
  | { readonly state: 'connected', readonly sinceMs: number }
  | { readonly state: 'lost', readonly sinceMs: number, readonly graceMs: number }

/** What a steward knows of one worker of its job. */
export interface WorkerRecord {
  readonly peer: PeerId
  link: WorkerLink
  fingerprint: string
  threads: number
  speed: WorkerSpeed
  /** How long one unit takes it, milliseconds, as a moving average; 0: none finished yet. */
  unitMs: number
  /** Set while it waits for a grant, with the reason it was last told. */
  claim: { readonly sinceMs: number, told: WaitReason | undefined } | undefined
  readonly grants: Set<GrantNumber>
  /** Grants from before its present stream, until it has shown what it still holds. */
  unshown: Set<GrantNumber>
  failuresInRow: number
  avoidedUntilMs: number
  heardAtMs: number
  /** When it last started or finished a unit, or got the first one it holds. Steward's clock, milliseconds. */
  progressAtMs: number
  /** When a recall last went unanswered, or brought nothing; it is asked again only after it was heard since. */
  deafSinceMs: number | undefined
  /** How much of the log of accepted units it has been told. */
  toldAccepted: number
  /** Renders it began under leases that ended before their results came: granted again they are no new executions. */
  begun: number
  /** Grants below this number that ended are counted no further: what it had begun under them it has shown since. */
  countedFrom: GrantNumber
}

/** A unit that lapsed or failed before. */
export interface Trouble {
  lapses: number
  failures: number
  /** When it last failed; steward's clock, milliseconds. */
  failedAtMs: number
  readonly failedOn: Set<PeerId>
}

/** What a steward does for idle workers when nothing is open: both, unless somebody measures what they bring. */
export interface TailPolicy {
  /** Whether units that are not started are asked back from the busiest worker. */
  readonly recall: 'on' | 'off'
  /** Whether the slowest units are rendered a second time. */
  readonly race: 'on' | 'off'
}

/** What a steward starts from: nothing, or what its journal gave back. */
export interface StewardInit {
  readonly job: JobId
  readonly spec: JobSpec
  readonly epoch: Epoch
  readonly control: JobState
  readonly accepted?: readonly UnitRange[]
  readonly parked?: readonly UnitIndex[]
  /** Units that were out when this peer went down, and at whom: held back until the workers had time to show what they hold. */
  readonly out?: Iterable<readonly [UnitIndex, PeerId]>
  /** Units that other stewardships accepted and whose results are not here yet: not granted, and accepted once they are collected. */
  readonly elsewhere?: UnitSet
  /**
   * What is held back while this stewardship hears its workers: the units of `out`, or, after a take-over, everything that no worker shows.
   *
   * @default 'withheld'
   */
  readonly hearing?: 'withheld' | 'everyone'
  readonly totals?: AccountTotals
  /** @default both on */
  readonly tail?: TailPolicy
  readonly nowMs: number
}

/** Everything a steward knows of its job. Changed only by the functions of this folder. */
export interface StewardState {
  readonly job: JobId
  readonly spec: JobSpec
  readonly grid: UnitGrid
  readonly epoch: Epoch
  readonly tail: TailPolicy
  control: JobState
  readonly ledger: Ledger
  readonly agenda: Agenda
  readonly account: Account
  readonly times: UnitTimes
  readonly leases: Map<GrantNumber, Lease>
  readonly past: Map<GrantNumber, PastLease>
  /** Live grants of each leased unit: one, or two while it is raced. */
  readonly holders: Map<UnitIndex, GrantNumber[]>
  readonly workers: Map<PeerId, WorkerRecord>
  readonly troubles: Map<UnitIndex, Trouble>
  /** Units that were out before a restart and that nobody has shown yet, and at whom they were. */
  readonly withheld: Map<UnitIndex, PeerId>
  /** Units that are open here and accepted by another stewardship: never granted, until they are collected or lost. */
  readonly elsewhere: UnitSet
  readonly hearing: 'withheld' | 'everyone'
  readonly hearingUntilMs: number
  nextGrant: GrantNumber
  /** Renders that were under way before a restart, at any worker. */
  begunBefore: number
  /** Connected members that could render this job, as the mesh knows; at least those that claim. */
  capablePeers: number
  /** The latest accepted units in order; the first has the number `acceptedLogStart`. */
  readonly acceptedLog: UnitIndex[]
  acceptedLogStart: number
  completed: boolean
  /** Until then nothing is granted and nothing lapses: this peer slept, and does not know whether it still stewards the job. */
  doubtedUntilMs: number
}

/** A steward's state at the beginning of its stewardship. */
export function stewardState (init: StewardInit): StewardState {
  const grid = gridOf(init.spec)
  const ledger = new Ledger(grid.units)
  for (const { first, end } of init.accepted ?? []) {
    for (let unit = first; unit < end; unit++) {
      ledger.accept(unit)
    }
  }
  const elsewhere = new UnitSet(grid.units)
  for (const unit of init.elsewhere?.values() ?? []) {
    if (unit < grid.units && ledger.stateOf(unit) === 'open') {
      elsewhere.add(unit)
    }
  }
  for (const unit of init.parked ?? []) {
    if (!elsewhere.has(unit)) {
      ledger.park(unit)
    }
  }
  const withheld = new Map<UnitIndex, PeerId>()
  for (const [unit, peer] of init.out ?? []) {
    if (ledger.stateOf(unit) === 'open' && !elsewhere.has(unit)) {
      withheld.set(unit, peer)
    }
  }
  return {
    job: init.job,
    spec: init.spec,
    grid,
    epoch: init.epoch,
    tail: init.tail ?? { recall: 'on', race: 'on' },
    control: init.control,
    ledger,
    agenda: new Agenda(grid),
    account: new Account(init.totals),
    times: new UnitTimes(),
    leases: new Map(),
    past: new Map(),
    holders: new Map(),
    workers: new Map(),
    troubles: new Map(),
    withheld,
    elsewhere,
    hearing: init.hearing ?? 'withheld',
    hearingUntilMs: withheld.size > 0 || init.hearing === 'everyone' ? init.nowMs + limits.RESTART_HEARING_MS : init.nowMs,
    nextGrant: 1,
    begunBefore: init.totals === undefined ? 0 : begunBefore(init.totals),
    capablePeers: 1,
    acceptedLog: [],
    acceptedLogStart: 0,
    completed: false,
    doubtedUntilMs: -Infinity
  }
}

/** Renders of which the totals tell no end. A lapse may have ended one or not, so there may be more. */
function begunBefore ({ executions, failed, lapsed, raced, byPeer }: AccountTotals): number {
  const delivered = Object.values(byPeer).reduce((sum, units) => sum + units, 0)
  return Math.max(0, executions - delivered - failed - lapsed - raced)
}

/** How many units could be granted: open, not held back, and not accepted by another stewardship. */
export function grantable ({ ledger, withheld, elsewhere }: Readonly<StewardState>): number {
  return ledger.count('open') - withheld.size - elsewhere.size
}

/** Whether a unit is open and nobody is known to have its result. */
export function isWanted ({ ledger, elsewhere }: Readonly<StewardState>, unit: UnitIndex): boolean {
  return ledger.stateOf(unit) === 'open' && !elsewhere.has(unit)
}

/** The record of a worker, made when it is first heard of. */
export function workerOf (state: StewardState, peer: PeerId, nowMs: number): WorkerRecord {
  let record = state.workers.get(peer)
  if (record === undefined) {
    record = {
      peer,
      link: { state: 'connected', sinceMs: nowMs },
      fingerprint: '',
      threads: 0,
      speed: { fixedMs: 0, msPerUnit: 0 },
      unitMs: 0,
      claim: undefined,
      grants: new Set(),
      unshown: new Set(),
      failuresInRow: 0,
      avoidedUntilMs: 0,
      heardAtMs: nowMs,
      progressAtMs: nowMs,
      deafSinceMs: undefined,
      toldAccepted: state.acceptedLogStart + state.acceptedLog.length,
      begun: 0,
      countedFrom: 0
    }
    state.workers.set(peer, record)
  }
  return record
}

/** Whether a worker can be granted units of this job now or soon. */
export function isCapable (state: StewardState, worker: WorkerRecord, nowMs: number): boolean {
  return worker.link.state === 'connected' && worker.fingerprint === state.spec.fingerprint && worker.avoidedUntilMs <= nowMs
}

/** The token of a grant of this stewardship. */
export function tokenOf (state: StewardState, grant: GrantNumber): Token {
  return { epoch: state.epoch, grant }
}

/** The trouble record of a unit, made when it first has any. */
export function troubleOf (state: StewardState, unit: UnitIndex): Trouble {
  let trouble = state.troubles.get(unit)
  if (trouble === undefined) {
    trouble = { lapses: 0, failures: 0, failedAtMs: -Infinity, failedOn: new Set() }
    state.troubles.set(unit, trouble)
  }
  return trouble
}

/** Takes a unit out of one lease; the unit's ledger state is the caller's business. Ends the lease when it was its last. */
export function dropHolder (state: StewardState, unit: UnitIndex, grant: GrantNumber): void {
  const others = (state.holders.get(unit) ?? []).filter((holder) => holder !== grant)
  if (others.length === 0) {
    state.holders.delete(unit)
  } else {
    state.holders.set(unit, others)
  }
  const lease = state.leases.get(grant)
  if (lease?.remaining.delete(unit) === true && lease.remaining.size === 0) {
    remember(state, lease)
  }
}

/** Moves a lease that ended to those that are only remembered. */
export function remember (state: StewardState, lease: Lease): void {
  state.leases.delete(lease.grant)
  state.workers.get(lease.worker)?.grants.delete(lease.grant)
  state.workers.get(lease.worker)?.unshown.delete(lease.grant)
  state.past.set(lease.grant, endLease(lease))
  if (state.past.size > limits.MAX_REMEMBERED_GRANTS) {
    const [oldest] = state.past.keys()
    state.past.delete(oldest!)
  }
}

/** A unit is open again and stands in line: at the back when its holder fell silent or it has been trouble before, else at the front. */
export function requeue (state: StewardState, unit: UnitIndex, place: 'front' | 'back'): void {
  const trouble = state.troubles.get(unit)
  const often = trouble !== undefined && trouble.lapses + trouble.failures >= limits.BACK_AFTER_TROUBLES
  if (place === 'back' || often) {
    state.agenda.toBack(unit)
  } else {
    state.agenda.toFront(unit)
  }
}

/** The live lease under which a worker holds a unit. */
export function leaseOfHolder (state: StewardState, worker: PeerId, unit: UnitIndex): Lease | undefined {
  for (const grant of state.holders.get(unit) ?? []) {
    const lease = state.leases.get(grant)!
    if (lease.worker === worker) {
      return lease
    }
  }
  return undefined
}

/** The lease, live or past, that a token names, if it is this worker's and holds the unit. */
export function leaseOfToken (state: StewardState, token: Token, worker: PeerId, unit: UnitIndex): Lease | PastLease | undefined {
  const lease = state.leases.get(token.grant) ?? state.past.get(token.grant)
  if (lease === undefined || lease.worker !== worker || !rectsHold(state.grid, lease.rects, unit)) {
    return undefined
  }
  return lease
}

/** Notes that a lease's worker has started `started` units of it in all. */
export function noteStarted (state: StewardState, lease: Lease | PastLease, started: number, nowMs: number, effects: StewardEffect[]): void {
  const most = lease.rects.reduce((sum, rect) => sum + (rect.x1 - rect.x0) * (rect.y1 - rect.y0) * (rect.run1 - rect.run0), 0)
  const count = Math.min(started, most) - lease.started
  if (count > 0) {
    lease.started += count
    state.account.started(count)
    effects.push({ type: 'started', count })
    if ('progressAtMs' in lease) {
      lease.progressAtMs = nowMs
      workerOf(state, lease.worker, nowMs).progressAtMs = nowMs
    }
  }
}
