import { isHash } from '../core/ids.ts'
import type { Epoch } from '../core/epoch.ts'
import type { ResultPhases } from '../core/messages.ts'

/** What was read from a disk as JSON, as values of known types: every reader refuses anything else. */

/** The fields of an object, of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>

/** The JSON is not what it should be: thrown to whoever decodes it, and caught there. */
export class ShapeError extends Error {}

/** An object's fields. @throws ShapeError */
export function fields (value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ShapeError()
  }
  return value as Fields
}

/** A list. @throws ShapeError */
export function list (value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new ShapeError()
  }
  return value
}

/** A number. @throws ShapeError */
export function number (value: unknown): number {
  if (typeof value !== 'number') {
    throw new ShapeError()
  }
  return value
}

/** A whole number. @throws ShapeError */
export function whole (value: unknown): number {
  if (!Number.isSafeInteger(value)) {
    throw new ShapeError()
  }
  return value as number
}

/** A text. @throws ShapeError */
export function text (value: unknown): string {
  if (typeof value !== 'string') {
    throw new ShapeError()
  }
  return value
}

/** A hash. @throws ShapeError */
export function hash (value: unknown): string {
  const found = text(value)
  if (!isHash(found)) {
    throw new ShapeError()
  }
  return found
}

/** A stewardship's fencing number. @throws ShapeError */
export function epoch (value: unknown): Epoch {
  const { round, peer, instance } = fields(value)
  return { round: whole(round), peer: text(peer), instance: whole(instance) }
}

/** Where the time of a unit went. @throws ShapeError */
export function phases (value: unknown): ResultPhases {
  const { transferMs, loadMs, renderMs } = fields(value)
  return { transferMs: number(transferMs), loadMs: number(loadMs), renderMs: number(renderMs) }
}
