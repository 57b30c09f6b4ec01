import { MAX_PATH_BYTES, MAX_PATH_DEPTH } from './limits.ts'

/**
 * Which paths a bundle may hold. A bundle is laid out on Linux, macOS and Windows alike, so a path must be harmless and mean the same file
 * on all three: the rules below are the union of what the three forbid, and are applied everywhere, whatever this machine is.
 */

/** Names that Windows gives to devices in every folder, with any extension and in any case; the superscripts count as digits there. */
const DEVICE_NAME = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])$/i

/** Characters with a meaning of their own in Windows paths, file names or wildcards. The backslash separates, the colon names drives and streams. */
const RESERVED = /[<>:"|?*\\]/

/**
 * Control and format characters (macOS ignores some of the latter when it compares names), halves of surrogate pairs, separators of lines,
 * and every space that is not the plain one.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u

/**
 * Says what is wrong with a path in a bundle, in the words that follow "the path …", or undefined when nothing is.
 * A path that passes is relative, has POSIX separators and names a file below the folder it is joined to on every system.
 */
export function pathFault (path: string): string | undefined {
  if (path === '') {
    return 'is empty'
  }
  if (path.length > MAX_PATH_BYTES || new TextEncoder().encode(path).byteLength > MAX_PATH_BYTES) {
    return `is longer than ${MAX_PATH_BYTES} bytes`
  }
  if (path.startsWith('/')) {
    return 'is not relative'
  }
  if (INVISIBLE.test(path)) {
    return 'has control or invisible characters'
  }
  const reserved = RESERVED.exec(path)
  if (reserved !== null) {
    return `has the character ${reserved[0]} which some systems do not allow`
  }
  const names = path.split('/')
  if (names.length > MAX_PATH_DEPTH) {
    return `is deeper than ${MAX_PATH_DEPTH} folders`
  }
  for (const name of names) {
    const fault = nameFault(name)
    if (fault !== undefined) {
      return fault
    }
  }
  return undefined
}

function nameFault (name: string): string | undefined {
  if (name === '') {
    return 'has an empty folder name'
  }
  if (name === '.' || name === '..') {
    return `has the folder ${name} in it`
  }
  if (name.endsWith('.') || name.endsWith(' ')) {
    return 'has a name that ends in a dot or a space, which Windows drops'
  }
  const stem = name.split('.')[0]!.trimEnd()
  if (DEVICE_NAME.test(stem)) {
    return `has the name ${stem}, which is a device on Windows`
  }
  return undefined
}

/**
 * The same text for two paths that name one file on a disk that ignores case or normalizes Unicode, as those of macOS and Windows do.
 * Coarser than either of them: better a bundle refused than a file that overwrites another.
 */
export function foldPath (path: string): string {
  return path.normalize('NFC').toLowerCase().toUpperCase().normalize('NFC')
}

/**
 * Looks for two paths that can not both be files of one folder: equal after {@link foldPath}, or one a folder of the other.
 * Folders that differ only in case are let through: they fall together without a file getting lost.
 */
export function findCollision (paths: Iterable<string>): readonly [string, string] | undefined {
  const files = new Map<string, string>()
  for (const path of paths) {
    const folded = foldPath(path)
    const other = files.get(folded)
    if (other !== undefined) {
      return [other, path]
    }
    files.set(folded, path)
  }
  for (const [folded, path] of files) {
    for (let end = folded.indexOf('/'); end !== -1; end = folded.indexOf('/', end + 1)) {
      const other = files.get(folded.slice(0, end))
      if (other !== undefined) {
        return [other, path]
      }
    }
  }
  return undefined
}
