import { rectsOf, unitsIn } from '../../src/core/rect.ts'
import { Steward } from '../../src/core/steward/steward.ts'
import { contentOf, gridOf, unitBytes } from '../../src/core/units.ts'
import { jobSpec } from './job-spec.ts'
import type { Epoch, Token } from '../../src/core/epoch.ts'
import type { StewardEffect } from '../../src/core/events.ts'
import type { GrantNumber, PeerId, UnitIndex } from '../../src/core/ids.ts'
import type { JobSpec } from '../../src/core/job.ts'
import type { Claim, Grant, LeaseReport, Recall, Release, ResultHead, Revoke, StewardMessage, WaitReason, UnitFailed } from '../../src/core/messages.ts'
import type { StewardInit } from '../../src/core/steward/state.ts'
import type { UnitGrid } from '../../src/core/units.ts'

export const JOB = 'a'.repeat(64)
export const EPOCH: Epoch = { round: 1, peer: 'requester', instance: 7 }

/** What a claim says beyond who claims. */
export interface ClaimOptions {
  readonly threads?: number
  readonly fixedMs?: number
  readonly msPerUnit?: number
  readonly fingerprint?: string
  readonly holding?: readonly UnitIndex[]
  readonly undelivered?: readonly UnitIndex[]
}

/** A steward on a bench: short words for what happens to it, and for what it answers. Time stands still unless it is moved. */
export class StewardBench {
  readonly spec: JobSpec
  readonly grid: UnitGrid
  readonly steward: Steward
  nowMs = 1_000

  constructor (spec: Partial<JobSpec> = {}, init: Partial<StewardInit> = {}) {
    this.spec = jobSpec(spec)
    this.grid = gridOf(this.spec)
    this.steward = new Steward({ job: JOB, spec: this.spec, epoch: EPOCH, control: 'running', nowMs: this.nowMs, ...init })
  }

  get view (): Steward['view'] {
    return this.steward.view
  }

  connect (...peers: readonly PeerId[]): void {
    for (const peer of peers) {
      this.steward.connected(peer, this.nowMs)
    }
  }

  claim (peer: PeerId, { threads = 1, fixedMs = 0, msPerUnit = 0, fingerprint = this.spec.fingerprint, holding = [], undelivered = [] }: ClaimOptions = {}): StewardEffect[] {
    const claim: Claim = {
      type: 'claim',
      job: JOB,
      fingerprint,
      threads,
      speed: { fixedMs, msPerUnit },
      holding: rectsOf(this.grid, holding),
      undelivered: rectsOf(this.grid, undelivered)
    }
    return this.steward.claim(peer, claim, this.nowMs)
  }

  /** Claims with the first message of a stream; the units granted. */
  take (peer: PeerId, options: ClaimOptions = {}): UnitIndex[] {
    return granted(this.grid, this.claim(peer, options), peer)
  }

  renew (peer: PeerId, ...grants: readonly GrantNumber[]): ReturnType<Steward['renew']> {
    return this.steward.renew(peer, grants.map((grant) => report(grant, 0)), this.nowMs)
  }

  start (peer: PeerId, grant: GrantNumber, started: number): StewardEffect[] {
    return this.steward.started(peer, [report(grant, started)], this.nowMs)
  }

  head (unit: UnitIndex, grant: GrantNumber, renderMs = 100): ResultHead {
    return {
      job: JOB,
      unit,
      token: token(grant),
      content: contentOf(this.grid),
      bytes: unitBytes(this.grid, unit),
      sha256: '0'.repeat(64),
      phases: { transferMs: 0, loadMs: 0, renderMs }
    }
  }

  /** Delivers a result that was judged `take`. */
  accept (peer: PeerId, unit: UnitIndex, grant: GrantNumber, renderMs = 100): StewardEffect[] {
    const head = this.head(unit, grant, renderMs)
    return this.steward.accept(head, { unit, worker: peer, bytes: head.bytes, phases: head.phases }, this.nowMs)
  }

  fail (peer: PeerId, unit: UnitIndex, grant: GrantNumber, fault?: UnitFailed['fault']): StewardEffect[] {
    return this.steward.failed(peer, { type: 'failed', job: JOB, token: token(grant), unit, reason: 'no memory', log: '', fault }, this.nowMs)
  }

  release (peer: PeerId, grant: GrantNumber, units: readonly UnitIndex[], reason: Release['reason'] = 'recalled'): StewardEffect[] {
    return this.steward.release(peer, { type: 'release', job: JOB, token: token(grant), rects: rectsOf(this.grid, units), reason }, this.nowMs)
  }

  /** Lets time pass in one step. */
  pass (ms: number): StewardEffect[] {
    this.nowMs += ms
    return this.steward.tick(this.nowMs)
  }

  /** The live grant under which a worker holds a unit. */
  grantOf (peer: PeerId, unit: UnitIndex): GrantNumber {
    const grant = this.view.holders.get(unit)?.find((number) => this.view.leases.get(number)?.worker === peer)
    if (grant === undefined) {
      throw new Error(`${peer} holds no unit ${unit}`)
    }
    return grant
  }

  /** Accepts all units but these, as delivered by a peer that is not there any more. */
  finishAllBut (...left: readonly UnitIndex[]): void {
    for (let unit = 0; unit < this.grid.units; unit++) {
      if (!left.includes(unit) && this.view.ledger.stateOf(unit) !== 'accepted') {
        this.accept('gone', unit, 1_000_000)
      }
    }
  }
}

export function token (grant: GrantNumber, epoch = EPOCH): Token {
  return { epoch, grant }
}

export function report (grant: GrantNumber, started: number): LeaseReport {
  return { job: JOB, token: token(grant), started }
}

/** Messages of one type, in order; to one peer, if it is named. */
export function sent<Type extends StewardMessage['type']> (effects: readonly StewardEffect[], type: Type, to?: PeerId): Extract<StewardMessage, { type: Type }>[] {
  const messages: Extract<StewardMessage, { type: Type }>[] = []
  for (const effect of effects) {
    if (effect.type === 'send' && effect.message.type === type && (to === undefined || effect.to === to)) {
      messages.push(effect.message as Extract<StewardMessage, { type: Type }>)
    }
  }
  return messages
}

/** The units that grants name, in their order. */
export function granted (grid: UnitGrid, effects: readonly StewardEffect[], to?: PeerId): UnitIndex[] {
  return sent(effects, 'grant', to).flatMap((grant: Grant) => [...unitsIn(grid, grant.rects)])
}

/** Why peers are told to wait. */
export function waits (effects: readonly StewardEffect[], to?: PeerId): WaitReason[] {
  return sent(effects, 'wait', to).map(({ reason }) => reason)
}

export function recalls (effects: readonly StewardEffect[]): { readonly to: PeerId, readonly grant: GrantNumber, readonly units: number }[] {
  return effects.flatMap((effect) => effect.type === 'send' && effect.message.type === 'recall'
    ? [{ to: effect.to, grant: (effect.message satisfies Recall).token.grant, units: effect.message.units }]
    : [])
}

export function revokes (effects: readonly StewardEffect[]): { readonly to: PeerId, readonly reason: Revoke['reason'] }[] {
  return effects.flatMap((effect) => effect.type === 'send' && effect.message.type === 'revoke' ? [{ to: effect.to, reason: effect.message.reason }] : [])
}

/** Units of which something is told. */
export function told (effects: readonly StewardEffect[], state: (StewardEffect & { type: 'unit' })['state']): UnitIndex[] {
  return effects.flatMap((effect) => effect.type === 'unit' && effect.state === state ? [effect.unit] : [])
}
