// @ts-nocheck: written by npm run generate; protons leaves parameters unused
import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface JobDigest {
  job: Uint8Array<ArrayBuffer>
  controlSequence: number
  final: boolean
  epoch?: Epoch
  doneUnits: number
  digest: Uint8Array<ArrayBuffer>
}

export namespace JobDigest {
  let _codec: Codec<JobDigest>

  export const codec = (): Codec<JobDigest> => {
    if (_codec == null) {
      _codec = message<JobDigest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if ((obj.controlSequence != null && obj.controlSequence !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.controlSequence)
        }

        if ((obj.final != null && obj.final !== false)) {
          w.uint32(24)
          w.bool(obj.final)
        }

        if (obj.epoch != null) {
          w.uint32(34)
          Epoch.codec().encode(obj.epoch, w)
        }

        if ((obj.doneUnits != null && obj.doneUnits !== 0)) {
          w.uint32(40)
          w.uint32(obj.doneUnits)
        }

        if ((obj.digest != null && obj.digest.byteLength > 0)) {
          w.uint32(50)
          w.bytes(obj.digest)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          controlSequence: 0,
          final: false,
          doneUnits: 0,
          digest: uint8ArrayAlloc(0)
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
              obj.controlSequence = reader.uint64Number()
              break
            }
            case 3: {
              obj.final = reader.bool()
              break
            }
            case 4: {
              obj.epoch = Epoch.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.epoch
              })
              break
            }
            case 5: {
              obj.doneUnits = reader.uint32()
              break
            }
            case 6: {
              obj.digest = reader.bytes()
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
                field: `${prefix}.controlSequence`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.final`,
                value: reader.bool()
              }
              break
            }
            case 4: {
              yield * Epoch.codec().stream(reader, reader.uint32(), `${prefix}.epoch`, {
                limits: opts.limits?.epoch
              })

              break
            }
            case 5: {
              yield {
                field: `${prefix}.doneUnits`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.digest`,
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

  export interface JobDigestJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobDigestControlSequenceFieldEvent {
    field: '$.controlSequence'
    value: number
  }

  export interface JobDigestFinalFieldEvent {
    field: '$.final'
    value: boolean
  }

  export interface JobDigestEpochRoundFieldEvent {
    field: '$.epoch.round'
    value: number
  }

  export interface JobDigestEpochPeerFieldEvent {
    field: '$.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobDigestEpochInstanceFieldEvent {
    field: '$.epoch.instance'
    value: number
  }

  export interface JobDigestDoneUnitsFieldEvent {
    field: '$.doneUnits'
    value: number
  }

  export interface JobDigestDigestFieldEvent {
    field: '$.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<JobDigest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, JobDigest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<JobDigest>): JobDigest {
    return decodeMessage(buf, JobDigest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<JobDigest>): Generator<JobDigestJobFieldEvent | JobDigestControlSequenceFieldEvent | JobDigestFinalFieldEvent | JobDigestEpochRoundFieldEvent | JobDigestEpochPeerFieldEvent | JobDigestEpochInstanceFieldEvent | JobDigestDoneUnitsFieldEvent | JobDigestDigestFieldEvent> {
    return streamMessage(buf, JobDigest.codec(), opts)
  }
}

export interface JobRecord {
  job: Uint8Array<ArrayBuffer>
  jobSignature: Uint8Array<ArrayBuffer>
  control?: Uint8Array<ArrayBuffer>
  controlSignature?: Uint8Array<ArrayBuffer>
}

export namespace JobRecord {
  let _codec: Codec<JobRecord>

  export const codec = (): Codec<JobRecord> => {
    if (_codec == null) {
      _codec = message<JobRecord>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if ((obj.jobSignature != null && obj.jobSignature.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.jobSignature)
        }

        if (obj.control != null) {
          w.uint32(26)
          w.bytes(obj.control)
        }

        if (obj.controlSignature != null) {
          w.uint32(34)
          w.bytes(obj.controlSignature)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          jobSignature: uint8ArrayAlloc(0)
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
              obj.jobSignature = reader.bytes()
              break
            }
            case 3: {
              obj.control = reader.bytes()
              break
            }
            case 4: {
              obj.controlSignature = reader.bytes()
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
                field: `${prefix}.jobSignature`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.control`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.controlSignature`,
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

  export interface JobRecordJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobRecordJobSignatureFieldEvent {
    field: '$.jobSignature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobRecordControlFieldEvent {
    field: '$.control'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobRecordControlSignatureFieldEvent {
    field: '$.controlSignature'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<JobRecord>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, JobRecord.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<JobRecord>): JobRecord {
    return decodeMessage(buf, JobRecord.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<JobRecord>): Generator<JobRecordJobFieldEvent | JobRecordJobSignatureFieldEvent | JobRecordControlFieldEvent | JobRecordControlSignatureFieldEvent> {
    return streamMessage(buf, JobRecord.codec(), opts)
  }
}

export interface DigestExchange {
  digests: JobDigest[]
  records: JobRecord[]
}

export namespace DigestExchange {
  let _codec: Codec<DigestExchange>

  export const codec = (): Codec<DigestExchange> => {
    if (_codec == null) {
      _codec = message<DigestExchange>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.digests != null && obj.digests.length > 0) {
          for (const value of obj.digests) {
            w.uint32(10)
            JobDigest.codec().encode(value, w)
          }
        }

        if (obj.records != null && obj.records.length > 0) {
          for (const value of obj.records) {
            w.uint32(18)
            JobRecord.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          digests: [],
          records: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.digests != null && obj.digests.length === opts.limits.digests) {
                throw new MaxLengthError('Decode error - repeated field "digests" had too many elements')
              }

              if (obj.digests.length === 1000) {
                throw new MaxLengthError('Decode error - repeated field "digests" had too many elements')
              }

              obj.digests.push(JobDigest.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.digests$
              }))
              break
            }
            case 2: {
              if (opts.limits?.records != null && obj.records.length === opts.limits.records) {
                throw new MaxLengthError('Decode error - repeated field "records" had too many elements')
              }

              if (obj.records.length === 256) {
                throw new MaxLengthError('Decode error - repeated field "records" had too many elements')
              }

              obj.records.push(JobRecord.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.records$
              }))
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
        const obj = {
          digests: 1000,
          records: 256
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.digests != null && obj.digests === opts.limits.digests) {
                throw new MaxLengthError('Streaming decode error - repeated field "digests" had too many elements')
              }

              if (obj.digests === 1000) {
                throw new MaxLengthError('Streaming decode error - repeated field "digests" had too many elements')
              }

              for (const evt of JobDigest.codec().stream(reader, reader.uint32(), `${prefix}.digests[]`, {
                limits: opts.limits?.digests$
              })) {
                yield {
                  ...evt,
                  index: obj.digests
                }
              }

              obj.digests++

              break
            }
            case 2: {
              if (opts.limits?.records != null && obj.records === opts.limits.records) {
                throw new MaxLengthError('Streaming decode error - repeated field "records" had too many elements')
              }

              if (obj.records === 256) {
                throw new MaxLengthError('Streaming decode error - repeated field "records" had too many elements')
              }

              for (const evt of JobRecord.codec().stream(reader, reader.uint32(), `${prefix}.records[]`, {
                limits: opts.limits?.records$
              })) {
                yield {
                  ...evt,
                  index: obj.records
                }
              }

              obj.records++

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

  export interface DigestExchangeDigestsJobFieldEvent {
    field: '$.digests[].job'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface DigestExchangeDigestsControlSequenceFieldEvent {
    field: '$.digests[].controlSequence'
    value: number
    index: number
  }

  export interface DigestExchangeDigestsFinalFieldEvent {
    field: '$.digests[].final'
    value: boolean
    index: number
  }

  export interface DigestExchangeDigestsEpochRoundFieldEvent {
    field: '$.digests[].epoch.round'
    value: number
    index: number
  }

  export interface DigestExchangeDigestsEpochPeerFieldEvent {
    field: '$.digests[].epoch.peer'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface DigestExchangeDigestsEpochInstanceFieldEvent {
    field: '$.digests[].epoch.instance'
    value: number
    index: number
  }

  export interface DigestExchangeDigestsDoneUnitsFieldEvent {
    field: '$.digests[].doneUnits'
    value: number
    index: number
  }

  export interface DigestExchangeDigestsDigestFieldEvent {
    field: '$.digests[].digest'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface DigestExchangeRecordsJobFieldEvent {
    field: '$.records[].job'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface DigestExchangeRecordsJobSignatureFieldEvent {
    field: '$.records[].jobSignature'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface DigestExchangeRecordsControlFieldEvent {
    field: '$.records[].control'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface DigestExchangeRecordsControlSignatureFieldEvent {
    field: '$.records[].controlSignature'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export function encode (obj: Partial<DigestExchange>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, DigestExchange.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<DigestExchange>): DigestExchange {
    return decodeMessage(buf, DigestExchange.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<DigestExchange>): Generator<DigestExchangeDigestsJobFieldEvent | DigestExchangeDigestsControlSequenceFieldEvent | DigestExchangeDigestsFinalFieldEvent | DigestExchangeDigestsEpochRoundFieldEvent | DigestExchangeDigestsEpochPeerFieldEvent | DigestExchangeDigestsEpochInstanceFieldEvent | DigestExchangeDigestsDoneUnitsFieldEvent | DigestExchangeDigestsDigestFieldEvent | DigestExchangeRecordsJobFieldEvent | DigestExchangeRecordsJobSignatureFieldEvent | DigestExchangeRecordsControlFieldEvent | DigestExchangeRecordsControlSignatureFieldEvent> {
    return streamMessage(buf, DigestExchange.codec(), opts)
  }
}

export interface Epoch {
  round: number
  peer: Uint8Array<ArrayBuffer>
  instance: number
}

export namespace Epoch {
  let _codec: Codec<Epoch>

  export const codec = (): Codec<Epoch> => {
    if (_codec == null) {
      _codec = message<Epoch>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.round != null && obj.round !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.round)
        }

        if ((obj.peer != null && obj.peer.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.peer)
        }

        if ((obj.instance != null && obj.instance !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.instance)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          round: 0,
          peer: uint8ArrayAlloc(0),
          instance: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.round = reader.uint64Number()
              break
            }
            case 2: {
              obj.peer = reader.bytes()
              break
            }
            case 3: {
              obj.instance = reader.uint64Number()
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
                field: `${prefix}.round`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.peer`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.instance`,
                value: reader.uint64Number()
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

  export interface EpochRoundFieldEvent {
    field: '$.round'
    value: number
  }

  export interface EpochPeerFieldEvent {
    field: '$.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface EpochInstanceFieldEvent {
    field: '$.instance'
    value: number
  }

  export function encode (obj: Partial<Epoch>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Epoch.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Epoch>): Epoch {
    return decodeMessage(buf, Epoch.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Epoch>): Generator<EpochRoundFieldEvent | EpochPeerFieldEvent | EpochInstanceFieldEvent> {
    return streamMessage(buf, Epoch.codec(), opts)
  }
}

export interface Token {
  epoch?: Epoch
  grant: number
}

export namespace Token {
  let _codec: Codec<Token>

  export const codec = (): Codec<Token> => {
    if (_codec == null) {
      _codec = message<Token>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.epoch != null) {
          w.uint32(10)
          Epoch.codec().encode(obj.epoch, w)
        }

        if ((obj.grant != null && obj.grant !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.grant)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          grant: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.epoch = Epoch.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.epoch
              })
              break
            }
            case 2: {
              obj.grant = reader.uint64Number()
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
              yield * Epoch.codec().stream(reader, reader.uint32(), `${prefix}.epoch`, {
                limits: opts.limits?.epoch
              })

              break
            }
            case 2: {
              yield {
                field: `${prefix}.grant`,
                value: reader.uint64Number()
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

  export interface TokenEpochRoundFieldEvent {
    field: '$.epoch.round'
    value: number
  }

  export interface TokenEpochPeerFieldEvent {
    field: '$.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TokenEpochInstanceFieldEvent {
    field: '$.epoch.instance'
    value: number
  }

  export interface TokenGrantFieldEvent {
    field: '$.grant'
    value: number
  }

  export function encode (obj: Partial<Token>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Token.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Token>): Token {
    return decodeMessage(buf, Token.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Token>): Generator<TokenEpochRoundFieldEvent | TokenEpochPeerFieldEvent | TokenEpochInstanceFieldEvent | TokenGrantFieldEvent> {
    return streamMessage(buf, Token.codec(), opts)
  }
}
