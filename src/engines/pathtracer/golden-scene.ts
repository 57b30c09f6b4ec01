/**
 * The scene of the golden tile: a metal octahedron over a chequered floor beside a lamp, under the sky. All its numbers are exact in
 * float32, none comes from a function that two machines could compute differently, so the file has the same bytes everywhere.
 */

/** A picture of 2 × 2 pixels, two light and two dark, as PNG. */
const CHEQUERS = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAE0lEQVR4XmO4c2KBhk0UAxADWQAqPgYFq1qR6AAAAABJRU5ErkJggg=='

interface Shape {
  readonly name: string
  readonly positions: readonly number[]
  readonly normals: readonly number[]
  readonly uvs: readonly number[]
  readonly indices: readonly number[]
}

const FLOOR: Shape = {
  name: 'floor',
  positions: [-4, -1, 4, 4, -1, 4, 4, -1, -4, -4, -1, -4],
  normals: [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0],
  uvs: [0, 4, 4, 4, 4, 0, 0, 0],
  indices: [0, 1, 2, 0, 2, 3]
}

/** Its normals are those of a ball, so that it shines like one. */
const STONE: Shape = {
  name: 'stone',
  positions: [1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1],
  normals: [1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1],
  uvs: [0, 0, 1, 0, 0, 1, 1, 1, 0.5, 0.5, 0.25, 0.25],
  indices: [4, 0, 2, 0, 5, 2, 5, 1, 2, 1, 4, 2, 0, 4, 3, 5, 0, 3, 1, 5, 3, 4, 1, 3]
}

const LAMP: Shape = {
  name: 'lamp',
  positions: [1.5, 0, 0.5, 1.5, 1, 0.5, 1.5, 1, 1.5, 1.5, 0, 1.5],
  normals: [-1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0],
  uvs: [0, 0, 1, 0, 1, 1, 0, 1],
  indices: [0, 2, 1, 0, 3, 2]
}

const FLOAT = 5126
const UNSIGNED_SHORT = 5123

/** The scene as one glTF file, with its buffer and texture inside. */
export function goldenScene (): string {
  const shapes = [FLOOR, STONE, LAMP]
  const parts: Buffer[] = []
  const bufferViews: object[] = []
  const accessors: object[] = []
  const add = (values: readonly number[], type: 'VEC2' | 'VEC3' | 'SCALAR'): number => {
    const bytes = type === 'SCALAR' ? shortBytes(values) : floatBytes(values)
    const byteOffset = parts.reduce((sum, { byteLength }) => sum + byteLength, 0)
    parts.push(bytes)
    bufferViews.push({ buffer: 0, byteOffset, byteLength: bytes.byteLength })
    const width = { SCALAR: 1, VEC2: 2, VEC3: 3 }[type]
    const bounds = type === 'VEC3' ? boundsOf(values) : {}
    return accessors.push({ bufferView: bufferViews.length - 1, componentType: type === 'SCALAR' ? UNSIGNED_SHORT : FLOAT, count: values.length / width, type, ...bounds }) - 1
  }
  const meshes = shapes.map(({ name, positions, normals, uvs, indices }, material) => ({
    name,
    primitives: [{ attributes: { POSITION: add(positions, 'VEC3'), NORMAL: add(normals, 'VEC3'), TEXCOORD_0: add(uvs, 'VEC2') }, indices: add(indices, 'SCALAR'), material }]
  }))
  const bytes = Buffer.concat(parts)
  return JSON.stringify({
    asset: { version: '2.0', generator: 'tilemesh' },
    scene: 0,
    scenes: [{ nodes: [0, 1, 2, 3] }],
    nodes: [...shapes.map(({ name }, mesh) => ({ name, mesh })), { name: 'camera', camera: 0, translation: [0, 0.25, 4] }],
    cameras: [{ type: 'perspective', perspective: { yfov: 0.75, znear: 0.125 } }],
    materials: [
      { name: 'floor', pbrMetallicRoughness: { baseColorTexture: { index: 0 }, metallicFactor: 0, roughnessFactor: 0.5 } },
      { name: 'stone', pbrMetallicRoughness: { baseColorFactor: [0.875, 0.5, 0.25, 1], metallicFactor: 1, roughnessFactor: 0.25 } },
      { name: 'lamp', doubleSided: true, emissiveFactor: [1, 0.75, 0.5], pbrMetallicRoughness: { baseColorFactor: [0, 0, 0, 1] } }
    ],
    textures: [{ source: 0 }],
    images: [{ uri: `data:image/png;base64,${CHEQUERS}` }],
    meshes,
    accessors,
    bufferViews,
    buffers: [{ byteLength: bytes.byteLength, uri: `data:application/octet-stream;base64,${bytes.toString('base64')}` }]
  })
}

function floatBytes (values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => bytes.writeFloatLE(value, index * 4))
  return bytes
}

/** All shapes have an even number of indices, so every part begins on four bytes as glTF asks. */
function shortBytes (values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  values.forEach((value, index) => bytes.writeUInt16LE(value, index * 2))
  return bytes
}

function boundsOf (positions: readonly number[]): { readonly min: readonly number[], readonly max: readonly number[] } {
  const axis = (which: number): number[] => positions.filter((_, index) => index % 3 === which)
  return { min: [0, 1, 2].map((which) => Math.min(...axis(which))), max: [0, 1, 2].map((which) => Math.max(...axis(which))) }
}
