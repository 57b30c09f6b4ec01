import { Command, CommanderError } from 'commander'
import { ExitStatus, UsageError } from '../errors.ts'
import { addBootstrap, addUp } from './commands/up.ts'
import { addCache } from './commands/cache.ts'
import { addConfig } from './commands/config.ts'
import { addCancel, addPause, addResume, addSet } from './commands/control.ts'
import { addComplete, addCompletion } from './commands/completion.ts'
import { addDemo } from './commands/demo.ts'
import { addDoctor } from './commands/doctor.ts'
import { addFetch } from './commands/fetch.ts'
import { addJobs } from './commands/jobs.ts'
import { addLog } from './commands/log.ts'
import { addMesh } from './commands/mesh.ts'
import { addPeers } from './commands/peers.ts'
import { addReference } from './commands/reference.ts'
import { addRender } from './commands/render.ts'
import { addDrain, addThreads } from './commands/work.ts'
import { addWatch } from './commands/watch.ts'
import { addStatus, overview } from './commands/overview.ts'
import { reportFailure } from './failure.ts'
import { TEACHING_HELP, helpColumns } from './help/format-help.ts'
import { helpLine } from './help/help-line.ts'
import { LEARNING, teach } from './help/lessons.ts'
import { addPlannedCommands } from './refusals.ts'
import { programVersion } from '../version.ts'
import type { CommandContext } from './context.ts'
import type { Format } from './failure.ts'
import type { CommonOptions, Registration } from './registration.ts'

/** Runs one command line and resolves with its exit status. Never rejects. */
export async function run (args: readonly string[], context: CommandContext): Promise<number> {
  let status = 0
  context.lineFormat = args.includes('--log-json') ? 'json' : 'text'
  const program = makeProgram({
    context,
    act: (action) => async (...given) => {
      status = await action(...given)
    }
  })
  try {
    await program.parseAsync(helpLine(program, args), { from: 'user' })
    return status
  } catch (err) {
    return endWithout(program, context, err, args.includes('--json') ? 'json' : 'text')
  }
}

/** What becomes of a command line that no action carried out: help that was asked for, no command at all, or a failure. */
async function endWithout (program: Command, context: CommandContext, err: unknown, format: Format): Promise<number> {
  if (err instanceof CommanderError && err.exitCode === ExitStatus.done) {
    return ExitStatus.done
  }
  const noCommand = err instanceof CommanderError && err.code === 'commander.help'
  try {
    if (noCommand && program.args.length === 0) {
      return await overview(context, program.opts<CommonOptions>())
    }
    throw noCommand ? new UsageError(`say what to do: tilemesh ${program.args.join(' ')} --help lists it`) : err
  } catch (failure) {
    return reportFailure(context, failure, format)
  }
}

/** The whole command line. `act` of the registration carries out what its actions are. */
export function makeProgram (registration: Registration): Command {
  const { context } = registration
  const program = new Command('tilemesh')
    .description('A peer-to-peer render farm: the same program on every computer, one picture from all of them.')
    .version(programVersion(), '-V, --version', 'say the version and end')
    .option('--home <DIR>', 'folder with identity, mesh, store and journal (environment: TILEMESH_HOME; default: the platform\'s data folder)')
    .option('--json', 'one JSON object a line on standard output')
    .option('--quiet', 'no live view: a plain line every five seconds')
    .option('-v, --verbose', 'tell on standard error what the peer does; twice: everything', (_, before: number) => before + 1, 0)
    .option('--log-json', 'one JSON object a line on standard error')
    .helpOption('-h, --help', 'this text')
    .addHelpCommand(new Command('help').helpOption(false).argument('[COMMAND...]', 'of which; without it, of the program').description('show the help of a command').helpGroup(LEARNING))
    .configureHelp(TEACHING_HELP)
    .configureOutput({
      getOutHelpWidth: () => helpColumns(context),
      writeOut: (text) => {
        context.stdout.write(text)
      },
      // What is wrong is said once, in one line, by reportFailure.
      writeErr: () => {}
    })
    .exitOverride()
  addUp(program, registration)
  addRender(program, registration)
  addWatch(program, registration)
  addFetch(program, registration)
  addJobs(program, registration)
  addLog(program, registration)
  addPause(program, registration)
  addResume(program, registration)
  addSet(program, registration)
  addCancel(program, registration)
  addPeers(program, registration)
  addThreads(program, registration)
  addDrain(program, registration)
  addConfig(program, registration)
  addCache(program, registration)
  addStatus(program, registration)
  addMesh(program, registration)
  addDemo(program, registration)
  addDoctor(program, registration)
  addReference(program, registration)
  addCompletion(program, registration)
  addComplete(program, registration)
  addBootstrap(program, registration)
  addPlannedCommands(program)
  teach(program)
  return program
}
