import { SceneError } from '../../../errors.ts'
import { malformed, needIndex, readExtension, readIndex, readObject, readObjects } from './json.ts'
import { AccessorCheck } from './accessors.ts'
import { MAX_TRIANGLES } from './limits.ts'
import type { Gltf } from './gltf.ts'
import type { JsonObject } from './json.ts'

/** The vertex attributes that are rendered. */
export const SEMANTICS = ['POSITION', 'NORMAL', 'TANGENT', 'TEXCOORD_0', 'TEXCOORD_1', 'COLOR_0'] as const
export type Semantic = typeof SEMANTICS[number]

/** How the vertices of a primitive make triangles. */
export type Topology = 'triangles' | 'strip' | 'fan'

const TOPOLOGY: ReadonlyMap<unknown, Topology> = new Map<unknown, Topology>([[undefined, 'triangles'], [4, 'triangles'], [5, 'strip'], [6, 'fan']])

const DRACO = 'KHR_draco_mesh_compression'

/** Types an attribute may have. Integers are dequantized as KHR_mesh_quantization has it. */
const ATTRIBUTE_TYPES: Readonly<Record<Semantic, readonly string[]>> = {
  POSITION: ['VEC3'],
  NORMAL: ['VEC3'],
  TANGENT: ['VEC4'],
  TEXCOORD_0: ['VEC2'],
  TEXCOORD_1: ['VEC2'],
  COLOR_0: ['VEC3', 'VEC4']
}

/** A primitive whose accessors have been checked. */
export interface Primitive {
  readonly mesh: number
  /** Its place among the primitives of its mesh. */
  readonly primitive: number
  readonly topology: Topology
  /** Index into materials; undefined: the default material. */
  readonly material: number | undefined
  /** Accessors by what they mean. */
  readonly attributes: ReadonlyMap<Semantic, number>
  readonly indices: number | undefined
  readonly vertices: number
  /** How many vertices its triangles name, in order: indices, or all vertices. */
  readonly corners: number
  /** The Draco extension, reduced to the attributes that are rendered. */
  readonly draco: { readonly bufferView: number, readonly attributes: Readonly<Record<string, number>> } | undefined
}

/** The primitives of a scene that have triangles. */
export interface Primitives {
  readonly list: readonly Primitive[]
  readonly check: AccessorCheck
  /** How many primitives were left out because they are points or lines. */
  readonly skipped: number
}

/** Reads and checks the primitives of these meshes. @throws SceneError, also when they have more than {@link MAX_TRIANGLES} triangles */
export function readPrimitives (gltf: Gltf, meshes: Iterable<number>): Primitives {
  const check = new AccessorCheck(gltf)
  const list: Primitive[] = []
  let skipped = 0
  let triangles = 0
  for (const mesh of meshes) {
    for (const [primitive, definition] of readObjects(gltf.meshes[mesh]!.primitives, `primitives of mesh ${mesh}`).entries()) {
      const topology = TOPOLOGY.get(definition.mode)
      if (topology !== undefined) {
        const read = readPrimitive(gltf, check, definition, mesh, primitive, topology)
        if (read !== undefined) {
          list.push(read)
          triangles += triangleCount(read)
        }
        if (triangles > MAX_TRIANGLES) {
          throw new SceneError(`the scene is too large: more than ${MAX_TRIANGLES} triangles`)
        }
      } else if ([0, 1, 2, 3].includes(definition.mode as number)) {
        skipped++
      } else {
        throw malformed(`primitive ${primitive} of mesh ${mesh} is of no known kind`)
      }
    }
  }
  return { list, check, skipped }
}

/** How many triangles the corners of a primitive make. */
export function triangleCount ({ topology, corners }: Pick<Primitive, 'topology' | 'corners'>): number {
  return topology === 'triangles' ? Math.floor(corners / 3) : Math.max(0, corners - 2)
}

/** Undefined when it has no vertices. */
function readPrimitive (gltf: Gltf, check: AccessorCheck, definition: JsonObject, mesh: number, primitive: number, topology: Topology): Primitive | undefined {
  const where = `primitive ${primitive} of mesh ${mesh}`
  const named = readObject(definition.attributes, `attributes of ${where}`)
  const attributes = new Map<Semantic, number>()
  let vertices = 0
  for (const semantic of SEMANTICS) {
    const index = readIndex(named[semantic], gltf.accessors.length, `${semantic} of ${where}`)
    if (index === undefined) {
      continue
    }
    const shape = check.accessor(index)
    if (!ATTRIBUTE_TYPES[semantic].includes(shape.type)) {
      throw malformed(`${semantic} of ${where} is a ${shape.type}`)
    }
    if (semantic !== 'POSITION' && attributes.size > 0 && shape.count !== vertices) {
      throw malformed(`${semantic} of ${where} has ${shape.count} entries for ${vertices} vertices`)
    }
    vertices = shape.count
    attributes.set(semantic, index)
  }
  if (!attributes.has('POSITION') || vertices === 0) {
    return undefined
  }
  const indices = readIndex(definition.indices, gltf.accessors.length, `indices of ${where}`)
  let corners = vertices
  if (indices !== undefined) {
    const shape = check.accessor(indices)
    if (shape.type !== 'SCALAR' || ![5121, 5123, 5125].includes(shape.componentType)) {
      throw malformed(`the indices of ${where} are no whole numbers`)
    }
    corners = shape.count
  }
  return {
    mesh,
    primitive,
    topology,
    material: readIndex(definition.material, gltf.materials.length, `material of ${where}`),
    attributes,
    indices,
    vertices,
    corners,
    draco: readDraco(gltf, check, definition, attributes, where)
  }
}

function readDraco (gltf: Gltf, check: AccessorCheck, definition: JsonObject, attributes: ReadonlyMap<Semantic, number>, where: string): Primitive['draco'] {
  const draco = readExtension(definition, DRACO, where)
  if (draco === undefined) {
    return undefined
  }
  const bufferView = needIndex(draco.bufferView, gltf.bufferViews.length, `compressed data of ${where}`)
  check.view(bufferView)
  const ids = readObject(draco.attributes, `compressed attributes of ${where}`)
  const compressed = [...attributes.keys()].filter((semantic) => ids[semantic] !== undefined)
  return {
    bufferView,
    attributes: Object.fromEntries(compressed.map((semantic) => [semantic, needIndex(ids[semantic], 2 ** 31, `compressed ${semantic} of ${where}`)]))
  }
}
