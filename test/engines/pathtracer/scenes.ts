import type { FlatCamera, FlatInstance, FlatMaterial, FlatMesh, FlatScene, FlatTexture, Matrix4 } from '../../../src/engines/pathtracer/flat-scene.ts'

/**
 * Scenes made by hand. Only + − × ÷ and square roots make their numbers, so that they are the same on every machine.
 */

type Point = readonly [number, number, number]

/** The matrix that changes nothing. */
export const IDENTITY: Matrix4 = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

/** A matrix that scales evenly and moves. */
export function placed (x: number, y: number, z: number, scale = 1): Matrix4 {
  return [scale, 0, 0, 0, 0, scale, 0, 0, 0, 0, scale, 0, x, y, z, 1]
}

/** A matt white material, to be overridden where a test cares. */
export function material (overrides: Partial<FlatMaterial> = {}): FlatMaterial {
  return {
    baseColor: [0.8, 0.8, 0.8, 1],
    metallic: 0,
    roughness: 1,
    emissive: [0, 0, 0],
    normalScale: 1,
    alphaMode: 'opaque',
    alphaCutoff: 0.5,
    doubleSided: false,
    ...overrides
  }
}

/** A flat quadrilateral, corners counter-clockwise as seen from its front; v = 0 along its last side. */
export function quad (materialIndex: number, ...corners: readonly [Point, Point, Point, Point]): FlatMesh {
  return {
    positions: Float32Array.from(corners.flat()),
    uvs0: Float32Array.from([0, 1, 1, 1, 1, 0, 0, 0]),
    indices: Uint32Array.from([0, 1, 2, 0, 2, 3]),
    material: materialIndex
  }
}

/** A sphere of radius 1: an octahedron whose triangles were halved along every side `levels` times. Closed: corners are shared. */
export function sphere (materialIndex: number, levels: number): FlatMesh {
  const points: Point[] = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]
  let faces: Point[] = [[2, 4, 0], [2, 0, 5], [2, 5, 1], [2, 1, 4], [3, 0, 4], [3, 5, 0], [3, 1, 5], [3, 4, 1]]
  for (let level = 0; level < levels; level++) {
    const middles = new Map<string, number>()
    const middle = (a: number, b: number): number => {
      const key = a < b ? `${a} ${b}` : `${b} ${a}`
      const known = middles.get(key)
      if (known !== undefined) {
        return known
      }
      const [p, q] = [points[a]!, points[b]!]
      const sum: Point = [p[0] + q[0], p[1] + q[1], p[2] + q[2]]
      const length = Math.sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2])
      const index = points.push([sum[0] / length, sum[1] / length, sum[2] / length]) - 1
      middles.set(key, index)
      return index
    }
    faces = faces.flatMap(([a, b, c]): Point[] => {
      const [ab, bc, ca] = [middle(a, b), middle(b, c), middle(c, a)]
      return [[a, ab, ca], [ab, b, bc], [ca, bc, c], [ab, bc, ca]]
    })
  }
  const positions = Float32Array.from(points.flat())
  return { positions, normals: positions, indices: Uint32Array.from(faces.flat()), material: materialIndex }
}

/** A camera at (0, 0, distance) that looks at the origin. */
export function facing (distance: number, yfov = 0.7): FlatCamera {
  return { world: placed(0, 0, distance), projection: { type: 'perspective', yfov } }
}

/** A scene of meshes that are all where they are. */
export function sceneOf (materials: readonly FlatMaterial[], meshes: readonly FlatMesh[], overrides: Partial<FlatScene> = {}): FlatScene {
  const instances: FlatInstance[] = meshes.map((_, mesh) => ({ mesh, world: IDENTITY }))
  return { meshes, instances, materials, textures: [], camera: facing(4), ...overrides }
}

