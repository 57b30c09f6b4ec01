import { constants } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { SceneError } from '../../../errors.ts'
import { GLB_HEAD_BYTES, readGlbHead, readJson } from './container.ts'
import { readLists } from './gltf.ts'
import { readText } from './json.ts'
import { MAX_JSON_BYTES } from './limits.ts'
import { checkContent, checkName } from './shared-files.ts'
import { readUri } from './uris.ts'
import type { FileHandle } from 'node:fs/promises'
import type { FoundFile } from '../../../ports.ts'
import type { Gltf } from './gltf.ts'
import type { Reference } from './shared-files.ts'

/**
 * Finds all files a glTF scene needs, the scene itself first. Only its JSON is read.
 *
 * A scene may name files in folders beside its own (`../textures/wood.png`). Then the deepest folder that holds everything becomes the
 * root of the bundle and the scene lies below it, so that all its references resolve inside the bundle as they do on this disk.
 *
 * @param scenePath absolute
 * @throws SceneError naming all missing files, what is malformed or unsupported, or a file that is not to be sent to other peers
 */
export async function findSceneFiles (scenePath: string): Promise<readonly FoundFile[]> {
  const references = listReferences(await readSceneJson(scenePath))
  const folder = dirname(scenePath)
  references.forEach(checkName)
  const up = Math.max(0, ...references.map(({ segments }) => segments.filter((segment) => segment === '..').length))
  const above = folderNames(folder, up)
  const files = new Map<string, string>([[scenePath, [...above, basename(scenePath)].join('/')]])
  for (const { segments } of references) {
    const ups = segments.filter((segment) => segment === '..').length
    files.set(join(folder, ...segments), [...above.slice(0, above.length - ups), ...segments.slice(ups)].join('/'))
  }
  const missing = await listMissing(files.keys())
  if (missing.length > 0) {
    throw new SceneError(`the scene needs ${missing.length === 1 ? 'a file that is' : `${missing.length} files that are`} not there or not readable: ${missing.join(', ')}`, missing)
  }
  for (const reference of references) {
    await checkContent(reference, join(folder, ...reference.segments))
  }
  return [...files].map(([file, path]) => ({ file, path }))
}

/** All buffers and images that are files of their own, each once. @throws SceneError */
function listReferences (gltf: Pick<Gltf, 'buffers' | 'images'>): readonly Reference[] {
  const references = new Map<string, Reference>()
  for (const kind of ['buffer', 'image'] as const) {
    for (const [index, { uri }] of gltf[`${kind}s`].entries()) {
      const where = `${kind} ${index}`
      const text = readText(uri, `the URI of ${where}`)
      if (text === undefined || /^data:/i.test(text)) {
        continue
      }
      const resource = readUri(text, where)
      if (resource.kind === 'file') {
        references.set(`${kind} ${resource.segments.join('/')}`, { kind, where, segments: resource.segments })
      }
    }
  }
  return [...references.values()]
}

/** The names of the `count` innermost folders of a path, outermost first. @throws SceneError when there are fewer */
function folderNames (folder: string, count: number): readonly string[] {
  const names: string[] = []
  let rest = folder
  for (let i = 0; i < count; i++) {
    const parent = dirname(rest)
    if (parent === rest) {
      throw new SceneError('the scene names a file above the root of the disk')
    }
    names.unshift(basename(rest))
    rest = parent
  }
  return names
}

async function listMissing (files: Iterable<string>): Promise<readonly string[]> {
  const missing: string[] = []
  for (const file of files) {
    try {
      await access(file, constants.R_OK)
      if (!(await stat(file)).isFile()) {
        missing.push(file)
      }
    } catch {
      missing.push(file)
    }
  }
  return missing
}

async function readSceneJson (scenePath: string): Promise<Gltf> {
  let handle: FileHandle
  try {
    handle = await open(scenePath)
  } catch (error) {
    throw new SceneError(`the scene ${scenePath} is not there or not readable`, [scenePath], { cause: error })
  }
  try {
    const found = await handle.stat()
    if (!found.isFile()) {
      throw new SceneError(`the scene ${scenePath} is not a file`, [scenePath])
    }
    const head = readGlbHead(await readRange(handle, 0, Math.min(GLB_HEAD_BYTES, found.size)), found.size)
    const [offset, length] = head === undefined ? [0, found.size] : [head.jsonOffset, head.jsonBytes]
    if (length > MAX_JSON_BYTES) {
      throw new SceneError(`the scene is too large: its JSON has ${length} bytes, at most ${MAX_JSON_BYTES} are read`)
    }
    return readLists({ json: readJson(await readRange(handle, offset, length)), binary: undefined })
  } finally {
    await handle.close()
  }
}

async function readRange (handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done)
    if (bytesRead === 0) {
      throw new SceneError('the scene file became shorter while it was read')
    }
    done += bytesRead
  }
  return bytes
}
