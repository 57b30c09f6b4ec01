import { MAX_LEASE_MS, MAX_LEASE_UNITS, MIN_LEASE_MS } from '../../core/limits.ts'
import { WireError } from '../../errors.ts'
import * as pb from '../generated/lease.ts'
import { MAX_RENEWED_JOBS, MAX_RENEWED_RANGES, MIN_HEARTBEAT_MS } from '../limits.ts'
import { bytesOf, duration, list, whole, within } from './check.ts'
import { decodeControl } from './control.ts'
import { tokenOf, tokenToWire } from './fencing.ts'
import { hashBytes, hashOf } from './ids.ts'
import { staleOf, staleToWire } from './lease-worker.ts'
import { openMessage, sealMessage, unknownMessage } from './message.ts'
import { checkGrantRects, checkRange, checkRects } from './rects.ts'
import { words } from './words.ts'
import type { WireBytes } from './message.ts'
import type { ControlPush, Grant, Recall, Renewed, Revoke, RevokeReason, StewardMessage, Wait, WaitReason } from '../../core/messages.ts'

const WHAT = 'message of a steward'

const waitReasons = words<WaitReason, pb.WaitReason>('reason to wait', {
  'nothing-open': pb.WaitReason.WAIT_REASON_NOTHING_OPEN,
  hearing: pb.WaitReason.WAIT_REASON_HEARING,
  paused: pb.WaitReason.WAIT_REASON_PAUSED,
  ended: pb.WaitReason.WAIT_REASON_ENDED,
  avoided: pb.WaitReason.WAIT_REASON_AVOIDED,
  fingerprint: pb.WaitReason.WAIT_REASON_FINGERPRINT,
  'unknown-job': pb.WaitReason.WAIT_REASON_UNKNOWN_JOB,
  shown: pb.WaitReason.WAIT_REASON_SHOWN
})

const revokeReasons = words<RevokeReason, pb.RevokeReason>('reason to revoke', {
  cancelled: pb.RevokeReason.REVOKE_REASON_CANCELLED,
  paused: pb.RevokeReason.REVOKE_REASON_PAUSED,
  finished: pb.RevokeReason.REVOKE_REASON_FINISHED,
  'race-lost': pb.RevokeReason.REVOKE_REASON_RACE_LOST,
  lapsed: pb.RevokeReason.REVOKE_REASON_LAPSED,
  'no-progress': pb.RevokeReason.REVOKE_REASON_NO_PROGRESS
})

/**
 * What a steward says on a lease stream. Of accepted units as many ranges are told as fit: a worker learns the rest by digest exchange.
 *
 * @throws WireError
 */
export function encodeStewardMessage (message: StewardMessage): Uint8Array {
  return sealMessage(WHAT, pb.StewardMessage.encode(toWire(message)), 'MAX_LEASE_MESSAGE_BYTES')
}

/**
 * Reads what a steward says on a lease stream. The signature of a pushed control word is for the caller to check: it knows the requester.
 *
 * @throws WireError; see `isUnknownMessage`
 */
export function decodeStewardMessage (bytes: WireBytes): StewardMessage {
  const { grant, wait, recall, revoke, renewed, control, stale } = openMessage(WHAT, bytes, 'MAX_LEASE_MESSAGE_BYTES', pb.StewardMessage.decode)
  if (grant !== undefined) {
    return grantOf(grant)
  }
  if (wait !== undefined) {
    return { type: 'wait', job: hashOf('job', wait.job), retryMs: checkRetry(wait.retryMs), reason: waitReasons.fromWire(wait.reason) }
  }
  if (recall !== undefined) {
    return { type: 'recall', job: hashOf('job', recall.job), token: tokenOf(recall.token), units: checkRecalled(recall.units) }
  }
  if (revoke !== undefined) {
    return revokeOf(revoke)
  }
  if (renewed !== undefined) {
    return renewedOf(renewed)
  }
  if (control !== undefined) {
    return controlOf(control)
  }
  if (stale !== undefined) {
    return staleOf(stale)
  }
  throw unknownMessage(WHAT)
}

function toWire (message: StewardMessage): Partial<pb.StewardMessage> {
  switch (message.type) {
    case 'grant': return { grant: grantToWire(message) }
    case 'wait': return { wait: waitToWire(message) }
    case 'recall': return { recall: recallToWire(message) }
    case 'revoke': return { revoke: revokeToWire(message) }
    case 'renewed': return { renewed: renewedToWire(message) }
    case 'control': return { control: controlToWire(message) }
    case 'stale': return { stale: staleToWire(message) }
    default: throw new WireError(`a steward says nothing like "${String((message satisfies never as { type?: unknown }).type)}"`)
  }
}

function grantToWire (grant: Grant): pb.Grant {
  return {
    job: hashBytes('job', grant.job),
    token: tokenToWire(grant.token),
    rects: checkGrantRects(grant.rects),
    leaseMs: checkLease(grant.leaseMs),
    heartbeatMs: checkHeartbeat(grant.heartbeatMs)
  }
}

