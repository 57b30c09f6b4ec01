import { StoreError } from '../../errors.ts'
import { ShapeError, epoch, fields, hash, list, number, phases, text, whole } from '../json-shape.ts'
import { MAX_HEAD_BYTES } from '../limits.ts'
import type { AccountTotals } from '../../core/account.ts'
import type { EndCommand } from '../../core/journal.ts'
import type { UnitRange } from '../../core/messages.ts'
import type { UnitRect } from '../../core/rect.ts'
import type { JournalRecord, OutputPlan, VideoOutcome, VideoPlan } from '../../ports.ts'
import type { Fields } from '../json-shape.ts'

/**
 * Journal records as bytes: JSON, because a journal must still be readable by a person with a pager when everything else has failed,
 * and because unknown keys of later versions then do no harm. Pixels never pass here.
 */

const RECT_SIDES = ['frame', 'x0', 'y0', 'x1', 'y1', 'run0', 'run1'] as const

/** Encodes a record without its pixels. @throws StoreError when it is larger than {@link MAX_HEAD_BYTES} */
export function encodeRecord (record: JournalRecord): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(plain(record)), 'utf8')
  if (bytes.byteLength > MAX_HEAD_BYTES) {
    throw new StoreError(`A journal record of type "${record.type}" takes ${bytes.byteLength} bytes, and at most ${MAX_HEAD_BYTES} fit`)
  }
  return bytes
}

/** Decodes what {@link encodeRecord} wrote; undefined for anything else, such as a type that only a later version knows. */
export function decodeRecord (bytes: Uint8Array): JournalRecord | undefined {
  try {
    return typed(fields(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))))
  } catch (err) {
    if (err instanceof SyntaxError || err instanceof ShapeError) {
      return undefined
    }
    throw err
  }
}

/** The record as a JSON value: bytes as base64, and ranges and rectangles as flat lists, since there may be half a million. */
function plain (record: JournalRecord): unknown {
  switch (record.type) {
    case 'job':
    case 'control': return { ...record, bytes: toBase64(record.bytes), signature: toBase64(record.signature) }
    case 'grant': return { ...record, rects: record.rects.flatMap((rect) => RECT_SIDES.map((side) => rect[side])) }
    case 'ledger': return { ...record, accepted: record.accepted.flatMap((range) => [range.first, range.end]) }
    case 'epoch':
    case 'accepted':
    case 'trouble':
    case 'started':
    case 'film':
    case 'frame':
    case 'video':
    case 'done': return record
  }
}

function typed (from: Fields): JournalRecord | undefined {
  const { type } = from
  switch (type) {
    case 'job': return { type, bytes: fromBase64(from.bytes), signature: fromBase64(from.signature), output: from.output === undefined ? undefined : output(from.output) }
    case 'control': return { type, bytes: fromBase64(from.bytes), signature: fromBase64(from.signature) }
    case 'epoch': return { type, epoch: epoch(from.epoch) }
    case 'grant': return { type, grant: whole(from.grant), worker: text(from.worker), rects: rects(from.rects) }
    case 'accepted': return { type, unit: whole(from.unit), worker: text(from.worker), phases: phases(from.phases) }
    case 'trouble': return { type, unit: whole(from.unit), worker: text(from.worker), kind: trouble(from.kind), reason: text(from.reason), ...(from.atMs === undefined ? {} : { atMs: number(from.atMs) }) }
    case 'started': return { type, count: whole(from.count) }
    case 'film': return { type, unit: whole(from.unit) }
    case 'ledger': return { type, accepted: ranges(from.accepted), parked: list(from.parked).map(whole), totals: totals(from.totals) }
    case 'frame': return { type, frame: whole(from.frame), hash: hash(from.hash), files: list(from.files).map(text) }
    case 'video': return { type, outcome: videoOutcome(from.outcome) }
    case 'done': return { type, filmHash: hash(from.filmHash), wallMs: number(from.wallMs) }
    default: return undefined
  }
}

function output (value: unknown): OutputPlan {
  const { file, bits, submittedAtMs, noLocal, saveEveryMs, onDone, video } = fields(value)
  if ((bits !== 8 && bits !== 16) || typeof noLocal !== 'boolean') {
    throw new ShapeError()
  }
  return {
    file: text(file),
    bits,
    submittedAtMs: number(submittedAtMs),
    noLocal,
    ...(saveEveryMs === undefined ? {} : { saveEveryMs: number(saveEveryMs) }),
    ...(onDone === undefined ? {} : { onDone: endCommand(onDone) }),
    ...(video === undefined ? {} : { video: videoPlan(video) })
  }
}

function endCommand (value: unknown): EndCommand {
  const { command, folder } = fields(value)
  return { command: text(command), folder: text(folder) }
}

function videoPlan (value: unknown): VideoPlan {
  const { file, fps } = fields(value)
  return { file: text(file), fps: number(fps) }
}

function videoOutcome (value: unknown): VideoOutcome {
  const { state, file, reason } = fields(value)
  switch (state) {
    case 'made': return { state, file: text(file) }
    case 'failed': return { state, reason: text(reason) }
    default: throw new ShapeError()
  }
}

function rects (value: unknown): UnitRect[] {
  return inGroups(list(value).map(whole), RECT_SIDES.length, ([frame, x0, y0, x1, y1, run0, run1]) => (
    { frame: frame!, x0: x0!, y0: y0!, x1: x1!, y1: y1!, run0: run0!, run1: run1! }
  ))
}

function ranges (value: unknown): UnitRange[] {
  return inGroups(list(value).map(whole), 2, ([first, end]) => ({ first: first!, end: end! }))
}

function inGroups<Item> (flat: readonly number[], size: number, make: (group: readonly number[]) => Item): Item[] {
  if (flat.length % size !== 0) {
    throw new ShapeError()
  }
  const items: Item[] = []
  for (let at = 0; at < flat.length; at += size) {
    items.push(make(flat.slice(at, at + size)))
  }
  return items
}

function totals (value: unknown): AccountTotals {
  const from = fields(value)
  const { transfer, load, render, merge } = fields(from.phases)
  return {
    executions: whole(from.executions),
    lapsed: whole(from.lapsed),
    raced: whole(from.raced),
    failed: whole(from.failed),
    byPeer: Object.fromEntries(Object.entries(fields(from.byPeer)).map(([peer, units]) => [peer, whole(units)])),
    bytesIn: whole(from.bytesIn),
    phases: { transfer: number(transfer), load: number(load), render: number(render), merge: number(merge) }
  }
}

function trouble (value: unknown): 'lapsed' | 'failed' | 'raced' | 'parked' {
  if (value === 'lapsed' || value === 'failed' || value === 'raced' || value === 'parked') {
    return value
  }
  throw new ShapeError()
}

function toBase64 (bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

function fromBase64 (value: unknown): Uint8Array {
  return Uint8Array.from(Buffer.from(text(value), 'base64'))
}
