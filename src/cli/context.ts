import { STEERING, printable } from './format.ts'
import type { Readable, Writable } from 'node:stream'
import type { CreatePeer } from '../api.ts'
import type { Clock } from '../ports.ts'

/** Standard output or error; a terminal has columns and rows. */
export type OutputStream = Writable & { readonly isTTY?: boolean, readonly columns?: number, readonly rows?: number }

/** What a person or the system can interrupt a command with. `hangup`: the terminal is gone, or nobody reads the output any more. */
export type Interruption = 'interrupt' | 'terminate' | 'hangup' | 'parent-gone'

/** Everything a command touches of the process it runs in; tests give their own. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative paths on the command line are relative to this absolute path. */
  readonly cwd: string
  readonly stdin: Readable
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly clock: Clock
  /** How lines on standard error are written; set once, before anything is said. */
  lineFormat: LineFormat
  /** Calls `run` on every interruption of this kind until the returned function is called. While nobody listens the system's habit applies. */
  onInterruption (kind: Interruption, run: () => void): () => void
  /** Ends the process at once, without another word. */
  exitNow (status: number): never
  /** Ends the process as the signal that asked for its end would have. */
  dieBy (signal: NodeJS.Signals): void
  /** Loads what makes peers. Only commands that must be a peer themselves call it: it brings the whole network stack along. */
  loadPeer (): Promise<CreatePeer>
}

/** `text`: for people. `json`: one object a line, with `time` (ISO 8601), `level`, `message` and `details`. */
export type LineFormat = 'text' | 'json'

/** How much a line on standard error matters. */
export type LineLevel = 'debug' | 'info' | 'warn' | 'error'

/** Beyond so many unread bytes of standard error further lines are left out: whoever reads it slowly, or not at all, must not cost a peer its memory. */
const MAX_UNREAD_BYTES = 1024 * 1024

/** A line for a person, on standard error: talk, not a result. What a stranger may have put into it is made harmless. */
export function say (context: CommandContext, line: string, level: LineLevel = 'info'): void {
  if (context.lineFormat === 'text' || line.trim() !== '') {
    writeLine(context, level, printable(line).trim(), {}, printable(line))
  }
}

/** A line on standard error in either format, its texts harmless already; left out when too much waits there unread. */
export function writeLine (context: CommandContext, level: LineLevel, message: string, details: Readonly<Record<string, string>>, text: string): void {
  const { stderr, clock } = context
  if (stderr.writableLength > MAX_UNREAD_BYTES) {
    return
  }
  const line = context.lineFormat === 'text' ? text : JSON.stringify({ time: new Date(clock.wallMs()).toISOString(), level, message, details })
  stderr.write(line + '\n')
}

/** A line of the result, on standard output, made harmless too. */
export function print (context: CommandContext, line: string): void {
  context.stdout.write(printable(line) + '\n')
}

/** One object of `--json`. Characters that could steer a terminal are written as escapes of JSON: whoever parses the line gets them back. */
export function printJson (context: CommandContext, event: CommandEvent): void {
  context.stdout.write(JSON.stringify(event).replace(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`) + '\n')
}

/** What `--json` prints: the events of the farm and those that only commands have. */
export type CommandEvent = { readonly event: string } & Readonly<Record<string, unknown>>
