import { MAX_FRAME_NUMBER, MAX_PICTURE_SIDE, MAX_UNITS } from '../../core/limits.ts'
import { WireError } from '../../errors.ts'
import * as pb from '../generated/view.ts'
import { boundedBytes, bytesOf, fittingText, present, textBytes, textOf, whole } from './check.ts'
import { eventOfJson, eventToJson } from './event.ts'
import { hashBytes, hashOf } from './ids.ts'
import { decodeJobSpec, encodeJobSpec } from './job.ts'
import { openMessage, sealMessage, unknownMessage } from './message.ts'
import { words } from './words.ts'
import type { WireBytes } from './message.ts'
import type { ViewMessage, ViewRequest } from '../../ports.ts'

const WHAT = 'view message'
/** Bytes of a pixel on a screen, and of one of a film. */
const RGBA_BYTES = 4
const FILM_PIXEL_BYTES = 16

type Preview = Extract<ViewMessage, { type: 'preview' }>
type FilmHead = Extract<ViewMessage, { type: 'film-head' }>
type FilmRows = Extract<ViewMessage, { type: 'film-rows' }>

const kinds = words<ViewRequest['kind'], pb.ViewKind>('kind of view', {
  live: pb.ViewKind.VIEW_KIND_LIVE,
  film: pb.ViewKind.VIEW_KIND_FILM
})

/** What a viewer asks for. @throws WireError */
export function encodeViewRequest (request: ViewRequest): Uint8Array {
  return sealMessage('view request', pb.ViewRequest.encode({
    job: hashBytes('job', request.job),
    kind: kinds.toWire(request.kind)
  }), 'MAX_VIEW_REQUEST_BYTES')
}

/** Reads what a viewer asks for. @throws WireError */
export function decodeViewRequest (bytes: WireBytes): ViewRequest {
  const { job, kind } = openMessage('view request', bytes, 'MAX_VIEW_REQUEST_BYTES', pb.ViewRequest.decode)
  return { job: hashOf('job', job), kind: kinds.fromWire(kind) }
}

/** What a viewer is sent. A refusal is cut to fit; pixels are not copied more than once. @throws WireError */
export function encodeViewMessage (message: ViewMessage): Uint8Array {
  return sealMessage(WHAT, pb.ViewMessage.encode(toWire(message)), 'MAX_VIEW_MESSAGE_BYTES')
}

/** Reads what a viewer is sent. Pixels are part of `bytes`, not a copy. @throws WireError; see `isUnknownMessage` */
export function decodeViewMessage (bytes: WireBytes): ViewMessage {
  const { event, preview, filmHead, filmRows, refused } = openMessage(WHAT, bytes, 'MAX_VIEW_MESSAGE_BYTES', pb.ViewMessage.decode)
  if (event !== undefined) {
    return { type: 'event', event: eventOfJson(textOf('event', event.json, 'MAX_EVENT_BYTES')) }
  }
  if (preview !== undefined) {
    return previewOf(preview)
  }
  if (filmHead !== undefined) {
    return filmHeadOf(filmHead)
  }
  if (filmRows !== undefined) {
    return checkFilmRows({ type: 'film-rows', frame: filmRows.frame, y: filmRows.y, rows: filmRows.rows, pixels: filmRows.pixels })
  }
  if (refused !== undefined) {
    return { type: 'refused', message: textOf('refusal', refused.message, 'MAX_EVENT_MESSAGE_BYTES') }
  }
  throw unknownMessage(WHAT)
}

function toWire (message: ViewMessage): Partial<pb.ViewMessage> {
  switch (message.type) {
    case 'event': return { event: { json: eventToJson(message.event) } }
    case 'preview': return { preview: previewToWire(message) }
    case 'film-head': return { filmHead: filmHeadToWire(message) }
    case 'film-rows': {
      const { frame, y, rows, pixels } = checkFilmRows(message)
      return { filmRows: { frame, y, rows, pixels: boundedBytes('pixels', pixels, 0, 'MAX_VIEW_PIXEL_BYTES') } }
    }
    case 'refused': return { refused: { message: textBytes('refusal', fittingText(message.message, 'MAX_EVENT_MESSAGE_BYTES'), 'MAX_EVENT_MESSAGE_BYTES') } }
    default: throw new WireError(`a viewer is sent nothing like "${String((message satisfies never as { type?: unknown }).type)}"`)
  }
}