/** A texture whose texel at (x, y) is what `texel` says. */
export function texture (width: number, height: number, texel: (x: number, y: number) => readonly [number, number, number, number], overrides: Partial<FlatTexture> = {}): FlatTexture {
  const rgba = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rgba.set(texel(x, y), (y * width + x) * 4)
    }
  }
  return { width, height, rgba, wrapS: 'repeat', wrapT: 'repeat', filter: 'nearest', ...overrides }
}

/**
 * A little of everything: an open room with a lamp, a gold and a glossy sphere, a checked floor, a bumped wall, a leaf with a hole,
 * a half transparent pane, vertex colours, an instance turned inside out.
 */
export function stillLife (): FlatScene {
  const materials = [
    material({ baseColorTexture: { texture: 0, uvSet: 0, transform: [4, 0, 0.25, 0, 4, 0] } }),
    material({ baseColor: [0.7, 0.2, 0.1, 1], normalTexture: { texture: 1, uvSet: 0 } }),
    material({ baseColor: [1, 0.8, 0.4, 1], metallic: 1, roughness: 0.25 }),
    material({ baseColor: [0.1, 0.3, 0.6, 1], roughness: 0.1 }),
    material({ baseColor: [0, 0, 0, 1], emissive: [12, 10, 8], emissiveTexture: { texture: 0, uvSet: 0 } }),
    material({ baseColorTexture: { texture: 2, uvSet: 1 }, alphaMode: 'mask', doubleSided: true }),
    material({ baseColor: [0.2, 0.8, 0.3, 0.5], alphaMode: 'blend', doubleSided: true }),
    material({ metallicRoughnessTexture: { texture: 3, uvSet: 0 }, metallic: 1 })
  ]
  const leaf = quad(5, [-0.3, 0, 0.7], [0.3, 0, 0.7], [0.3, 0.6, 0.7], [-0.3, 0.6, 0.7])
  const wall = quad(1, [-2, 0, -1], [2, 0, -1], [2, 2.5, -1], [-2, 2.5, -1])
  const meshes = [
    quad(0, [-2, 0, 2], [2, 0, 2], [2, 0, -1], [-2, 0, -1]),
    { ...wall, normals: Float32Array.from([0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]), tangents: Float32Array.from([1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1]) },
    sphere(2, 3),
    sphere(3, 3),
    quad(4, [-0.4, 2, -0.4], [0.4, 2, -0.4], [0.4, 2, 0.4], [-0.4, 2, 0.4]),
    { ...leaf, uvs1: leaf.uvs0 },
    quad(6, [0.9, 0, 1], [1.5, 0, 1], [1.5, 1, 1], [0.9, 1, 1]),
    { ...quad(7, [-1.9, 0, 0.9], [-1.4, 0, 0.9], [-1.4, 0.8, 0.9], [-1.9, 0.8, 0.9]), colors: Float32Array.from([1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1]) }
  ]
  const instances = [
    ...[0, 1, 4, 5, 6, 7].map((mesh) => ({ mesh, world: IDENTITY })),
    { mesh: 2, world: placed(-0.7, 0.5, 0, 0.5) },
    { mesh: 3, world: [-0.45, 0, 0, 0, 0, 0.45, 0, 0, 0, 0, 0.45, 0, 0.6, 0.45, 0.2, 1] }
  ]
  const textures = [
    texture(2, 2, (x, y) => (x + y) % 2 === 0 ? [230, 230, 220, 255] : [40, 60, 90, 255]),
    texture(8, 8, (x, y) => [128 + (x % 4 - 2) * 30, 128 + (y % 4 - 2) * 30, 220, 255], { filter: 'linear' }),
    texture(4, 4, (x, y) => [60, 160, 40, (x === 1 || x === 2) && y > 0 ? 0 : 255], { filter: 'linear', wrapS: 'clamp', wrapT: 'mirror' }),
    texture(4, 1, (x) => [0, 60 + x * 60, x > 1 ? 255 : 0, 255])
  ]
  return { meshes, instances, materials, textures, camera: { world: placed(0, 1, 4.6), projection: { type: 'perspective', yfov: 0.6 } } }
}
