// @ts-nocheck: written by npm run generate; protons leaves parameters unused
import { decodeMessage, encodeMessage, enumeration, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface LogRequest {
  job: Uint8Array<ArrayBuffer>
  unit?: number
}

export namespace LogRequest {
  let _codec: Codec<LogRequest>

  export const codec = (): Codec<LogRequest> => {
    if (_codec == null) {
      _codec = message<LogRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if (obj.unit != null) {
          w.uint32(16)
          w.uint32(obj.unit)
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
            case 2: {
              obj.unit = reader.uint32()
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

  export interface LogRequestJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LogRequestUnitFieldEvent {
    field: '$.unit'
    value: number
  }

  export function encode (obj: Partial<LogRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, LogRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LogRequest>): LogRequest {
    return decodeMessage(buf, LogRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LogRequest>): Generator<LogRequestJobFieldEvent | LogRequestUnitFieldEvent> {
    return streamMessage(buf, LogRequest.codec(), opts)
  }
}

export interface LogAnswer {
  entries: LogEntry[]
  troubles: LogTrouble[]
  dropped: boolean
}

export namespace LogAnswer {
  let _codec: Codec<LogAnswer>

  export const codec = (): Codec<LogAnswer> => {
    if (_codec == null) {
      _codec = message<LogAnswer>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if (obj.entries != null && obj.entries.length > 0) {
          for (const value of obj.entries) {
            w.uint32(10)
            LogEntry.codec().encode(value, w)
          }
        }

        if (obj.troubles != null && obj.troubles.length > 0) {
          for (const value of obj.troubles) {
            w.uint32(18)
            LogTrouble.codec().encode(value, w)
          }
        }

        if ((obj.dropped != null && obj.dropped !== false)) {
          w.uint32(24)
          w.bool(obj.dropped)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          entries: [],
          troubles: [],
          dropped: false
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.entries != null && obj.entries.length === opts.limits.entries) {
                throw new MaxLengthError('Decode error - repeated field "entries" had too many elements')
              }

              if (obj.entries.length === 32) {
                throw new MaxLengthError('Decode error - repeated field "entries" had too many elements')
              }

              obj.entries.push(LogEntry.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.entries$
              }))
              break
            }
            case 2: {
              if (opts.limits?.troubles != null && obj.troubles.length === opts.limits.troubles) {
                throw new MaxLengthError('Decode error - repeated field "troubles" had too many elements')
              }

              if (obj.troubles.length === 128) {
                throw new MaxLengthError('Decode error - repeated field "troubles" had too many elements')
              }

              obj.troubles.push(LogTrouble.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.troubles$
              }))
              break
            }
            case 3: {
              obj.dropped = reader.bool()
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
          entries: 32,
          troubles: 128
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              if (opts.limits?.entries != null && obj.entries === opts.limits.entries) {
                throw new MaxLengthError('Streaming decode error - repeated field "entries" had too many elements')
              }

              if (obj.entries === 32) {
                throw new MaxLengthError('Streaming decode error - repeated field "entries" had too many elements')
              }

              for (const evt of LogEntry.codec().stream(reader, reader.uint32(), `${prefix}.entries[]`, {
                limits: opts.limits?.entries$
              })) {
                yield {
                  ...evt,
                  index: obj.entries
                }
              }

              obj.entries++

              break
            }
            case 2: {
              if (opts.limits?.troubles != null && obj.troubles === opts.limits.troubles) {
                throw new MaxLengthError('Streaming decode error - repeated field "troubles" had too many elements')
              }

              if (obj.troubles === 128) {
                throw new MaxLengthError('Streaming decode error - repeated field "troubles" had too many elements')
              }

              for (const evt of LogTrouble.codec().stream(reader, reader.uint32(), `${prefix}.troubles[]`, {
                limits: opts.limits?.troubles$
              })) {
                yield {
                  ...evt,
                  index: obj.troubles
                }
              }

              obj.troubles++

              break
            }
            case 3: {
              yield {
                field: `${prefix}.dropped`,
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

  export interface LogAnswerEntriesRenderedStartedAtMsFieldEvent {
    field: '$.entries[].rendered.startedAtMs'
    value: number
    index: number
  }

  export interface LogAnswerEntriesRenderedAtMsFieldEvent {
    field: '$.entries[].rendered.atMs'
    value: number
    index: number
  }

  export interface LogAnswerEntriesRenderedRenderMsFieldEvent {
    field: '$.entries[].rendered.renderMs'
    value: number
    index: number
  }

  export interface LogAnswerEntriesRenderedThreadsFieldEvent {
    field: '$.entries[].rendered.threads'
    value: number
    index: number
  }

  export interface LogAnswerEntriesRenderedLogFieldEvent {
    field: '$.entries[].rendered.log'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface LogAnswerEntriesFailedStartedAtMsFieldEvent {
    field: '$.entries[].failed.startedAtMs'
    value: number
    index: number
  }

  export interface LogAnswerEntriesFailedAtMsFieldEvent {
    field: '$.entries[].failed.atMs'
    value: number
    index: number
  }

  export interface LogAnswerEntriesFailedThreadsFieldEvent {
    field: '$.entries[].failed.threads'
    value: number
    index: number
  }

  export interface LogAnswerEntriesFailedReasonFieldEvent {
    field: '$.entries[].failed.reason'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface LogAnswerEntriesFailedLogFieldEvent {
    field: '$.entries[].failed.log'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface LogAnswerEntriesDeliveredAtMsFieldEvent {
    field: '$.entries[].delivered.atMs'
    value: number
    index: number
  }

  export interface LogAnswerEntriesDeliveredToFieldEvent {
    field: '$.entries[].delivered.to'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface LogAnswerEntriesDeliveredOutcomeFieldEvent {
    field: '$.entries[].delivered.outcome'
    value: ResultOutcome
    index: number
  }

  export interface LogAnswerEntriesDeliveredTriesFieldEvent {
    field: '$.entries[].delivered.tries'
    value: number
    index: number
  }

  export interface LogAnswerTroublesUnitFieldEvent {
    field: '$.troubles[].unit'
    value: number
    index: number
  }

  export interface LogAnswerTroublesKindFieldEvent {
    field: '$.troubles[].kind'
    value: LogTroubleKind
    index: number
  }

  export interface LogAnswerTroublesPeerFieldEvent {
    field: '$.troubles[].peer'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface LogAnswerTroublesReasonFieldEvent {
    field: '$.troubles[].reason'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface LogAnswerTroublesAtMsFieldEvent {
    field: '$.troubles[].atMs'
    value: number
    index: number
  }

  export interface LogAnswerDroppedFieldEvent {
    field: '$.dropped'
    value: boolean
  }

  export function encode (obj: Partial<LogAnswer>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, LogAnswer.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LogAnswer>): LogAnswer {
    return decodeMessage(buf, LogAnswer.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LogAnswer>): Generator<LogAnswerEntriesRenderedStartedAtMsFieldEvent | LogAnswerEntriesRenderedAtMsFieldEvent | LogAnswerEntriesRenderedRenderMsFieldEvent | LogAnswerEntriesRenderedThreadsFieldEvent | LogAnswerEntriesRenderedLogFieldEvent | LogAnswerEntriesFailedStartedAtMsFieldEvent | LogAnswerEntriesFailedAtMsFieldEvent | LogAnswerEntriesFailedThreadsFieldEvent | LogAnswerEntriesFailedReasonFieldEvent | LogAnswerEntriesFailedLogFieldEvent | LogAnswerEntriesDeliveredAtMsFieldEvent | LogAnswerEntriesDeliveredToFieldEvent | LogAnswerEntriesDeliveredOutcomeFieldEvent | LogAnswerEntriesDeliveredTriesFieldEvent | LogAnswerTroublesUnitFieldEvent | LogAnswerTroublesKindFieldEvent | LogAnswerTroublesPeerFieldEvent | LogAnswerTroublesReasonFieldEvent | LogAnswerTroublesAtMsFieldEvent | LogAnswerDroppedFieldEvent> {
    return streamMessage(buf, LogAnswer.codec(), opts)
  }
}

export interface LogEntry {
  rendered?: LogRendered
  failed?: LogFailed
  delivered?: LogDelivered
}

export namespace LogEntry {
  let _codec: Codec<LogEntry>

  export const codec = (): Codec<LogEntry> => {
    if (_codec == null) {
      _codec = message<LogEntry>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        obj = { ...obj }

        if (obj.delivered != null) {
          obj.failed = undefined
          obj.rendered = undefined
        }

        if (obj.failed != null) {
          obj.delivered = undefined
          obj.rendered = undefined
        }

        if (obj.rendered != null) {
          obj.delivered = undefined
          obj.failed = undefined
        }

        if (obj.rendered != null) {
          w.uint32(10)
          LogRendered.codec().encode(obj.rendered, w)
        }

        if (obj.failed != null) {
          w.uint32(18)
          LogFailed.codec().encode(obj.failed, w)
        }

        if (obj.delivered != null) {
          w.uint32(26)
          LogDelivered.codec().encode(obj.delivered, w)
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
              obj.rendered = LogRendered.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.rendered
              })
              break
            }
            case 2: {
              obj.failed = LogFailed.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.failed
              })
              break
            }
            case 3: {
              obj.delivered = LogDelivered.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.delivered
              })
              break
            }
            default: {
              reader.skipType(tag & 7)
              break
            }
          }
        }

        if (obj.delivered != null) {
          delete obj.failed
          delete obj.rendered
        }

        if (obj.failed != null) {
          delete obj.delivered
          delete obj.rendered
        }

        if (obj.rendered != null) {
          delete obj.delivered
          delete obj.failed
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * LogRendered.codec().stream(reader, reader.uint32(), `${prefix}.rendered`, {
                limits: opts.limits?.rendered
              })

              break
            }
            case 2: {
              yield * LogFailed.codec().stream(reader, reader.uint32(), `${prefix}.failed`, {
                limits: opts.limits?.failed
              })

              break
            }
            case 3: {
              yield * LogDelivered.codec().stream(reader, reader.uint32(), `${prefix}.delivered`, {
                limits: opts.limits?.delivered
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

  export interface LogEntryRenderedStartedAtMsFieldEvent {
    field: '$.rendered.startedAtMs'
    value: number
  }

  export interface LogEntryRenderedAtMsFieldEvent {
    field: '$.rendered.atMs'
    value: number
  }

  export interface LogEntryRenderedRenderMsFieldEvent {
    field: '$.rendered.renderMs'
    value: number
  }

  export interface LogEntryRenderedThreadsFieldEvent {
    field: '$.rendered.threads'
    value: number
  }

  export interface LogEntryRenderedLogFieldEvent {
    field: '$.rendered.log'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LogEntryFailedStartedAtMsFieldEvent {
    field: '$.failed.startedAtMs'
    value: number
  }

  export interface LogEntryFailedAtMsFieldEvent {
    field: '$.failed.atMs'
    value: number
  }

  export interface LogEntryFailedThreadsFieldEvent {
    field: '$.failed.threads'
    value: number
  }

  export interface LogEntryFailedReasonFieldEvent {
    field: '$.failed.reason'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LogEntryFailedLogFieldEvent {
    field: '$.failed.log'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LogEntryDeliveredAtMsFieldEvent {
    field: '$.delivered.atMs'
    value: number
  }

  export interface LogEntryDeliveredToFieldEvent {
    field: '$.delivered.to'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LogEntryDeliveredOutcomeFieldEvent {
    field: '$.delivered.outcome'
    value: ResultOutcome
  }

  export interface LogEntryDeliveredTriesFieldEvent {
    field: '$.delivered.tries'
    value: number
  }

  export function encode (obj: Partial<LogEntry>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, LogEntry.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LogEntry>): LogEntry {
    return decodeMessage(buf, LogEntry.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LogEntry>): Generator<LogEntryRenderedStartedAtMsFieldEvent | LogEntryRenderedAtMsFieldEvent | LogEntryRenderedRenderMsFieldEvent | LogEntryRenderedThreadsFieldEvent | LogEntryRenderedLogFieldEvent | LogEntryFailedStartedAtMsFieldEvent | LogEntryFailedAtMsFieldEvent | LogEntryFailedThreadsFieldEvent | LogEntryFailedReasonFieldEvent | LogEntryFailedLogFieldEvent | LogEntryDeliveredAtMsFieldEvent | LogEntryDeliveredToFieldEvent | LogEntryDeliveredOutcomeFieldEvent | LogEntryDeliveredTriesFieldEvent> {
    return streamMessage(buf, LogEntry.codec(), opts)
  }
}

export interface LogRendered {
  startedAtMs: number
  atMs: number
  renderMs: number
  threads: number
  log: Uint8Array<ArrayBuffer>
}

export namespace LogRendered {
  let _codec: Codec<LogRendered>

  export const codec = (): Codec<LogRendered> => {
    if (_codec == null) {
      _codec = message<LogRendered>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.startedAtMs != null && obj.startedAtMs !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.startedAtMs)
        }

        if ((obj.atMs != null && obj.atMs !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.atMs)
        }

        if ((obj.renderMs != null && obj.renderMs !== 0)) {
          w.uint32(25)
          w.double(obj.renderMs)
        }

        if ((obj.threads != null && obj.threads !== 0)) {
          w.uint32(32)
          w.uint32(obj.threads)
        }

        if ((obj.log != null && obj.log.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.log)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          startedAtMs: 0,
          atMs: 0,
          renderMs: 0,
          threads: 0,
          log: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.startedAtMs = reader.uint64Number()
              break
            }
            case 2: {
              obj.atMs = reader.uint64Number()
              break
            }
            case 3: {
              obj.renderMs = reader.double()
              break
            }
            case 4: {
              obj.threads = reader.uint32()
              break
            }
            case 5: {
              obj.log = reader.bytes()
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
                field: `${prefix}.startedAtMs`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.atMs`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.renderMs`,
                value: reader.double()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.threads`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.log`,
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

  export interface LogRenderedStartedAtMsFieldEvent {
    field: '$.startedAtMs'
    value: number
  }

  export interface LogRenderedAtMsFieldEvent {
    field: '$.atMs'
    value: number
  }

  export interface LogRenderedRenderMsFieldEvent {
    field: '$.renderMs'
    value: number
  }

  export interface LogRenderedThreadsFieldEvent {
    field: '$.threads'
    value: number
  }

  export interface LogRenderedLogFieldEvent {
    field: '$.log'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<LogRendered>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, LogRendered.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LogRendered>): LogRendered {
    return decodeMessage(buf, LogRendered.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LogRendered>): Generator<LogRenderedStartedAtMsFieldEvent | LogRenderedAtMsFieldEvent | LogRenderedRenderMsFieldEvent | LogRenderedThreadsFieldEvent | LogRenderedLogFieldEvent> {
    return streamMessage(buf, LogRendered.codec(), opts)
  }
}

export interface LogFailed {
  startedAtMs: number
  atMs: number
  threads: number
  reason: Uint8Array<ArrayBuffer>
  log: Uint8Array<ArrayBuffer>
}

export namespace LogFailed {
  let _codec: Codec<LogFailed>

  export const codec = (): Codec<LogFailed> => {
    if (_codec == null) {
      _codec = message<LogFailed>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.startedAtMs != null && obj.startedAtMs !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.startedAtMs)
        }

        if ((obj.atMs != null && obj.atMs !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.atMs)
        }

        if ((obj.threads != null && obj.threads !== 0)) {
          w.uint32(24)
          w.uint32(obj.threads)
        }

        if ((obj.reason != null && obj.reason.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.reason)
        }

        if ((obj.log != null && obj.log.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.log)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          startedAtMs: 0,
          atMs: 0,
          threads: 0,
          reason: uint8ArrayAlloc(0),
          log: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.startedAtMs = reader.uint64Number()
              break
            }
            case 2: {
              obj.atMs = reader.uint64Number()
              break
            }
            case 3: {
              obj.threads = reader.uint32()
              break
            }
            case 4: {
              obj.reason = reader.bytes()
              break
            }
            case 5: {
              obj.log = reader.bytes()
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
                field: `${prefix}.startedAtMs`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.atMs`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.threads`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.reason`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.log`,
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

  export interface LogFailedStartedAtMsFieldEvent {
    field: '$.startedAtMs'
    value: number
  }

  export interface LogFailedAtMsFieldEvent {
    field: '$.atMs'
    value: number
  }

  export interface LogFailedThreadsFieldEvent {
    field: '$.threads'
    value: number
  }

  export interface LogFailedReasonFieldEvent {
    field: '$.reason'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LogFailedLogFieldEvent {
    field: '$.log'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<LogFailed>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, LogFailed.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LogFailed>): LogFailed {
    return decodeMessage(buf, LogFailed.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LogFailed>): Generator<LogFailedStartedAtMsFieldEvent | LogFailedAtMsFieldEvent | LogFailedThreadsFieldEvent | LogFailedReasonFieldEvent | LogFailedLogFieldEvent> {
    return streamMessage(buf, LogFailed.codec(), opts)
  }
}

export interface LogDelivered {
  atMs: number
  to: Uint8Array<ArrayBuffer>
  outcome: ResultOutcome
  tries: number
}

export namespace LogDelivered {
  let _codec: Codec<LogDelivered>

  export const codec = (): Codec<LogDelivered> => {
    if (_codec == null) {
      _codec = message<LogDelivered>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.atMs != null && obj.atMs !== 0)) {
          w.uint32(8)
          w.uint64Number(obj.atMs)
        }

        if ((obj.to != null && obj.to.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.to)
        }

        if (obj.outcome != null && __ResultOutcomeValues[obj.outcome] !== 0) {
          w.uint32(24)
          ResultOutcome.codec().encode(obj.outcome, w)
        }

        if ((obj.tries != null && obj.tries !== 0)) {
          w.uint32(32)
          w.uint32(obj.tries)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          atMs: 0,
          to: uint8ArrayAlloc(0),
          outcome: ResultOutcome.RESULT_OUTCOME_UNSPECIFIED,
          tries: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.atMs = reader.uint64Number()
              break
            }
            case 2: {
              obj.to = reader.bytes()
              break
            }
            case 3: {
              obj.outcome = ResultOutcome.codec().decode(reader)
              break
            }
            case 4: {
              obj.tries = reader.uint32()
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
                field: `${prefix}.atMs`,
                value: reader.uint64Number()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.to`,
                value: reader.bytes()
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
            case 4: {
              yield {
                field: `${prefix}.tries`,
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

  export interface LogDeliveredAtMsFieldEvent {
    field: '$.atMs'
    value: number
  }

  export interface LogDeliveredToFieldEvent {
    field: '$.to'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LogDeliveredOutcomeFieldEvent {
    field: '$.outcome'
    value: ResultOutcome
  }

  export interface LogDeliveredTriesFieldEvent {
    field: '$.tries'
    value: number
  }

  export function encode (obj: Partial<LogDelivered>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, LogDelivered.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LogDelivered>): LogDelivered {
    return decodeMessage(buf, LogDelivered.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LogDelivered>): Generator<LogDeliveredAtMsFieldEvent | LogDeliveredToFieldEvent | LogDeliveredOutcomeFieldEvent | LogDeliveredTriesFieldEvent> {
    return streamMessage(buf, LogDelivered.codec(), opts)
  }
}

export enum LogTroubleKind {
  LOG_TROUBLE_KIND_UNSPECIFIED = 'LOG_TROUBLE_KIND_UNSPECIFIED',
  LOG_TROUBLE_KIND_LAPSED = 'LOG_TROUBLE_KIND_LAPSED',
  LOG_TROUBLE_KIND_FAILED = 'LOG_TROUBLE_KIND_FAILED',
  LOG_TROUBLE_KIND_RACED = 'LOG_TROUBLE_KIND_RACED',
  LOG_TROUBLE_KIND_PARKED = 'LOG_TROUBLE_KIND_PARKED'
}

enum __LogTroubleKindValues {
  LOG_TROUBLE_KIND_UNSPECIFIED = 0,
  LOG_TROUBLE_KIND_LAPSED = 1,
  LOG_TROUBLE_KIND_FAILED = 2,
  LOG_TROUBLE_KIND_RACED = 3,
  LOG_TROUBLE_KIND_PARKED = 4
}

export namespace LogTroubleKind {
  export const codec = (): Codec<LogTroubleKind> => {
    return enumeration<LogTroubleKind>(__LogTroubleKindValues)
  }
}

export interface LogTrouble {
  unit: number
  kind: LogTroubleKind
  peer: Uint8Array<ArrayBuffer>
  reason: Uint8Array<ArrayBuffer>
  atMs: number
}

export namespace LogTrouble {
  let _codec: Codec<LogTrouble>

  export const codec = (): Codec<LogTrouble> => {
    if (_codec == null) {
      _codec = message<LogTrouble>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.unit != null && obj.unit !== 0)) {
          w.uint32(8)
          w.uint32(obj.unit)
        }

        if (obj.kind != null && __LogTroubleKindValues[obj.kind] !== 0) {
          w.uint32(16)
          LogTroubleKind.codec().encode(obj.kind, w)
        }

        if ((obj.peer != null && obj.peer.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.peer)
        }

        if ((obj.reason != null && obj.reason.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.reason)
        }

        if ((obj.atMs != null && obj.atMs !== 0)) {
          w.uint32(40)
          w.uint64Number(obj.atMs)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          unit: 0,
          kind: LogTroubleKind.LOG_TROUBLE_KIND_UNSPECIFIED,
          peer: uint8ArrayAlloc(0),
          reason: uint8ArrayAlloc(0),
          atMs: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.unit = reader.uint32()
              break
            }
            case 2: {
              obj.kind = LogTroubleKind.codec().decode(reader)
              break
            }
            case 3: {
              obj.peer = reader.bytes()
              break
            }
            case 4: {
              obj.reason = reader.bytes()
              break
            }
            case 5: {
              obj.atMs = reader.uint64Number()
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
                field: `${prefix}.unit`,
                value: reader.uint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.kind`,
                value: LogTroubleKind.codec().decode(reader)
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.peer`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.reason`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.atMs`,
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

  export interface LogTroubleUnitFieldEvent {
    field: '$.unit'
    value: number
  }

  export interface LogTroubleKindFieldEvent {
    field: '$.kind'
    value: LogTroubleKind
  }

  export interface LogTroublePeerFieldEvent {
    field: '$.peer'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LogTroubleReasonFieldEvent {
    field: '$.reason'
    value: Uint8Array<ArrayBuffer>
  }

  export interface LogTroubleAtMsFieldEvent {
    field: '$.atMs'
    value: number
  }

  export function encode (obj: Partial<LogTrouble>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, LogTrouble.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LogTrouble>): LogTrouble {
    return decodeMessage(buf, LogTrouble.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LogTrouble>): Generator<LogTroubleUnitFieldEvent | LogTroubleKindFieldEvent | LogTroublePeerFieldEvent | LogTroubleReasonFieldEvent | LogTroubleAtMsFieldEvent> {
    return streamMessage(buf, LogTrouble.codec(), opts)
  }
}

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
