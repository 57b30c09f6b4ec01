// @ts-nocheck: written by npm run generate; protons leaves parameters unused
import { decodeMessage, encodeMessage, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface BlobRequest {
  id: number
  blobSha256: Uint8Array<ArrayBuffer>
  offsetBytes: number
  lengthBytes: number
}

export namespace BlobRequest {
  let _codec: Codec<BlobRequest>

  export const codec = (): Codec<BlobRequest> => {
    if (_codec == null) {
      _codec = message<BlobRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.id != null && obj.id !== 0)) {
          w.uint32(8)
          w.uint32(obj.id)
        }

        if ((obj.blobSha256 != null && obj.blobSha256.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.blobSha256)
        }

        if ((obj.offsetBytes != null && obj.offsetBytes !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.offsetBytes)
        }

        if ((obj.lengthBytes != null && obj.lengthBytes !== 0)) {
          w.uint32(32)
          w.uint32(obj.lengthBytes)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          id: 0,
          blobSha256: uint8ArrayAlloc(0),
          offsetBytes: 0,
          lengthBytes: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.id = reader.uint32()
              break
            }
            case 2: {
              obj.blobSha256 = reader.bytes()
              break
            }
            case 3: {
              obj.offsetBytes = reader.uint64Number()
              break
            }
            case 4: {
              obj.lengthBytes = reader.uint32()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.id`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.blobSha256`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.offsetBytes`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.lengthBytes`,
                value: reader.uint32()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface BlobRequestIdFieldEvent {
    field: '$.id'
    value: number
  }

  export interface BlobRequestBlobSha256FieldEvent {
    field: '$.blobSha256'
    value: Uint8Array<ArrayBuffer>
  }

  export interface BlobRequestOffsetBytesFieldEvent {
    field: '$.offsetBytes'
    value: number
  }

  export interface BlobRequestLengthBytesFieldEvent {
    field: '$.lengthBytes'
    value: number
  }

  export function encode (obj: Partial<BlobRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, BlobRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<BlobRequest>): BlobRequest {
    return decodeMessage(buf, BlobRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<BlobRequest>): Generator<BlobRequestIdFieldEvent | BlobRequestBlobSha256FieldEvent | BlobRequestOffsetBytesFieldEvent | BlobRequestLengthBytesFieldEvent> {
    return streamMessage(buf, BlobRequest.codec(), opts)
  }
}

export interface BlobAnswer {
  id: number
  found: boolean
  lengthBytes: number
}

export namespace BlobAnswer {
  let _codec: Codec<BlobAnswer>

  export const codec = (): Codec<BlobAnswer> => {
    if (_codec == null) {
      _codec = message<BlobAnswer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.id != null && obj.id !== 0)) {
          w.uint32(8)
          w.uint32(obj.id)
        }

        if ((obj.found != null && obj.found !== false)) {
          w.uint32(16)
          w.bool(obj.found)
        }

        if ((obj.lengthBytes != null && obj.lengthBytes !== 0)) {
          w.uint32(24)
          w.uint32(obj.lengthBytes)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          id: 0,
          found: false,
          lengthBytes: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.id = reader.uint32()
              break
            }
            case 2: {
              obj.found = reader.bool()
              break
            }
            case 3: {
              obj.lengthBytes = reader.uint32()
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.id`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.found`,
                value: reader.bool()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.lengthBytes`,
                value: reader.uint32()
              }
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }
      })
    }

    return _codec
  }

  export interface BlobAnswerIdFieldEvent {
    field: '$.id'
    value: number
  }

  export interface BlobAnswerFoundFieldEvent {
    field: '$.found'
    value: boolean
  }

  export interface BlobAnswerLengthBytesFieldEvent {
    field: '$.lengthBytes'
    value: number
  }

  export function encode (obj: Partial<BlobAnswer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, BlobAnswer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<BlobAnswer>): BlobAnswer {
    return decodeMessage(buf, BlobAnswer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<BlobAnswer>): Generator<BlobAnswerIdFieldEvent | BlobAnswerFoundFieldEvent | BlobAnswerLengthBytesFieldEvent> {
    return streamMessage(buf, BlobAnswer.codec(), opts)
  }
}
