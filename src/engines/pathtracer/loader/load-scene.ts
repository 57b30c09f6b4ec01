import { SceneError, TilemeshError } from '../../../errors.ts'
import { animationNames, isMoving, planAnimation, poseAt, readChannels, spanOf } from './animation.ts'
import { boxOf, checkExtent, chooseCamera, frameScene, readCamera } from './camera.ts'
import { MeshFlattener } from './flat-mesh.ts'
import { readGltf } from './gltf.ts'
import { malformed } from './json.ts'
import { DEFAULT_FPS } from '../limits.ts'
import { FRAMED_MOMENTS, MAX_FRAMED_BOXES, MAX_INSTANCES } from './limits.ts'
import { readMaterial } from './materials.ts'
import { readPrimitives } from './primitives.ts'
import { Resources } from './resources.ts'
import { walkScene } from './scene-graph.ts'
import { TextureTable } from './textures.ts'
import { unpack } from './unpack.ts'
import type { FlatCamera, FlatInstance, FlatMaterial, FlatMesh, FlatScene } from '../flat-scene.ts'
import type { OpenScene } from '../scene-messages.ts'
import type { SceneFiles, SceneInfo } from '../../../ports.ts'
import type { AnimationPlan, Channel } from './animation.ts'
import type { Box } from './camera.ts'
import type { Gltf } from './gltf.ts'
import type { Matrix } from './matrix.ts'
import type { Primitives } from './primitives.ts'
import type { SceneGraph } from './scene-graph.ts'

/** Part of a frame by which a time may miss it and still count as it. */
const FRAME_SLACK = 0.01

/** What of a job decides how its scene is opened. */
export interface OpenOptions {
  /** Name of a camera in the scene; empty: the first, or one that frames everything. */
  readonly camera: string
  /** Size of the picture in pixels: a framing camera fits its aspect. */
  readonly width: number
  readonly height: number
  /** Frames in a second of animation. @default 24 */
  readonly fps?: number
  /** Name of the animation to show. @default the first */
  readonly animation?: string
}

/** Everything of a scene but its camera and its decoded textures. */
interface ReadScene {
  readonly gltf: Gltf
  /** The scene at rest. */
  readonly graph: SceneGraph
  /** The animation that is shown, and how its nodes move; no channels when there is none. */
  readonly animation: AnimationPlan | undefined
  readonly channels: readonly Channel[]
  readonly primitives: Primitives
  readonly meshes: readonly FlatMesh[]
  readonly boxes: readonly Box[]
  /** The flat meshes of each mesh. */
  readonly ofMesh: ReadonlyMap<number, readonly number[]>
  readonly materials: readonly FlatMaterial[]
  readonly textures: TextureTable
  readonly resources: Resources
}

/**
 * Opens a glTF scene: reads everything that is the same in all frames. Runs in any thread, gives the same numbers on every machine, and
 * trusts nothing in the files.
 *
 * @throws SceneError when the scene is malformed, incomplete, too large, or requires what can not be rendered
 * @throws UsageError when it has no camera or animation of the given name
 */
export async function openScene (files: SceneFiles, options: OpenOptions): Promise<OpenScene> {
  return sayWhatIsWrong(async () => {
    const scene = await readScene(files, options.animation ?? '')
    const framed = chooseCamera(scene.graph.cameras, options.camera) === undefined ? frameAll(scene, options) : undefined
    const textures = await scene.textures.decode(scene.resources)
    const { meshes, materials } = scene
    return {
      animated: isMoving(scene.channels),
      frame: (frame) => {
        const graph = graphAt(scene, frame / (options.fps ?? DEFAULT_FPS))
        const camera = framed ?? readCamera(scene.gltf, chooseCamera(graph.cameras, options.camera)!)
        return { meshes, instances: place(graph, scene), materials, textures, camera }
      }
    }
  })
}

/** One frame of a scene, for those who want no other. @throws as {@link openScene} */
export async function loadScene (files: SceneFiles, options: OpenOptions & { readonly frame: number }): Promise<FlatScene> {
  const scene = await openScene(files, options)
  return scene.frame(options.frame)
}

/**
 * Reads what a job is made from, and checks everything that {@link openScene} would refuse except the pixels inside images.
 *
 * @throws SceneError, or UsageError when the scene has no animation of the given name
 */
export async function inspectScene (files: SceneFiles, options: Pick<OpenOptions, 'fps' | 'animation'> = {}): Promise<SceneInfo> {
  return sayWhatIsWrong(async () => {
    const scene = await readScene(files, options.animation ?? '')
    scene.textures.checkSizes(scene.resources)
    for (const camera of scene.graph.cameras) {
      readCamera(scene.gltf, camera)
    }
    return {
      cameras: scene.graph.cameras.map(({ name }) => name),
      width: undefined,
      height: undefined,
      frames: framesOf(scene.channels, options.fps ?? DEFAULT_FPS),
      warnings: warningsOf(scene, options.animation ?? '')
    }
  })
}

