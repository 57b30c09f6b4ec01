import { WireError } from '../../errors.ts'
import * as pb from '../generated/blob.ts'
import { whole } from './check.ts'
import { hashBytes, hashOf } from './ids.ts'
import { openMessage, sealMessage } from './message.ts'
import type { WireBytes } from './message.ts'
import type { Hash } from '../../core/ids.ts'

/** Asks for `length` bytes at `offset` of a blob. */
export interface BlobRequest {
  /** Repeated in the answer; unique among the outstanding requests of its stream. */
  readonly id: number
  readonly blob: Hash
  readonly offset: number
  readonly length: number
}

/** Precedes the bytes asked for. */
export interface BlobAnswer {
  readonly id: number
  readonly found: boolean
  /** Bytes that follow: as many as were asked for, or 0 when not found. */
  readonly bytes: number
}

/** A request for a run of a blob. @throws WireError */
export function encodeBlobRequest (request: BlobRequest): Uint8Array {
  const { id, offset, length } = checkRun(request)
  return sealMessage('blob request', pb.BlobRequest.encode({
    id,
    blobSha256: hashBytes('blob', request.blob),
    offsetBytes: offset,
    lengthBytes: length
  }), 'MAX_BLOB_REQUEST_BYTES')
}

/** Reads a request for a run of a blob. @throws WireError */
export function decodeBlobRequest (bytes: WireBytes): BlobRequest {
  const message = openMessage('blob request', bytes, 'MAX_BLOB_REQUEST_BYTES', pb.BlobRequest.decode)
  const { id, offset, length } = checkRun({ id: message.id, offset: message.offsetBytes, length: message.lengthBytes })
  return { id, blob: hashOf('blob', message.blobSha256), offset, length }
}

/** What precedes the bytes of a blob. @throws WireError */
export function encodeBlobAnswer (answer: BlobAnswer): Uint8Array {
  const { id, found, bytes } = checkAnswer(answer)
  return sealMessage('blob answer', pb.BlobAnswer.encode({ id, found, lengthBytes: bytes }), 'MAX_BLOB_ANSWER_BYTES')
}

/** Reads what precedes the bytes of a blob. @throws WireError */
export function decodeBlobAnswer (bytes: WireBytes): BlobAnswer {
  const { id, found, lengthBytes } = openMessage('blob answer', bytes, 'MAX_BLOB_ANSWER_BYTES', pb.BlobAnswer.decode)
  return checkAnswer({ id, found, bytes: lengthBytes })
}

function checkRun ({ id, offset, length }: Omit<BlobRequest, 'blob'>): Omit<BlobRequest, 'blob'> {
  return {
    id: whole('id of a request', id, 0, 'MAX_REQUEST_ID'),
    offset: whole('offset', offset, 0, Number.MAX_SAFE_INTEGER - length),
    length: whole('length', length, 1, 'MAX_BLOB_CHUNK_BYTES')
  }
}

function checkAnswer ({ id, found, bytes }: BlobAnswer): BlobAnswer {
  whole('id of a request', id, 0, 'MAX_REQUEST_ID')
  whole('bytes of a chunk', bytes, 0, 'MAX_BLOB_CHUNK_BYTES')
  if (found !== (bytes > 0)) {
    throw new WireError('bytes follow exactly when the blob is found')
  }
  return { id, found, bytes }
}
