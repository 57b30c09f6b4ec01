import { peerIdFromString } from '@libp2p/peer-id'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { WireError } from '../errors.ts'
import { decodeControl, decodeJobSpec, encodeControl, encodeJobSpec } from '../wire/codec/index.ts'
import type { PeerId } from '../core/ids.ts'
import type { JobControl, JobSpec } from '../core/job.ts'
import type { JobRecord, SignedControl, SignedJob } from '../core/messages.ts'
import type { Sha256 } from '../ports.ts'
import type { RawJobRecord } from '../wire/codec/index.ts'
import type { PrivateKey } from '@libp2p/interface'

// What is signed begins with what it is, so that no signature of one kind of record can pass as one of another.
const JOB_PREFIX = fromString('tilemesh job 1\0')
const CONTROL_PREFIX = fromString('tilemesh control 1\0')

/** Signs a job. `bytes` are the spec's encoding, the signature covers a prefix and them; the id is the sha256 of `bytes`. */
export async function signJob (spec: JobSpec, key: PrivateKey, sha256: Sha256): Promise<SignedJob> {
  const bytes = encodeJobSpec(spec)
  return { id: sha256(bytes), spec, bytes, signature: await sign(key, concat([JOB_PREFIX, bytes])) }
}

/** Signs a control word. */
export async function signControl (control: JobControl, key: PrivateKey): Promise<SignedControl> {
  const bytes = encodeControl(control)
  return { control, bytes, signature: await sign(key, concat([CONTROL_PREFIX, bytes])) }
}

/** Reads a job and checks that its requester signed it. @throws WireError */
export async function readJob (bytes: Uint8Array, signature: Uint8Array, sha256: Sha256): Promise<SignedJob> {
  const spec = decodeJobSpec(bytes)
  await verify(spec.requester, concat([JOB_PREFIX, bytes]), signature, 'job')
  return { id: sha256(bytes), spec, bytes, signature }
}

/** Reads a control word and checks that this requester signed it. @throws WireError */
export async function readControl (bytes: Uint8Array, signature: Uint8Array, requester: PeerId): Promise<SignedControl> {
  const control = decodeControl(bytes)
  await verify(requester, concat([CONTROL_PREFIX, bytes]), signature, 'control word')
  return { control, bytes, signature }
}

/** libp2p gives a Buffer on Node; records carry plain arrays everywhere. */
async function sign (key: PrivateKey, bytes: Uint8Array): Promise<Uint8Array> {
  return Uint8Array.from(await key.sign(bytes))
}

async function verify (signer: PeerId, bytes: Uint8Array, signature: Uint8Array, what: string): Promise<void> {
  const { publicKey } = peerIdFromString(signer)
  if (publicKey?.type !== 'Ed25519') {
    throw new WireError(`a ${what} of a peer whose key can not be told from its id`)
  }
  let valid = false
  try {
    valid = await publicKey.verify(bytes, signature)
  } catch (err) {
    throw new WireError(`a ${what} with a malformed signature`, undefined, { cause: err })
  }
  if (!valid) {
    throw new WireError(`a ${what} that was not signed by the peer it names`)
  }
}

/** A job and its control word as they travel, read and checked. @throws WireError when either was not signed by the job's requester, or the word is another job's */
export async function readRecord (record: RawJobRecord, sha256: Sha256): Promise<JobRecord> {
  const job = await readJob(record.jobBytes, record.jobSignature, sha256)
  if (record.controlBytes === undefined || record.controlSignature === undefined) {
    return { job, control: undefined }
  }
  const control = await readControl(record.controlBytes, record.controlSignature, job.spec.requester)
  if (control.control.job !== job.id) {
    throw new WireError('a job record with the control word of another job')
  }
  return { job, control }
}
