import { writeLine } from './context.ts'
import { printable } from './format.ts'
import type { Log } from '../ports.ts'
import type { CommandContext, LineLevel } from './context.ts'
import type { CommonOptions } from './registration.ts'

/** What a log lets through: what a person must do something about; `info`: what happened too; `debug`: everything. */
export type Loudness = 'warnings' | 'info' | 'debug'

/** Levels by weight, and the lightest each loudness lets through. */
const WEIGHT: Readonly<Record<LineLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 }
const LIGHTEST: Readonly<Record<Loudness, number>> = { debug: 0, info: 1, warnings: 2 }

/** What levels are called in front of a line. */
const WORDS: Readonly<Record<LineLevel, string>> = { debug: 'debug', info: 'info', warn: 'warning', error: 'error' }

/** Lines kept while the log is held; what a starting peer has to say is far less. */
const MAX_HELD_LINES = 100

/** Characters of one value: an address list or an error's text; longer ones are cut. */
const MAX_VALUE_LENGTH = 2_048

/** What a ticket looks like: a log outlives its moment, so none may be in it, whoever put it into a text. */
const TICKET = /TILEMESH:[A-Z2-7]+/gi

/** How loud a command was asked to be: `-v` info, `-vv` (or TILEMESH_DEBUG=1) everything. */
export function loudnessOf (context: CommandContext, options: CommonOptions): Loudness {
  const times = context.env['TILEMESH_DEBUG'] === '1' ? 2 : options.verbose ?? 0
  return times >= 2 ? 'debug' : times === 1 ? 'info' : 'warnings'
}

/** Where a log's lines go: to standard error, or into a view that has standard error at the time. */
type WriteLine = (level: LineLevel, message: string, details: Readonly<Record<string, string>>) => void

/**
 * The log of a peer that runs in a command, as lines on standard error: text, or with `--log-json` one JSON object each.
 *
 * held ─ release ─▶ open ⇄ diverted. Held, it keeps warnings until it is known that the command got under way: one that does not says why in
 * one line, and nothing else. What was asked for with `-v` is never held.
 */
export class LineLog implements Log {
  readonly loudness: Loudness
  readonly #context: CommandContext
  #held: (() => void)[] | undefined
  #write: WriteLine

  constructor (context: CommandContext, loudness: Loudness) {
    this.#context = context
    this.loudness = loudness
    this.#held = loudness === 'warnings' ? [] : undefined
    this.#write = this.#toStandardError
  }

  debug (message: string, details?: Readonly<Record<string, unknown>>): void {
    this.#log('debug', message, details)
  }

  info (message: string, details?: Readonly<Record<string, unknown>>): void {
    this.#log('info', message, details)
  }

  warn (message: string, details?: Readonly<Record<string, unknown>>): void {
    this.#log('warn', message, details)
  }

  error (message: string, details?: Readonly<Record<string, unknown>>): void {
    this.#log('error', message, details)
  }

  /** Writes what was held, and everything from now on. Idempotent. */
  release (): void {
    const held = this.#held ?? []
    this.#held = undefined
    held.forEach((write) => { write() })
  }

  /** Gives lines of text to a view, which may redraw standard error, until the returned function is called. */
  divert (note: (line: string) => void): () => void {
    if (this.#context.lineFormat === 'json') {
      return () => {}
    }
    this.#write = (level, message, details) => { note(lineOf(level, message, details)) }
    return () => { this.#write = this.#toStandardError }
  }

  #log (level: LineLevel, message: string, details: Readonly<Record<string, unknown>> = {}): void {
    if (WEIGHT[level] < LIGHTEST[this.loudness]) {
      return
    }
    const text = printable(message)
    const values = Object.fromEntries(Object.entries(details).map(([key, value]) => [key, valueOf(value)]))
    const write = (): void => { this.#write(level, text, values) }
    if (this.#held === undefined) {
      write()
    } else if (this.#held.length < MAX_HELD_LINES) {
      this.#held.push(write)
    }
  }

  readonly #toStandardError: WriteLine = (level, message, details) => {
    const time = this.loudness === 'warnings' ? '' : `${timeOfDay(this.#context.clock.wallMs())} `
    writeLine(this.#context, level, message, details, `${time}${lineOf(level, message, details)}`)
  }
}

function lineOf (level: LineLevel, message: string, details: Readonly<Record<string, string>>): string {
  return [`${WORDS[level]}: ${message}`, ...Object.entries(details).map(([key, value]) => `${key}=${value}`)].join(' ')
}

/** A value as harmless text. Bytes are never shown: they may be keys or pixels. */
function valueOf (value: unknown): string {
  const text = ArrayBuffer.isView(value) ? `${value.byteLength} bytes` : typeof value === 'object' && value !== null && !(value instanceof Error) ? 'an object' : String(value)
  return printable(text.slice(0, MAX_VALUE_LENGTH).replace(TICKET, 'TILEMESH:…'))
}

/** Hours to milliseconds where the reader is. */
function timeOfDay (wallMs: number): string {
  const time = new Date(wallMs)
  return new Date(wallMs - time.getTimezoneOffset() * 60_000).toISOString().slice(11, 23)
}
