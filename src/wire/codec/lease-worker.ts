import { WireError } from '../../errors.ts'
import * as pb from '../generated/lease.ts'
import { MAX_CLAIM_RECTS, MAX_RENEW_LEASES } from '../limits.ts'
import { duration, fittingLine, fittingLog, lineBytes, lineOf, list, textBytes, textOf, whole } from './check.ts'
import { epochOf, epochToWire, tokenOf, tokenToWire } from './fencing.ts'
import { hashBytes, hashOf } from './ids.ts'
import { openMessage, sealMessage, unknownMessage } from './message.ts'
import { checkRects, checkUnit, checkUnits } from './rects.ts'
import { words } from './words.ts'
import type { WireBytes } from './message.ts'
import type { Claim, LeaseReport, Release, Stale, UnitFailed, WorkerMessage } from '../../core/messages.ts'

const WHAT = 'message of a worker'

const releaseReasons = words<Release['reason'], pb.ReleaseReason>('reason of a release', {
  recalled: pb.ReleaseReason.RELEASE_REASON_RECALLED,
  leaving: pb.ReleaseReason.RELEASE_REASON_LEAVING,
  yield: pb.ReleaseReason.RELEASE_REASON_YIELD
})

/**
 * What a worker says on a lease stream. What grows with its work is cut to fit rather than refused, since the protocol bears it:
 * units that a claim does not show and leases that a renewal does not name lapse, and a reason or log is for people.
 *
 * @throws WireError
 */
export function encodeWorkerMessage (message: WorkerMessage): Uint8Array {
  return sealMessage(WHAT, pb.WorkerMessage.encode(toWire(message)), 'MAX_LEASE_MESSAGE_BYTES')
}

/**
 * Reads what a worker says on a lease stream.
 *
 * @throws WireError; see `isUnknownMessage`
 */
export function decodeWorkerMessage (bytes: WireBytes): WorkerMessage {
  const { claim, renew, started, failed, release, stale } = openMessage(WHAT, bytes, 'MAX_LEASE_MESSAGE_BYTES', pb.WorkerMessage.decode)
  if (claim !== undefined) {
    return claimOf(claim)
  }
  if (renew !== undefined) {
    return { type: 'renew', sequence: whole('sequence', renew.sequence, 0, Number.MAX_SAFE_INTEGER), leases: reportsOf(renew.leases) }
  }
  if (started !== undefined) {
    return { type: 'started', leases: reportsOf(started.leases) }
  }
  if (failed !== undefined) {
    return failedOf(failed)
  }
  if (release !== undefined) {
    return releaseOf(release)
  }
  if (stale !== undefined) {
    return staleOf(stale)
  }
  throw unknownMessage(WHAT)
}

function toWire (message: WorkerMessage): Partial<pb.WorkerMessage> {
  switch (message.type) {
    case 'claim': return { claim: claimToWire(message) }
    case 'renew': return {
      renew: { sequence: whole('sequence', message.sequence, 0, Number.MAX_SAFE_INTEGER), leases: reportsToWire(message.leases) }
    }
    case 'started': return { started: { leases: reportsToWire(message.leases) } }
    case 'failed': return { failed: failedToWire(message) }
    case 'release': return { release: releaseToWire(message) }
    case 'stale': return { stale: staleToWire(message) }
    default: throw new WireError(`a worker says nothing like "${String((message satisfies never as { type?: unknown }).type)}"`)
  }
}

function claimToWire (claim: Claim): pb.Claim {
  return {
    job: hashBytes('job', claim.job),
    fingerprint: lineBytes('fingerprint', claim.fingerprint, 'MAX_FINGERPRINT_BYTES'),
    threads: whole('threads', claim.threads, 0, 'MAX_THREADS'),
    fixedMs: duration('fixed cost', claim.speed.fixedMs),
    msPerUnit: duration('time per unit', claim.speed.msPerUnit),
    holding: checkRects('held units', claim.holding.slice(0, MAX_CLAIM_RECTS), 'MAX_CLAIM_RECTS'),
    undelivered: checkRects('undelivered units', claim.undelivered.slice(0, MAX_CLAIM_RECTS), 'MAX_CLAIM_RECTS')
  }
}

function claimOf (claim: pb.Claim): Claim {
  return {
    type: 'claim',
    job: hashOf('job', claim.job),
    fingerprint: lineOf('fingerprint', claim.fingerprint, 'MAX_FINGERPRINT_BYTES'),
    threads: whole('threads', claim.threads, 0, 'MAX_THREADS'),
    speed: { fixedMs: duration('fixed cost', claim.fixedMs), msPerUnit: duration('time per unit', claim.msPerUnit) },
    holding: checkRects('held units', claim.holding, 'MAX_CLAIM_RECTS'),
    undelivered: checkRects('undelivered units', claim.undelivered, 'MAX_CLAIM_RECTS')
  }
}

function reportsToWire (leases: readonly LeaseReport[]): pb.LeaseReport[] {
  return list('leases', leases.slice(0, MAX_RENEW_LEASES), 'MAX_RENEW_LEASES', ({ job, token, started }) => ({
    job: hashBytes('job', job),
    token: tokenToWire(token),
    startedUnits: checkUnits('started units', started)
  }))
}

function reportsOf (leases: readonly pb.LeaseReport[]): LeaseReport[] {
  return list('leases', leases, 'MAX_RENEW_LEASES', ({ job, token, startedUnits }) => ({
    job: hashOf('job', job),
    token: tokenOf(token),
    started: checkUnits('started units', startedUnits)
  }))
}

function failedToWire (failed: UnitFailed): pb.UnitFailed {
  return {
    job: hashBytes('job', failed.job),
    token: tokenToWire(failed.token),
    unit: checkUnit(failed.unit),
    reason: lineBytes('reason', fittingLine(failed.reason, 'MAX_REASON_BYTES'), 'MAX_REASON_BYTES'),
    log: textBytes('log', fittingLog(failed.log, 'MAX_LOG_BYTES'), 'MAX_LOG_BYTES'),
    ofPeer: failed.fault === 'peer'
  }
}

function failedOf (failed: pb.UnitFailed): UnitFailed {
  return {
    type: 'failed',
    job: hashOf('job', failed.job),
    token: tokenOf(failed.token),
    unit: checkUnit(failed.unit),
    reason: lineOf('reason', failed.reason, 'MAX_REASON_BYTES'),
    log: textOf('log', failed.log, 'MAX_LOG_BYTES'),
    ...(failed.ofPeer ? { fault: 'peer' } : {})
  }
}

function releaseToWire (release: Release): pb.Release {
  return {
    job: hashBytes('job', release.job),
    token: tokenToWire(release.token),
    rects: checkRects('released units', release.rects, 'MAX_RELEASE_RECTS'),
    reason: releaseReasons.toWire(release.reason)
  }
}

function releaseOf (release: pb.Release): Release {
  return {
    type: 'release',
    job: hashOf('job', release.job),
    token: tokenOf(release.token),
    rects: checkRects('released units', release.rects, 'MAX_RELEASE_RECTS'),
    reason: releaseReasons.fromWire(release.reason)
  }
}

/** Either side of a lease stream may say that the other is out of date. */
export function staleToWire (stale: Stale): pb.Stale {
  return { job: hashBytes('job', stale.job), epoch: epochToWire(stale.epoch) }
}

/** The reverse of {@link staleToWire}. */
export function staleOf (stale: pb.Stale): Stale {
  return { type: 'stale', job: hashOf('job', stale.job), epoch: epochOf(stale.epoch) }
}
