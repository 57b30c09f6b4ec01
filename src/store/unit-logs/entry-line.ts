import type { UnitIndex } from '../../core/ids.ts'
import type { UnitLogEntry } from '../../core/unit-log.ts'

/*
 * One entry is one line: the number of its unit, a space, the entry as JSON. Every batch of lines begins with a line break, so that a line that
 * was cut off by the end of an earlier life spoils nothing behind it, and every line of a unit is found behind the same few bytes.
 */

/** What every line of a unit begins with, the line break before it included. */
export function lineStart (unit: UnitIndex): string {
  return `\n${unit} `
}

/** An entry as a line, from its line break on. */
export function encodeEntry (unit: UnitIndex, entry: UnitLogEntry): string {
  return lineStart(unit) + JSON.stringify(entry)
}

/** An entry from the text behind its unit; undefined for what is none: a disk may give back anything. */
export function decodeEntry (json: string): UnitLogEntry | undefined {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) {
    return undefined
  }
  const { type, startedAtMs, atMs, renderMs, threads, reason, log, to, answer, tries } = value as Readonly<Record<string, unknown>>
  if (type === 'delivered') {
    return isTime(atMs) && isText(to) && ANSWERS.includes(answer as string) && isCount(tries)
      ? { type, atMs, to, answer: answer as typeof ANSWERS[number] & 'accepted', tries }
      : undefined
  }
  if (!isTime(startedAtMs) || !isTime(atMs) || !isCount(threads) || !isText(log)) {
    return undefined
  }
  if (type === 'rendered' && isDuration(renderMs)) {
    return { type, startedAtMs, atMs, renderMs, threads, log }
  }
  return type === 'failed' && isText(reason) ? { type, startedAtMs, atMs, threads, reason, log } : undefined
}

const ANSWERS: readonly string[] = ['accepted', 'duplicate', 'ended', 'refused']

function isText (value: unknown): value is string {
  return typeof value === 'string'
}

function isTime (value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isCount (value: unknown): value is number {
  return isTime(value)
}

function isDuration (value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