async function readScene (files: SceneFiles, wanted: string): Promise<ReadScene> {
  const gltf = readGltf(await files.read(files.entry))
  const graph = walkScene(gltf)
  const primitives = readPrimitives(gltf, gltf.animations.length > 0 ? graph.named : new Set(graph.meshes.map(({ mesh }) => mesh)))
  const animation = planAnimation(gltf, primitives.check, wanted)
  const keys = new Set(animation?.channels.flatMap(({ input, output }) => [input, output]))
  const textures = new TextureTable(gltf)
  const { materials, numbers } = readMaterials(gltf, primitives, textures)
  const resources = new Resources(files, gltf)
  await resources.fetch(new Set([...primitives.check.buffers, ...bufferOfImages(gltf, textures)]), textures.images)
  primitives.check.checkData(resources)
  const unpacked = await unpack(gltf, primitives, keys, resources)
  const flattener = new MeshFlattener()
  const meshes: FlatMesh[] = []
  const boxes: Box[] = []
  const ofMesh = new Map<number, number[]>()
  for (const one of unpacked.primitives) {
    const { mesh, material } = one.primitive
    const flat = flattener.flatten(one, numbers.get(material)!)
    if (flat === undefined) {
      continue
    }
    ofMesh.set(mesh, [...ofMesh.get(mesh) ?? [], meshes.length])
    boxes.push(boxOf(flat.positions, `primitive ${one.primitive.primitive} of mesh ${mesh}`))
    meshes.push(flat)
  }
  const channels = animation === undefined ? [] : readChannels(animation, unpacked.keys)
  const scene = { gltf, graph, animation, channels, primitives, meshes, boxes, ofMesh, materials, textures, resources }
  if (meshes.length === 0 || (!isMoving(channels) && place(graphAt(scene, 0), scene).length === 0)) {
    throw new SceneError(`the scene has no triangles${primitives.skipped > 0 ? ', only points or lines' : ''}: there is nothing to render`)
  }
  return scene
}

/** The nodes where they are at a time in seconds. */
function graphAt ({ gltf, graph, channels }: Pick<ReadScene, 'gltf' | 'graph' | 'channels'>, time: number): SceneGraph {
  return channels.length === 0 ? graph : walkScene(gltf, poseAt(channels, time))
}

/** The frames in which anything moves. Times are stored as float32, so an end that is meant to fall on a frame may miss it by a hair. */
function framesOf (channels: readonly Channel[], fps: number): SceneInfo['frames'] {
  const span = isMoving(channels) ? spanOf(channels) : undefined
  return span === undefined ? undefined : { first: Math.floor(span.first * fps + FRAME_SLACK), last: Math.ceil(span.last * fps - FRAME_SLACK) }
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

function place (graph: SceneGraph, { ofMesh, boxes }: Pick<ReadScene, 'ofMesh' | 'boxes'>): readonly FlatInstance[] {
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

/** A camera that stands still and shows everything, also where the animation takes it: looked at in some moments of it. */
function frameAll (scene: ReadScene, { width, height }: OpenOptions): FlatCamera {
  const boxes: { readonly box: Box, readonly world: Matrix }[] = []
  const { first, last } = spanOf(scene.channels) ?? { first: 0, last: 0 }
  for (let moment = 0; moment < FRAMED_MOMENTS && boxes.length <= MAX_FRAMED_BOXES; moment++) {
    for (const { mesh, world } of place(graphAt(scene, first + (last - first) * moment / (FRAMED_MOMENTS - 1)), scene)) {
      boxes.push({ box: scene.boxes[mesh]!, world: world as Matrix })
    }
    if (!isMoving(scene.channels)) {
      break
    }
  }
  if (boxes.length === 0) {
    throw new SceneError('the scene has no camera, and nothing in it is ever larger than a point')
  }
  return frameScene(boxes, width / height)
}

function warningsOf ({ gltf, graph, primitives, textures, animation }: ReadScene, wanted: string): readonly string[] {
  const warnings = [...gltf.warnings, ...textures.warnings]
  if (primitives.skipped > 0) {
    warnings.push(`${primitives.skipped} primitives are points or lines, which are not rendered`)
  }
  if (wanted === '' && animation !== undefined && gltf.animations.length > 1) {
    warnings.push(`the scene has ${gltf.animations.length} animations, and the first is rendered; another with --set animation=NAME: ${listOf(animationNames(gltf))}`)
  }
  if (graph.skinned) {
    warnings.push('skinned meshes are rendered unposed')
  }
  if (primitives.list.some(({ mesh }) => gltf.meshes[mesh]!.weights !== undefined)) {
    warnings.push('morph targets are not rendered')
  }
  return warnings
}

/** As many names as a line holds. */
function listOf (names: readonly string[]): string {
  const most = 20
  return `${names.slice(0, most).map((name) => name.slice(0, 80)).join(', ')}${names.length > most ? ', …' : ''}`
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
