import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Characters of a picture's name in its part's name: with all of them at four bytes the whole stays below the 255 bytes that file systems allow. */
const PART_NAME_CHARACTERS = 50

const PART_NAME = /^\.(.+)\.[0-9a-f]{12}\.part$/

/** The name in the same folder under which a picture grows: `.NAME.RANDOM.part`. */
export function partFileOf (file: string): string {
  return join(dirname(file), `.${basename(file).slice(0, PART_NAME_CHARACTERS)}.${randomBytes(6).toString('hex')}.part`)
}

/**
 * Removes parts of pictures that a killed process left. Nothing else in the folder is touched; a folder that is not there has none.
 *
 * @param pattern absolute path of the pictures; the last run of `#` in the name stands for a frame's number
 * @throws what `node:fs` throws, when all that could be removed has been
 */
export async function removeParts (pattern: string): Promise<void> {
  const folder = dirname(pattern)
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return []
    }
    throw error
  })
  const isOurs = partNameOf(basename(pattern))
  const refusals: unknown[] = []
  for (const name of names.filter(isOurs)) {
    await rm(join(folder, name), { force: true }).catch((error: unknown) => refusals.push(error))
  }
  if (refusals.length > 0) {
    throw refusals[0]
  }
}

/** Whether a name is that of a part of one of the pictures. */
function partNameOf (pattern: string): (name: string) => boolean {
  const [, before, hashes, after] = /^([^]*?)(#+)?([^#]*)$/.exec(pattern)!
  const whole = hashes === undefined
    ? new RegExp(`^${literal(pattern)}$`)
    : new RegExp(`^${literal(before!)}-?[0-9]{${hashes.length},}${literal(after!)}$`)
  const start = hashes === undefined ? pattern : before!
  return (name) => {
    const stem = PART_NAME.exec(name)?.[1]
    // Of a long name only the beginning is in its part's.
    return stem !== undefined && (stem.length < PART_NAME_CHARACTERS ? whole.test(stem) : stem.length === PART_NAME_CHARACTERS && stem.startsWith(start.slice(0, PART_NAME_CHARACTERS)))
  }
}

function literal (text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
