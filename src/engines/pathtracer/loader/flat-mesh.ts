import { malformed } from './json.ts'
import { triangleCount } from './primitives.ts'
import type { FlatMesh } from '../flat-scene.ts'
import type { Primitive, Semantic } from './primitives.ts'
import type { UnpackedAttribute, UnpackedPrimitive } from './unpack.ts'

/** Builds flat meshes, one after the other; keeps the table it renumbers vertices with. */
export class MeshFlattener {
  /** New number of each vertex of the primitive at hand, plus one; all zero in between. */
  private renumbered = new Uint32Array(0)

  /**
   * Turns an unpacked primitive into triangles of floats. Vertices that no triangle uses are left out, so that primitives that share one
   * large buffer do not each copy it whole. Triangles that name a vertex twice are left out too.
   *
   * @returns undefined when no triangle is left
   * @throws SceneError when an index or a number is out of range
   */
  flatten (unpacked: UnpackedPrimitive, material: number): FlatMesh | undefined {
    const { primitive, attributes } = unpacked
    const where = `primitive ${primitive.primitive} of mesh ${primitive.mesh}`
    const indices = trianglesOf(primitive, unpacked.indices, where)
    if (indices.length === 0) {
      return undefined
    }
    const vertices = this.renumber(indices, primitive.vertices)
    const read = (semantic: Semantic): Float32Array | undefined => {
      const attribute = attributes.get(semantic)
      return attribute === undefined ? undefined : dequantize(attribute, vertices)
    }
    const positions = read('POSITION')!
    if (!positions.every(Number.isFinite)) {
      throw malformed(`a position of ${where} is not a number`)
    }
    const normals = read('NORMAL')
    const tangents = read('TANGENT')
    const colors = read('COLOR_0')
    return {
      positions,
      normals: normals === undefined ? undefined : repairNormals(normals, positions, indices),
      tangents: tangents === undefined ? undefined : checkTangents(tangents),
      uvs0: zeroNotFinite(read('TEXCOORD_0')),
      uvs1: zeroNotFinite(read('TEXCOORD_1')),
      colors: colors === undefined ? undefined : zeroNotFinite(withAlpha(colors, attributes.get('COLOR_0')!.components)),
      indices,
      material
    }
  }

  /** Renumbers the vertices in `indices` from 0 without gaps, keeping their order, and returns their old numbers. */
  private renumber (indices: Uint32Array, count: number): Uint32Array {
    if (this.renumbered.length < count) {
      this.renumbered = new Uint32Array(count)
    }
    const table = this.renumbered
    let used = 0
    for (const index of indices) {
      used += table[index] === 0 ? 1 : 0
      table[index] = 1
    }
    const vertices = new Uint32Array(used)
    if (used === count) {
      vertices.forEach((_, vertex) => { vertices[vertex] = vertex })
    } else {
      let next = 0
      for (const index of indices) {
        if (table[index] === 1) {
          table[index] = 2
          vertices[next++] = index
        }
      }
      vertices.sort()
      vertices.forEach((vertex, number) => { table[vertex] = number })
      indices.forEach((index, at) => { indices[at] = table[index]! })
    }
    for (const vertex of vertices) {
      table[vertex] = 0
    }
    return vertices
  }
}

/** Three vertices of each triangle, in counter-clockwise order as the glTF specification numbers strips and fans. */
function trianglesOf (primitive: Primitive, given: ArrayLike<number> | undefined, where: string): Uint32Array {
  const count = primitive.corners
  const corner = (at: number): number => given === undefined ? at : given[at]!
  for (let at = 0; at < count; at++) {
    if (corner(at) >= primitive.vertices) {
      throw malformed(`${where} names vertex ${corner(at)}, and there are ${primitive.vertices}`)
    }
  }
  const triangles = triangleCount(primitive)
  const indices = new Uint32Array(triangles * 3)
  let length = 0
  for (let i = 0; i < triangles; i++) {
    const [a, b, c] = cornersOf(primitive, i)
    const [first, second, third] = [corner(a), corner(b), corner(c)]
    if (first !== second && second !== third && third !== first) {
      indices[length++] = first
      indices[length++] = second
      indices[length++] = third
    }
  }
  return length === indices.length ? indices : indices.slice(0, length)
}

