import * as pb from '../generated/custody.ts'
import { hashBytes, hashOf } from './ids.ts'
import { openMessage, sealMessage } from './message.ts'
import { checkJobUnits, unitSetBytes, unitSetOf } from './unit-set.ts'
import type { WireBytes } from './message.ts'
import type { KeptRequest } from '../../core/questions.ts'

const WHAT = 'request for kept results'

/** A request for results that are kept. @throws WireError */
export function encodeKeptRequest ({ job, wanted }: KeptRequest): Uint8Array {
  const units = checkJobUnits(wanted.units)
  return sealMessage(WHAT, pb.KeptRequest.encode({ job: hashBytes('job', job), units, wanted: unitSetBytes('wanted units', wanted, units) }), 'MAX_KEPT_REQUEST_BYTES')
}

/** Reads a request for results that are kept. Whether its units are those of its job is for who knows the job. @throws WireError */
export function decodeKeptRequest (bytes: WireBytes): KeptRequest {
  const { job, units, wanted } = openMessage(WHAT, bytes, 'MAX_KEPT_REQUEST_BYTES', pb.KeptRequest.decode)
  return { job: hashOf('job', job), wanted: unitSetOf('wanted units', wanted, units) }
}
