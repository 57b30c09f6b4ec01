import { ExitStatus } from '../../errors.ts'
import { print, printJson, say } from '../context.ts'
import { Interruptions } from '../interruptions.ts'
import { outcomeLine, outcomeStatus } from '../job-outcome.ts'
import { readOutput } from '../render-request.ts'
import { logOptionsOf, talkOf } from '../talk.ts'
import { makeJobView } from '../view/make-job-view.ts'
import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import type { CommonOptions, Registration } from '../registration.ts'

/** `tilemesh demo`: three peers on this machine, one is killed on the way. */
export function addDemo (program: Command, { context, act }: Registration): void {
  program.command('demo')
    .description('Three peers on this machine render a built-in scene, one is killed on the way; writes demo.png here.')
    .action(act(async (_: unknown, self: Command) => demo(context, self.optsWithGlobals<CommonOptions>())))
}

async function demo (context: CommandContext, options: CommonOptions): Promise<number> {
  const { output } = await readOutput(context.cwd, 'demo.png', undefined)
  const talk = talkOf(context, options)
  const stop = new AbortController()
  // Loaded here: the scene's builder is of no use to the other commands.
  const { Demo } = await import('../demo/demo.ts')
  const { accountLines } = await import('../demo/account.ts')
  const run = new Demo({
    output,
    logOptions: logOptionsOf(context, options),
    clock: context.clock,
    view: (peer) => makeJobView(context, talk, peer),
    say: (line) => {
      say(context, line)
    },
    signal: stop.signal
  })
  // No `using` here: TypeScript does not rewrite the paths of import() in a file that has one.
  const interruptions = new Interruptions()
  interruptions.on(context, ['interrupt', 'terminate', 'hangup'], () => {
    stop.abort()
  }, () => {})
  try {
    const facts = await run.run()
    if (facts === undefined) {
      return ExitStatus.cancelled
    }
    const { job, done, peers, killed } = facts
    if (talk.json) {
      printJson(context, { event: 'demo', peers, killed: killed?.peer ?? null })
    } else {
      print(context, outcomeLine(done, job, context.cwd))
      for (const line of accountLines(facts)) {
        print(context, line)
      }
    }
    return outcomeStatus(done)
  } finally {
    await run.clear()
    interruptions[Symbol.dispose]()
  }
}
