import { open, realpath, rm, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { HomeError } from '../errors.ts'
import { nodeDisk, temporaryName } from './disk.ts'
import { checkFolder, checkPrivateFiles } from './home.ts'
import { readIdentity } from './identity.ts'
import { keptJobs } from './kept/kept-folders.ts'
import { lockHolder } from './lock.ts'
import { readMeshFile } from './mesh-file.ts'
import { errorCode, refusalOf } from './refusal.ts'
import { readSettingsFile } from './settings-file.ts'
import type { PeerId } from '../core/ids.ts'
import type { Holder } from './lock.ts'

/** Something that was looked at, or the one line that says why it can not be used. */
export type Looked<Value> = { readonly state: 'fine', readonly value: Value } | { readonly state: 'broken', readonly reason: string }

/** How many jobs something is kept of, and the bytes it takes. */
export interface KeptTotals {
  readonly jobs: number
  readonly bytes: number
}

/** A home as it is found, without opening it: nothing is made or changed, and a peer that runs there is not disturbed. */
export interface HomeExamination {
  /** `missing`: the folder is not there yet. */
  readonly folder: Looked<'there' | 'missing'>
  /** The peer's id by its key; undefined when there is no key yet. */
  readonly identity: Looked<PeerId | undefined>
  /** The mesh it is in, and where other members were met; undefined when it is in none. */
  readonly mesh: Looked<{ readonly name: string, readonly addresses: readonly string[] } | undefined>
  /** How many settings are set. */
  readonly settings: Looked<number>
  /** What lies there for others: results of jobs whose requesters are to collect them, and own finished units that no steward has taken yet. */
  readonly kept: Looked<{ readonly custody: KeptTotals, readonly spool: KeptTotals }>
  /** Who has opened it; undefined when nobody has. */
  readonly holder: Looked<Holder | undefined>
}

/** Looks at a home. Never rejects for what is in it. */
export async function examineHome (dir: string): Promise<HomeExamination> {
  const files = { disk: nodeDisk, path: (...parts: readonly string[]) => path.join(dir, ...parts) }
  return {
    folder: await look(dir, async () => {
      const there = await stat(dir).catch((err: unknown) => {
        if (errorCode(err) === 'ENOENT') {
          return undefined
        }
        throw err
      })
      if (there === undefined) {
        return 'missing'
      }
      const real = await realpath(dir)
      await checkFolder(real)
      await checkPrivateFiles(real)
      return 'there'
    }),
    identity: await look(files.path('identity.key'), async () => {
      const key = await readIdentity(files)
      return key === undefined ? undefined : peerIdFromPrivateKey(key).toString()
    }),
    mesh: await look(files.path('mesh.json'), async () => {
      const mesh = await readMeshFile(files)
      return mesh === undefined ? undefined : { name: mesh.name, addresses: mesh.addresses }
    }),
    settings: await look(dir, async () => (await readSettingsFile(dir)).size),
    kept: await look(dir, async () => ({ custody: await keptIn(files.path('custody')), spool: await keptIn(files.path('spool')) })),
    holder: await look(dir, async () => {
      const real = await realpath(dir).catch(() => dir)
      return lockHolder(real, path.join(real, 'run'))
    })
  }
}

async function keptIn (folder: string): Promise<KeptTotals> {
  const jobs = await keptJobs(nodeDisk, folder)
  return { jobs: jobs.length, bytes: jobs.reduce((sum, { bytes }) => sum + bytes, 0) }
}

async function look<Value> (file: string, read: () => Promise<Value>): Promise<Looked<Value>> {
  try {
    return { state: 'fine', value: await read() }
  } catch (err) {
    return { state: 'broken', reason: err instanceof HomeError ? err.message : refusalOf(err, file) }
  }
}

/** A disk under a folder. */
export interface DiskExamination {
  /** Bytes this user may still write. */
  readonly freeBytes: number
  /** How long {@link TRIAL_BYTES} took to be written and to be safe on the disk. */
  readonly syncMs: number
}

/** Bytes written to try a disk: as much as a few units of a journal. */
const TRIAL_BYTES = 1024 * 1024

/**
 * Tries the disk under a folder by writing a file there and having it synced; the file is removed. A folder that is not there yet is tried
 * at the nearest one above it that is.
 *
 * @throws HomeError with what refused
 */
export async function examineDisk (dir: string): Promise<DiskExamination> {
  const folder = await nearestFolder(dir)
  const file = temporaryName(path.join(folder, 'doctor'))
  try {
    const { bavail, bsize } = await statfs(folder)
    const startMs = performance.now()
    const handle = await open(file, 'wx', 0o600)
    try {
      await handle.writeFile(Buffer.alloc(TRIAL_BYTES, 'tilemesh'))
      await handle.sync()
    } finally {
      await handle.close()
      await rm(file, { force: true })
    }
    return { freeBytes: bavail * bsize, syncMs: performance.now() - startMs }
  } catch (err) {
    throw new HomeError(refusalOf(err, folder), { cause: err })
  }
}

async function nearestFolder (dir: string): Promise<string> {
  const there = await stat(dir).catch(() => undefined)
  return there?.isDirectory() === true || path.dirname(dir) === dir ? dir : nearestFolder(path.dirname(dir))
}
