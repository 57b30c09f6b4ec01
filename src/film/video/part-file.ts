import { createHash } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { renameOver, syncFolder } from '../../platform/files.ts'

/** Characters of a video's name in its part's name: with all of them at four bytes the whole stays below the 255 bytes that file systems allow. */
const PART_NAME_CHARACTERS = 50

/**
 * The name in the same folder under which a file grows: `.NAME.KEY.part`. The same for the same file and key, so that what a killed attempt
 * left behind is found by the next.
 */
export function partFileOf (file: string, key: string): string {
  const mark = createHash('sha256').update(`${key}\0${file}`).digest('hex').slice(0, 12)
  return join(dirname(file), `.${basename(file).slice(0, PART_NAME_CHARACTERS)}.${mark}.part`)
}

/** Brings a whole part to the disk and gives it its final name. @throws what `node:fs` throws */
export async function finishPart (part: string, file: string): Promise<void> {
  const handle = await open(part, 'r+')
  try {
    await handle.datasync()
  } finally {
    await handle.close()
  }
  await renameOver(part, file)
  // The video itself is safe and has its name; that alone may be lost in a power cut where folders can not be synced.
  await syncFolder(dirname(file)).catch(() => {})
}

/** Removes a part, if it is there. */
export async function removePart (part: string): Promise<void> {
  await rm(part, { force: true }).catch(() => {})
}
