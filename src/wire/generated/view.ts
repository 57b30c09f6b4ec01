// @ts-nocheck: written by npm run generate; protons leaves parameters unused
import { decodeMessage, encodeMessage, enumeration, message, streamMessage } from 'protons-runtime'
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc'
import type { Codec, DecodeOptions } from 'protons-runtime'
import type { Uint8ArrayList } from 'uint8arraylist'

export enum ViewKind {
  VIEW_KIND_UNSPECIFIED = 'VIEW_KIND_UNSPECIFIED',
  VIEW_KIND_LIVE = 'VIEW_KIND_LIVE',
  VIEW_KIND_FILM = 'VIEW_KIND_FILM'
}

enum __ViewKindValues {
  VIEW_KIND_UNSPECIFIED = 0,
  VIEW_KIND_LIVE = 1,
  VIEW_KIND_FILM = 2
}

export namespace ViewKind {
  export const codec = (): Codec<ViewKind> => {
    return enumeration<ViewKind>(__ViewKindValues)
  }
}

export interface ViewRequest {
  job: Uint8Array<ArrayBuffer>
  kind: ViewKind
}

export namespace ViewRequest {
  let _codec: Codec<ViewRequest>

  export const codec = (): Codec<ViewRequest> => {
    if (_codec == null) {
      _codec = message<ViewRequest>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.job != null && obj.job.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.job)
        }

