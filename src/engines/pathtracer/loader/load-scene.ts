import { SceneError, TilemeshError } from '../../../errors.ts'
import { boxOf, checkExtent, chooseCamera, frameScene, readCamera } from './camera.ts'
import { MeshFlattener } from './flat-mesh.ts'
import { readGltf } from './gltf.ts'
import { malformed } from './json.ts'
import { MAX_INSTANCES } from './limits.ts'
import { readMaterial } from './materials.ts'
import { readPrimitives } from './primitives.ts'
import { Resources } from './resources.ts'
import { walkScene } from './scene-graph.ts'
import { TextureTable } from './textures.ts'
import { unpackPrimitives } from './unpack.ts'
import type { FlatCamera, FlatInstance, FlatMaterial, FlatMesh, FlatScene } from '../flat-scene.ts'
import type { SceneFiles, SceneInfo } from '../../../ports.ts'
import type { Box } from './camera.ts'
import type { Gltf } from './gltf.ts'
import type { Primitives } from './primitives.ts'
import type { SceneGraph } from './scene-graph.ts'

/** What of a job decides how its scene is loaded. */
export interface LoadOptions {
  /** Name of a camera in the scene; empty: the first, or one that frames everything. */
  readonly camera: string
  /** The frame by number. Animations are not rendered yet: every frame shows the nodes at rest. */
  readonly frame: number
  /** Size of the picture in pixels: a framing camera fits its aspect. */
  readonly width: number
  readonly height: number
}

/** Everything of a scene but its camera and its decoded textures. */
interface ReadScene {
  readonly gltf: Gltf
  readonly graph: SceneGraph
  readonly primitives: Primitives
  readonly meshes: readonly FlatMesh[]
  readonly boxes: readonly Box[]
  readonly instances: readonly FlatInstance[]
  readonly materials: readonly FlatMaterial[]
  readonly textures: TextureTable
  readonly resources: Resources
}

/**
 * Loads a glTF scene for the renderer. Runs in any thread, gives the same numbers on every machine, and trusts nothing in the files.
 *
 * @throws SceneError when the scene is malformed, incomplete, too large, or requires what can not be rendered
 * @throws UsageError when it has no camera of the given name
 */
export async function loadScene (files: SceneFiles, options: LoadOptions): Promise<FlatScene> {
  return sayWhatIsWrong(async () => {
    const scene = await readScene(files)
    const camera = cameraOf(scene, options)
    const textures = await scene.textures.decode(scene.resources)
    const { meshes, instances, materials } = scene
    return { meshes, instances, materials, textures, camera, animated: false }
  })
}

/**
 * Reads what a job is made from, and checks everything that {@link loadScene} would refuse except the pixels inside images.
 *
 * @throws SceneError
 */
export async function inspectScene (files: SceneFiles): Promise<SceneInfo> {
  return sayWhatIsWrong(async () => {
    const scene = await readScene(files)
    scene.textures.checkSizes(scene.resources)
    for (const camera of scene.graph.cameras) {
      readCamera(scene.gltf, camera)
    }
    return {
      cameras: scene.graph.cameras.map(({ name }) => name),
      width: undefined,
      height: undefined,
      frames: undefined,
      warnings: warningsOf(scene)
    }
  })
}

