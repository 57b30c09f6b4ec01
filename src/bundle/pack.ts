import { createHash } from 'node:crypto'
import { access, constants, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { SceneError, StoreError, WireError } from '../errors.ts'
import { MAX_BUNDLE_BYTES, MAX_BUNDLE_FILES } from './limits.ts'
import { comparePaths, encodeManifest } from './manifest.ts'
import { findCollision, pathFault } from './paths.ts'
import type { BundleRef } from '../core/job.ts'
import type { BundleFile, Manifest } from '../core/messages.ts'
import type { Engine, FoundFile, PackingRoom } from '../ports.ts'

/** A scene as blobs: what a JobSpec says of it, the manifest, and the bytes of all its files together. */
export interface PackedBundle {
  readonly ref: BundleRef
  readonly manifest: Manifest
  readonly bytes: number
}

/**
 * Makes a scene content-addressed: finds every file it needs, stores each as a blob, and stores the manifest that lists them as another.
 * Nothing is stored before all files are known to be there and to fit.
 *
 * @param scenePath absolute
 * @throws SceneError listing all missing files, or naming a path that can not be laid out on every system
 * @throws StoreError when the disk refuses, or the scene can not be kept here
 */
export async function packBundle (engine: Pick<Engine, 'findFiles'>, scenePath: string, room: PackingRoom): Promise<PackedBundle> {
  const found = withScene(await engine.findFiles(scenePath), scenePath)
  const entry = found.find(({ file }) => file === scenePath)!.path
  checkPaths(found)
  await room.expect(await checkSizes(found))
  const files: BundleFile[] = []
  for (const { file, path } of found) {
    files.push({ path, ...await room.putFile(file) })
  }
  const manifest: Manifest = { entry, files }
  const encoded = encode(manifest)
  const hash = createHash('sha256').update(encoded).digest('hex')
  await room.put(hash, encoded)
  return {
    ref: { manifest: hash, manifestBytes: encoded.byteLength, entry },
    manifest,
    bytes: files.reduce((sum, { size }) => sum + size, 0)
  }
}

/** All files once each, sorted by path; the scene itself joins them under its own name when its engine does not list it. */
function withScene (found: readonly FoundFile[], scenePath: string): readonly FoundFile[] {
  const all = new Map(found.map((one) => [`${one.file}\0${one.path}`, one]))
  const list = [...all.values()]
  if (!list.some(({ file }) => file === scenePath)) {
    list.push({ file: scenePath, path: basename(scenePath) })
  }
  return list.sort((a, b) => comparePaths(a.path, b.path))
}

function checkPaths (found: readonly FoundFile[]): void {
  if (found.length > MAX_BUNDLE_FILES) {
    throw new SceneError(`the scene needs ${found.length} files, and a bundle has at most ${MAX_BUNDLE_FILES}`)
  }
  for (const { path, file } of found) {
    const fault = pathFault(path)
    if (fault !== undefined) {
      throw new SceneError(`${file} can not be sent to other peers: its path ${fault}; rename it`)
    }
  }
  const collision = findCollision(found.map(({ path }) => path))
  if (collision !== undefined) {
    throw new SceneError(`${collision[0]} and ${collision[1]} are in each other's way on some systems; rename one of them`)
  }
}

/** Bytes of all files together. @throws SceneError when some are missing, or they are too many */
async function checkSizes (found: readonly FoundFile[]): Promise<number> {
  const missing: string[] = []
  let total = 0
  for (const { file } of found) {
    const size = await fileSize(file)
    if (size === undefined) {
      missing.push(file)
    } else {
      total += size
    }
  }
  if (missing.length > 0) {
    throw new SceneError(`the scene needs ${missing.length === 1 ? 'a file that is' : `${missing.length} files that are`} not there or not readable: ${missing.join(', ')}`, missing)
  }
  if (total > MAX_BUNDLE_BYTES) {
    throw new SceneError(`the scene's files have ${total} bytes, and a bundle has at most ${MAX_BUNDLE_BYTES}`)
  }
  return total
}

/** Bytes of a file, or undefined when there is none that can be read, or it is a folder or device. */
async function fileSize (file: string): Promise<number | undefined> {
  try {
    await access(file, constants.R_OK)
    const found = await stat(file)
    return found.isFile() ? found.size : undefined
  } catch {
    return undefined
  }
}

/** What the rules of the manifest refuse here is the scene's fault, not a stranger's: files may have changed while they were stored. */
function encode (manifest: Manifest): Uint8Array {
  try {
    return encodeManifest(manifest)
  } catch (error) {
    if (error instanceof WireError && error.limit !== undefined) {
      throw new SceneError(error.message, [], { cause: error })
    }
    throw new StoreError('the store gave sizes and hashes that do not fit together; please report this', { cause: error })
  }
}
