// @ts-nocheck: written by npm run generate; protons leaves parameters unused
import { decodeMessage, encodeMessage, enumeration, MaxLengthError, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export enum Split {
  SPLIT_UNSPECIFIED = 'SPLIT_UNSPECIFIED',
  SPLIT_TILES = 'SPLIT_TILES',
  SPLIT_SAMPLES = 'SPLIT_SAMPLES',
  SPLIT_FRAMES = 'SPLIT_FRAMES'
}

enum __SplitValues {
  SPLIT_UNSPECIFIED = 0,
  SPLIT_TILES = 1,
  SPLIT_SAMPLES = 2,
  SPLIT_FRAMES = 3
}

export namespace Split {
  export const codec = (): Codec<Split> => {
    return enumeration<Split>(__SplitValues)
  }
}

export interface FrameRange {
  first: number
  last: number
  step: number
}

export namespace FrameRange {
  let _codec: Codec<FrameRange>

  export const codec = (): Codec<FrameRange> => {
    if (_codec == null) {
      _codec = message<FrameRange>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.first != null && obj.first !== 0)) {
          w.uint32(8)
          w.sint32(obj.first)
        }

        if ((obj.last != null && obj.last !== 0)) {
          w.uint32(16)
          w.sint32(obj.last)
        }

        if ((obj.step != null && obj.step !== 0)) {
          w.uint32(24)
          w.uint32(obj.step)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          first: 0,
          last: 0,
          step: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.first = reader.sint32()
              break
            }
            case 2: {
              obj.last = reader.sint32()
              break
            }
            case 3: {
              obj.step = reader.uint32()
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
                field: `${prefix}.first`,
                value: reader.sint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.last`,
                value: reader.sint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.step`,
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

  export interface FrameRangeFirstFieldEvent {
    field: '$.first'
    value: number
  }

  export interface FrameRangeLastFieldEvent {
    field: '$.last'
    value: number
  }

  export interface FrameRangeStepFieldEvent {
    field: '$.step'
    value: number
  }

  export function encode (obj: Partial<FrameRange>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, FrameRange.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FrameRange>): FrameRange {
    return decodeMessage(buf, FrameRange.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FrameRange>): Generator<FrameRangeFirstFieldEvent | FrameRangeLastFieldEvent | FrameRangeStepFieldEvent> {
    return streamMessage(buf, FrameRange.codec(), opts)
  }
}

export interface BundleRef {
  manifestSha256: Uint8Array<ArrayBuffer>
  manifestBytes: number
  entry: Uint8Array<ArrayBuffer>
}

export namespace BundleRef {
  let _codec: Codec<BundleRef>

  export const codec = (): Codec<BundleRef> => {
    if (_codec == null) {
      _codec = message<BundleRef>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.manifestSha256 != null && obj.manifestSha256.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.manifestSha256)
        }

        if ((obj.manifestBytes != null && obj.manifestBytes !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.manifestBytes)
        }

        if ((obj.entry != null && obj.entry.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.entry)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          manifestSha256: uint8ArrayAlloc(0),
          manifestBytes: 0,
          entry: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.manifestSha256 = reader.bytes()
              break
            }
            case 2: {
              obj.manifestBytes = reader.uint64Number()
              break
            }
            case 3: {
              obj.entry = reader.bytes()
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
                field: `${prefix}.manifestSha256`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.manifestBytes`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.entry`,
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

  export interface BundleRefManifestSha256FieldEvent {
    field: '$.manifestSha256'
    value: Uint8Array<ArrayBuffer>
  }

  export interface BundleRefManifestBytesFieldEvent {
    field: '$.manifestBytes'
    value: number
  }

  export interface BundleRefEntryFieldEvent {
    field: '$.entry'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<BundleRef>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, BundleRef.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<BundleRef>): BundleRef {
    return decodeMessage(buf, BundleRef.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<BundleRef>): Generator<BundleRefManifestSha256FieldEvent | BundleRefManifestBytesFieldEvent | BundleRefEntryFieldEvent> {
    return streamMessage(buf, BundleRef.codec(), opts)
  }
}

export interface Setting {
  key: Uint8Array<ArrayBuffer>
  value: Uint8Array<ArrayBuffer>
}

export namespace Setting {
  let _codec: Codec<Setting>

  export const codec = (): Codec<Setting> => {
    if (_codec == null) {
      _codec = message<Setting>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.key != null && obj.key.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.key)
        }

        if ((obj.value != null && obj.value.byteLength > 0)) {
          w.uint32(18)
          w.bytes(obj.value)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          key: uint8ArrayAlloc(0),
          value: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.key = reader.bytes()
              break
            }
            case 2: {
              obj.value = reader.bytes()
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
                field: `${prefix}.key`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.value`,
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

  export interface SettingKeyFieldEvent {
    field: '$.key'
    value: Uint8Array<ArrayBuffer>
  }

  export interface SettingValueFieldEvent {
    field: '$.value'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Setting>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Setting.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Setting>): Setting {
    return decodeMessage(buf, Setting.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Setting>): Generator<SettingKeyFieldEvent | SettingValueFieldEvent> {
    return streamMessage(buf, Setting.codec(), opts)
  }
}

export interface JobSpec {
  requester: Uint8Array<ArrayBuffer>
  serial: number
  name: Uint8Array<ArrayBuffer>
  engine: Uint8Array<ArrayBuffer>
  fingerprint: Uint8Array<ArrayBuffer>
  bundle?: BundleRef
  widthPixels: number
  heightPixels: number
  frames?: FrameRange
  samplesPerPixel: number
  split: Split
  tilePixels: number
  camera: Uint8Array<ArrayBuffer>
  settings: Setting[]
  leaseMs: number
}

export namespace JobSpec {
  let _codec: Codec<JobSpec>

  export const codec = (): Codec<JobSpec> => {
    if (_codec == null) {
      _codec = message<JobSpec>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.requester != null && obj.requester.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.requester)
        }

        if ((obj.serial != null && obj.serial !== 0)) {
          w.uint32(16)
          w.uint64Number(obj.serial)
        }

        if ((obj.name != null && obj.name.byteLength > 0)) {
          w.uint32(26)
          w.bytes(obj.name)
        }

        if ((obj.engine != null && obj.engine.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.engine)
        }

        if ((obj.fingerprint != null && obj.fingerprint.byteLength > 0)) {
          w.uint32(42)
          w.bytes(obj.fingerprint)
        }

        if (obj.bundle != null) {
          w.uint32(50)
          BundleRef.codec().encode(obj.bundle, w)
        }

        if ((obj.widthPixels != null && obj.widthPixels !== 0)) {
          w.uint32(56)
          w.uint32(obj.widthPixels)
        }

        if ((obj.heightPixels != null && obj.heightPixels !== 0)) {
          w.uint32(64)
          w.uint32(obj.heightPixels)
        }

        if (obj.frames != null) {
          w.uint32(74)
          FrameRange.codec().encode(obj.frames, w)
        }

        if ((obj.samplesPerPixel != null && obj.samplesPerPixel !== 0)) {
          w.uint32(80)
          w.uint32(obj.samplesPerPixel)
        }

        if (obj.split != null && __SplitValues[obj.split] !== 0) {
          w.uint32(88)
          Split.codec().encode(obj.split, w)
        }

        if ((obj.tilePixels != null && obj.tilePixels !== 0)) {
          w.uint32(96)
          w.uint32(obj.tilePixels)
        }

        if ((obj.camera != null && obj.camera.byteLength > 0)) {
          w.uint32(106)
          w.bytes(obj.camera)
        }

        if (obj.settings != null && obj.settings.length > 0) {
          for (const value of obj.settings) {
            w.uint32(114)
            Setting.codec().encode(value, w)
          }
        }

        if ((obj.leaseMs != null && obj.leaseMs !== 0)) {
          w.uint32(120)
          w.uint32(obj.leaseMs)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          requester: uint8ArrayAlloc(0),
          serial: 0,
          name: uint8ArrayAlloc(0),
          engine: uint8ArrayAlloc(0),
          fingerprint: uint8ArrayAlloc(0),
          widthPixels: 0,
          heightPixels: 0,
          samplesPerPixel: 0,
          split: Split.SPLIT_UNSPECIFIED,
          tilePixels: 0,
          camera: uint8ArrayAlloc(0),
          settings: [],
          leaseMs: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.requester = reader.bytes()
              break
            }
            case 2: {
              obj.serial = reader.uint64Number()
              break
            }
            case 3: {
              obj.name = reader.bytes()
              break
            }
            case 4: {
              obj.engine = reader.bytes()
              break
            }
            case 5: {
              obj.fingerprint = reader.bytes()
              break
            }
            case 6: {
              obj.bundle = BundleRef.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.bundle
              })
              break
            }
            case 7: {
              obj.widthPixels = reader.uint32()
              break
            }
            case 8: {
              obj.heightPixels = reader.uint32()
              break
            }
            case 9: {
              obj.frames = FrameRange.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.frames
              })
              break
            }
            case 10: {
              obj.samplesPerPixel = reader.uint32()
              break
            }
            case 11: {
              obj.split = Split.codec().decode(reader)
              break
            }
            case 12: {
              obj.tilePixels = reader.uint32()
              break
            }
            case 13: {
              obj.camera = reader.bytes()
              break
            }
            case 14: {
              if (opts.limits?.settings != null && obj.settings.length === opts.limits.settings) {
                throw new MaxLengthError('Decode error - repeated field "settings" had too many elements')
              }

              if (obj.settings.length === 64) {
                throw new MaxLengthError('Decode error - repeated field "settings" had too many elements')
              }

              obj.settings.push(Setting.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.settings$
              }))
              break
            }
            case 15: {
              obj.leaseMs = reader.uint32()
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
          settings: 64
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield {
                field: `${prefix}.requester`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.serial`,
                value: reader.uint64Number()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.name`,
                value: reader.bytes()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.engine`,
                value: reader.bytes()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.fingerprint`,
                value: reader.bytes()
              }
              break
            }
            case 6: {
              yield * BundleRef.codec().stream(reader, reader.uint32(), `${prefix}.bundle`, {
                limits: opts.limits?.bundle
              })

              break
            }
            case 7: {
              yield {
                field: `${prefix}.widthPixels`,
                value: reader.uint32()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.heightPixels`,
                value: reader.uint32()
              }
              break
            }
            case 9: {
              yield * FrameRange.codec().stream(reader, reader.uint32(), `${prefix}.frames`, {
                limits: opts.limits?.frames
              })

              break
            }
            case 10: {
              yield {
                field: `${prefix}.samplesPerPixel`,
                value: reader.uint32()
              }
              break
            }
            case 11: {
              yield {
                field: `${prefix}.split`,
                value: Split.codec().decode(reader)
              }
              break
            }
            case 12: {
              yield {
                field: `${prefix}.tilePixels`,
                value: reader.uint32()
              }
              break
            }
            case 13: {
              yield {
                field: `${prefix}.camera`,
                value: reader.bytes()
              }
              break
            }
            case 14: {
              if (opts.limits?.settings != null && obj.settings === opts.limits.settings) {
                throw new MaxLengthError('Streaming decode error - repeated field "settings" had too many elements')
              }

              if (obj.settings === 64) {
                throw new MaxLengthError('Streaming decode error - repeated field "settings" had too many elements')
              }

              for (const evt of Setting.codec().stream(reader, reader.uint32(), `${prefix}.settings[]`, {
                limits: opts.limits?.settings$
              })) {
                yield {
                  ...evt,
                  index: obj.settings
                }
              }

              obj.settings++

              break
            }
            case 15: {
              yield {
                field: `${prefix}.leaseMs`,
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

  export interface JobSpecRequesterFieldEvent {
    field: '$.requester'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobSpecSerialFieldEvent {
    field: '$.serial'
    value: number
  }

  export interface JobSpecNameFieldEvent {
    field: '$.name'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobSpecEngineFieldEvent {
    field: '$.engine'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobSpecFingerprintFieldEvent {
    field: '$.fingerprint'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobSpecBundleManifestSha256FieldEvent {
    field: '$.bundle.manifestSha256'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobSpecBundleManifestBytesFieldEvent {
    field: '$.bundle.manifestBytes'
    value: number
  }

  export interface JobSpecBundleEntryFieldEvent {
    field: '$.bundle.entry'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobSpecWidthPixelsFieldEvent {
    field: '$.widthPixels'
    value: number
  }

  export interface JobSpecHeightPixelsFieldEvent {
    field: '$.heightPixels'
    value: number
  }

  export interface JobSpecFramesFirstFieldEvent {
    field: '$.frames.first'
    value: number
  }

  export interface JobSpecFramesLastFieldEvent {
    field: '$.frames.last'
    value: number
  }

  export interface JobSpecFramesStepFieldEvent {
    field: '$.frames.step'
    value: number
  }

  export interface JobSpecSamplesPerPixelFieldEvent {
    field: '$.samplesPerPixel'
    value: number
  }

  export interface JobSpecSplitFieldEvent {
    field: '$.split'
    value: Split
  }

  export interface JobSpecTilePixelsFieldEvent {
    field: '$.tilePixels'
    value: number
  }

  export interface JobSpecCameraFieldEvent {
    field: '$.camera'
    value: Uint8Array<ArrayBuffer>
  }

  export interface JobSpecSettingsKeyFieldEvent {
    field: '$.settings[].key'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface JobSpecSettingsValueFieldEvent {
    field: '$.settings[].value'
    value: Uint8Array<ArrayBuffer>
    index: number
  }

  export interface JobSpecLeaseMsFieldEvent {
    field: '$.leaseMs'
    value: number
  }

  export function encode (obj: Partial<JobSpec>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, JobSpec.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<JobSpec>): JobSpec {
    return decodeMessage(buf, JobSpec.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<JobSpec>): Generator<JobSpecRequesterFieldEvent | JobSpecSerialFieldEvent | JobSpecNameFieldEvent | JobSpecEngineFieldEvent | JobSpecFingerprintFieldEvent | JobSpecBundleManifestSha256FieldEvent | JobSpecBundleManifestBytesFieldEvent | JobSpecBundleEntryFieldEvent | JobSpecWidthPixelsFieldEvent | JobSpecHeightPixelsFieldEvent | JobSpecFramesFirstFieldEvent | JobSpecFramesLastFieldEvent | JobSpecFramesStepFieldEvent | JobSpecSamplesPerPixelFieldEvent | JobSpecSplitFieldEvent | JobSpecTilePixelsFieldEvent | JobSpecCameraFieldEvent | JobSpecSettingsKeyFieldEvent | JobSpecSettingsValueFieldEvent | JobSpecLeaseMsFieldEvent> {
    return streamMessage(buf, JobSpec.codec(), opts)
  }
}
