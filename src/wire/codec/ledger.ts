import { WireError } from '../../errors.ts'
import * as pb from '../generated/ledger.ts'
import { MAX_DIGEST_EXCHANGE_BYTES, MAX_DIGEST_RECORDS, MAX_DIGESTS } from '../limits.ts'
import { bytesOf, list, whole } from './check.ts'
import { epochOf, epochToWire } from './fencing.ts'
import { digestBytes, digestOf, hashBytes, hashOf } from './ids.ts'
import { openMessage, sealMessage } from './message.ts'
import { checkUnits } from './rects.ts'
import type { WireBytes } from './message.ts'
import type { JobDigest, JobRecord } from '../../core/messages.ts'

/** A job and its latest control word as signed bytes, not yet opened nor verified. Control bytes and signature come together or not at all. */
export interface RawJobRecord {
  readonly jobBytes: Uint8Array
  readonly jobSignature: Uint8Array
  readonly controlBytes?: Uint8Array
  readonly controlSignature?: Uint8Array
}

/** One half of a digest exchange, its records unopened. */
export interface RawDigestExchange {
  readonly digests: readonly JobDigest[]
  readonly records: readonly RawJobRecord[]
}

/** The signed bytes of a record. */
export function rawJobRecord ({ job, control }: JobRecord): RawJobRecord {
  const record = { jobBytes: job.bytes, jobSignature: job.signature }
  return control === undefined ? record : { ...record, controlBytes: control.bytes, controlSignature: control.signature }
}

/**
 * As much of a half, from its beginning, as fits into one message. What is cut off comes with a later exchange,
 * when this one has made the rest equal.
 */
export function fittingDigestExchange ({ digests, records }: RawDigestExchange): RawDigestExchange {
  const fittingDigests = digests.slice(0, MAX_DIGESTS)
  let room = MAX_DIGEST_EXCHANGE_BYTES - encodeDigestExchange({ digests: fittingDigests, records: [] }).byteLength
  const fittingRecords: RawJobRecord[] = []
  for (const record of records.slice(0, MAX_DIGEST_RECORDS)) {
    room -= encodeDigestExchange({ digests: [], records: [record] }).byteLength
    if (room < 0) {
      break
    }
    fittingRecords.push(record)
  }
  return { digests: fittingDigests, records: fittingRecords }
}

/** One half of a digest exchange. See {@link fittingDigestExchange}. @throws WireError */
export function encodeDigestExchange (exchange: RawDigestExchange): Uint8Array {
  return sealMessage('digest exchange', pb.DigestExchange.encode({
    digests: list('digests', exchange.digests, 'MAX_DIGESTS', digestToWire),
    records: list('records', exchange.records, 'MAX_DIGEST_RECORDS', recordToWire)
  }), 'MAX_DIGEST_EXCHANGE_BYTES')
}

/** Reads one half of a digest exchange. Opening and verifying the records is for the caller. @throws WireError */
export function decodeDigestExchange (bytes: WireBytes): RawDigestExchange {
  const exchange = openMessage('digest exchange', bytes, 'MAX_DIGEST_EXCHANGE_BYTES', pb.DigestExchange.decode)
  return {
    digests: list('digests', exchange.digests, 'MAX_DIGESTS', digestMessageOf),
    records: list('records', exchange.records, 'MAX_DIGEST_RECORDS', recordOf)
  }
}

function digestToWire (digest: JobDigest): pb.JobDigest {
  return {
    job: hashBytes('job', digest.job),
    controlSequence: whole('control sequence', digest.controlSequence, 0, Number.MAX_SAFE_INTEGER),
    final: digest.final,
    epoch: digest.epoch === undefined ? undefined : epochToWire(digest.epoch),
    doneUnits: checkUnits('done units', digest.done),
    digest: digestBytes(digest.digest)
  }
}

function digestMessageOf (message: pb.JobDigest): JobDigest {
  return {
    job: hashOf('job', message.job),
    controlSequence: whole('control sequence', message.controlSequence, 0, Number.MAX_SAFE_INTEGER),
    final: message.final,
    epoch: message.epoch === undefined ? undefined : epochOf(message.epoch),
    done: checkUnits('done units', message.doneUnits),
    digest: digestOf(message.digest)
  }
}

/** A job record as its message. */
export function recordToWire (record: RawJobRecord): pb.JobRecord {
  const { job, jobSignature, control, controlSignature } = checkRecord({
    job: record.jobBytes, jobSignature: record.jobSignature, control: record.controlBytes, controlSignature: record.controlSignature
  })
  return { job, jobSignature, control, controlSignature }
}

/** A job record from its message. */
export function recordOf (message: pb.JobRecord): RawJobRecord {
  const { job, jobSignature, control, controlSignature } = checkRecord(message)
  const record = { jobBytes: job, jobSignature }
  return control === undefined || controlSignature === undefined ? record : { ...record, controlBytes: control, controlSignature }
}

function checkRecord (record: { readonly job: Uint8Array, readonly jobSignature: Uint8Array, readonly control?: Uint8Array, readonly controlSignature?: Uint8Array }): pb.JobRecord {
  const job = {
    job: bytesOf('job', record.job, 1, 'MAX_JOB_BYTES'),
    jobSignature: bytesOf('signature of the job', record.jobSignature, 1, 'MAX_SIGNATURE_BYTES')
  }
  if (record.control === undefined && record.controlSignature === undefined) {
    return job
  }
  if (record.control === undefined || record.controlSignature === undefined) {
    throw new WireError('a control word comes with its signature')
  }
  return {
    ...job,
    control: bytesOf('control word', record.control, 1, 'MAX_CONTROL_BYTES'),
    controlSignature: bytesOf('signature of the control word', record.controlSignature, 1, 'MAX_SIGNATURE_BYTES')
  }
}
