/**
 * The disk as the store uses it. A seam: tests put one behind it that fails, so that "the disk refuses" can be tested everywhere.
 */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, copyFile, link, mkdir, open, readdir, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { renameOver, syncFolder } from '../platform/files.ts'
import { errorCode, refusalOf } from './refusal.ts'
import type { FileHandle } from 'node:fs/promises'
import type { Log } from '../ports.ts'

/** An open file. All positions are absolute, in bytes. */
export interface DiskFile {
  /** Fills `target` from `position`; returns how many bytes there were, fewer only at the end of the file. */
  read (target: Uint8Array, position: number): Promise<number>
  /** Writes all parts one behind the other. When it rejects, any part of them may have been written. */
  write (parts: readonly Uint8Array[], position: number): Promise<void>
  /** Resolves when what was written would survive a power cut. */
  sync (): Promise<void>
  truncate (length: number): Promise<void>
  size (): Promise<number>
  close (): Promise<void>
}

/** How a file is opened: to `read`; to `update` what is there; to `create` what must not be there yet. */
export type OpenMode = 'read' | 'update' | 'create'

/** The operations on a disk that the store needs. They reject with the system's own errors. */
export interface Disk {
  open (file: string, mode: OpenMode): Promise<DiskFile>
  /** Moves a file or folder over its new name in one step. */
  rename (from: string, to: string): Promise<void>
  /** A second name for a file; fails when the name is taken. */
  link (from: string, to: string): Promise<void>
  /** Copies a file; fails when the name is taken. */
  copy (from: string, to: string): Promise<void>
  /** Takes the right to write a file from everybody. */
  makeReadOnly (file: string): Promise<void>
  /** Bytes of a file; undefined when it is not there. */
  sizeOf (file: string): Promise<number | undefined>
  /** When a file or folder was last changed or {@link touch}ed, in milliseconds since 1970; undefined when it is not there. */
  changedAtMs (entry: string): Promise<number | undefined>
  /** Says that a file or folder was changed then, in milliseconds since 1970. */
  touch (entry: string, atMs: number): Promise<void>
  /** Removes a file or a folder with all it holds; nothing happens when it is not there. */
  remove (entry: string): Promise<void>
  /** Makes a folder, and those above it, for this user alone. */
  makeFolder (folder: string): Promise<void>
  /** Names in a folder; none when it is not there. */
  list (folder: string): Promise<string[]>
  /** Resolves when names made, moved or removed in this folder would survive a power cut. */
  syncFolder (folder: string): Promise<void>
}

const FLAGS: Readonly<Record<OpenMode, number>> = {
  read: constants.O_RDONLY,
  update: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL
}

/** The disk of this machine. */
export const nodeDisk: Disk = {
  async open (file, mode) {
    return new NodeFile(await open(file, FLAGS[mode], 0o600))
  },
  rename: async (from, to) => renameOver(from, to),
  link,
  async copy (from, to) {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  },
  async makeReadOnly (file) {
    await chmod(file, 0o444)
  },
  async sizeOf (file) {
    return (await stat(file).catch(missingIsUndefined))?.size
  },
  async changedAtMs (entry) {
    return (await stat(entry).catch(missingIsUndefined))?.mtimeMs
  },
  async touch (entry, atMs) {
    await utimes(entry, atMs / 1_000, atMs / 1_000)
  },
  async remove (entry) {
    await rm(entry, { recursive: true, force: true })
  },
  async makeFolder (folder) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  },
  async list (folder) {
    return await readdir(folder).catch(missingIsUndefined) ?? []
  },
  syncFolder: async (folder) => syncFolder(folder)
}

/** For `.catch`: turns "no such file" into undefined and passes on every other refusal. */
export function missingIsUndefined (err: unknown): undefined {
  if (errorCode(err) !== 'ENOENT') {
    throw err
  }
}

class NodeFile implements DiskFile {
  readonly #handle: FileHandle

  constructor (handle: FileHandle) {
    this.#handle = handle
  }