function cornersOf ({ topology }: Primitive, triangle: number): readonly [number, number, number] {
  switch (topology) {
    case 'triangles': return [3 * triangle, 3 * triangle + 1, 3 * triangle + 2]
    case 'strip': return [triangle, triangle + 1 + triangle % 2, triangle + 2 - triangle % 2]
    case 'fan': return [triangle + 1, triangle + 2, 0]
  }
}

/** The numbers of some vertices as floats. Integers become c ÷ divisor, at least −1, as glTF has it. */
function dequantize ({ array, components, divisor }: UnpackedAttribute, vertices: Uint32Array): Float32Array {
  const floats = new Float32Array(vertices.length * components)
  let at = 0
  for (const vertex of vertices) {
    for (let component = 0; component < components; component++) {
      const value = array[vertex * components + component]!
      floats[at++] = divisor === 1 ? value : Math.max(value / divisor, -1)
    }
  }
  return floats
}

/** Makes normals unit length. Those that have no direction get that of the triangles around them. */
function repairNormals (normals: Float32Array, positions: Float32Array, indices: Uint32Array): Float32Array {
  const broken = new Set<number>()
  for (let vertex = 0; vertex < normals.length / 3; vertex++) {
    if (!normalize(normals, vertex * 3)) {
      broken.add(vertex)
      normals.fill(0, vertex * 3, vertex * 3 + 3)
    }
  }
  if (broken.size === 0) {
    return normals
  }
  for (let at = 0; at < indices.length; at += 3) {
    const corners = [indices[at]!, indices[at + 1]!, indices[at + 2]!]
    if (corners.some((corner) => broken.has(corner))) {
      const face = faceNormal(positions, corners[0]! * 3, corners[1]! * 3, corners[2]! * 3)
      for (const corner of corners.filter((one) => broken.has(one))) {
        face.forEach((value, axis) => { normals[corner * 3 + axis]! += value })
      }
    }
  }
  for (const vertex of broken) {
    if (!normalize(normals, vertex * 3)) {
      normals.set([0, 1, 0], vertex * 3)
    }
  }
  return normals
}

/** Normal of a triangle, as long as twice its area. */
function faceNormal (p: Float32Array, a: number, b: number, c: number): readonly [number, number, number] {
  const [ux, uy, uz] = [p[b]! - p[a]!, p[b + 1]! - p[a + 1]!, p[b + 2]! - p[a + 2]!]
  const [vx, vy, vz] = [p[c]! - p[a]!, p[c + 1]! - p[a + 1]!, p[c + 2]! - p[a + 2]!]
  return [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx]
}

/** Makes the vector at an offset unit length; false when it has no direction. */
function normalize (vectors: Float32Array, at: number): boolean {
  const [x, y, z] = [vectors[at]!, vectors[at + 1]!, vectors[at + 2]!]
  const length = Math.sqrt(x * x + y * y + z * z)
  if (!(length > 1e-20) || !Number.isFinite(length)) {
    return false
  }
  vectors[at] = x / length
  vectors[at + 1] = y / length
  vectors[at + 2] = z / length
  return true
}

/** Unit tangents with handedness 1 or −1; undefined when one has no direction: then the renderer makes its own. */
function checkTangents (tangents: Float32Array): Float32Array | undefined {
  for (let at = 0; at < tangents.length; at += 4) {
    if (!normalize(tangents, at)) {
      return undefined
    }
    tangents[at + 3] = tangents[at + 3]! < 0 ? -1 : 1
  }
  return tangents
}

function withAlpha (colors: Float32Array, components: number): Float32Array {
  if (components === 4) {
    return colors
  }
  const rgba = new Float32Array(colors.length / 3 * 4).fill(1)
  for (let vertex = 0; vertex < colors.length / 3; vertex++) {
    rgba.set(colors.subarray(vertex * 3, vertex * 3 + 3), vertex * 4)
  }
  return rgba
}

/** Exporters leave NaN in the uv of faces that were never unwrapped: nothing to refuse a scene for. */
function zeroNotFinite (values: Float32Array | undefined): Float32Array | undefined {
  values?.forEach((value, at) => {
    if (!Number.isFinite(value)) {
      values[at] = 0
    }
  })
  return values
}
