import { say } from './context.ts'
import type { Log } from '../ports.ts'
import type { CommandContext } from './context.ts'

/**
 * A log of lines on standard error. `quiet` says nothing, `warnings` what a person may have to do something about.
 * With TILEMESH_DEBUG=1 everything is written whatever was asked.
 */
export function stderrLog (context: CommandContext, loudness: 'quiet' | 'warnings'): Log {
  const debug = context.env['TILEMESH_DEBUG'] === '1'
  const write = (level: string, wanted: 'always' | 'debug-only') => (message: string, details?: Readonly<Record<string, unknown>>): void => {
    if (debug || wanted === 'always') {
      const values = Object.entries(details ?? {}).map(([key, value]) => ` ${key}=${String(value)}`).join('')
      say(context, `${level}: ${message}${values}`)
    }
  }
  const loud = loudness === 'warnings' ? 'always' : 'debug-only'
  return { debug: write('debug', 'debug-only'), info: write('info', 'debug-only'), warn: write('warning', loud), error: write('error', loud) }
}
