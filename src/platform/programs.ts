/**
 * Programs of this machine that tilemesh can use.
 */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import path from 'node:path'
import { isWindows } from './system.ts'

/** What decides where programs are found; tests give their own. */
export interface ProgramPlace {
  readonly env: Readonly<Record<string, string | undefined>>
  /** @default this system */
  readonly platform?: NodeJS.Platform
}

/** The file name of a program. */
export function executableName (name: string, platform = process.platform): string {
  return isWindows(platform) ? `${name}.exe` : name
}

/**
 * The absolute path of a program in one of the folders of PATH; undefined when it is in none. Relative folders are left out: what is found must not
 * depend on where a peer was started. On Windows it is the `.exe`: scripts (`.cmd`) would need a shell.
 */
export async function programOnPath (name: string, place: ProgramPlace = process, isProgram: (file: string) => Promise<boolean> = canBeRun): Promise<string | undefined> {
  const windows = isWindows(place.platform)
  const { delimiter, isAbsolute, join } = windows ? path.win32 : path.posix
  for (const folder of pathOf(place).split(delimiter)) {
    const file = join(folder, executableName(name, place.platform))
    if (isAbsolute(folder) && await isProgram(file)) {
      return file
    }
  }
  return undefined
}

/** Windows calls it Path, Path and PATH being one name there; a copy of the environment knows only one spelling. */
function pathOf ({ env, platform }: ProgramPlace): string {
  const key = isWindows(platform) ? Object.keys(env).find((name) => name.toUpperCase() === 'PATH') : 'PATH'
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
