/**
 * Who may read and write a file, where systems differ.
 */
import { isWindows } from './system.ts'
import type { Stats } from 'node:fs'

/** The user this process runs as; undefined where users have no numbers. */
export function userId (): number | undefined {
  return process.getuid?.()
}

/** Whether a file or folder belongs to this user, as far as the system says. */
export function isOurs (stats: Pick<Stats, 'uid'>): boolean {
  const user = userId()
  return user === undefined || stats.uid === user
}

/** Whether others may read or write it. Windows keeps a user's data folder private by inherited access lists instead. */
export function isOpenToOthers (stats: Pick<Stats, 'mode'>, platform = process.platform): boolean {
  return !isWindows(platform) && (stats.mode & 0o077) !== 0
}

/** Whether others may write into it. */
export function isWritableByOthers (stats: Pick<Stats, 'mode'>, platform = process.platform): boolean {
  return !isWindows(platform) && (stats.mode & 0o022) !== 0
}

/** Whether a file may not be replaced although its folder may be written: in a folder such as /tmp, which belongs to all, each has only files of one's own. */
export function isKeptByOwner (folder: Pick<Stats, 'mode' | 'uid'>, file: Pick<Stats, 'uid'>): boolean {
  const user = process.geteuid?.()
  const isSticky = (folder.mode & 0o1000) !== 0
  return isSticky && user !== undefined && user !== 0 && folder.uid !== user && file.uid !== user
}

/** What a person types to make a file theirs alone. */
export function privateCure (file: string, mode: '600' | '700', platform = process.platform): string {
  return isWindows(platform) ? `icacls "${file}" /inheritance:r /grant:r "%USERNAME%":F` : `chmod ${mode} ${quoted(file)}`
}

/** Makes files within `make`, which must not wait for anything, for this user alone. Windows has no such rights and takes no notice. */
export function privately (make: () => void): void {
  const umask = process.umask(0o177)
  try {
    make()
  } finally {
    process.umask(umask)
  }
}

function quoted (file: string): string {
  return /^[\w./@%+=:,-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`
}
