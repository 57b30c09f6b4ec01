import { SceneError } from '../../../errors.ts'
import { REST } from './animation.ts'
import { malformed, needIndex, readExtension, readIndex, readList, readText } from './json.ts'
import { MAX_INSTANCES } from './limits.ts'
import { determinant, IDENTITY, localMatrix, multiply } from './matrix.ts'
import type { Pose } from './animation.ts'
import type { Gltf } from './gltf.ts'
import type { Matrix } from './matrix.ts'

/** What the nodes of the shown scene place in the world, in the order of the tree, parents first. */
export interface SceneGraph {
  readonly meshes: readonly PlacedMesh[]
  /** Meshes at any node, also where a scale of zero hides them now. */
  readonly named: ReadonlySet<number>
  readonly cameras: readonly PlacedCamera[]
  /** Whether any placed mesh has a skin. */
  readonly skinned: boolean
}

/** A mesh at a node. */
export interface PlacedMesh {
  readonly mesh: number
  readonly world: Matrix
}

/** A camera at a node. */
export interface PlacedCamera {
  readonly camera: number
  /** The node's name, else the camera's, else a number. */
  readonly name: string
  /** All names it answers to. */
  readonly names: readonly string[]
  readonly world: Matrix
}

/**
 * Walks the shown scene. A file without scenes shows the trees of all nodes that are nobody's child.
 *
 * @param pose what an animation makes of the nodes
 * @throws SceneError when a node is its own ancestor or has two parents, when a transform is malformed, or there are too many nodes
 */
export function walkScene (gltf: Gltf, pose: Pose = REST): SceneGraph {
  const meshes: PlacedMesh[] = []
  const named = new Set<number>()
  const cameras: PlacedCamera[] = []
  let skinned = false
  const seen = new Uint8Array(gltf.nodes.length)
  const open = rootsOf(gltf).map((node) => ({ node, parent: IDENTITY })).reverse()
  while (open.length > 0) {
    const { node: index, parent } = open.pop()!
    const where = `node ${index}`
    if (seen[index] === 1) {
      throw malformed(`${where} is its own ancestor, or has two parents`)
    }
    seen[index] = 1
    const node = gltf.nodes[index]!
    if (readExtension(node, 'KHR_node_visibility', where)?.visible === false) {
      continue
    }
    const posed = pose.get(index)
    const world = multiply(parent, localMatrix(posed === undefined ? node : { ...node, ...posed }, where))
    const mesh = readIndex(node.mesh, gltf.meshes.length, `mesh of ${where}`)
    if (mesh !== undefined) {
      named.add(mesh)
    }
    if (mesh !== undefined && isPlaceable(world)) {
      meshes.push({ mesh, world })
      skinned ||= node.skin !== undefined
    }
    const camera = readIndex(node.camera, gltf.cameras.length, `camera of ${where}`)
    if (camera !== undefined) {
      cameras.push({ camera, world, ...cameraNames(gltf, index, camera, cameras.length) })
    }
    if (meshes.length > MAX_INSTANCES) {
      throw new SceneError(`the scene is too large: more than ${MAX_INSTANCES} meshes are placed in it`)
    }
    const children = readList(node.children, `children of ${where}`)
    for (let i = children.length - 1; i >= 0; i--) {
      open.push({ node: needIndex(children[i], gltf.nodes.length, `a child of ${where}`), parent: world })
    }
  }
  return { meshes, named, cameras, skinned }
}

function rootsOf (gltf: Gltf): number[] {
  if (gltf.scene !== undefined) {
    return readList(gltf.scenes[gltf.scene]!.nodes, 'nodes of the scene').map((root) => needIndex(root, gltf.nodes.length, 'a node of the scene'))
  }
  const children = new Set(gltf.nodes.flatMap((node, index) => readList(node.children, `children of node ${index}`)))
  return [...gltf.nodes.keys()].filter((index) => !children.has(index))
}

/** Whether a mesh under this matrix has any extent: a scale of zero hides it, as exporters do. @throws SceneError when it is not finite */
function isPlaceable (world: Matrix): boolean {
  if (!world.every(Number.isFinite)) {
    throw malformed('the transforms of its nodes grow beyond all numbers')
  }
  return Math.abs(determinant(world)) > 1e-30
}

function cameraNames (gltf: Gltf, node: number, camera: number, count: number): { readonly name: string, readonly names: readonly string[] } {
  const names = [
    readText(gltf.nodes[node]!.name, `name of node ${node}`),
    readText(gltf.cameras[camera]!.name, `name of camera ${camera}`)
  ].filter((name) => name !== undefined && name !== '') as string[]
  const name = names[0] ?? `camera ${count + 1}`
  return { name, names: [name, ...names] }
}
