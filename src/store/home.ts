import { lstat, mkdir, realpath } from 'node:fs/promises'
import path from 'node:path'
import envPaths from 'env-paths'
import { HomeError } from '../errors.ts'
import { missingIsUndefined, nodeDisk, removeTemporaries } from './disk.ts'
import { lockHome } from './lock.ts'
import { isOpenToOthers, isOurs, isWritableByOthers, privateCure } from '../platform/private-files.ts'
import { refusalOf } from './refusal.ts'
import { readSealed, writeSealed } from './sealed.ts'
import type { Disk } from './disk.ts'
import type { HomeLock } from './lock.ts'

/** Files of a home that hold secrets: nobody else may read them. */
export const PRIVATE_FILES = ['identity.key', 'mesh.json'] as const

/** How a home is opened. */
export interface HomeOptions {
  /** Where TILEMESH_HOME is looked up. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** @default this machine's disk */
  readonly disk?: Disk
}

/** Where the files of a home lie. */
export interface HomeFiles {
  readonly disk: Disk
  /** A path inside the home. */
  path (...parts: readonly string[]): string
}

/** The folder of one peer: identity, mesh file, journals, blobs. Locked while it is open. */
export interface Home extends HomeFiles {
  /** Absolute, without symbolic links. */
  readonly dir: string
  /** The TCP port this home's peer listened on last, so that addresses others remember stay right; undefined when none is known. */
  listenPort (): Promise<number | undefined>
  /** Remembers the port. @throws HomeError when the disk refuses */
  rememberListenPort (port: number): Promise<void>
  /** Frees the home for another process. Idempotent. */
  close (): Promise<void>
}

/** Which folder is the home: the one given, else TILEMESH_HOME, else the platform's data folder. Absolute. */
export function homeDir (dir: string | undefined, env: Readonly<Record<string, string | undefined>> = process.env): string {
  const given = dir ?? env['TILEMESH_HOME']
  return given === undefined || given === '' ? envPaths('tilemesh', { suffix: '' }).data : path.resolve(given)
}

/**
 * Opens a home, making it when it is missing, and locks it.
 *
 * @throws HomeError when it is in use, another user's, not writable, or when others may read its keys
 */
export async function openHome (dir: string | undefined, options: HomeOptions = {}): Promise<Home> {
  const wanted = homeDir(dir, options.env)
  const disk = options.disk ?? nodeDisk
  let real = wanted
  let lock: HomeLock | undefined
  try {
    await mkdir(wanted, { recursive: true, mode: 0o700 })
    real = await realpath(wanted)
    await checkFolder(real)
    await checkPrivateFiles(real)
    const run = path.join(real, 'run')
    await mkdir(run, { recursive: true, mode: 0o700 })
    lock = await lockHome(real, run)
    await removeTemporaries(disk, real)
    return new LockedHome(real, disk, lock)
  } catch (err) {
    await lock?.release()
    throw err instanceof HomeError ? err : new HomeError(homeRefusal(err, real), { cause: err })
  }
}

class LockedHome implements Home {
  readonly dir: string
  readonly disk: Disk
  readonly #lock: HomeLock

  constructor (dir: string, disk: Disk, lock: HomeLock) {
    this.dir = dir
    this.disk = disk
    this.#lock = lock
  }

  path (...parts: readonly string[]): string {
    return path.join(this.dir, ...parts)
  }

  async listenPort (): Promise<number | undefined> {
    const sealed = await readSealed(this.disk, this.#portFile).catch(() => undefined)
    const port = sealed?.state === 'intact' ? sealed.value.port : undefined
    return isPort(port) ? port : undefined
  }

  async rememberListenPort (port: number): Promise<void> {
    if (!isPort(port)) {
      throw new RangeError(`${port} is not a port`)
    }
    try {
      await writeSealed(this.disk, this.#portFile, { version: 1, port })
    } catch (err) {
      throw new HomeError(refusalOf(err, this.#portFile), { cause: err })
    }
  }

  async close (): Promise<void> {
    await this.#lock.release()
  }

  get #portFile (): string {
    return this.path('port.json')
  }
}

function isPort (value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 65_536
}

/** @throws HomeError when a home's folder is none, another user's, or open to changes by others */
export async function checkFolder (dir: string): Promise<void> {
  const stats = await lstat(dir)
  if (!stats.isDirectory()) {
    throw new HomeError(`The home ${dir} is not a folder; choose another --home`)
  }
  if (!isOurs(stats)) {
    throw new HomeError(`The home ${dir} belongs to another user; choose a folder of your own with --home`)
  }
  if (isWritableByOthers(stats)) {
    throw new HomeError(`Others may change the home ${dir}; make it yours alone: ${privateCure(dir, '700')}`)
  }
}

/** Refuses secrets that others may read: they may have been read already. @throws HomeError */
export async function checkPrivateFiles (dir: string): Promise<void> {
  for (const name of PRIVATE_FILES) {
    const file = path.join(dir, name)
    const stats = await lstat(file).catch(missingIsUndefined)
    if (stats === undefined) {
      continue
    }
    if (!isOurs(stats)) {
      throw new HomeError(`The file ${file} belongs to another user; remove it, or choose another --home`)
    }
    if (isOpenToOthers(stats)) {
      throw new HomeError(`Others may read the secret in ${file}; make it yours alone: ${privateCure(file, '600')}`)
    }
  }
}

function homeRefusal (err: unknown, dir: string): string {
  return `The home can not be used. ${refusalOf(err, dir)}`
}