function grantOf (grant: pb.Grant): Grant {
  return {
    type: 'grant',
    job: hashOf('job', grant.job),
    token: tokenOf(grant.token),
    rects: checkGrantRects(grant.rects),
    leaseMs: checkLease(grant.leaseMs),
    heartbeatMs: checkHeartbeat(grant.heartbeatMs)
  }
}

function checkLease (leaseMs: number): number {
  return between('lease', leaseMs, MIN_LEASE_MS, MAX_LEASE_MS)
}

function checkHeartbeat (heartbeatMs: number): number {
  return between('heartbeat', heartbeatMs, MIN_HEARTBEAT_MS, MAX_LEASE_MS)
}

/** Nobody is told to wait for longer than the longest lease. */
function checkRetry (retryMs: number): number {
  return between('time to wait', retryMs, 0, MAX_LEASE_MS)
}

function between (what: string, valueMs: number, leastMs: number, mostMs: number): number {
  if (duration(what, valueMs) < leastMs || valueMs > mostMs) {
    throw new WireError(`${what} must be ${leastMs} … ${mostMs} ms, not ${valueMs}`)
  }
  return valueMs + 0
}

function waitToWire (wait: Wait): pb.Wait {
  return { job: hashBytes('job', wait.job), retryMs: checkRetry(wait.retryMs), reason: waitReasons.toWire(wait.reason) }
}

function recallToWire (recall: Recall): pb.Recall {
  return { job: hashBytes('job', recall.job), token: tokenToWire(recall.token), units: checkRecalled(recall.units) }
}

function checkRecalled (units: number): number {
  return whole('recalled units', units, 1, MAX_LEASE_UNITS)
}

function revokeToWire (revoke: Revoke): pb.Revoke {
  return {
    job: hashBytes('job', revoke.job),
    token: tokenToWire(revoke.token),
    rects: checkRects('revoked units', revoke.rects, 'MAX_RELEASE_RECTS'),
    reason: revokeReasons.toWire(revoke.reason)
  }
}

function revokeOf (revoke: pb.Revoke): Revoke {
  return {
    type: 'revoke',
    job: hashOf('job', revoke.job),
    token: tokenOf(revoke.token),
    rects: checkRects('revoked units', revoke.rects, 'MAX_RELEASE_RECTS'),
    reason: revokeReasons.fromWire(revoke.reason)
  }
}

function renewedToWire (renewed: Renewed): pb.Renewed {
  return {
    sequence: whole('sequence', renewed.sequence, 0, Number.MAX_SAFE_INTEGER),
    live: list('live leases', renewed.live, 'MAX_RENEW_LEASES', ({ job, token }) => ({ job: hashBytes('job', job), token: tokenToWire(token) })),
    accepted: fittingRanges(renewed.accepted).map(({ job, ranges }) => ({ job: hashBytes('job', job), ranges: ranges.map(checkRange) }))
  }
}

function fittingRanges (accepted: Renewed['accepted']): Renewed['accepted'] {
  let room = MAX_RENEWED_RANGES
  return accepted.slice(0, MAX_RENEWED_JOBS).map(({ job, ranges }) => {
    const fitting = ranges.slice(0, room)
    room -= fitting.length
    return { job, ranges: fitting }
  })
}

function renewedOf (renewed: pb.Renewed): Renewed {
  checkRanges(renewed.accepted)
  return {
    type: 'renewed',
    sequence: whole('sequence', renewed.sequence, 0, Number.MAX_SAFE_INTEGER),
    live: list('live leases', renewed.live, 'MAX_RENEW_LEASES', ({ job, token }) => ({ job: hashOf('job', job), token: tokenOf(token) })),
    accepted: list('jobs with accepted units', renewed.accepted, 'MAX_RENEWED_JOBS', ({ job, ranges }) => ({
      job: hashOf('job', job),
      ranges: list('accepted ranges', ranges, 'MAX_RENEWED_RANGES', checkRange)
    }))
  }
}

/** The limit of ranges counts those of all jobs together; the schema can only bound those of each. */
function checkRanges (accepted: readonly { readonly ranges: readonly unknown[] }[]): void {
  within('accepted ranges', accepted.reduce((sum, { ranges }) => sum + ranges.length, 0), 'MAX_RENEWED_RANGES')
}

function controlToWire ({ control }: ControlPush): pb.ControlPush {
  return {
    control: bytesOf('control word', control.bytes, 1, 'MAX_CONTROL_BYTES'),
    signature: bytesOf('signature', control.signature, 1, 'MAX_SIGNATURE_BYTES')
  }
}

function controlOf (push: pb.ControlPush): ControlPush {
  const bytes = bytesOf('control word', push.control, 1, 'MAX_CONTROL_BYTES')
  return {
    type: 'control',
    control: { control: decodeControl(bytes), bytes, signature: bytesOf('signature', push.signature, 1, 'MAX_SIGNATURE_BYTES') }
  }
}
