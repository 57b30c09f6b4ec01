/** Everything about the home that differs between Linux, macOS and Windows. */
import { createHash } from 'node:crypto'
import { lstat, mkdir, readlink, rename, symlink } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { HomeError } from '../errors.ts'
import { MAX_SOCKET_PATH_BYTES } from './limits.ts'
import { errorCode } from './refusal.ts'
import type { Stats } from 'node:fs'

/** Whether the system is Windows: no permission bits, named pipes instead of Unix sockets, folders that can not be synced. */
export const isWindows = process.platform === 'win32'

/** The user this process runs as; undefined where users have no numbers. */
export function userId (): number | undefined {
  return process.getuid?.()
}

/** Whether a file or folder belongs to this user, as far as the system says. */
export function isOurs (stats: Stats): boolean {
  const user = userId()
  return user === undefined || stats.uid === user
}

/** Whether others may read or write it. Windows keeps a user's data folder private by inherited access lists instead. */
export function isOpenToOthers (stats: Stats): boolean {
  return !isWindows && (stats.mode & 0o077) !== 0
}

/** Whether others may write into it. */
export function isWritableByOthers (stats: Stats): boolean {
  return !isWindows && (stats.mode & 0o022) !== 0
}

/** What a person types to make a file theirs alone. */
export function privateCure (file: string, mode: '600' | '700'): string {
  return isWindows ? `icacls "${file}" /inheritance:r /grant:r "%USERNAME%":F` : `chmod ${mode} ${quoted(file)}`
}

/** The name of a named pipe that stands for `purpose` in the home at this real path. */
export function pipeName (home: string, purpose: string): string {
  return `\\\\.\\pipe\\tilemesh-${shortHash(home.toLowerCase())}-${purpose}`
}

/**
 * The folder under whose name sockets in `folder` are bound and dialled: `folder` itself if a path in it is short enough for a socket,
 * else a short link to it. The sockets always lie in `folder`, so two processes with different temporary folders still meet.
 *
 * @param longestName - bytes of the longest socket name that will be used
 */
export async function socketFolder (folder: string, longestName: number): Promise<string> {
  const fits = (candidate: string): boolean => Buffer.byteLength(candidate) + 1 + longestName <= MAX_SOCKET_PATH_BYTES
  if (fits(folder)) {
    return folder
  }
  const name = `tilemesh-${userId() ?? 0}`
  for (const base of [process.env.XDG_RUNTIME_DIR, os.tmpdir(), '/tmp']) {
    const link = base === undefined || !path.isAbsolute(base) ? undefined : path.join(base, name, shortHash(folder))
    if (link !== undefined && fits(link) && await linkFolder(link, folder)) {
      return link
    }
  }
  throw new HomeError(`The path of the home is too long for its sockets: ${folder}; choose a shorter one with --home`)
}

/** Makes `link` a symbolic link to `folder`, inside a folder that only this user can change. False when this place can not be used. */
async function linkFolder (link: string, folder: string): Promise<boolean> {
  const parent = path.dirname(link)
  try {
    await mkdir(parent, { recursive: true, mode: 0o700 })
    const stats = await lstat(parent)
    if (!stats.isDirectory() || !isOurs(stats) || isOpenToOthers(stats)) {
      return false
    }
    if (await readlink(link).catch(() => undefined) === folder) {
      return true
    }
    const fresh = `${link}.${process.pid}`
    await symlink(folder, fresh)
    await rename(fresh, link)
    return true
  } catch (err) {
    if (errorCode(err) === undefined) {
      throw err
    }
    return false
  }
}

function shortHash (text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

function quoted (file: string): string {
  return /^[\w./@%+=:,-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`
}
