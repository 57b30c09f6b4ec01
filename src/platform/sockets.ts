/**
 * Sockets by which programs of one machine meet: files where systems have them, named pipes on Windows.
 */
import { createHash } from 'node:crypto'
import { lstat, mkdir, readlink, rename, symlink } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { HomeError } from '../errors.ts'
import { isOpenToOthers, isOurs, userId } from './private-files.ts'

/** Bytes of a socket's path: macOS allows 104 with the final zero, Linux 108. */
export const MAX_SOCKET_PATH_BYTES = 103

/** The name of a named pipe that stands for `purpose` in the home at this real path; on Windows one path may be written in any case. */
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
    if (!(err instanceof Error && 'code' in err)) {
      throw err
    }
    return false
  }
}

function shortHash (text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
