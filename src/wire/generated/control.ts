// @ts-nocheck: written by npm run generate; protons leaves parameters unused
import { decodeMessage, encodeMessage, enumeration, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export enum JobState {
  JOB_STATE_UNSPECIFIED = 'JOB_STATE_UNSPECIFIED',
  JOB_STATE_RUNNING = 'JOB_STATE_RUNNING',
  JOB_STATE_PAUSED = 'JOB_STATE_PAUSED',
  JOB_STATE_CANCELLED = 'JOB_STATE_CANCELLED',
  JOB_STATE_FINISHED = 'JOB_STATE_FINISHED'
}

enum __JobStateValues {
  JOB_STATE_UNSPECIFIED = 0,
  JOB_STATE_RUNNING = 1,
  JOB_STATE_PAUSED = 2,
  JOB_STATE_CANCELLED = 3,
  JOB_STATE_FINISHED = 4
}

export namespace JobState {
  export const codec = (): Codec<JobState> => {
    return enumeration<JobState>(__JobStateValues)
  }
}

export interface JobControl {
  job: Uint8Array<ArrayBuffer>
  sequence: number
  state: JobState
  priority: number
}

export namespace JobControl {
  let _codec: Codec<JobControl>

  export const codec = (): Codec<JobControl> => {
    if (_codec == null) {
      _codec = message<JobControl>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if ((obj.sequence != null && obj.sequence !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.sequence)
        }

        if (obj.state != null && __JobStateValues[obj.state] !== 0) {
          w.uint32(24)
          JobState.codec().encode(obj.state, w)
        }

        if ((obj.priority != null && obj.priority !== 0)) {
          w.uint32(32)
          w.sint32(obj.priority)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          sequence: 0,
          state: JobState.JOB_STATE_UNSPECIFIED,
          priority: 0
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
              obj.sequence = reader.uint64Number()
              break
            }
            case 3: {
              obj.state = JobState.codec().decode(reader)
              break
            }
            case 4: {
              obj.priority = reader.sint32()
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
                field: `${prefix}.sequence`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.state`,
                value: JobState.codec().decode(reader)
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.priority`,
                value: reader.sint32()
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

  export interface JobControlJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobControlSequenceFieldEvent {
    field: '$.sequence'
    value: number
  }

  export interface JobControlStateFieldEvent {
    field: '$.state'
    value: JobState
  }

  export interface JobControlPriorityFieldEvent {
    field: '$.priority'
    value: number
  }

  export function encode (obj: Partial<JobControl>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, JobControl.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<JobControl>): JobControl {
    return decodeMessage(buf, JobControl.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<JobControl>): Generator<JobControlJobFieldEvent | JobControlSequenceFieldEvent | JobControlStateFieldEvent | JobControlPriorityFieldEvent> {
    return streamMessage(buf, JobControl.codec(), opts)
  }
}
