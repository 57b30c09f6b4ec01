import { WireError } from '../../errors.ts'
import * as pb from '../generated/gossip.ts'
import { bytesOf, list, whole, within } from './check.ts'
import { epochOf, epochToWire } from './fencing.ts'
import { digestBytes, digestOf, hashBytes, hashOf, peerBytes, peerOf } from './ids.ts'
import { openMessage, sealMessage, unknownMessage } from './message.ts'
import { checkUnits } from './rects.ts'
import type { LimitName } from './check.ts'
import type { WireBytes } from './message.ts'
import type { Beacon, BeaconJob } from '../../core/messages.ts'

const WHAT = 'gossip message'

/** The bytes of a job or control word as the requester signed them, not yet opened nor verified. */
export interface SignedBytes {
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
  /** In libp2p's encoding; only when the requester's id does not contain its key. */
  readonly publicKey?: Uint8Array
}

/** Everything that is gossiped. */
export type GossipMessage =
  | { readonly type: 'job' } & SignedBytes
  | { readonly type: 'control' } & SignedBytes
  | { readonly type: 'beacon', readonly beacon: Beacon }

/** A message for the mesh's topic. A beacon is held to a lower limit than the others. @throws WireError */
export function encodeGossip (message: GossipMessage): Uint8Array {
  switch (message.type) {
    case 'job': return seal({ job: recordToWire('job', message, 'MAX_JOB_BYTES') })
    case 'control': return seal({ control: recordToWire('control word', message, 'MAX_CONTROL_BYTES') })
    case 'beacon': return sealMessage('beacon', seal({ beacon: beaconToWire(message.beacon) }), 'MAX_BEACON_BYTES')
    default: throw new WireError(`nothing like "${String((message satisfies never as { type?: unknown }).type)}" is gossiped`)
  }
}

/**
 * Reads a message of the mesh's topic. Signatures are for the caller to check, and whether a beacon came from its steward.
 *
 * @throws WireError; see `isUnknownMessage`
 */
export function decodeGossip (bytes: WireBytes): GossipMessage {
  const { job, control, beacon } = openMessage(WHAT, bytes, 'MAX_GOSSIP_BYTES', pb.GossipMessage.decode)
  if (job !== undefined) {
    return { type: 'job', ...recordOf('job', job, 'MAX_JOB_BYTES') }
  }
  if (control !== undefined) {
    return { type: 'control', ...recordOf('control word', control, 'MAX_CONTROL_BYTES') }
  }
  if (beacon !== undefined) {
    within('bytes of a beacon', bytes.byteLength, 'MAX_BEACON_BYTES')
    return { type: 'beacon', beacon: beaconOf(beacon) }
  }
  throw unknownMessage(WHAT)
}

function seal (message: Partial<pb.GossipMessage>): Uint8Array {
  return sealMessage(WHAT, pb.GossipMessage.encode(message), 'MAX_GOSSIP_BYTES')
}

function recordToWire (what: string, record: SignedBytes, limit: LimitName): pb.SignedRecord {
  return {
    record: bytesOf(what, record.bytes, 1, limit),
    signature: bytesOf('signature', record.signature, 1, 'MAX_SIGNATURE_BYTES'),
    publicKey: record.publicKey === undefined ? undefined : bytesOf('public key', record.publicKey, 1, 'MAX_PUBLIC_KEY_BYTES')
  }
}

function recordOf (what: string, message: pb.SignedRecord, limit: LimitName): SignedBytes {
  const record = { bytes: bytesOf(what, message.record, 1, limit), signature: bytesOf('signature', message.signature, 1, 'MAX_SIGNATURE_BYTES') }
  return message.publicKey === undefined ? record : { ...record, publicKey: bytesOf('public key', message.publicKey, 1, 'MAX_PUBLIC_KEY_BYTES') }
}

function beaconToWire (beacon: Beacon): pb.Beacon {
  return {
    steward: peerBytes('steward', beacon.steward),
    jobs: list('jobs of a beacon', beacon.jobs, 'MAX_BEACON_JOBS', (job) => ({
      job: hashBytes('job', job.job),
      epoch: epochToWire(job.epoch),
      controlSequence: whole('control sequence', job.controlSequence, 0, Number.MAX_SAFE_INTEGER),
      openUnits: checkUnits('open units', job.open),
      doneUnits: checkUnits('done units', job.done),
      digest: digestBytes(job.digest)
    }))
  }
}

function beaconOf (beacon: pb.Beacon): Beacon {
  return {
    steward: peerOf('steward', beacon.steward),
    jobs: list('jobs of a beacon', beacon.jobs, 'MAX_BEACON_JOBS', (job): BeaconJob => ({
      job: hashOf('job', job.job),
      epoch: epochOf(job.epoch),
      controlSequence: whole('control sequence', job.controlSequence, 0, Number.MAX_SAFE_INTEGER),
      open: checkUnits('open units', job.openUnits),
      done: checkUnits('done units', job.doneUnits),
      digest: digestOf(job.digest)
    }))
  }
}
