import { ExitStatus } from '../../errors.ts'
import { pause } from '../capable-peer.ts'
import { printJson } from '../context.ts'
import { shortJob } from '../format.ts'
import { rootOf } from '../help/format-help.ts'
import { homeOf } from '../home.ts'
import { word } from '../options.ts'
import { runningPeer } from '../peer-access.ts'
import type { Command } from 'commander'
import type { JobSummary } from '../../api.ts'
import type { CommandContext } from '../context.ts'
import type { CommonOptions, Registration } from '../registration.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof SHELLS)[number]

/** `tilemesh completion SHELL`: a script that lets a shell complete what is typed, made of the program itself. */
export function addCompletion (program: Command, { context, act }: Registration): void {
  program.command('completion')
    .description('Write a script that lets your shell complete commands, options, their values, and jobs.')
    .argument('<SHELL>', SHELLS.join(', '), word('the shell', SHELLS))
    .action(act(async (shell: Shell, _: unknown, self: Command) => {
      // Loaded here: they are of no use to the other commands.
      const { vocabularyOf } = await import('../completion/vocabulary.ts')
      const { bashScript, zshScript } = await import('../completion/posix.ts')
      const { fishScript } = await import('../completion/fish.ts')
      const script = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](vocabularyOf(rootOf(self)))
      if (self.optsWithGlobals<CommonOptions>().json === true) {
        printJson(context, { event: 'completion', shell, script })
      } else {
        context.stdout.write(script)
      }
      return ExitStatus.done
    }))
}

/** A person waits behind a key: whoever has not answered by then is not there. */
const ANSWER_MS = 250

/** More than this nobody reads. */
const MAX_JOBS = 200

/** `tilemesh __complete jobs`: what the scripts ask. Says the jobs of the running peer, a line each with what they are; says nothing when it can not. */
export function addComplete (program: Command, { context, act }: Registration): void {
  program.command('__complete', { hidden: true })
    .argument('<WHAT>', 'jobs', word('what to complete', ['jobs']))
    .action(act(async (_what: string, _: unknown, self: Command) => {
      const lines = await Promise.race([
        jobLines(homeOf(context, self.optsWithGlobals<CommonOptions>().home)).catch(() => []),
        pause(context.clock, ANSWER_MS, new AbortController().signal).then(() => [])
      ])
      writeLines(context, lines)
      return ExitStatus.done
    }))
}

async function jobLines (home: string): Promise<readonly string[]> {
  const access = await runningPeer(home)
  return access === undefined ? [] : completedJobs(await access.api.jobs())
}

/** Jobs as they can be typed: by the scene's name where one job has it, else by the beginning of the id; behind a tab, what they are. */
export function completedJobs (jobs: readonly JobSummary[]): readonly string[] {
  const times = new Map<string, number>()
  for (const { name } of jobs) {
    times.set(name, (times.get(name) ?? 0) + 1)
  }
  return jobs.slice(0, MAX_JOBS).map(({ job, name, state, done, units }) => {
    // A name with characters that a shell would act on is no use, and may be meant to do harm.
    const typed = times.get(name) === 1 && /^[\p{L}\p{N}\p{M} ._+@%,=-]+$/u.test(name) && !name.startsWith('-') ? name : shortJob(job)
    const percent = units === 0 ? 0 : Math.floor(100 * done / units)
    return `${typed}\t${typed === name ? '' : 'job '}${state}, ${percent} %`
  })
}

function writeLines (context: CommandContext, lines: readonly string[]): void {
  context.stdout.write(lines.map((line) => line + '\n').join(''))
}
