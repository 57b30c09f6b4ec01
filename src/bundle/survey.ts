import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { CHUNK_BYTES } from '../core/limits.ts'
import { SceneError, StoreError } from '../errors.ts'
import { packBundle } from './pack.ts'
import type { Hash } from '../core/ids.ts'
import type { Engine, FoundFile, SceneFiles, SurveyedScene } from '../ports.ts'

/**
 * Makes the bundle of a scene without storing anything: its files are hashed and read where they lie. Only those that do not lie as the bundle
 * wants them are copied, into a folder inside `scratch` that {@link SurveyedScene.release} removes.
 *
 * @param scratch absolute path of a folder in which names with `.tmp-` are swept away at the next start, whatever happens
 * @throws SceneError as {@link packBundle} does, StoreError when a file can not be read
 */
export async function surveyScene (engine: Pick<Engine, 'findFiles'>, scenePath: string, scratch: string): Promise<SurveyedScene> {
  let found: readonly FoundFile[] = []
  const finder: Pick<Engine, 'findFiles'> = {
    findFiles: async (scene) => {
      found = await engine.findFiles(scene)
      return found
    }
  }
  const packed = await packBundle(finder, scenePath, { expect: async () => {}, put: async () => {}, putFile: hashFile })
  const files = new Map(found.map(({ file, path }) => [path, file]))
  files.set(packed.ref.entry, scenePath)
  const root = commonRoot(files)
  if (root !== undefined) {
    return { ...packed, files: filesAt(root, packed.ref.entry, files), release: async () => {} }
  }
  const folder = await copyFiles(files, scratch)
  const copies = new Map(Array.from(files.keys(), (name) => [name, path.join(folder, name)]))
  return { ...packed, files: filesAt(folder, packed.ref.entry, copies), release: async () => { await removeFolder(folder) } }
}

/** Makes a folder for what is not to stay. @throws StoreError */
export async function makeScratchFolder (scratch: string): Promise<string> {
  return mkdtemp(path.join(scratch, '.tmp-scene-')).catch((cause: unknown) => {
    throw new StoreError(`no folder could be made in ${scratch}: ${textOf(cause)}`, { cause })
  })
}

/** Removes what {@link makeScratchFolder} made, with all it holds. */
export async function removeFolder (folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}

/** The files of a scene, each where `files` says: absolute paths by their paths in the bundle. */
export function filesAt (folder: string, entry: string, files: ReadonlyMap<string, string>): SceneFiles {
  return {
    folder,
    entry,
    read: async (name) => {
      const file = files.get(name)
      if (file === undefined) {
        throw new SceneError(`The scene has no file "${name}"; submit it again with that file beside it`, [name])
      }
      return readFile(file).catch((cause: unknown) => {
        throw new SceneError(`the scene's file "${name}" can not be read`, [name], { cause })
      })
    }
  }
}

/** The folder below which every file lies under its path in the bundle; undefined when there is none. */
function commonRoot (files: ReadonlyMap<string, string>): string | undefined {
  let root: string | undefined
  for (const [name, file] of files) {
    const tail = path.sep + name.split('/').join(path.sep)
    const folder = file.endsWith(tail) ? file.slice(0, -tail.length) || path.sep : undefined
    if (folder === undefined || (root !== undefined && folder !== root)) {
      return undefined
    }
    root = folder
  }
  return root
}

async function copyFiles (files: ReadonlyMap<string, string>, scratch: string): Promise<string> {
  const folder = await makeScratchFolder(scratch)
  try {
    for (const [name, file] of files) {
      const target = path.join(folder, name)
      await mkdir(path.dirname(target), { recursive: true })
      await copyFile(file, target)
    }
    return folder
  } catch (cause) {
    await removeFolder(folder)
    throw new StoreError(`the files of the scene could not be copied: ${textOf(cause)}`, { cause })
  }
}

/** Size and hashes of a file, as a store that takes it in would find them. */
async function hashFile (file: string): Promise<{ readonly size: number, readonly hash: Hash, readonly chunks: readonly Hash[] }> {
  try {
    const handle = await open(file)
    try {
      const whole = createHash('sha256')
      const chunks: Hash[] = []
      let size = 0
      for (;;) {
        const chunk = await readChunk(handle, size)
        if (chunk.byteLength === 0) {
          return { size, hash: whole.digest('hex'), chunks }
        }
        whole.update(chunk)
        chunks.push(createHash('sha256').update(chunk).digest('hex'))
        size += chunk.byteLength
      }
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw new StoreError(`${file} could not be read: ${textOf(cause)}`, { cause })
  }
}

async function readChunk (handle: Awaited<ReturnType<typeof open>>, position: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(CHUNK_BYTES)
  let filled = 0
  while (filled < CHUNK_BYTES) {
    const { bytesRead } = await handle.read(buffer, filled, CHUNK_BYTES - filled, position + filled)
    if (bytesRead === 0) {
      break
    }
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

function textOf (cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
