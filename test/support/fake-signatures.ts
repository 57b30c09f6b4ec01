import { checkJobSpec } from '../../src/core/job.ts'
import { WireError } from '../../src/errors.ts'
import { sha256 } from './sha256.ts'
import type { PeerId } from '../../src/core/ids.ts'
import type { JobControl, JobSpec } from '../../src/core/job.ts'
import type { SignedControl, SignedJob } from '../../src/core/messages.ts'

/**
 * Signatures for tests: sha256 over the signer's name and the bytes. Anyone can forge one, but no accident can.
 * Records are encoded as JSON with sorted keys, so that equal records have equal bytes.
 */
export function sign (signer: PeerId, bytes: Uint8Array): Uint8Array {
  const prefix = new TextEncoder().encode(`${signer}\n`)
  const signed = new Uint8Array(prefix.length + bytes.length)
  signed.set(prefix)
  signed.set(bytes, prefix.length)
  return Uint8Array.from(sha256(signed).match(/../g)!, (pair) => parseInt(pair, 16))
}

/** Whether a signature is this signer's of these bytes. */
export function isSignedBy (signer: PeerId, bytes: Uint8Array, signature: Uint8Array): boolean {
  const right = sign(signer, bytes)
  return right.length === signature.length && right.every((byte, index) => byte === signature[index])
}

/** Signs a job as this peer, whoever it names as its requester. */
export function signJob (signer: PeerId, spec: JobSpec): SignedJob {
  const bytes = encode(spec)
  return { id: sha256(bytes), spec, bytes, signature: sign(signer, bytes) }
}

/** Signs a control word as this peer. */
export function signControl (signer: PeerId, control: JobControl): SignedControl {
  const bytes = encode(control)
  return { control, bytes, signature: sign(signer, bytes) }
}

/** @throws WireError when the bytes are not a job, or are not signed by the requester they name */
export function readJob (bytes: Uint8Array, signature: Uint8Array): SignedJob {
  const spec = decode<JobSpec>(bytes)
  try {
    checkJobSpec(spec)
  } catch (err) {
    throw new WireError('not a job', undefined, { cause: err })
  }
  if (!isSignedBy(spec.requester, bytes, signature)) {
    throw new WireError('the job is not signed by its requester')
  }
  return { id: sha256(bytes), spec, bytes, signature }
}

/** @throws WireError when the bytes are not a control word, or are not signed by the requester */
export function readControl (bytes: Uint8Array, signature: Uint8Array, requester: PeerId): SignedControl {
  const control = decode<JobControl>(bytes)
  if (!isSignedBy(requester, bytes, signature)) {
    throw new WireError('the control word is not signed by the requester of its job')
  }
  return { control, bytes, signature }
}

function encode (record: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))
      : value))
}

function decode<T> (bytes: Uint8Array): T {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as T
  } catch (err) {
    throw new WireError('not a record', undefined, { cause: err })
  }
}
