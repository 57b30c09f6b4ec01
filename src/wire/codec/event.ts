import { MAX_FRAMES, MAX_PICTURE_SIDE, MAX_SAMPLES, MAX_UNITS } from '../../core/limits.ts'
import { WireError } from '../../errors.ts'
import { MAX_EVENT_FILES_BYTES, MAX_EVENT_PEERS } from '../limits.ts'
import { fittingText, textBytes, utf8Length } from './check.ts'
import { JsonFields } from './json-fields.ts'
import { unknownMessage } from './message.ts'
import type { Bytes } from './check.ts'
import type { ParkedUnits, Safety } from '../../core/farm-events.ts'
import type { FarmEvent, WorkingPeer } from '../../ports.ts'

const WHAT = 'event'

/**
 * An event as UTF-8 JSON, the very object that the command line prints.
 * Texts for people and lists that grow with the job are cut to fit, so that no event is lost for its length.
 *
 * @throws WireError
 */
export function eventToJson (event: FarmEvent): Bytes {
  return textBytes('event', JSON.stringify(checkEvent(fitting(event))), 'MAX_EVENT_BYTES')
}

function fitting (event: FarmEvent): FarmEvent {
  switch (event.event) {
    case 'unit': return event.reason === undefined ? event : { ...event, reason: fittingText(event.reason, 'MAX_EVENT_MESSAGE_BYTES') }
    case 'error': return { ...event, message: fittingText(event.message, 'MAX_EVENT_MESSAGE_BYTES') }
    case 'progress': return {
      ...event,
      working: event.working.slice(0, MAX_EVENT_PEERS),
      ...(event.waits === undefined ? {} : { waits: fittingText(event.waits, 'MAX_EVENT_MESSAGE_BYTES') }),
      ...(event.safety?.state === 'unsafe' ? { safety: { ...event.safety, missing: fittingText(event.safety.missing, 'MAX_EVENT_MESSAGE_BYTES') } } : {})
    }
    case 'done': return { ...event, files: fittingFiles(event.files), ...(event.problem === undefined ? {} : { problem: fittingText(event.problem, 'MAX_EVENT_MESSAGE_BYTES') }), ...(event.parked === undefined ? {} : { parked: { ...event.parked, reason: fittingText(event.parked.reason, 'MAX_EVENT_MESSAGE_BYTES') } }) }
    default: return event
  }
}

function fittingFiles (files: readonly string[]): readonly string[] {
  let room = MAX_EVENT_FILES_BYTES
  const beyond = files.findIndex((file) => (room -= utf8Length(JSON.stringify(file))) < 0)
  return beyond === -1 ? files : files.slice(0, beyond)
}

/** An event from JSON; fields that this version does not know are left out. @throws WireError; see `isUnknownMessage` */
export function eventOfJson (json: string): FarmEvent {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (err) {
    throw new WireError('the event is not JSON', undefined, { cause: err })
  }
  return checkEvent(value)
}

function checkEvent (value: unknown): FarmEvent {
  const fields = new JsonFields(WHAT, value)
  const event = fields.text('event', 'MAX_EVENT_LABEL_BYTES')
  const read = Object.hasOwn(readers, event) ? readers[event as FarmEvent['event']] : undefined
  if (read === undefined) {
    throw unknownMessage(WHAT)
  }
  return read(fields)
}

