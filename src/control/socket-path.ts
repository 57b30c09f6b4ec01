import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { lstat, mkdir } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { HomeError } from '../errors.ts'

/** Longest path a Unix socket can have, in bytes: macOS allows 104 with the closing zero, Linux 108. */
const MAX_SOCKET_PATH_BYTES = 103

/** The parts of the environment that decide where a socket lies; tests give their own. */
export interface SocketPlace {
  readonly platform: NodeJS.Platform
  /** Folder for sockets of homes whose own path is too long. */
  readonly shortFolder: string
}

/**
 * Where the control socket of a home lies: in the home itself, or, when that path is too long for a socket, under a hash of it in a
 * folder of this user's own. On Windows a named pipe, named by the same hash.
 */
export function controlSocketPath (home: string, place: SocketPlace = thisPlace()): string {
  const absolute = realPath(resolve(home))
  const hash = createHash('sha256').update(absolute).digest('hex').slice(0, 24)
  if (place.platform === 'win32') {
    return `\\\\.\\pipe\\tilemesh-${hash}`
  }
  const inHome = join(absolute, 'control.sock')
  return Buffer.byteLength(inHome) <= MAX_SOCKET_PATH_BYTES ? inHome : join(place.shortFolder, `${hash}.sock`)
}

/**
 * Makes the folder of a control socket if it is missing, for this user only. That others may look into a folder that is there already
 * does no harm: the socket itself opens to its owner alone.
 *
 * @throws HomeError when another user owns it or can put a socket of their own there
 */
export async function makeSocketFolder (socketPath: string): Promise<void> {
  if (process.platform === 'win32') {
    return
  }
  const folder = dirname(socketPath)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const stats = await lstat(folder)
  if (!stats.isDirectory() || stats.uid !== userInfo().uid || (stats.mode & 0o022) !== 0) {
    throw new HomeError(`${folder} must be a folder of your own that nobody else can change; mend it with: chmod 700 ${folder}`)
  }
}

/** One home, one socket, by whatever link it is reached; a home that is not there yet is where it is said to be. */
function realPath (path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function thisPlace (): SocketPlace {
  const runtime = process.env['XDG_RUNTIME_DIR']
  const folder = runtime !== undefined && runtime !== ''
    ? join(runtime, 'tilemesh')
    : join(tmpdir(), `tilemesh-${userInfo().uid}`)
  return { platform: process.platform, shortFolder: folder }
}
