/**
 * Programs of this machine that tilemesh can use.
 */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import path from 'node:path'

/** What decides where programs are found; tests give their own. */
export interface ProgramPlace {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
}

/**
 * The absolute path of a program in one of the folders of PATH; undefined when it is in none. Relative folders are left out: what is found must not
 * depend on where a peer was started. On Windows it is the `.exe`: scripts (`.cmd`) would need a shell.
 */
export async function programOnPath (name: string, place: ProgramPlace = process, isProgram: (file: string) => Promise<boolean> = canBeRun): Promise<string | undefined> {
  const isWindows = place.platform === 'win32'
  const { delimiter, isAbsolute, join } = isWindows ? path.win32 : path.posix
  for (const folder of pathOf(place).split(delimiter)) {
    const file = join(folder, isWindows ? `${name}.exe` : name)
    if (isAbsolute(folder) && await isProgram(file)) {
      return file
    }
  }
  return undefined
}

/** Windows calls it Path, Path and PATH being one name there; a copy of the environment knows only one spelling. */
function pathOf ({ env, platform }: ProgramPlace): string {
  const key = platform === 'win32' ? Object.keys(env).find((name) => name.toUpperCase() === 'PATH') : 'PATH'
  return (key === undefined ? undefined : env[key]) ?? ''
}

async function canBeRun (file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
