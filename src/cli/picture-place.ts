import { randomBytes } from 'node:crypto'
import { access, constants, open, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileOfFrame } from '../core/frame-file.ts'
import { UsageError } from '../errors.ts'
import { isKeptByOwner } from '../platform/private-files.ts'
import type { FrameRange } from '../core/job.ts'

/** Bytes of a file's name on the usual disks. */
const MAX_NAME_BYTES = 255

/** What is to be written, as a person calls it. */
type Product = 'picture' | 'video' | 'job file'

/**
 * Makes sure that a picture, or `what` else, can be written where it shall be: its folder is there and takes a file.
 *
 * @param picture absolute path
 * @throws UsageError; nothing is left in the folder
 */
export async function checkPicturePlace (picture: string, what: Product = 'picture'): Promise<void> {
  await checkName(picture, what)
  const folder = dirname(picture)
  const there = await stat(folder).catch(() => undefined)
  if (there?.isDirectory() !== true) {
    throw new UsageError(`the folder ${folder} for the ${what} is not there; make it first`)
  }
  await tryFolder(folder).catch((err: unknown) => {
    throw isFull(err)
      ? new UsageError(`the disk of ${folder} is full, so the ${what} can not be written there; make room or choose another folder`, { cause: err })
      : new UsageError(`the folder ${folder} for the ${what} is not writable`, { cause: err })
  })
  const before = await stat(picture).catch(() => undefined)
  if (before?.isDirectory() === true) {
    throw new UsageError(`${picture} is a folder; the ${what} needs a file's name`)
  }
  if (before !== undefined && isKeptByOwner(there, before)) {
    throw new UsageError(`${picture} is another user's file and can not be replaced; choose another name`)
  }
}

/**
 * Makes sure that the names of all frames' pictures are short enough: the number of a frame may be longer than its run of `#`.
 *
 * @param pattern absolute path, `####` in it stands for the frame number
 * @throws UsageError
 */
export async function checkPictureNames (pattern: string, frames: FrameRange = { first: 1, last: 1, step: 1 }): Promise<void> {
  for (const frame of [frames.first, frames.last]) {
    await checkName(fileOfFrame(pattern, frame), 'picture')
  }
}

async function checkName (picture: string, what: Product): Promise<void> {
  const nameBytes = Buffer.byteLength(basename(picture))
  if (nameBytes > MAX_NAME_BYTES) {
    throw new UsageError(`the name of the ${what} has ${nameBytes} bytes, and disks take at most ${MAX_NAME_BYTES}; choose a shorter one`)
  }
  await stat(picture).catch((err: NodeJS.ErrnoException) => {
    if (err.code === 'ENAMETOOLONG') {
      throw new UsageError(`the path of the ${what} is longer than this disk takes (${Buffer.byteLength(picture)} bytes); choose a shorter one`, { cause: err })
    }
  })
}

/** The rights of a folder do not tell all: root may write to none that the system makes up, nor to a disk that is mounted read-only. */
async function tryFolder (folder: string): Promise<void> {
  await access(folder, constants.W_OK)
  const trial = join(folder, `.tilemesh-${randomBytes(6).toString('hex')}`)
  const handle = await open(trial, 'wx', 0o600)
  await handle.close()
  await rm(trial, { force: true })
}

function isFull (err: unknown): boolean {
  return err instanceof Error && 'code' in err && (err.code === 'ENOSPC' || err.code === 'EDQUOT')
}
