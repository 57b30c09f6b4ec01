import { ExitStatus, UsageError } from '../../errors.ts'
import { print, printJson, say } from '../context.ts'
import { fileName } from '../format.ts'
import { findJob } from '../lookup.ts'
import { numberWord, pictureFile, wholeNumber } from '../options.ts'
import { readOutput } from '../render-request.ts'
import { addAskOptions, withPeer } from '../with-peer.ts'
import type { Command } from 'commander'
import type { Registration } from '../registration.ts'
import type { AskOptions } from '../with-peer.ts'

/** Milliseconds without new bytes after which what has come is written. */
const DEFAULT_WAIT_MS = 10_000

interface Options extends AskOptions {
  readonly output?: string
  readonly bits?: number
  readonly waitMs: number
}

/** `tilemesh fetch JOB -o FILE`: write the film as it is reachable now, also of an unfinished job, from any peer. */
export function addFetch (program: Command, { context, act }: Registration): void {
  const command = program.command('fetch')
    .description('Write a job\'s picture as far as it is reachable now, from any peer.')
    .argument('<JOB>', 'the job\'s id, a beginning of it, or its scene\'s name')
    .option('-o, --output <FILE>', 'the picture: .png or .exr', pictureFile)
    .option('--bits <N>', 'bits per channel of a .png: 8 or 16 (default: 8)', numberWord('--bits', [8, 16]))
    .option('--wait-ms <N>', `ms to wait without new bytes (default: ${DEFAULT_WAIT_MS})`, wholeNumber('--wait-ms', 0, Number.MAX_SAFE_INTEGER, 'ms'))
  addAskOptions(command).action(act(async (text: string, _: unknown, self: Command) => {
    const options = self.optsWithGlobals<Options>()
    if (options.output === undefined) {
      throw new UsageError('fetch needs -o FILE, a .png or .exr to write')
    }
    const output = await readOutput(context.cwd, options.output, options.bits)
    const waitMs = options.waitMs ?? DEFAULT_WAIT_MS
    return withPeer(context, self, async (access) => {
      const { job } = await findJob(access, text, waitMs, context.clock, new AbortController().signal)
      const saved = await access.api.fetch(job, { ...output, waitMs })
      if (options.json === true) {
        printJson(context, { event: 'saved', ...saved })
      } else {
        const files = saved.files.map((file) => fileName(context.cwd, file)).join(' ')
        print(context, `${files === '' ? 'nothing to save yet' : `saved ${files}`} (${saved.done}/${saved.units} units)`)
      }
      if (saved.missing !== null) {
        say(context, saved.missing)
      }
      return ExitStatus.done
    })
  }))
}
