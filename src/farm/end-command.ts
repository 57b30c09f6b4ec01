import type { CommandRunner, FarmEvent } from '../ports.ts'
import type { EndCommand } from '../core/journal.ts'

/** Characters of file names a command is given: within what every platform takes for one variable. */
const MAX_FILES_LENGTH = 32_000

/**
 * Runs the command a person asked for at the end of a job, at most once. It is told `TILEMESH_JOB`, `TILEMESH_STATE` (`finished`, `cancelled`,
 * `parked`) and `TILEMESH_FILES`: the pictures that were written, absolute, one a line, as many of them as fit.
 */
export function runEndCommand ({ command, folder }: EndCommand, done: FarmEvent & { event: 'done' }, commands: CommandRunner): void {
  commands.run(command, folder, { TILEMESH_JOB: done.job, TILEMESH_STATE: done.state, TILEMESH_FILES: fitting(done.files).join('\n') })
}

function fitting (files: readonly string[]): readonly string[] {
  let room = MAX_FILES_LENGTH
  const beyond = files.findIndex((file) => (room -= file.length + 1) < 0)
  return beyond === -1 ? files : files.slice(0, beyond)
}
