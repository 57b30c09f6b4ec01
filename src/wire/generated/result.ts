// @ts-nocheck: written by npm run generate; protons leaves parameters unused
import { decodeMessage, encodeMessage, enumeration, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export enum UnitContent {
  UNIT_CONTENT_UNSPECIFIED = 'UNIT_CONTENT_UNSPECIFIED',
  UNIT_CONTENT_MEAN = 'UNIT_CONTENT_MEAN',
  UNIT_CONTENT_SUM = 'UNIT_CONTENT_SUM'
}

enum __UnitContentValues {
  UNIT_CONTENT_UNSPECIFIED = 0,
  UNIT_CONTENT_MEAN = 1,
  UNIT_CONTENT_SUM = 2
}

export namespace UnitContent {
  export const codec = (): Codec<UnitContent> => {
    return enumeration<UnitContent>(__UnitContentValues)
  }
}

export interface ResultHead {
  job: Uint8Array<ArrayBuffer>
  unit: number
  token?: Token
  content: UnitContent
  pixelBytes: number
  pixelSha256: Uint8Array<ArrayBuffer>
  transferMs: number
  loadMs: number
  renderMs: number
  keep?: KeepMark
}

export namespace ResultHead {
  let _codec: Codec<ResultHead>

  export const codec = (): Codec<ResultHead> => {
    if (_codec == null) {
      _codec = message<ResultHead>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if ((obj.unit != null && obj.unit !== 0)) {
          w.uint32(16)
          w.uint32(obj.unit)
        }

        if (obj.token != null) {
          w.uint32(26)
          Token.codec().encode(obj.token, w)
        }

        if (obj.content != null && __UnitContentValues[obj.content] !== 0) {
          w.uint32(32)
          UnitContent.codec().encode(obj.content, w)
        }

        if ((obj.pixelBytes != null && obj.pixelBytes !== 0)) {
          w.uint32(40)
          w.uint32(obj.pixelBytes)
        }

        if ((obj.pixelSha256 != null && obj.pixelSha256.byteLength > 0)) {
          w.uint32(50)
          w.bytes(obj.pixelSha256)
        }

        if ((obj.transferMs != null && obj.transferMs !== 0)) {
          w.uint32(57)
          w.double(obj.transferMs)
        }

        if ((obj.loadMs != null && obj.loadMs !== 0)) {
          w.uint32(65)
          w.double(obj.loadMs)
        }

        if ((obj.renderMs != null && obj.renderMs !== 0)) {
          w.uint32(73)
          w.double(obj.renderMs)
        }

        if (obj.keep != null) {
          w.uint32(82)
          KeepMark.codec().encode(obj.keep, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          unit: 0,
          content: UnitContent.UNIT_CONTENT_UNSPECIFIED,
          pixelBytes: 0,
          pixelSha256: uint8ArrayAlloc(0),
          transferMs: 0,
          loadMs: 0,
          renderMs: 0
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
              obj.unit = reader.uint32()
              break
            }
            case 3: {
              obj.token = Token.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.token
              })
              break
            }
            case 4: {
              obj.content = UnitContent.codec().decode(reader)
              break
            }
            case 5: {
              obj.pixelBytes = reader.uint32()
              break
            }
            case 6: {
              obj.pixelSha256 = reader.bytes()
              break
            }
            case 7: {
              obj.transferMs = reader.double()
              break
            }
            case 8: {
              obj.loadMs = reader.double()
              break
            }
            case 9: {
              obj.renderMs = reader.double()
              break
            }
            case 10: {
              obj.keep = KeepMark.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.keep
              })
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
                field: `${prefix}.unit`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield * Token.codec().stream(reader, reader.uint32(), `${prefix}.token`, {
                limits: opts.limits?.token
              })

              break
            }
            case 4: {
              yield {
                field: `${prefix}.content`,
                value: UnitContent.codec().decode(reader)
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.pixelBytes`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.pixelSha256`,
                value: reader.bytes()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.transferMs`,
                value: reader.double()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.loadMs`,
                value: reader.double()
              }
              break
            }
            case 9: {
              yield {
                field: `${prefix}.renderMs`,
                value: reader.double()
              }
              break
            }
            case 10: {
              yield * KeepMark.codec().stream(reader, reader.uint32(), `${prefix}.keep`, {
                limits: opts.limits?.keep
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

  export interface ResultHeadJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultHeadUnitFieldEvent {
    field: '$.unit'
    value: number
  }

  export interface ResultHeadTokenEpochRoundFieldEvent {
    field: '$.token.epoch.round'
    value: number
  }

  export interface ResultHeadTokenEpochPeerFieldEvent {
    field: '$.token.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultHeadTokenEpochInstanceFieldEvent {
    field: '$.token.epoch.instance'
    value: number
  }

  export interface ResultHeadTokenGrantFieldEvent {
    field: '$.token.grant'
    value: number
  }

  export interface ResultHeadContentFieldEvent {
    field: '$.content'
    value: UnitContent
  }

  export interface ResultHeadPixelBytesFieldEvent {
    field: '$.pixelBytes'
    value: number
  }

  export interface ResultHeadPixelSha256FieldEvent {
    field: '$.pixelSha256'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultHeadTransferMsFieldEvent {
    field: '$.transferMs'
    value: number
  }

  export interface ResultHeadLoadMsFieldEvent {
    field: '$.loadMs'
    value: number
  }

  export interface ResultHeadRenderMsFieldEvent {
    field: '$.renderMs'
    value: number
  }

  export interface ResultHeadKeepContentFieldEvent {
    field: '$.keep.content'
    value: KeptContent
  }

  export interface ResultHeadKeepFirstUnitFieldEvent {
    field: '$.keep.firstUnit'
    value: number
  }

  export interface ResultHeadKeepEndUnitFieldEvent {
    field: '$.keep.endUnit'
    value: number
  }

  export interface ResultHeadKeepWorkerFieldEvent {
    field: '$.keep.worker'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<ResultHead>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ResultHead.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ResultHead>): ResultHead {
    return decodeMessage(buf, ResultHead.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ResultHead>): Generator<ResultHeadJobFieldEvent | ResultHeadUnitFieldEvent | ResultHeadTokenEpochRoundFieldEvent | ResultHeadTokenEpochPeerFieldEvent | ResultHeadTokenEpochInstanceFieldEvent | ResultHeadTokenGrantFieldEvent | ResultHeadContentFieldEvent | ResultHeadPixelBytesFieldEvent | ResultHeadPixelSha256FieldEvent | ResultHeadTransferMsFieldEvent | ResultHeadLoadMsFieldEvent | ResultHeadRenderMsFieldEvent | ResultHeadKeepContentFieldEvent | ResultHeadKeepFirstUnitFieldEvent | ResultHeadKeepEndUnitFieldEvent | ResultHeadKeepWorkerFieldEvent> {
    return streamMessage(buf, ResultHead.codec(), opts)
  }
}

export enum KeptContent {
  KEPT_CONTENT_UNSPECIFIED = 'KEPT_CONTENT_UNSPECIFIED',
  KEPT_CONTENT_UNIT = 'KEPT_CONTENT_UNIT',
  KEPT_CONTENT_FILM = 'KEPT_CONTENT_FILM'
}

enum __KeptContentValues {
  KEPT_CONTENT_UNSPECIFIED = 0,
  KEPT_CONTENT_UNIT = 1,
  KEPT_CONTENT_FILM = 2
}

export namespace KeptContent {
  export const codec = (): Codec<KeptContent> => {
    return enumeration<KeptContent>(__KeptContentValues)
  }
}

export interface KeepMark {
  content: KeptContent
  firstUnit: number
  endUnit: number
  worker: Uint8Array<ArrayBuffer>
}

export namespace KeepMark {
  let _codec: Codec<KeepMark>

  export const codec = (): Codec<KeepMark> => {
    if (_codec == null) {
      _codec = message<KeepMark>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.content != null && __KeptContentValues[obj.content] !== 0) {
          w.uint32(8)
          KeptContent.codec().encode(obj.content, w)
        }

        if ((obj.firstUnit != null && obj.firstUnit !== 0)) {
          w.uint32(16)
          w.uint32(obj.firstUnit)
        }

        if ((obj.endUnit != null && obj.endUnit !== 0)) {
          w.uint32(24)
          w.uint32(obj.endUnit)
        }

        if ((obj.worker != null && obj.worker.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.worker)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          content: KeptContent.KEPT_CONTENT_UNSPECIFIED,
          firstUnit: 0,
          endUnit: 0,
          worker: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.content = KeptContent.codec().decode(reader)
              break
            }
            case 2: {
              obj.firstUnit = reader.uint32()
              break
            }
            case 3: {
              obj.endUnit = reader.uint32()
              break
            }
            case 4: {
              obj.worker = reader.bytes()
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
                field: `${prefix}.content`,
                value: KeptContent.codec().decode(reader)
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.firstUnit`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.endUnit`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.worker`,
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

  export interface KeepMarkContentFieldEvent {
    field: '$.content'
    value: KeptContent
  }

  export interface KeepMarkFirstUnitFieldEvent {
    field: '$.firstUnit'
    value: number
  }

  export interface KeepMarkEndUnitFieldEvent {
    field: '$.endUnit'
    value: number
  }

  export interface KeepMarkWorkerFieldEvent {
    field: '$.worker'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<KeepMark>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, KeepMark.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<KeepMark>): KeepMark {
    return decodeMessage(buf, KeepMark.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<KeepMark>): Generator<KeepMarkContentFieldEvent | KeepMarkFirstUnitFieldEvent | KeepMarkEndUnitFieldEvent | KeepMarkWorkerFieldEvent> {
    return streamMessage(buf, KeepMark.codec(), opts)
  }
}

export enum ResultOutcome {
  RESULT_OUTCOME_UNSPECIFIED = 'RESULT_OUTCOME_UNSPECIFIED',
  RESULT_OUTCOME_ACCEPTED = 'RESULT_OUTCOME_ACCEPTED',
  RESULT_OUTCOME_DUPLICATE = 'RESULT_OUTCOME_DUPLICATE',
  RESULT_OUTCOME_ENDED = 'RESULT_OUTCOME_ENDED',
  RESULT_OUTCOME_REFUSED = 'RESULT_OUTCOME_REFUSED',
  RESULT_OUTCOME_UNKNOWN_TOKEN = 'RESULT_OUTCOME_UNKNOWN_TOKEN',
  RESULT_OUTCOME_BUSY = 'RESULT_OUTCOME_BUSY'
}

enum __ResultOutcomeValues {
  RESULT_OUTCOME_UNSPECIFIED = 0,
  RESULT_OUTCOME_ACCEPTED = 1,
  RESULT_OUTCOME_DUPLICATE = 2,
  RESULT_OUTCOME_ENDED = 3,
  RESULT_OUTCOME_REFUSED = 4,
  RESULT_OUTCOME_UNKNOWN_TOKEN = 5,
  RESULT_OUTCOME_BUSY = 6
}

export namespace ResultOutcome {
  export const codec = (): Codec<ResultOutcome> => {
    return enumeration<ResultOutcome>(__ResultOutcomeValues)
  }
}

export interface ResultAnswer {
  job: Uint8Array<ArrayBuffer>
  unit: number
  outcome: ResultOutcome
}

export namespace ResultAnswer {
  let _codec: Codec<ResultAnswer>

  export const codec = (): Codec<ResultAnswer> => {
    if (_codec == null) {
      _codec = message<ResultAnswer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if ((obj.unit != null && obj.unit !== 0)) {
          w.uint32(16)
          w.uint32(obj.unit)
        }

        if (obj.outcome != null && __ResultOutcomeValues[obj.outcome] !== 0) {
          w.uint32(24)
          ResultOutcome.codec().encode(obj.outcome, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          unit: 0,
          outcome: ResultOutcome.RESULT_OUTCOME_UNSPECIFIED
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
              obj.unit = reader.uint32()
              break
            }
            case 3: {
              obj.outcome = ResultOutcome.codec().decode(reader)
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
                field: `${prefix}.unit`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.outcome`,
                value: ResultOutcome.codec().decode(reader)
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

  export interface ResultAnswerJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ResultAnswerUnitFieldEvent {
    field: '$.unit'
    value: number
  }

  export interface ResultAnswerOutcomeFieldEvent {
    field: '$.outcome'
    value: ResultOutcome
  }

  export function encode (obj: Partial<ResultAnswer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ResultAnswer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ResultAnswer>): ResultAnswer {
    return decodeMessage(buf, ResultAnswer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ResultAnswer>): Generator<ResultAnswerJobFieldEvent | ResultAnswerUnitFieldEvent | ResultAnswerOutcomeFieldEvent> {
    return streamMessage(buf, ResultAnswer.codec(), opts)
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
