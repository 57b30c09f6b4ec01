import { Command, CommanderError } from 'commander'
import { ExitStatus, UsageError } from '../errors.ts'
import { addBootstrap, addUp } from './commands/up.ts'
import { addCancel, addPause, addResume, addSet } from './commands/control.ts'
import { addDemo } from './commands/demo.ts'
import { addFetch } from './commands/fetch.ts'
import { addJobs } from './commands/jobs.ts'
import { addMesh } from './commands/mesh.ts'
import { addPeers } from './commands/peers.ts'
import { addRender } from './commands/render.ts'
import { addDrain, addThreads } from './commands/work.ts'
import { addWatch } from './commands/watch.ts'
import { addStatus, overview } from './commands/overview.ts'
import { reportFailure } from './failure.ts'
import { addPlannedCommands } from './refusals.ts'
import { programVersion } from '../version.ts'
import type { CommandContext } from './context.ts'
import type { Format } from './failure.ts'
import type { CommonOptions, Registration } from './registration.ts'

const EXAMPLES = `
Examples:
  $ tilemesh up                       be a peer; prints what to paste on the next machine
  $ tilemesh render shot.glb          render on every peer of the mesh, write shot.png here
  $ tilemesh demo                     three peers on this machine, one is killed on the way
`

/** Runs one command line and resolves with its exit status. Never rejects. */
export async function run (args: readonly string[], context: CommandContext): Promise<number> {
  let status = 0
  const program = makeProgram({
    context,
    act: (action) => async (...given) => {
      status = await action(...given)
    }
  })
  try {
    await program.parseAsync(args, { from: 'user' })
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

function makeProgram (registration: Registration): Command {
  const { context } = registration
  const program = new Command('tilemesh')
    .description('A peer-to-peer render farm: the same program on every computer, one picture from all of them.')
    .version(programVersion())
    .option('--home <DIR>', 'folder with identity, mesh, store and journal (environment: TILEMESH_HOME; default: the platform\'s data folder)')
    .option('--json', 'one JSON object a line on standard output')
    .option('--quiet', 'no live view: a plain line every five seconds')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => {
        context.stdout.write(text)
      },
      // What is wrong is said once, in one line, by reportFailure.
      writeErr: () => {}
    })
    .exitOverride()
    .addHelpText('after', EXAMPLES)
  addUp(program, registration)
  addRender(program, registration)
  addWatch(program, registration)
  addFetch(program, registration)
  addJobs(program, registration)
  addPause(program, registration)
  addResume(program, registration)
  addSet(program, registration)
  addCancel(program, registration)
  addPeers(program, registration)
  addThreads(program, registration)
  addDrain(program, registration)
  addStatus(program, registration)
  addMesh(program, registration)
  addDemo(program, registration)
  addBootstrap(program, registration)
  addPlannedCommands(program)
  return program
}