function previewToWire (message: Preview): pb.Preview {
  const { frame, width, height, x, y, blockWidth, blockHeight, rgba } = checkPreview(message)
  return {
    frame,
    widthPixels: width,
    heightPixels: height,
    x,
    y,
    blockWidthPixels: blockWidth,
    blockHeightPixels: blockHeight,
    rgba: boundedBytes('pixels', rgba, 0, 'MAX_VIEW_PIXEL_BYTES')
  }
}

function previewOf (message: pb.Preview): Preview {
  return checkPreview({
    type: 'preview',
    frame: message.frame,
    width: message.widthPixels,
    height: message.heightPixels,
    x: message.x,
    y: message.y,
    blockWidth: message.blockWidthPixels,
    blockHeight: message.blockHeightPixels,
    rgba: message.rgba
  })
}

/** A block lies inside its preview and has as many pixels as it says. */
function checkPreview (preview: Preview): Preview {
  checkFrame(preview.frame)
  whole('width', preview.width, 1, MAX_PICTURE_SIDE)
  whole('height', preview.height, 1, MAX_PICTURE_SIDE)
  whole('width of a block', preview.blockWidth, 1, preview.width)
  whole('height of a block', preview.blockHeight, 1, preview.height)
  whole('x of a block', preview.x, 0, preview.width - preview.blockWidth)
  whole('y of a block', preview.y, 0, preview.height - preview.blockHeight)
  boundedBytes('pixels', preview.rgba, RGBA_BYTES, 'MAX_VIEW_PIXEL_BYTES')
  if (preview.rgba.byteLength !== preview.blockWidth * preview.blockHeight * RGBA_BYTES) {
    throw new WireError(`a block of ${preview.blockWidth}×${preview.blockHeight} does not have ${preview.rgba.byteLength} bytes of pixels`)
  }
  return preview
}

function filmHeadToWire (head: FilmHead): pb.FilmHead {
  checkFilmHead(head)
  return {
    jobSpec: bytesOf('job', encodeJobSpec(head.spec), 1, 'MAX_JOB_BYTES'),
    frame: head.frame,
    doneUnits: head.done,
    units: head.units,
    filmSha256: head.filmHash === undefined ? undefined : hashBytes('hash of the film', head.filmHash)
  }
}

function filmHeadOf (message: pb.FilmHead): FilmHead {
  return checkFilmHead({
    type: 'film-head',
    spec: decodeJobSpec(message.jobSpec),
    frame: message.frame,
    done: message.doneUnits,
    units: message.units,
    filmHash: message.filmSha256 === undefined ? undefined : hashOf('hash of the film', message.filmSha256)
  })
}

function checkFilmHead (head: FilmHead): FilmHead {
  present('job', head.spec)
  checkFrame(head.frame)
  whole('units', head.units, 1, MAX_UNITS)
  whole('done units', head.done, 0, head.units)
  return head
}

/** Whole rows of some width: how wide the film is, the head has said. */
function checkFilmRows (message: FilmRows): FilmRows {
  checkFrame(message.frame)
  whole('rows', message.rows, 1, MAX_PICTURE_SIDE)
  whole('y of rows', message.y, 0, MAX_PICTURE_SIDE - message.rows)
  boundedBytes('pixels', message.pixels, FILM_PIXEL_BYTES, 'MAX_VIEW_PIXEL_BYTES')
  if (message.pixels.byteLength % (message.rows * FILM_PIXEL_BYTES) !== 0) {
    throw new WireError(`${message.pixels.byteLength} bytes of pixels are no ${message.rows} whole rows`)
  }
  return message
}

/** Frames have the same range by number and by index. */
function checkFrame (frame: number): void {
  whole('frame', Math.abs(frame), 0, MAX_FRAME_NUMBER)
}
