import { MAX_CHUNKS } from '../../core/limits.ts'
import { WireError } from '../../errors.ts'
import * as pb from '../generated/result.ts'
import { present } from './check.ts'
import { peerBytes, peerOf } from './ids.ts'
import { checkRange } from './rects.ts'
import { words } from './words.ts'
import type { UnitIndex } from '../../core/ids.ts'
import type { KeepMark, UnitRange } from '../../core/messages.ts'

const contents = words<KeepMark['content'], pb.KeptContent>('content of what is kept', {
  unit: pb.KeptContent.KEPT_CONTENT_UNIT,
  film: pb.KeptContent.KEPT_CONTENT_FILM
})

/** A keep mark of the head of this unit, as its message. */
export function keepMarkToWire ({ content, units, worker }: KeepMark, unit: UnitIndex): pb.KeepMark {
  const { first, end } = checkKeptUnits(content, units, unit)
  return { content: contents.toWire(content), firstUnit: first, endUnit: end, worker: peerBytes('worker', worker) }
}

/** A keep mark of the head of this unit, from its message. */
export function keepMarkOf (message: pb.KeepMark, unit: UnitIndex): KeepMark {
  const content = contents.fromWire(present('keep mark', message).content)
  const units = checkKeptUnits(content, { first: message.firstUnit, end: message.endUnit }, unit)
  return { content, units, worker: peerOf('worker', message.worker) }
}

/** The unit of the head alone, or the units of a part of the film, of which the head names one: they are of one tile, so there are no more than a tile has chunks. */
function checkKeptUnits (content: KeepMark['content'], units: UnitRange, unit: UnitIndex): UnitRange {
  const { first, end } = checkRange(units)
  if (unit < first || unit >= end) {
    throw new WireError(`units ${first} to ${end - 1} are kept under unit ${unit}, which is not among them`)
  }
  const most = content === 'unit' ? 1 : MAX_CHUNKS
  if (end - first > most) {
    throw new WireError(`${end - first} units are kept as one, and at most ${most} can be`, content === 'unit' ? undefined : 'MAX_CHUNKS')
  }
  return { first, end }
}
