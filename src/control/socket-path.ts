import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { HomeError } from '../errors.ts'
import { isOurs, isWritableByOthers, privateCure, userId } from '../platform/private-files.ts'
import { MAX_SOCKET_PATH_BYTES, pipeName } from '../platform/sockets.ts'
import { isWindows } from '../platform/system.ts'

/** The parts of the environment that decide where a socket lies; tests give their own. */
export interface SocketPlace {
  /** @default this system */
  readonly platform?: NodeJS.Platform
  /** Folder for sockets of homes whose own path is too long. */
  readonly shortFolder: string
}

/**
 * Where the control socket of a home lies: in the home itself, or, when that path is too long for a socket, under a hash of it in a
 * folder of this user's own. On Windows a named pipe, named by the same hash.
 */
export function controlSocketPath (home: string, place: SocketPlace = thisPlace()): string {
  const absolute = realPath(resolve(home))
  if (isWindows(place.platform)) {
    return pipeName(absolute, 'control')
  }
  const hash = createHash('sha256').update(absolute).digest('hex').slice(0, 24)
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
  if (isWindows()) {
    return
  }
  const folder = dirname(socketPath)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const stats = await lstat(folder)
  if (!stats.isDirectory() || !isOurs(stats) || isWritableByOthers(stats)) {
    throw new HomeError(`${folder} must be a folder of your own that nobody else can change; mend it with: ${privateCure(folder, '700')}`)
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
    : join(tmpdir(), `tilemesh-${userId() ?? 0}`)
  return { shortFolder: folder }
}