        if (obj.kind != null && __ViewKindValues[obj.kind] !== 0) {
          w.uint32(16)
          ViewKind.codec().encode(obj.kind, w)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          job: uint8ArrayAlloc(0),
          kind: ViewKind.VIEW_KIND_UNSPECIFIED
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
              obj.kind = ViewKind.codec().decode(reader)
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
                field: `${prefix}.kind`,
                value: ViewKind.codec().decode(reader)
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

  export interface ViewRequestJobFieldEvent {
    field: '$.job'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ViewRequestKindFieldEvent {
    field: '$.kind'
    value: ViewKind
  }

  export function encode (obj: Partial<ViewRequest>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ViewRequest.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ViewRequest>): ViewRequest {
    return decodeMessage(buf, ViewRequest.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ViewRequest>): Generator<ViewRequestJobFieldEvent | ViewRequestKindFieldEvent> {
    return streamMessage(buf, ViewRequest.codec(), opts)
  }
}

export interface ViewMessage {
  event?: Event
  preview?: Preview
  filmHead?: FilmHead
  filmRows?: FilmRows
  refused?: Refused
}

export namespace ViewMessage {
  let _codec: Codec<ViewMessage>

  export const codec = (): Codec<ViewMessage> => {
    if (_codec == null) {
      _codec = message<ViewMessage>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        obj = { ...obj }

        if (obj.refused != null) {
          obj.filmRows = undefined
          obj.filmHead = undefined
          obj.preview = undefined
          obj.event = undefined
        }

        if (obj.filmRows != null) {
          obj.refused = undefined
          obj.filmHead = undefined
          obj.preview = undefined
          obj.event = undefined
        }

        if (obj.filmHead != null) {
          obj.refused = undefined
          obj.filmRows = undefined
          obj.preview = undefined
          obj.event = undefined
        }

        if (obj.preview != null) {
          obj.refused = undefined
          obj.filmRows = undefined
          obj.filmHead = undefined
          obj.event = undefined
        }

        if (obj.event != null) {
          obj.refused = undefined
          obj.filmRows = undefined
          obj.filmHead = undefined
          obj.preview = undefined
        }

        if (obj.event != null) {
          w.uint32(10)
          Event.codec().encode(obj.event, w)
        }

        if (obj.preview != null) {
          w.uint32(18)
          Preview.codec().encode(obj.preview, w)
        }

        if (obj.filmHead != null) {
          w.uint32(26)
          FilmHead.codec().encode(obj.filmHead, w)
        }

        if (obj.filmRows != null) {
          w.uint32(34)
          FilmRows.codec().encode(obj.filmRows, w)
        }

        if (obj.refused != null) {
          w.uint32(42)
          Refused.codec().encode(obj.refused, w)
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
              obj.event = Event.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.event
              })
              break
            }
            case 2: {
              obj.preview = Preview.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.preview
              })
              break
            }
            case 3: {
              obj.filmHead = FilmHead.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.filmHead
              })
              break
            }
            case 4: {
              obj.filmRows = FilmRows.codec().decode(reader, reader.uint32(), {
                limits: opts.limits?.filmRows
              })
              break
            }
            case 5: {
              obj.refused = Refused.codec().decode(reader, reader.uint32(), {
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
          delete obj.filmRows
          delete obj.filmHead
          delete obj.preview
          delete obj.event
        }

        if (obj.filmRows != null) {
          delete obj.refused
          delete obj.filmHead
          delete obj.preview
          delete obj.event
        }

        if (obj.filmHead != null) {
          delete obj.refused
          delete obj.filmRows
          delete obj.preview
          delete obj.event
        }

        if (obj.preview != null) {
          delete obj.refused
          delete obj.filmRows
          delete obj.filmHead
          delete obj.event
        }

        if (obj.event != null) {
          delete obj.refused
          delete obj.filmRows
          delete obj.filmHead
          delete obj.preview
        }

        return obj
      }, function * (reader, length, prefix, opts = {}) {
        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              yield * Event.codec().stream(reader, reader.uint32(), `${prefix}.event`, {
                limits: opts.limits?.event
              })

              break
            }
            case 2: {
              yield * Preview.codec().stream(reader, reader.uint32(), `${prefix}.preview`, {
                limits: opts.limits?.preview
              })

              break
            }
            case 3: {
              yield * FilmHead.codec().stream(reader, reader.uint32(), `${prefix}.filmHead`, {
                limits: opts.limits?.filmHead
              })

              break
            }
            case 4: {
              yield * FilmRows.codec().stream(reader, reader.uint32(), `${prefix}.filmRows`, {
                limits: opts.limits?.filmRows
              })

              break
            }
            case 5: {
              yield * Refused.codec().stream(reader, reader.uint32(), `${prefix}.refused`, {
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

  export interface ViewMessageEventJsonFieldEvent {
    field: '$.event.json'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ViewMessagePreviewFrameFieldEvent {
    field: '$.preview.frame'
    value: number
  }

  export interface ViewMessagePreviewWidthPixelsFieldEvent {
    field: '$.preview.widthPixels'
    value: number
  }

  export interface ViewMessagePreviewHeightPixelsFieldEvent {
    field: '$.preview.heightPixels'
    value: number
  }

  export interface ViewMessagePreviewXFieldEvent {
    field: '$.preview.x'
    value: number
  }

  export interface ViewMessagePreviewYFieldEvent {
    field: '$.preview.y'
    value: number
  }

  export interface ViewMessagePreviewBlockWidthPixelsFieldEvent {
    field: '$.preview.blockWidthPixels'
    value: number
  }

  export interface ViewMessagePreviewBlockHeightPixelsFieldEvent {
    field: '$.preview.blockHeightPixels'
    value: number
  }

  export interface ViewMessagePreviewRgbaFieldEvent {
    field: '$.preview.rgba'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ViewMessageFilmHeadJobSpecFieldEvent {
    field: '$.filmHead.jobSpec'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ViewMessageFilmHeadFrameFieldEvent {
    field: '$.filmHead.frame'
    value: number
  }

  export interface ViewMessageFilmHeadDoneUnitsFieldEvent {
    field: '$.filmHead.doneUnits'
    value: number
  }

  export interface ViewMessageFilmHeadUnitsFieldEvent {
    field: '$.filmHead.units'
    value: number
  }

  export interface ViewMessageFilmHeadFilmSha256FieldEvent {
    field: '$.filmHead.filmSha256'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ViewMessageFilmRowsFrameFieldEvent {
    field: '$.filmRows.frame'
    value: number
  }

  export interface ViewMessageFilmRowsYFieldEvent {
    field: '$.filmRows.y'
    value: number
  }

  export interface ViewMessageFilmRowsRowsFieldEvent {
    field: '$.filmRows.rows'
    value: number
  }

  export interface ViewMessageFilmRowsPixelsFieldEvent {
    field: '$.filmRows.pixels'
    value: Uint8Array<ArrayBuffer>
  }

  export interface ViewMessageRefusedMessageFieldEvent {
    field: '$.refused.message'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<ViewMessage>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, ViewMessage.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ViewMessage>): ViewMessage {
    return decodeMessage(buf, ViewMessage.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ViewMessage>): Generator<ViewMessageEventJsonFieldEvent | ViewMessagePreviewFrameFieldEvent | ViewMessagePreviewWidthPixelsFieldEvent | ViewMessagePreviewHeightPixelsFieldEvent | ViewMessagePreviewXFieldEvent | ViewMessagePreviewYFieldEvent | ViewMessagePreviewBlockWidthPixelsFieldEvent | ViewMessagePreviewBlockHeightPixelsFieldEvent | ViewMessagePreviewRgbaFieldEvent | ViewMessageFilmHeadJobSpecFieldEvent | ViewMessageFilmHeadFrameFieldEvent | ViewMessageFilmHeadDoneUnitsFieldEvent | ViewMessageFilmHeadUnitsFieldEvent | ViewMessageFilmHeadFilmSha256FieldEvent | ViewMessageFilmRowsFrameFieldEvent | ViewMessageFilmRowsYFieldEvent | ViewMessageFilmRowsRowsFieldEvent | ViewMessageFilmRowsPixelsFieldEvent | ViewMessageRefusedMessageFieldEvent> {
    return streamMessage(buf, ViewMessage.codec(), opts)
  }
}

export interface Event {
  json: Uint8Array<ArrayBuffer>
}

export namespace Event {
  let _codec: Codec<Event>

  export const codec = (): Codec<Event> => {
    if (_codec == null) {
      _codec = message<Event>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.json != null && obj.json.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.json)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          json: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.json = reader.bytes()
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
                field: `${prefix}.json`,
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

  export interface EventJsonFieldEvent {
    field: '$.json'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Event>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Event.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Event>): Event {
    return decodeMessage(buf, Event.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Event>): Generator<EventJsonFieldEvent> {
    return streamMessage(buf, Event.codec(), opts)
  }
}

export interface Preview {
  frame: number
  widthPixels: number
  heightPixels: number
  x: number
  y: number
  blockWidthPixels: number
  blockHeightPixels: number
  rgba: Uint8Array<ArrayBuffer>
}

export namespace Preview {
  let _codec: Codec<Preview>

  export const codec = (): Codec<Preview> => {
    if (_codec == null) {
      _codec = message<Preview>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.frame != null && obj.frame !== 0)) {
          w.uint32(8)
          w.sint32(obj.frame)
        }

        if ((obj.widthPixels != null && obj.widthPixels !== 0)) {
          w.uint32(16)
          w.uint32(obj.widthPixels)
        }

        if ((obj.heightPixels != null && obj.heightPixels !== 0)) {
          w.uint32(24)
          w.uint32(obj.heightPixels)
        }

        if ((obj.x != null && obj.x !== 0)) {
          w.uint32(32)
          w.uint32(obj.x)
        }

        if ((obj.y != null && obj.y !== 0)) {
          w.uint32(40)
          w.uint32(obj.y)
        }

        if ((obj.blockWidthPixels != null && obj.blockWidthPixels !== 0)) {
          w.uint32(48)
          w.uint32(obj.blockWidthPixels)
        }

        if ((obj.blockHeightPixels != null && obj.blockHeightPixels !== 0)) {
          w.uint32(56)
          w.uint32(obj.blockHeightPixels)
        }

        if ((obj.rgba != null && obj.rgba.byteLength > 0)) {
          w.uint32(66)
          w.bytes(obj.rgba)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          frame: 0,
          widthPixels: 0,
          heightPixels: 0,
          x: 0,
          y: 0,
          blockWidthPixels: 0,
          blockHeightPixels: 0,
          rgba: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.frame = reader.sint32()
              break
            }
            case 2: {
              obj.widthPixels = reader.uint32()
              break
            }
            case 3: {
              obj.heightPixels = reader.uint32()
              break
            }
            case 4: {
              obj.x = reader.uint32()
              break
            }
            case 5: {
              obj.y = reader.uint32()
              break
            }
            case 6: {
              obj.blockWidthPixels = reader.uint32()
              break
            }
            case 7: {
              obj.blockHeightPixels = reader.uint32()
              break
            }
            case 8: {
              obj.rgba = reader.bytes()
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
                field: `${prefix}.frame`,
                value: reader.sint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.widthPixels`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.heightPixels`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.x`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.y`,
                value: reader.uint32()
              }
              break
            }
            case 6: {
              yield {
                field: `${prefix}.blockWidthPixels`,
                value: reader.uint32()
              }
              break
            }
            case 7: {
              yield {
                field: `${prefix}.blockHeightPixels`,
                value: reader.uint32()
              }
              break
            }
            case 8: {
              yield {
                field: `${prefix}.rgba`,
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

  export interface PreviewFrameFieldEvent {
    field: '$.frame'
    value: number
  }

  export interface PreviewWidthPixelsFieldEvent {
    field: '$.widthPixels'
    value: number
  }

  export interface PreviewHeightPixelsFieldEvent {
    field: '$.heightPixels'
    value: number
  }

  export interface PreviewXFieldEvent {
    field: '$.x'
    value: number
  }

  export interface PreviewYFieldEvent {
    field: '$.y'
    value: number
  }

  export interface PreviewBlockWidthPixelsFieldEvent {
    field: '$.blockWidthPixels'
    value: number
  }

  export interface PreviewBlockHeightPixelsFieldEvent {
    field: '$.blockHeightPixels'
    value: number
  }

  export interface PreviewRgbaFieldEvent {
    field: '$.rgba'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Preview>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Preview.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Preview>): Preview {
    return decodeMessage(buf, Preview.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Preview>): Generator<PreviewFrameFieldEvent | PreviewWidthPixelsFieldEvent | PreviewHeightPixelsFieldEvent | PreviewXFieldEvent | PreviewYFieldEvent | PreviewBlockWidthPixelsFieldEvent | PreviewBlockHeightPixelsFieldEvent | PreviewRgbaFieldEvent> {
    return streamMessage(buf, Preview.codec(), opts)
  }
}

export interface FilmHead {
  jobSpec: Uint8Array<ArrayBuffer>
  frame: number
  doneUnits: number
  units: number
  filmSha256?: Uint8Array<ArrayBuffer>
}

export namespace FilmHead {
  let _codec: Codec<FilmHead>

  export const codec = (): Codec<FilmHead> => {
    if (_codec == null) {
      _codec = message<FilmHead>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.jobSpec != null && obj.jobSpec.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.jobSpec)
        }

        if ((obj.frame != null && obj.frame !== 0)) {
          w.uint32(16)
          w.sint32(obj.frame)
        }

        if ((obj.doneUnits != null && obj.doneUnits !== 0)) {
          w.uint32(24)
          w.uint32(obj.doneUnits)
        }

        if ((obj.units != null && obj.units !== 0)) {
          w.uint32(32)
          w.uint32(obj.units)
        }

        if (obj.filmSha256 != null) {
          w.uint32(42)
          w.bytes(obj.filmSha256)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          jobSpec: uint8ArrayAlloc(0),
          frame: 0,
          doneUnits: 0,
          units: 0
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.jobSpec = reader.bytes()
              break
            }
            case 2: {
              obj.frame = reader.sint32()
              break
            }
            case 3: {
              obj.doneUnits = reader.uint32()
              break
            }
            case 4: {
              obj.units = reader.uint32()
              break
            }
            case 5: {
              obj.filmSha256 = reader.bytes()
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
                field: `${prefix}.jobSpec`,
                value: reader.bytes()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.frame`,
                value: reader.sint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.doneUnits`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.units`,
                value: reader.uint32()
              }
              break
            }
            case 5: {
              yield {
                field: `${prefix}.filmSha256`,
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

  export interface FilmHeadJobSpecFieldEvent {
    field: '$.jobSpec'
    value: Uint8Array<ArrayBuffer>
  }

  export interface FilmHeadFrameFieldEvent {
    field: '$.frame'
    value: number
  }

  export interface FilmHeadDoneUnitsFieldEvent {
    field: '$.doneUnits'
    value: number
  }

  export interface FilmHeadUnitsFieldEvent {
    field: '$.units'
    value: number
  }

  export interface FilmHeadFilmSha256FieldEvent {
    field: '$.filmSha256'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<FilmHead>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, FilmHead.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FilmHead>): FilmHead {
    return decodeMessage(buf, FilmHead.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FilmHead>): Generator<FilmHeadJobSpecFieldEvent | FilmHeadFrameFieldEvent | FilmHeadDoneUnitsFieldEvent | FilmHeadUnitsFieldEvent | FilmHeadFilmSha256FieldEvent> {
    return streamMessage(buf, FilmHead.codec(), opts)
  }
}

export interface FilmRows {
  frame: number
  y: number
  rows: number
  pixels: Uint8Array<ArrayBuffer>
}

export namespace FilmRows {
  let _codec: Codec<FilmRows>

  export const codec = (): Codec<FilmRows> => {
    if (_codec == null) {
      _codec = message<FilmRows>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.frame != null && obj.frame !== 0)) {
          w.uint32(8)
          w.sint32(obj.frame)
        }

        if ((obj.y != null && obj.y !== 0)) {
          w.uint32(16)
          w.uint32(obj.y)
        }

        if ((obj.rows != null && obj.rows !== 0)) {
          w.uint32(24)
          w.uint32(obj.rows)
        }

        if ((obj.pixels != null && obj.pixels.byteLength > 0)) {
          w.uint32(34)
          w.bytes(obj.pixels)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          frame: 0,
          y: 0,
          rows: 0,
          pixels: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.frame = reader.sint32()
              break
            }
            case 2: {
              obj.y = reader.uint32()
              break
            }
            case 3: {
              obj.rows = reader.uint32()
              break
            }
            case 4: {
              obj.pixels = reader.bytes()
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
                field: `${prefix}.frame`,
                value: reader.sint32()
              }
              break
            }
            case 2: {
              yield {
                field: `${prefix}.y`,
                value: reader.uint32()
              }
              break
            }
            case 3: {
              yield {
                field: `${prefix}.rows`,
                value: reader.uint32()
              }
              break
            }
            case 4: {
              yield {
                field: `${prefix}.pixels`,
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

  export interface FilmRowsFrameFieldEvent {
    field: '$.frame'
    value: number
  }

  export interface FilmRowsYFieldEvent {
    field: '$.y'
    value: number
  }

  export interface FilmRowsRowsFieldEvent {
    field: '$.rows'
    value: number
  }

  export interface FilmRowsPixelsFieldEvent {
    field: '$.pixels'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<FilmRows>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, FilmRows.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FilmRows>): FilmRows {
    return decodeMessage(buf, FilmRows.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FilmRows>): Generator<FilmRowsFrameFieldEvent | FilmRowsYFieldEvent | FilmRowsRowsFieldEvent | FilmRowsPixelsFieldEvent> {
    return streamMessage(buf, FilmRows.codec(), opts)
  }
}

export interface Refused {
  message: Uint8Array<ArrayBuffer>
}

export namespace Refused {
  let _codec: Codec<Refused>

  export const codec = (): Codec<Refused> => {
    if (_codec == null) {
      _codec = message<Refused>((obj, w, opts = {}) => {
        if (opts.lengthDelimited !== false) {
          w.fork()
        }

        if ((obj.message != null && obj.message.byteLength > 0)) {
          w.uint32(10)
          w.bytes(obj.message)
        }

        if (opts.lengthDelimited !== false) {
          w.ldelim()
        }
      }, (reader, length, opts = {}) => {
        const obj: any = {
          message: uint8ArrayAlloc(0)
        }

        const end = length == null ? reader.len : reader.pos + length

        while (reader.pos < end) {
          const tag = reader.uint32()

          switch (tag >>> 3) {
            case 1: {
              obj.message = reader.bytes()
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
                field: `${prefix}.message`,
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

  export interface RefusedMessageFieldEvent {
    field: '$.message'
    value: Uint8Array<ArrayBuffer>
  }

  export function encode (obj: Partial<Refused>): Uint8Array<ArrayBuffer> {
    return encodeMessage(obj, Refused.codec())
  }

  export function decode (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Refused>): Refused {
    return decodeMessage(buf, Refused.codec(), opts)
  }

  export function stream (buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Refused>): Generator<RefusedMessageFieldEvent> {
    return streamMessage(buf, Refused.codec(), opts)
  }
}
