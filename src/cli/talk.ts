import { loudnessOf } from './line-log.ts'
import type { CommandContext } from './context.ts'
import type { CommonOptions } from './registration.ts'
import type { Talk } from './view/job-view.ts'

/** How a command was asked to talk. A view that redraws standard error, and log lines there, would overwrite one another: whoever wants those gets plain lines. */
export function talkOf (context: CommandContext, options: CommonOptions): Talk {
  const logs = context.lineFormat === 'json' || loudnessOf(context, options) !== 'warnings'
  return { json: options.json === true, quiet: options.quiet === true || logs }
}

/** The options that ask for such logs, for other processes of this program; none when nothing was asked for. */
export function logOptionsOf (context: CommandContext, options: CommonOptions): readonly string[] {
  const loudness = { warnings: [], info: ['-v'], debug: ['-vv'] }[loudnessOf(context, options)]
  return context.lineFormat === 'json' ? [...loudness, '--log-json'] : loudness
}
