// @ts-nocheck: written by npm run generate; protons leaves parameters unused
import { decodeMessage, encodeMessage, enumeration, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface Question {
  probe?: ProbeQuestion
  ledger?: LedgerQuestion
  handOff?: HandOff
  keep?: KeepQuestion
}

export namespace Question {
  let _codec: Codec<Question>

  export const codec = (): Codec<Question> => {
    if (_codec == null) {
      _codec = message<Question>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        obj = { ...obj }

        if (obj.keep != null) {
          obj.handOff = undefined
          obj.ledger = undefined
          obj.probe = undefined
        }

        if (obj.handOff != null) {
          obj.keep = undefined
          obj.ledger = undefined
          obj.probe = undefined
        }

        if (obj.ledger != null) {
          obj.keep = undefined
          obj.handOff = undefined
          obj.probe = undefined
        }

        if (obj.probe != null) {
          obj.keep = undefined
          obj.handOff = undefined
          obj.ledger = undefined
        }

        if (obj.probe != null) {
          w.uint32(10)
          ProbeQuestion.codec().encode(obj.probe, w)
        }

        if (obj.ledger != null) {
          w.uint32(18)
          LedgerQuestion.codec().encode(obj.ledger, w)
        }

        if (obj.handOff != null) {
          w.uint32(26)
          HandOff.codec().encode(obj.handOff, w)
        }

        if (obj.keep != null) {
          w.uint32(34)
          KeepQuestion.codec().encode(obj.keep, w)
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
              obj.probe = ProbeQuestion.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.probe
              })
              break
            }
            case 2: {
              obj.ledger = LedgerQuestion.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ledger
              })
              break
            }
            case 3: {
              obj.handOff = HandOff.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.handOff
              })
              break
            }
            case 4: {
              obj.keep = KeepQuestion.codec().decode(reader, reader.uint32(), {
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

        if (obj.keep != null) {
          delete obj.handOff
          delete obj.ledger
          delete obj.probe
        }

        if (obj.handOff != null) {
          delete obj.keep
          delete obj.ledger
          delete obj.probe
        }

        if (obj.ledger != null) {
          delete obj.keep
          delete obj.handOff
          delete obj.probe
        }

        if (obj.probe != null) {
          delete obj.keep
          delete obj.handOff
          delete obj.ledger
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * ProbeQuestion.codec().stream(reader, reader.uint32(), `${prefix}.probe`, {
                limits: opts.limits?.probe
              })

              break
            }
            case 2: {
              yield * LedgerQuestion.codec().stream(reader, reader.uint32(), `${prefix}.ledger`, {
                limits: opts.limits?.ledger
              })

              break
            }
            case 3: {
              yield * HandOff.codec().stream(reader, reader.uint32(), `${prefix}.handOff`, {
                limits: opts.limits?.handOff
              })

              break
            }
            case 4: {
              yield * KeepQuestion.codec().stream(reader, reader.uint32(), `${prefix}.keep`, {
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

  export interface QuestionProbeJobFieldEvent {
    field: '$.probe.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuestionProbeOfPeerFieldEvent {
    field: '$.probe.ofPeer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuestionLedgerJobFieldEvent {
    field: '$.ledger.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuestionHandOffRecordJobFieldEvent {
    field: '$.handOff.record.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuestionHandOffRecordJobSignatureFieldEvent {
    field: '$.handOff.record.jobSignature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuestionHandOffRecordControlFieldEvent {
    field: '$.handOff.record.control'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuestionHandOffRecordControlSignatureFieldEvent {
    field: '$.handOff.record.controlSignature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuestionHandOffEpochRoundFieldEvent {
    field: '$.handOff.epoch.round'
    value: number
  }

  export interface QuestionHandOffEpochPeerFieldEvent {
    field: '$.handOff.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuestionHandOffEpochInstanceFieldEvent {
    field: '$.handOff.epoch.instance'
    value: number
  }

  export interface QuestionHandOffUnitsFieldEvent {
    field: '$.handOff.units'
    value: number
  }

  export interface QuestionHandOffAcceptedFieldEvent {
    field: '$.handOff.accepted'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuestionHandOffParkedFieldEvent {
    field: '$.handOff.parked'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuestionKeepRecordJobFieldEvent {
    field: '$.keep.record.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuestionKeepRecordJobSignatureFieldEvent {
    field: '$.keep.record.jobSignature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuestionKeepRecordControlFieldEvent {
    field: '$.keep.record.control'
    value: Uint8Array<ArrayBuffer>
  }

  export interface QuestionKeepRecordControlSignatureFieldEvent {
    field: '$.keep.record.controlSignature'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Question>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Question.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Question>): Question {
    return decodeMessage(buf, Question.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Question>): Generator<QuestionProbeJobFieldEvent | QuestionProbeOfPeerFieldEvent | QuestionLedgerJobFieldEvent | QuestionHandOffRecordJobFieldEvent | QuestionHandOffRecordJobSignatureFieldEvent | QuestionHandOffRecordControlFieldEvent | QuestionHandOffRecordControlSignatureFieldEvent | QuestionHandOffEpochRoundFieldEvent | QuestionHandOffEpochPeerFieldEvent | QuestionHandOffEpochInstanceFieldEvent | QuestionHandOffUnitsFieldEvent | QuestionHandOffAcceptedFieldEvent | QuestionHandOffParkedFieldEvent | QuestionKeepRecordJobFieldEvent | QuestionKeepRecordJobSignatureFieldEvent | QuestionKeepRecordControlFieldEvent | QuestionKeepRecordControlSignatureFieldEvent> {
    return streamMessage(buf, Question.codec(), opts)
  }
}

export interface ProbeQuestion {
  job: Uint8Array<ArrayBuffer>
  ofPeer: Uint8Array<ArrayBuffer>
}

export namespace ProbeQuestion {
  let _codec: Codec<ProbeQuestion>

  export const codec = (): Codec<ProbeQuestion> => {
    if (_codec == null) {
      _codec = message<ProbeQuestion>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if ((obj.ofPeer != null && obj.ofPeer.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.ofPeer)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          ofPeer: uint8ArrayAlloc(0)
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
              obj.ofPeer = reader.bytes()
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
                field: `${prefix}.ofPeer`,
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

  export interface ProbeQuestionJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ProbeQuestionOfPeerFieldEvent {
    field: '$.ofPeer'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<ProbeQuestion>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ProbeQuestion.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ProbeQuestion>): ProbeQuestion {
    return decodeMessage(buf, ProbeQuestion.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ProbeQuestion>): Generator<ProbeQuestionJobFieldEvent | ProbeQuestionOfPeerFieldEvent> {
    return streamMessage(buf, ProbeQuestion.codec(), opts)
  }
}

export interface LedgerQuestion {
  job: Uint8Array<ArrayBuffer>
}

export namespace LedgerQuestion {
  let _codec: Codec<LedgerQuestion>

  export const codec = (): Codec<LedgerQuestion> => {
    if (_codec == null) {
      _codec = message<LedgerQuestion>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.job = reader.bytes()
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

  export interface LedgerQuestionJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<LedgerQuestion>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, LedgerQuestion.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LedgerQuestion>): LedgerQuestion {
    return decodeMessage(buf, LedgerQuestion.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LedgerQuestion>): Generator<LedgerQuestionJobFieldEvent> {
    return streamMessage(buf, LedgerQuestion.codec(), opts)
  }
}

export interface HandOff {
  record?: JobRecord
  epoch?: Epoch
  units: number
  accepted: Uint8Array<ArrayBuffer>
  parked: Uint8Array<ArrayBuffer>
}

export namespace HandOff {
  let _codec: Codec<HandOff>

  export const codec = (): Codec<HandOff> => {
    if (_codec == null) {
      _codec = message<HandOff>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.record != null) {
          w.uint32(10)
          JobRecord.codec().encode(obj.record, w)
        }

        if (obj.epoch != null) {
          w.uint32(18)
          Epoch.codec().encode(obj.epoch, w)
        }

        if ((obj.units != null && obj.units !== 0)) {
          w.uint32(24)
          w.uint32(obj.units)
        }

        if ((obj.accepted != null && obj.accepted.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.accepted)
        }

        if ((obj.parked != null && obj.parked.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.parked)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          units: 0,
          accepted: uint8ArrayAlloc(0),
          parked: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.record = JobRecord.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.record
              })
              break
            }
            case 2: {
              obj.epoch = Epoch.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.epoch
              })
              break
            }
            case 3: {
              obj.units = reader.uint32()
              break
            }
            case 4: {
              obj.accepted = reader.bytes()
              break
            }
            case 5: {
              obj.parked = reader.bytes()
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
              yield * JobRecord.codec().stream(reader, reader.uint32(), `${prefix}.record`, {
                limits: opts.limits?.record
              })

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
                field: `${prefix}.units`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.accepted`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.parked`,
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

  export interface HandOffRecordJobFieldEvent {
    field: '$.record.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HandOffRecordJobSignatureFieldEvent {
    field: '$.record.jobSignature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HandOffRecordControlFieldEvent {
    field: '$.record.control'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HandOffRecordControlSignatureFieldEvent {
    field: '$.record.controlSignature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HandOffEpochRoundFieldEvent {
    field: '$.epoch.round'
    value: number
  }

  export interface HandOffEpochPeerFieldEvent {
    field: '$.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HandOffEpochInstanceFieldEvent {
    field: '$.epoch.instance'
    value: number
  }

  export interface HandOffUnitsFieldEvent {
    field: '$.units'
    value: number
  }

  export interface HandOffAcceptedFieldEvent {
    field: '$.accepted'
    value: Uint8Array<ArrayBuffer>
  }

  export interface HandOffParkedFieldEvent {
    field: '$.parked'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<HandOff>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, HandOff.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<HandOff>): HandOff {
    return decodeMessage(buf, HandOff.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<HandOff>): Generator<HandOffRecordJobFieldEvent | HandOffRecordJobSignatureFieldEvent | HandOffRecordControlFieldEvent | HandOffRecordControlSignatureFieldEvent | HandOffEpochRoundFieldEvent | HandOffEpochPeerFieldEvent | HandOffEpochInstanceFieldEvent | HandOffUnitsFieldEvent | HandOffAcceptedFieldEvent | HandOffParkedFieldEvent> {
    return streamMessage(buf, HandOff.codec(), opts)
  }
}

export interface KeepQuestion {
  record?: JobRecord
}

export namespace KeepQuestion {
  let _codec: Codec<KeepQuestion>

  export const codec = (): Codec<KeepQuestion> => {
    if (_codec == null) {
      _codec = message<KeepQuestion>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.record != null) {
          w.uint32(10)
          JobRecord.codec().encode(obj.record, w)
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
              obj.record = JobRecord.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.record
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
              yield * JobRecord.codec().stream(reader, reader.uint32(), `${prefix}.record`, {
                limits: opts.limits?.record
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

  export interface KeepQuestionRecordJobFieldEvent {
    field: '$.record.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface KeepQuestionRecordJobSignatureFieldEvent {
    field: '$.record.jobSignature'
    value: Uint8Array<ArrayBuffer>
  }

  export interface KeepQuestionRecordControlFieldEvent {
    field: '$.record.control'
    value: Uint8Array<ArrayBuffer>
  }

  export interface KeepQuestionRecordControlSignatureFieldEvent {
    field: '$.record.controlSignature'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<KeepQuestion>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, KeepQuestion.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<KeepQuestion>): KeepQuestion {
    return decodeMessage(buf, KeepQuestion.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<KeepQuestion>): Generator<KeepQuestionRecordJobFieldEvent | KeepQuestionRecordJobSignatureFieldEvent | KeepQuestionRecordControlFieldEvent | KeepQuestionRecordControlSignatureFieldEvent> {
    return streamMessage(buf, KeepQuestion.codec(), opts)
  }
}

export interface Answer {
  probed?: Probed
  ledger?: JobLedger
  takenOver?: TakenOver
  refused?: Refusal
}

export namespace Answer {
  let _codec: Codec<Answer>

  export const codec = (): Codec<Answer> => {
    if (_codec == null) {
      _codec = message<Answer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        obj = { ...obj }

        if (obj.refused != null) {
          obj.takenOver = undefined
          obj.ledger = undefined
          obj.probed = undefined
        }

        if (obj.takenOver != null) {
          obj.refused = undefined
          obj.ledger = undefined
          obj.probed = undefined
        }

        if (obj.ledger != null) {
          obj.refused = undefined
          obj.takenOver = undefined
          obj.probed = undefined
        }

        if (obj.probed != null) {
          obj.refused = undefined
          obj.takenOver = undefined
          obj.ledger = undefined
        }

        if (obj.probed != null) {
          w.uint32(10)
          Probed.codec().encode(obj.probed, w)
        }

        if (obj.ledger != null) {
          w.uint32(18)
          JobLedger.codec().encode(obj.ledger, w)
        }

        if (obj.takenOver != null) {
          w.uint32(26)
          TakenOver.codec().encode(obj.takenOver, w)
        }

        if (obj.refused != null) {
          w.uint32(34)
          Refusal.codec().encode(obj.refused, w)
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
              obj.probed = Probed.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.probed
              })
              break
            }
            case 2: {
              obj.ledger = JobLedger.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.ledger
              })
              break
            }
            case 3: {
              obj.takenOver = TakenOver.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.takenOver
              })
              break
            }
            case 4: {
              obj.refused = Refusal.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.refused
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        if (obj.refused != null) {
          delete obj.takenOver
          delete obj.ledger
          delete obj.probed
        }

        if (obj.takenOver != null) {
          delete obj.refused
          delete obj.ledger
          delete obj.probed
        }

        if (obj.ledger != null) {
          delete obj.refused
          delete obj.takenOver
          delete obj.probed
        }

        if (obj.probed != null) {
          delete obj.refused
          delete obj.takenOver
          delete obj.ledger
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * Probed.codec().stream(reader, reader.uint32(), `${prefix}.probed`, {
                limits: opts.limits?.probed
              })

              break
            }
            case 2: {
              yield * JobLedger.codec().stream(reader, reader.uint32(), `${prefix}.ledger`, {
                limits: opts.limits?.ledger
              })

              break
            }
            case 3: {
              yield * TakenOver.codec().stream(reader, reader.uint32(), `${prefix}.takenOver`, {
                limits: opts.limits?.takenOver
              })

              break
            }
            case 4: {
              yield * Refusal.codec().stream(reader, reader.uint32(), `${prefix}.refused`, {
                limits: opts.limits?.refused
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

  export interface AnswerProbedFoundFieldEvent {
    field: '$.probed.found'
    value: Found
  }

  export interface AnswerLedgerJobFieldEvent {
    field: '$.ledger.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AnswerLedgerEpochRoundFieldEvent {
    field: '$.ledger.epoch.round'
    value: number
  }

  export interface AnswerLedgerEpochPeerFieldEvent {
    field: '$.ledger.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AnswerLedgerEpochInstanceFieldEvent {
    field: '$.ledger.epoch.instance'
    value: number
  }

  export interface AnswerLedgerUnitsFieldEvent {
    field: '$.ledger.units'
    value: number
  }

  export interface AnswerLedgerAcceptedFieldEvent {
    field: '$.ledger.accepted'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AnswerLedgerParkedFieldEvent {
    field: '$.ledger.parked'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AnswerLedgerKeptFieldEvent {
    field: '$.ledger.kept'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AnswerLedgerHasBundleFieldEvent {
    field: '$.ledger.hasBundle'
    value: boolean
  }

  export interface AnswerTakenOverEpochRoundFieldEvent {
    field: '$.takenOver.epoch.round'
    value: number
  }

  export interface AnswerTakenOverEpochPeerFieldEvent {
    field: '$.takenOver.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface AnswerTakenOverEpochInstanceFieldEvent {
    field: '$.takenOver.epoch.instance'
    value: number
  }

  export interface AnswerRefusedReasonFieldEvent {
    field: '$.refused.reason'
    value: RefusalReason
  }

  export function encode (obj: Partial<Answer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Answer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Answer>): Answer {
    return decodeMessage(buf, Answer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Answer>): Generator<AnswerProbedFoundFieldEvent | AnswerLedgerJobFieldEvent | AnswerLedgerEpochRoundFieldEvent | AnswerLedgerEpochPeerFieldEvent | AnswerLedgerEpochInstanceFieldEvent | AnswerLedgerUnitsFieldEvent | AnswerLedgerAcceptedFieldEvent | AnswerLedgerParkedFieldEvent | AnswerLedgerKeptFieldEvent | AnswerLedgerHasBundleFieldEvent | AnswerTakenOverEpochRoundFieldEvent | AnswerTakenOverEpochPeerFieldEvent | AnswerTakenOverEpochInstanceFieldEvent | AnswerRefusedReasonFieldEvent> {
    return streamMessage(buf, Answer.codec(), opts)
  }
}

export enum Found {
  FOUND_UNSPECIFIED = 'FOUND_UNSPECIFIED',
  FOUND_STEWARD = 'FOUND_STEWARD',
  FOUND_IDLE = 'FOUND_IDLE',
  FOUND_SILENT = 'FOUND_SILENT'
}

enum __FoundValues {
  FOUND_UNSPECIFIED = 0,
  FOUND_STEWARD = 1,
  FOUND_IDLE = 2,
  FOUND_SILENT = 3
}

export namespace Found {
  export const codec = (): Codec<Found> => {
    return enumeration<Found>(__FoundValues)
  }
}

export interface Probed {
  found: Found
}

export namespace Probed {
  let _codec: Codec<Probed>

  export const codec = (): Codec<Probed> => {
    if (_codec == null) {
      _codec = message<Probed>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.found != null && __FoundValues[obj.found] !== 0) {
          w.uint32(8)
          Found.codec().encode(obj.found, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          found: Found.FOUND_UNSPECIFIED
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.found = Found.codec().decode(reader)
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
                field: `${prefix}.found`,
                value: Found.codec().decode(reader)
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

  export interface ProbedFoundFieldEvent {
    field: '$.found'
    value: Found
  }

  export function encode (obj: Partial<Probed>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Probed.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Probed>): Probed {
    return decodeMessage(buf, Probed.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Probed>): Generator<ProbedFoundFieldEvent> {
    return streamMessage(buf, Probed.codec(), opts)
  }
}

export interface JobLedger {
  job: Uint8Array<ArrayBuffer>
  epoch?: Epoch
  units: number
  accepted: Uint8Array<ArrayBuffer>
  parked: Uint8Array<ArrayBuffer>
  kept: Uint8Array<ArrayBuffer>
  hasBundle: boolean
}

export namespace JobLedger {
  let _codec: Codec<JobLedger>

  export const codec = (): Codec<JobLedger> => {
    if (_codec == null) {
      _codec = message<JobLedger>((obj, w, opts = {}) => {
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

        if ((obj.units != null && obj.units !== 0)) {
          w.uint32(24)
          w.uint32(obj.units)
        }

        if ((obj.accepted != null && obj.accepted.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.accepted)
        }

        if ((obj.parked != null && obj.parked.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.parked)
        }

        if ((obj.kept != null && obj.kept.byteLength > 0)) {
          w.uint32(50)
          w.bytes(obj.kept)
        }

        if ((obj.hasBundle != null && obj.hasBundle !== false)) {
          w.uint32(56)
          w.bool(obj.hasBundle)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          units: 0,
          accepted: uint8ArrayAlloc(0),
          parked: uint8ArrayAlloc(0),
          kept: uint8ArrayAlloc(0),
          hasBundle: false
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
              obj.units = reader.uint32()
              break
            }
            case 4: {
              obj.accepted = reader.bytes()
              break
            }
            case 5: {
              obj.parked = reader.bytes()
              break
            }
            case 6: {
              obj.kept = reader.bytes()
              break
            }
            case 7: {
              obj.hasBundle = reader.bool()
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
                field: `${prefix}.units`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.accepted`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.parked`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.kept`,
                value: reader.bytes()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.hasBundle`,
                value: reader.bool()
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

  export interface JobLedgerJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobLedgerEpochRoundFieldEvent {
    field: '$.epoch.round'
    value: number
  }

  export interface JobLedgerEpochPeerFieldEvent {
    field: '$.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobLedgerEpochInstanceFieldEvent {
    field: '$.epoch.instance'
    value: number
  }

  export interface JobLedgerUnitsFieldEvent {
    field: '$.units'
    value: number
  }

  export interface JobLedgerAcceptedFieldEvent {
    field: '$.accepted'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobLedgerParkedFieldEvent {
    field: '$.parked'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobLedgerKeptFieldEvent {
    field: '$.kept'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobLedgerHasBundleFieldEvent {
    field: '$.hasBundle'
    value: boolean
  }

  export function encode (obj: Partial<JobLedger>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, JobLedger.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<JobLedger>): JobLedger {
    return decodeMessage(buf, JobLedger.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<JobLedger>): Generator<JobLedgerJobFieldEvent | JobLedgerEpochRoundFieldEvent | JobLedgerEpochPeerFieldEvent | JobLedgerEpochInstanceFieldEvent | JobLedgerUnitsFieldEvent | JobLedgerAcceptedFieldEvent | JobLedgerParkedFieldEvent | JobLedgerKeptFieldEvent | JobLedgerHasBundleFieldEvent> {
    return streamMessage(buf, JobLedger.codec(), opts)
  }
}

export interface TakenOver {
  epoch?: Epoch
}

export namespace TakenOver {
  let _codec: Codec<TakenOver>

  export const codec = (): Codec<TakenOver> => {
    if (_codec == null) {
      _codec = message<TakenOver>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.epoch != null) {
          w.uint32(10)
          Epoch.codec().encode(obj.epoch, w)
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
              obj.epoch = Epoch.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.epoch
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
              yield * Epoch.codec().stream(reader, reader.uint32(), `${prefix}.epoch`, {
                limits: opts.limits?.epoch
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

  export interface TakenOverEpochRoundFieldEvent {
    field: '$.epoch.round'
    value: number
  }

  export interface TakenOverEpochPeerFieldEvent {
    field: '$.epoch.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface TakenOverEpochInstanceFieldEvent {
    field: '$.epoch.instance'
    value: number
  }

  export function encode (obj: Partial<TakenOver>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, TakenOver.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TakenOver>): TakenOver {
    return decodeMessage(buf, TakenOver.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TakenOver>): Generator<TakenOverEpochRoundFieldEvent | TakenOverEpochPeerFieldEvent | TakenOverEpochInstanceFieldEvent> {
    return streamMessage(buf, TakenOver.codec(), opts)
  }
}

export enum RefusalReason {
  REFUSAL_REASON_UNSPECIFIED = 'REFUSAL_REASON_UNSPECIFIED',
  REFUSAL_REASON_UNKNOWN_JOB = 'REFUSAL_REASON_UNKNOWN_JOB',
  REFUSAL_REASON_ENDED = 'REFUSAL_REASON_ENDED',
  REFUSAL_REASON_LEAVING = 'REFUSAL_REASON_LEAVING',
  REFUSAL_REASON_FULL = 'REFUSAL_REASON_FULL',
  REFUSAL_REASON_STALE = 'REFUSAL_REASON_STALE'
}

enum __RefusalReasonValues {
  REFUSAL_REASON_UNSPECIFIED = 0,
  REFUSAL_REASON_UNKNOWN_JOB = 1,
  REFUSAL_REASON_ENDED = 2,
  REFUSAL_REASON_LEAVING = 3,
  REFUSAL_REASON_FULL = 4,
  REFUSAL_REASON_STALE = 5
}

export namespace RefusalReason {
  export const codec = (): Codec<RefusalReason> => {
    return enumeration<RefusalReason>(__RefusalReasonValues)
  }
}

export interface Refusal {
  reason: RefusalReason
}

export namespace Refusal {
  let _codec: Codec<Refusal>

  export const codec = (): Codec<Refusal> => {
    if (_codec == null) {
      _codec = message<Refusal>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.reason != null && __RefusalReasonValues[obj.reason] !== 0) {
          w.uint32(8)
          RefusalReason.codec().encode(obj.reason, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          reason: RefusalReason.REFUSAL_REASON_UNSPECIFIED
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.reason = RefusalReason.codec().decode(reader)
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
                field: `${prefix}.reason`,
                value: RefusalReason.codec().decode(reader)
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

  export interface RefusalReasonFieldEvent {
    field: '$.reason'
    value: RefusalReason
  }

  export function encode (obj: Partial<Refusal>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Refusal.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Refusal>): Refusal {
    return decodeMessage(buf, Refusal.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Refusal>): Generator<RefusalReasonFieldEvent> {
    return streamMessage(buf, Refusal.codec(), opts)
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
