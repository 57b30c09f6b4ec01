/**
 * Files where systems differ: names that are taken over, and names that are to survive a power cut.
 */
import { closeSync, constants, fsyncSync, openSync, renameSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { isWindows } from './system.ts'

/**
 * Pauses between attempts to take a name over, in milliseconds. Windows refuses while anybody has the old file open, and virus scanners and
 * indexers open what was just written; they let go within a second or two.
 */
const RENAME_PAUSES_MS = [10, 30, 100, 300, 600, 1_000]

/** What Windows says while another program has a file open. */
const HELD_CODES = ['EPERM', 'EACCES', 'EBUSY']

/** Gives a file its final name, in place of what had it. On Windows a file that somebody holds open for a moment is waited for. */
export async function renameOver (from: string, to: string, platform = process.platform, move: (from: string, to: string) => Promise<void> = rename): Promise<void> {
  for (const pauseMs of pausesOf(platform)) {
    try {
      await move(from, to)
      return
    } catch (error) {
      if (!isHeld(error)) {
        throw error
      }
    }
    await pause(pauseMs)
  }
  await move(from, to)
}

/** The same for a thread of its own: it blocks. */
export function renameOverSync (from: string, to: string, platform = process.platform, move: (from: string, to: string) => void = renameSync): void {
  const bell = new Int32Array(new SharedArrayBuffer(4))
  for (const pauseMs of pausesOf(platform)) {
    try {
      move(from, to)
      return
    } catch (error) {
      if (!isHeld(error)) {
        throw error
      }
    }
    Atomics.wait(bell, 0, 0, pauseMs)
  }
  move(from, to)
}

/** Resolves when names made, moved or removed in a folder would survive a power cut. Windows opens no folders as files; NTFS journals its names by itself. */
export async function syncFolder (folder: string, platform = process.platform): Promise<void> {
  if (isWindows(platform)) {
    return
  }
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The same for a thread of its own: it blocks. */
export function syncFolderSync (folder: string, platform = process.platform): void {
  if (isWindows(platform)) {
    return
  }
  const descriptor = openSync(folder, constants.O_RDONLY)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function pausesOf (platform: NodeJS.Platform): readonly number[] {
  return isWindows(platform) ? RENAME_PAUSES_MS : []
}

function isHeld (error: unknown): boolean {
  return HELD_CODES.includes((error as NodeJS.ErrnoException).code ?? '')
}