async function readScene (files: SceneFiles): Promise<ReadScene> {
  const gltf = readGltf(await files.read(files.entry))
  const graph = walkScene(gltf)
  const primitives = readPrimitives(gltf, new Set(graph.meshes.map(({ mesh }) => mesh)))
  const textures = new TextureTable(gltf)
  const { materials, numbers } = readMaterials(gltf, primitives, textures)
  const resources = new Resources(files, gltf)
  await resources.fetch(new Set([...primitives.check.buffers, ...bufferOfImages(gltf, textures)]), textures.images)
  primitives.check.checkData(resources)
  const unpacked = await unpackPrimitives(gltf, primitives, resources)
  const flattener = new MeshFlattener()
  const meshes: FlatMesh[] = []
  const boxes: Box[] = []
  const ofMesh = new Map<number, number[]>()
  for (const one of unpacked) {
    const { mesh, material } = one.primitive
    const flat = flattener.flatten(one, numbers.get(material)!)
    if (flat === undefined) {
      continue
    }
    ofMesh.set(mesh, [...ofMesh.get(mesh) ?? [], meshes.length])
    boxes.push(boxOf(flat.positions, `primitive ${one.primitive.primitive} of mesh ${mesh}`))
    meshes.push(flat)
  }
  const instances = place(graph, ofMesh, boxes)
  if (instances.length === 0) {
    throw new SceneError(`the scene has no triangles${primitives.skipped > 0 ? ', only points or lines' : ''}: there is nothing to render`)
  }
  return { gltf, graph, primitives, meshes, boxes, instances, materials, textures, resources }
}

/** The materials in use, and where those of the file are among them. */
function readMaterials (gltf: Gltf, { list }: Primitives, textures: TextureTable): { readonly materials: FlatMaterial[], readonly numbers: ReadonlyMap<number | undefined, number> } {
  const numbers = new Map<number | undefined, number>()
  const materials: FlatMaterial[] = []
  for (const { material } of list) {
    if (!numbers.has(material)) {
      numbers.set(material, materials.push(readMaterial(gltf, material, textures)) - 1)
    }
  }
  return { materials, numbers }
}

function bufferOfImages (gltf: Gltf, textures: TextureTable): readonly number[] {
  const buffers: number[] = []
  for (const index of textures.images) {
    const { bufferView } = gltf.images[index]!
    const buffer = typeof bufferView === 'number' ? gltf.bufferViews[bufferView]?.buffer : undefined
    if (typeof buffer === 'number' && gltf.buffers[buffer] !== undefined) {
      buffers.push(buffer)
    }
  }
  return buffers
}

function place (graph: SceneGraph, ofMesh: ReadonlyMap<number, readonly number[]>, boxes: readonly Box[]): readonly FlatInstance[] {
  const instances: FlatInstance[] = []
  for (const { mesh, world } of graph.meshes) {
    for (const flat of ofMesh.get(mesh) ?? []) {
      checkExtent(boxes[flat]!, world)
      instances.push({ mesh: flat, world })
    }
    if (instances.length > MAX_INSTANCES) {
      throw new SceneError(`the scene is too large: more than ${MAX_INSTANCES} meshes are placed in it`)
    }
  }
  return instances
}

function cameraOf (scene: ReadScene, options: LoadOptions): FlatCamera {
  const placed = chooseCamera(scene.graph.cameras, options.camera)
  if (placed !== undefined) {
    return readCamera(scene.gltf, placed)
  }
  const boxes = scene.instances.map(({ mesh, world }) => ({ box: scene.boxes[mesh]!, world: world as number[] }))
  return frameScene(boxes, options.width / options.height)
}

function warningsOf ({ gltf, graph, primitives, textures }: ReadScene): readonly string[] {
  const warnings = [...gltf.warnings, ...textures.warnings]
  if (primitives.skipped > 0) {
    warnings.push(`${primitives.skipped} primitives are points or lines, which are not rendered`)
  }
  if (gltf.animations.length > 0) {
    warnings.push('animations are not rendered: every frame shows the scene at rest')
  }
  if (graph.skinned) {
    warnings.push('skinned meshes are rendered unposed')
  }
  if (primitives.list.some(({ mesh }) => gltf.meshes[mesh]!.weights !== undefined)) {
    warnings.push('morph targets are not rendered')
  }
  return warnings
}

/** Whatever a library throws at a hostile file is the file's fault: one line, with the cause kept. */
async function sayWhatIsWrong<T> (read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof TilemeshError) {
      throw error
    }
    throw malformed(`it can not be read: ${error instanceof Error ? error.message.split('\n')[0]! : 'unknown reason'}`, error)
  }
}
