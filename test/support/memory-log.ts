import type { Log } from '../../src/ports.ts'

/** A log line, as kept by {@link MemoryLog}. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

/** Keeps what is logged, for tests that look. */
export class MemoryLog implements Log {
  readonly lines: LogLine[] = []

  debug (message: string, details: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: 'debug', message, details })
  }

  info (message: string, details: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: 'info', message, details })
  }

  warn (message: string, details: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: 'warn', message, details })
  }

  error (message: string, details: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: 'error', message, details })
  }
}
