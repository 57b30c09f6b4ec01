// @ts-nocheck: written by npm run generate; protons leaves parameters unused
import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface GossipMessage {
  job?: SignedRecord
  control?: SignedRecord
  beacon?: Beacon
}

export namespace GossipMessage {
  let _codec: Codec<GossipMessage>

  export const codec = (): Codec<GossipMessage> => {
    if (_codec == null) {
      _codec = message<GossipMessage>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        obj = { ...obj }

        if (obj.beacon != null) {
          obj.control = undefined
          obj.job = undefined
        }

        if (obj.control != null) {
          obj.beacon = undefined
          obj.job = undefined
        }

        if (obj.job != null) {
          obj.beacon = undefined
          obj.control = undefined
        }

        if (obj.job != null) {
          w.uint32(10)
          SignedRecord.codec().encode(obj.job, w)
        }

        if (obj.control != null) {
          w.uint32(18)
          SignedRecord.codec().encode(obj.control, w)
        }

        if (obj.beacon != null) {
          w.uint32(26)
          Beacon.codec().encode(obj.beacon, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {}

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = SignedRecord.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.job
              })
              break
            }
            case 2: {
              obj.control = SignedRecord.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.control
              })
              break
            }
            case 3: {
              obj.beacon = Beacon.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.beacon
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        if (obj.beacon != null) {
          delete obj.control
          delete obj.job
        }

        if (obj.control != null) {
          delete obj.beacon
          delete obj.job
        }

        if (obj.job != null) {
          delete obj.beacon
          delete obj.control
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * SignedRecord.codec().stream(reader, reader.uint32(), `${prefix}.job`, {
                limits: opts.limits?.job
              })

              break
            }
            case 2: {
              yield * SignedRecord.codec().stream(reader, reader.uint32(), `${prefix}.control`, {
                limits: opts.limits?.control
              })

              break
            }
            case 3: {
              yield * Beacon.codec().stream(reader, reader.uint32(), `${prefix}.beacon`, {
                limits: opts.limits?.beacon
              })

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

  export interface GossipMessageJobRecordFieldEvent {
    field: '$.job.record'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GossipMessageJobSignatureFieldEvent {
    field: '$.job.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GossipMessageJobPublicKeyFieldEvent {
    field: '$.job.publicKey'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GossipMessageControlRecordFieldEvent {
    field: '$.control.record'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GossipMessageControlSignatureFieldEvent {
    field: '$.control.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GossipMessageControlPublicKeyFieldEvent {
    field: '$.control.publicKey'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GossipMessageBeaconStewardFieldEvent {
    field: '$.beacon.steward'
    value: Uint8Array<ArrayBuffer>
  }

  export interface GossipMessageBeaconJobsJobFieldEvent {
    field: '$.beacon.jobs[].job'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface GossipMessageBeaconJobsEpochRoundFieldEvent {
    field: '$.beacon.jobs[].epoch.round'
    value: number
    index: number
  }

  export interface GossipMessageBeaconJobsEpochPeerFieldEvent {
    field: '$.beacon.jobs[].epoch.peer'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface GossipMessageBeaconJobsEpochInstanceFieldEvent {
    field: '$.beacon.jobs[].epoch.instance'
    value: number
    index: number
  }

  export interface GossipMessageBeaconJobsControlSequenceFieldEvent {
    field: '$.beacon.jobs[].controlSequence'
    value: number
    index: number
  }

  export interface GossipMessageBeaconJobsOpenUnitsFieldEvent {
    field: '$.beacon.jobs[].openUnits'
    value: number
    index: number
  }

  export interface GossipMessageBeaconJobsDoneUnitsFieldEvent {
    field: '$.beacon.jobs[].doneUnits'
    value: number
    index: number
  }

  export interface GossipMessageBeaconJobsDigestFieldEvent {
    field: '$.beacon.jobs[].digest'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export function encode (obj: Partial<GossipMessage>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, GossipMessage.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GossipMessage>): GossipMessage {
    return decodeMessage(buf, GossipMessage.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GossipMessage>): Generator<GossipMessageJobRecordFieldEvent | GossipMessageJobSignatureFieldEvent | GossipMessageJobPublicKeyFieldEvent | GossipMessageControlRecordFieldEvent | GossipMessageControlSignatureFieldEvent | GossipMessageControlPublicKeyFieldEvent | GossipMessageBeaconStewardFieldEvent | GossipMessageBeaconJobsJobFieldEvent | GossipMessageBeaconJobsEpochRoundFieldEvent | GossipMessageBeaconJobsEpochPeerFieldEvent | GossipMessageBeaconJobsEpochInstanceFieldEvent | GossipMessageBeaconJobsControlSequenceFieldEvent | GossipMessageBeaconJobsOpenUnitsFieldEvent | GossipMessageBeaconJobsDoneUnitsFieldEvent | GossipMessageBeaconJobsDigestFieldEvent> {
    return streamMessage(buf, GossipMessage.codec(), opts)
  }
}

export interface SignedRecord {
  record: Uint8Array<ArrayBuffer>
  signature: Uint8Array<ArrayBuffer>
  publicKey?: Uint8Array<ArrayBuffer>
}

export namespace SignedRecord {
  let _codec: Codec<SignedRecord>

  export const codec = (): Codec<SignedRecord> => {
    if (_codec == null) {
      _codec = message<SignedRecord>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.record != null && obj.record.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.record)
        }

        if ((obj.signature != null && obj.signature.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.signature)
        }

        if (obj.publicKey != null) {
          w.uint32(26)
          w.bytes(obj.publicKey)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          record: uint8ArrayAlloc(0),
          signature: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.record = reader.bytes()
              break
            }
            case 2: {
              obj.signature = reader.bytes()
              break
            }
            case 3: {
              obj.publicKey = reader.bytes()
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
                field: `${prefix}.record`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.signature`,
                value: reader.bytes()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.publicKey`,
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

  export interface SignedRecordRecordFieldEvent {
    field: '$.record'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SignedRecordSignatureFieldEvent {
    field: '$.signature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SignedRecordPublicKeyFieldEvent {
    field: '$.publicKey'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<SignedRecord>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, SignedRecord.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SignedRecord>): SignedRecord {
    return decodeMessage(buf, SignedRecord.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SignedRecord>): Generator<SignedRecordRecordFieldEvent | SignedRecordSignatureFieldEvent | SignedRecordPublicKeyFieldEvent> {
    return streamMessage(buf, SignedRecord.codec(), opts)
  }
}

export interface Beacon {
  steward: Uint8Array<ArrayBuffer>
  jobs: BeaconJob[]
}

export namespace Beacon {
  let _codec: Codec<Beacon>

  export const codec = (): Codec<Beacon> => {
    if (_codec == null) {
      _codec = message<Beacon>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.steward != null && obj.steward.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.steward)
        }

        if (obj.jobs != null && obj.jobs.length > 0) {
          for (const value of obj.jobs) {
            w.uint32(18)
            BeaconJob.codec().encode(value, w)
          }
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          steward: uint8ArrayAlloc(0),
          jobs: []
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.steward = reader.bytes()
              break
            }
            case 2: {
              if (opts.limits?.jobs != null && obj.jobs.length === opts.limits.jobs) {
                throw new MaxLengthError('Decode error - repeated field "jobs" had too many elements')
              }

              if (obj.jobs.length === 128) {
                throw new MaxLengthError('Decode error - repeated field "jobs" had too many elements')
              }

              obj.jobs.push(BeaconJob.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.jobs$
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
          jobs: 128
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.steward`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              if (opts.limits?.jobs != null && obj.jobs === opts.limits.jobs) {
                throw new MaxLengthError('Streaming decode error - repeated field "jobs" had too many elements')
              }

              if (obj.jobs === 128) {
                throw new MaxLengthError('Streaming decode error - repeated field "jobs" had too many elements')
              }

              for (const evt of BeaconJob.codec().stream(reader, reader.uint32(), `${prefix}.jobs[]`, {
                limits: opts.limits?.jobs$
              })) {
                yield {
                  ...evt,
                  index: obj.jobs
                }
              }

              obj.jobs++

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

  export interface BeaconStewardFieldEvent {
    field: '$.steward'
    value: Uint8Array<ArrayBuffer>
  }

  export interface BeaconJobsJobFieldEvent {
    field: '$.jobs[].job'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BeaconJobsEpochRoundFieldEvent {
    field: '$.jobs[].epoch.round'
    value: number
    index: number
  }

  export interface BeaconJobsEpochPeerFieldEvent {
    field: '$.jobs[].epoch.peer'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface BeaconJobsEpochInstanceFieldEvent {
    field: '$.jobs[].epoch.instance'
    value: number
    index: number
  }

  export interface BeaconJobsControlSequenceFieldEvent {
    field: '$.jobs[].controlSequence'
    value: number
    index: number
  }

  export interface BeaconJobsOpenUnitsFieldEvent {
    field: '$.jobs[].openUnits'
    value: number
    index: number
  }

  export interface BeaconJobsDoneUnitsFieldEvent {
    field: '$.jobs[].doneUnits'
    value: number
    index: number
  }

  export interface BeaconJobsDigestFieldEvent {
    field: '$.jobs[].digest'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export function encode (obj: Partial<Beacon>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Beacon.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Beacon>): Beacon {
    return decodeMessage(buf, Beacon.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Beacon>): Generator<BeaconStewardFieldEvent | BeaconJobsJobFieldEvent | BeaconJobsEpochRoundFieldEvent | BeaconJobsEpochPeerFieldEvent | BeaconJobsEpochInstanceFieldEvent | BeaconJobsControlSequenceFieldEvent | BeaconJobsOpenUnitsFieldEvent | BeaconJobsDoneUnitsFieldEvent | BeaconJobsDigestFieldEvent> {
    return streamMessage(buf, Beacon.codec(), opts)
  }
}

export interface BeaconJob {
  job: Uint8Array<ArrayBuffer>
  epoch?: Epoch
  controlSequence: number
  openUnits: number
  doneUnits: number
  digest: Uint8Array<ArrayBuffer>
}

export namespace BeaconJob {
  let _codec: Codec<BeaconJob>

  export const codec = (): Codec<BeaconJob> => {
    if (_codec == null) {
      _codec = message<BeaconJob>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if (obj.epoch != null) {
          w.uint32(18)
          Epoch.codec().encode(obj.epoch, w)
        }

        if ((obj.controlSequence != null && obj.controlSequence !== 0)) {
          w.uint32(24)
          w.uint64Number(obj.controlSequence)
        }

        if ((obj.openUnits != null && obj.openUnits !== 0)) {
          w.uint32(32)
          w.uint32(obj.openUnits)
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
          openUnits: 0,
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
              obj.epoch = Epoch.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.epoch
              })
              break
            }
            case 3: {
              obj.controlSequence = reader.uint64Number()
              break
            }
            case 4: {
              obj.openUnits = reader.uint32()
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
              yield * Epoch.codec().stream(reader, reader.uint32(), `${prefix}.epoch`, {
                limits: opts.limits?.epoch
              })

              break
            }
            case 3: {
              yield {
                field: `${prefix}.controlSequence`,
                value: reader.uint64Number()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.openUnits`,
                value: reader.uint32()
              }
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

  export interface BeaconJobJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface BeaconJobEpochRoundFieldEvent {
    field: '$.epoch.round'
    value: number
  }

  export interface BeaconJobEpochPeerFieldEvent {
    field: '$.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface BeaconJobEpochInstanceFieldEvent {
    field: '$.epoch.instance'
    value: number
  }

  export interface BeaconJobControlSequenceFieldEvent {
    field: '$.controlSequence'
    value: number
  }

  export interface BeaconJobOpenUnitsFieldEvent {
    field: '$.openUnits'
    value: number
  }

  export interface BeaconJobDoneUnitsFieldEvent {
    field: '$.doneUnits'
    value: number
  }

  export interface BeaconJobDigestFieldEvent {
    field: '$.digest'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<BeaconJob>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, BeaconJob.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<BeaconJob>): BeaconJob {
    return decodeMessage(buf, BeaconJob.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<BeaconJob>): Generator<BeaconJobJobFieldEvent | BeaconJobEpochRoundFieldEvent | BeaconJobEpochPeerFieldEvent | BeaconJobEpochInstanceFieldEvent | BeaconJobControlSequenceFieldEvent | BeaconJobOpenUnitsFieldEvent | BeaconJobDoneUnitsFieldEvent | BeaconJobDigestFieldEvent> {
    return streamMessage(buf, BeaconJob.codec(), opts)
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
