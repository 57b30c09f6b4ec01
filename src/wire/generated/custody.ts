// @ts-nocheck: written by npm run generate; protons leaves parameters unused
import { decodeMessage, encodeMessage, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface KeptRequest {
  job: Uint8Array<ArrayBuffer>
  units: number
  wanted: Uint8Array<ArrayBuffer>
}

export namespace KeptRequest {
  let _codec: Codec<KeptRequest>

  export const codec = (): Codec<KeptRequest> => {
    if (_codec == null) {
      _codec = message<KeptRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if ((obj.units != null && obj.units !== 0)) {
          w.uint32(16)
          w.uint32(obj.units)
        }

        if ((obj.wanted != null && obj.wanted.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.wanted)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          units: 0,
          wanted: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = reader.bytes()
              break
            }
            case 2: {
              obj.units = reader.uint32()
              break
            }
            case 3: {
              obj.wanted = reader.bytes()
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
                field: `${prefix}.job`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.units`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.wanted`,
                value: reader.bytes()
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

  export interface KeptRequestJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface KeptRequestUnitsFieldEvent {
    field: '$.units'
    value: number
  }

  export interface KeptRequestWantedFieldEvent {
    field: '$.wanted'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<KeptRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, KeptRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<KeptRequest>): KeptRequest {
    return decodeMessage(buf, KeptRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<KeptRequest>): Generator<KeptRequestJobFieldEvent | KeptRequestUnitsFieldEvent | KeptRequestWantedFieldEvent> {
    return streamMessage(buf, KeptRequest.codec(), opts)
  }
}
