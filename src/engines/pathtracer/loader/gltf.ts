import { SceneError } from '../../../errors.ts'
import { readContainer } from './container.ts'
import { checkExtensions } from './extensions.ts'
import { readIndex, readObject, readObjects, readText, readTexts } from './json.ts'
import type { Container } from './container.ts'
import type { JsonObject } from './json.ts'

/** The lists of a glTF file. Each entry is an object; what is in it has still to be checked. */
export interface Gltf {
  readonly buffers: readonly JsonObject[]
  readonly bufferViews: readonly JsonObject[]
  readonly accessors: readonly JsonObject[]
  readonly images: readonly JsonObject[]
  readonly samplers: readonly JsonObject[]
  readonly textures: readonly JsonObject[]
  readonly materials: readonly JsonObject[]
  readonly meshes: readonly JsonObject[]
  readonly nodes: readonly JsonObject[]
  readonly scenes: readonly JsonObject[]
  readonly cameras: readonly JsonObject[]
  readonly animations: readonly JsonObject[]
  /** Index into scenes of the one to show; undefined when there is none. */
  readonly scene: number | undefined
  /** The binary chunk of a GLB: the data of the first buffer when that has no URI. */
  readonly binary: Uint8Array | undefined
  /** One line each: what is not rendered as the file asks. */
  readonly warnings: readonly string[]
}

/**
 * Reads a scene file and checks what concerns the whole of it: container, version, extensions, the lists.
 *
 * @throws SceneError
 */
export function readGltf (bytes: Uint8Array): Gltf {
  return readLists(readContainer(bytes))
}

/** As {@link readGltf}, for a container that has been taken apart. @throws SceneError */
export function readLists ({ json, binary }: Container): Gltf {
  checkVersion(readObject(json.asset, 'asset'))
  const warnings = checkExtensions(readTexts(json.extensionsUsed, 'extensionsUsed'), readTexts(json.extensionsRequired, 'extensionsRequired'))
  const list = (key: string): readonly JsonObject[] => readObjects(json[key], key)
  const scenes = list('scenes')
  return {
    buffers: list('buffers'),
    bufferViews: list('bufferViews'),
    accessors: list('accessors'),
    images: list('images'),
    samplers: list('samplers'),
    textures: list('textures'),
    materials: list('materials'),
    meshes: list('meshes'),
    nodes: list('nodes'),
    scenes,
    cameras: list('cameras'),
    animations: list('animations'),
    scene: readIndex(json.scene, scenes.length, 'scene') ?? (scenes.length > 0 ? 0 : undefined),
    binary,
    warnings
  }
}

function checkVersion (asset: JsonObject): void {
  const version = readText(asset.version, 'asset.version') ?? 'of an unknown version'
  const least = readText(asset.minVersion, 'asset.minVersion') ?? '2.0'
  if (!/^2\.\d+$/.test(version) || least !== '2.0') {
    throw new SceneError(`the scene is glTF ${(least === '2.0' ? version : least).slice(0, 24)}; only glTF 2.0 can be read`)
  }
}
