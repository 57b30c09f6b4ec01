import { printJson, say } from '../context.ts'
import { LiveView } from './live-view.ts'
import { PlainView } from './plain-view.ts'
import type { PeerId } from '../../core/ids.ts'
import type { CommandContext } from '../context.ts'
import type { JobView, Talk } from './job-view.ts'

/** The view that fits the terminal: live where there is one that can be redrawn, else a plain line every few seconds; JSON when asked. */
export function makeJobView (context: CommandContext, talk: Talk, self: PeerId | undefined): JobView {
  if (talk.json) {
    return jsonView(context)
  }
  return !talk.quiet && canRedraw(context) ? new LiveView(context, self) : new PlainView(context, self)
}

function canRedraw ({ env, stderr }: CommandContext): boolean {
  return stderr.isTTY === true && env['TERM'] !== 'dumb' && (env['NO_COLOR'] ?? '') === ''
}

function jsonView (context: CommandContext): JobView {
  let closed = false
  return {
    preview: 'none',
    event: (event) => {
      if (!closed) {
        printJson(context, event)
      }
    },
    block: () => {},
    note: (line) => {
      say(context, line)
    },
    close: () => {
      closed = true
    }
  }
}
