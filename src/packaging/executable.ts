import { execFile } from 'node:child_process'
import { chmod, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** How an executable is made of the program in one file. */
export interface ExecutableInit {
  /** Absolute path of the program in one file. */
  readonly program: string
  /** Absolute path of the executable. */
  readonly output: string
  /** A folder for what is needed on the way. */
  readonly folder: string
}

/**
 * Makes an executable of this machine's kind: a copy of the Node that runs this, with the program inside. It does what the program does, and
 * looks at no other file for it. Source: "Single executable applications" in the manual of Node.
 *
 * @throws Error when this Node can not make one (before 25.5)
 */
export async function makeExecutable ({ program, output, folder }: ExecutableInit): Promise<void> {
  if (!await canMakeExecutables()) {
    throw new Error(`Node ${process.versions.node} can not make an executable: it takes Node 25.5 or newer, as npm ci brings along`)
  }
  const plan = join(folder, 'executable.json')
  await rm(output, { force: true })
  await writeFile(plan, JSON.stringify({
    main: program,
    output,
    executable: process.execPath,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    // What a person's environment tells other programs of Node is not meant for this one.
    execArgvExtension: 'none'
  }))
  await run(process.execPath, ['--build-sea', plan])
  await rm(plan)
  await chmod(output, 0o755)
}

async function canMakeExecutables (): Promise<boolean> {
  const { stdout } = await run(process.execPath, ['--help'])
  return stdout.includes('--build-sea')
}
