import { WireError } from '../errors.ts'
import { CONTROL_VERSION } from './limits.ts'
import type { ErrorRecord } from './error-record.ts'

/**
 * The lines of the control socket, one JSON object each.
 *
 * Both sides begin with a {@link Hello}. Then the command writes {@link Request}s and {@link Cancel}s; the peer answers each request,
 * in any order, with one `result`, or with any number of `item`s and an `end`, or with an `error` at whatever point.
 * A `refused` line speaks of the whole session, which then ends.
 */
export interface Hello {
  readonly tilemesh: 'control'
  readonly version: number
}

/** Asks something of the peer. `id` is the asker's choice, not used twice at a time. */
export interface Request {
  readonly id: number
  readonly call: string
  readonly params: unknown
}

/** Ends a request that is under way; it is answered by `end` or not at all. */
export interface Cancel {
  readonly cancel: number
}

/** What the peer writes after its hello. */
export type Answer =
  | { readonly id: number, readonly result: unknown }
  | { readonly id: number, readonly item: unknown }
  | { readonly id: number, readonly end: true }
  | { readonly id: number, readonly error: ErrorRecord }
  | { readonly refused: ErrorRecord }

/** The first line of this program, on either side. */
export const HELLO: Hello = { tilemesh: 'control', version: CONTROL_VERSION }

/** Writes a message as a line, its newline included. */
export function encodeLine (message: Hello | Request | Cancel | Answer): string {
  return JSON.stringify(message) + '\n'
}

/** @throws WireError when the line is no JSON object */
export function parseLine (line: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (err) {
    throw new WireError('a line is not JSON', undefined, { cause: err })
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new WireError('a line is not a JSON object')
  }
  return value as Record<string, unknown>
}

/** The other side's version, from its first line. @throws WireError when it is no hello */
export function readHello (line: string): number {
  const message = parseLine(line)
  if (message['tilemesh'] !== 'control' || typeof message['version'] !== 'number') {
    throw new WireError('the first line is not a hello')
  }
  return message['version']
}

/** @throws WireError when it is neither a request nor a cancellation */
export function readRequest (line: string): Request | Cancel {
  const message = parseLine(line)
  if (isId(message['cancel'])) {
    return { cancel: message['cancel'] }
  }
  if (!isId(message['id']) || typeof message['call'] !== 'string') {
    throw new WireError('a line is neither a request nor a cancellation')
  }
  return { id: message['id'], call: message['call'], params: message['params'] }
}

/** @throws WireError when it is no answer */
export function readAnswer (line: string): Answer {
  const message = parseLine(line)
  if ('refused' in message || (isId(message['id']) && ('result' in message || 'item' in message || 'end' in message || 'error' in message))) {
    return message as unknown as Answer
  }
  throw new WireError('a line is not an answer')
}

function isId (value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