  async read (target: Uint8Array, position: number): Promise<number> {
    let filled = 0
    while (filled < target.byteLength) {
      const { bytesRead } = await this.#handle.read(target, filled, target.byteLength - filled, position + filled)
      if (bytesRead === 0) {
        break
      }
      filled += bytesRead
    }
    return filled
  }

  async write (parts: readonly Uint8Array[], position: number): Promise<void> {
    let rest = parts.filter((part) => part.byteLength > 0)
    while (rest.length > 0) {
      const { bytesWritten } = await this.#handle.writev(rest, position)
      position += bytesWritten
      rest = behind(rest, bytesWritten)
    }
  }

  async sync (): Promise<void> {
    await this.#handle.datasync()
  }

  async truncate (length: number): Promise<void> {
    await this.#handle.truncate(length)
  }

  async size (): Promise<number> {
    return (await this.#handle.stat()).size
  }

  async close (): Promise<void> {
    await this.#handle.close()
  }
}

/** What is left of the parts after their first `written` bytes. */
function behind (parts: readonly Uint8Array[], written: number): Uint8Array[] {
  let index = 0
  while (index < parts.length && written >= parts[index]!.byteLength) {
    written -= parts[index]!.byteLength
    index++
  }
  const rest = parts.slice(index)
  if (written > 0) {
    rest[0] = rest[0]!.subarray(written)
  }
  return rest
}

/** A name beside `file` for what is not finished yet. Whoever opens the folder next may remove it. */
export function temporaryName (file: string): string {
  return path.join(path.dirname(file), `${TEMPORARY_PREFIX}${randomBytes(6).toString('hex')}`)
}

/** What the names of unfinished files and folders begin with. */
export const TEMPORARY_PREFIX = '.tmp-'

/** Names that {@link temporaryName} gives, and those of the bundler's scratch folders, and no others: what somebody else put there is not ours to remove. */
const TEMPORARY_NAME = /^\.tmp-(?:[0-9a-f]{12}|scene-[0-9A-Za-z]{6})$/

/** Writes a file so that after a crash at any moment either the old or the new content is there, whole; on disk when it resolves. */
export async function writeWhole (disk: Disk, file: string, parts: readonly Uint8Array[]): Promise<void> {
  const temporary = temporaryName(file)
  try {
    const handle = await disk.open(temporary, 'create')
    try {
      await handle.write(parts, 0)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await disk.rename(temporary, file)
  } catch (err) {
    await disk.remove(temporary).catch(() => {})
    throw err
  }
  await disk.syncFolder(path.dirname(file))
}

/** Opens a file for reading; undefined when it is not there. */
export async function openIfThere (disk: Disk, file: string): Promise<DiskFile | undefined> {
  return disk.open(file, 'read').catch(missingIsUndefined)
}

/** Reads a file of at most `maxBytes`; undefined when it is not there. @throws RangeError when it is larger */
export async function readWhole (disk: Disk, file: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const handle = await openIfThere(disk, file)
  if (handle === undefined) {
    return undefined
  }
  try {
    const size = await handle.size()
    if (size > maxBytes) {
      throw new RangeError(`${file} has ${size} bytes, more than ${maxBytes}`)
    }
    const bytes = new Uint8Array(size)
    return bytes.subarray(0, await handle.read(bytes, 0))
  } finally {
    await handle.close()
  }
}

/** Removes what unfinished writes of an earlier life left in a folder. What can not be removed stays, and is named in the log. */
export async function removeTemporaries (disk: Disk, folder: string, log?: Log): Promise<void> {
  for (const name of await disk.list(folder)) {
    if (TEMPORARY_NAME.test(name)) {
      await removeLeftover(disk, path.join(folder, name), log)
    }
  }
}

/** Removes something that belongs to nothing any more. What can not be removed stays, and is named in the log. */
export async function removeLeftover (disk: Disk, entry: string, log?: Log): Promise<void> {
  try {
    await disk.remove(entry)
  } catch (err) {
    log?.warn('a leftover of an earlier life could not be removed', { reason: refusalOf(err, entry) })
  }
}