const readers: { readonly [Name in FarmEvent['event']]: (fields: JsonFields) => Extract<FarmEvent, { event: Name }> } = {
  job: (fields) => ({
    event: 'job',
    job: fields.job('job'),
    name: fields.text('name', 'MAX_NAME_BYTES'),
    units: fields.whole('units', 1, MAX_UNITS),
    engine: fields.text('engine', 'MAX_ENGINE_BYTES'),
    fingerprint: fields.text('fingerprint', 'MAX_FINGERPRINT_BYTES'),
    width: fields.whole('width', 1, MAX_PICTURE_SIDE),
    height: fields.whole('height', 1, MAX_PICTURE_SIDE),
    frames: fields.whole('frames', 1, MAX_FRAMES),
    samples: fields.whole('samples', 1, MAX_SAMPLES),
    requester: fields.peer('requester')
  }),
  peer: (fields) => ({
    event: 'peer',
    peer: fields.peer('peer'),
    state: fields.word('state', ['joined', 'left']),
    name: fields.text('name', 'MAX_NAME_BYTES')
  }),
  unit: (fields) => {
    const reason = fields.optionalText('reason', 'MAX_EVENT_MESSAGE_BYTES')
    return {
      event: 'unit',
      job: fields.job('job'),
      unit: fields.text('unit', 'MAX_EVENT_LABEL_BYTES'),
      state: fields.word('state', ['leased', 'lapsed', 'delivered', 'failed', 'raced', 'parked']),
      peer: fields.peer('peer'),
      ms: fields.duration('ms'),
      ...(reason === undefined ? {} : { reason })
    }
  },
  progress: (fields) => {
    const state = fields.optionalWord('state', ['running', 'paused'])
    const waits = fields.optionalText('waits', 'MAX_EVENT_MESSAGE_BYTES')
    const video = fields.optionalWhole('video', 0, MAX_FRAMES)
    const safety = fields.optionalObject('safety')
    return {
      event: 'progress',
      job: fields.job('job'),
      done: fields.whole('done', 0, MAX_UNITS),
      units: fields.whole('units', 1, MAX_UNITS),
      etaMs: fields.durationOrNull('etaMs'),
      peers: fields.whole('peers', 0, Number.MAX_SAFE_INTEGER),
      working: fields.list('working', 'MAX_EVENT_PEERS', workingPeer),
      ...(state === undefined ? {} : { state }),
      ...(waits === undefined ? {} : { waits }),
      ...(video === undefined ? {} : { video }),
      ...(safety === undefined ? {} : { safety: safetyOf(safety) })
    }
  },
  error: (fields) => ({
    event: 'error',
    code: fields.text('code', 'MAX_EVENT_LABEL_BYTES'),
    message: fields.text('message', 'MAX_EVENT_MESSAGE_BYTES')
  }),
  done: (fields) => {
    const phases = fields.object('phases')
    const problem = fields.optionalText('problem', 'MAX_EVENT_MESSAGE_BYTES')
    const parked = fields.optionalObject('parked')
    return {
      event: 'done',
      job: fields.job('job'),
      state: fields.word('state', ['finished', 'cancelled', 'parked']),
      files: fields.list('files', 'MAX_EVENT_FILES', (file) => new JsonFields('file', { file }).text('file', 'MAX_EVENT_PATH_BYTES')),
      filmHash: fields.hashOrNull('filmHash'),
      wallMs: fields.duration('wallMs'),
      units: fields.whole('units', 1, MAX_UNITS),
      executions: fields.whole('executions', 0, Number.MAX_SAFE_INTEGER),
      lapsed: fields.whole('lapsed', 0, Number.MAX_SAFE_INTEGER),
      byPeer: fields.countsByPeer('byPeer', 'MAX_EVENT_PEERS', MAX_UNITS),
      bytesIn: fields.whole('bytesIn', 0, Number.MAX_SAFE_INTEGER),
      phases: {
        transfer: phases.duration('transfer'),
        load: phases.duration('load'),
        render: phases.duration('render'),
        merge: phases.duration('merge')
      },
      ...(problem === undefined ? {} : { problem }),
      ...(parked === undefined ? {} : { parked: parkedUnits(parked) })
    }
  }
}

function safetyOf (fields: JsonFields): Safety {
  const state = fields.word('state', ['safe', 'unsafe'])
  return state === 'safe' ? { state } : { state, missing: fields.text('missing', 'MAX_EVENT_MESSAGE_BYTES') }
}

function parkedUnits (fields: JsonFields): ParkedUnits {
  return {
    units: fields.whole('units', 1, MAX_UNITS),
    unit: fields.text('unit', 'MAX_EVENT_LABEL_BYTES'),
    reason: fields.text('reason', 'MAX_EVENT_MESSAGE_BYTES')
  }
}

function workingPeer (value: unknown): WorkingPeer {
  const fields = new JsonFields('peer at work', value)
  return {
    peer: fields.peer('peer'),
    name: fields.text('name', 'MAX_NAME_BYTES'),
    done: fields.whole('done', 0, MAX_UNITS),
    leased: fields.whole('leased', 0, Number.MAX_SAFE_INTEGER),
    relayed: fields.flag('relayed')
  }
}
