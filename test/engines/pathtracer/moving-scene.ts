import { glbOf, layOut, SQUARE } from './loader/build-gltf.ts'
import type { Json } from './loader/build-gltf.ts'

/** A channel of an animation: keys of one property of one node. */
export interface Keys {
  readonly node: number
  readonly path: string
  readonly interpolation?: string
  readonly times: readonly number[]
  readonly values: ArrayBufferView & ArrayLike<number>
  /** glTF's number of the values' type. @default float32 */
  readonly componentType?: number
}

/**
 * A square (node 0, child of node 1) before a camera (node 2) and a floor of it (node 3), with animations.
 *
 * @param change applied to the JSON at the end
 */
export function movingGlb (animations: readonly { readonly name?: string, readonly keys: readonly Keys[] }[], change: (json: Json) => void = () => {}): Uint8Array {
  const arrays: ArrayBufferView[] = [SQUARE.positions, SQUARE.normals, SQUARE.uvs, SQUARE.indices]
  const accessors: Json[] = [
    { bufferView: 0, componentType: 5126, count: 4, type: 'VEC3', min: [-1, -1, 0], max: [1, 1, 0] },
    { bufferView: 1, componentType: 5126, count: 4, type: 'VEC3' },
    { bufferView: 2, componentType: 5126, count: 4, type: 'VEC2' },
    { bufferView: 3, componentType: 5123, count: 6, type: 'SCALAR' }
  ]
  const accessor = (array: ArrayBufferView & ArrayLike<number>, componentType: number, width: 1 | 3 | 4): number => {
    arrays.push(array)
    return accessors.push({
      bufferView: arrays.length - 1,
      componentType,
      normalized: componentType === 5126 ? undefined : true,
      count: array.length / width,
      type: width === 1 ? 'SCALAR' : width === 3 ? 'VEC3' : 'VEC4'
    }) - 1
  }
  const written = animations.map(({ name, keys }) => ({
    name,
    samplers: keys.map(({ interpolation, times, values, path, componentType = 5126 }) => ({
      input: accessor(Float32Array.from(times), 5126, 1), output: accessor(values, componentType, path === 'rotation' ? 4 : 3), interpolation
    })),
    channels: keys.map(({ node, path }, sampler) => ({ sampler, target: { node, path } }))
  }))
  const { binary, bufferViews } = layOut(arrays)
  const json: Json = {
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [1, 2, 3] }],
    nodes: [
      { mesh: 0 },
      { children: [0] },
      { name: 'Camera', camera: 0, translation: [0, 0, 5] },
      { mesh: 0, rotation: [-Math.SQRT1_2, 0, 0, Math.SQRT1_2], translation: [0, -1.5, 0], scale: [3, 3, 3] }
    ],
    cameras: [{ type: 'perspective', perspective: { yfov: 0.8, znear: 0.1 } }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, NORMAL: 1, TEXCOORD_0: 2 }, indices: 3, material: 0 }] }],
    materials: [{ doubleSided: true, pbrMetallicRoughness: { baseColorFactor: [0.8, 0.3, 0.2, 1], metallicFactor: 0, roughnessFactor: 0.6 } }],
    animations: written,
    accessors,
    bufferViews,
    buffers: [{ byteLength: binary.byteLength }]
  }
  change(json)
  return glbOf(json, binary)
}

/** A second of it: the square turns and moves aside, and the camera draws near. */
export function turningSquare (): Uint8Array {
  return movingGlb([{
    name: 'Turn',
    keys: [
      { node: 0, path: 'rotation', times: [0, 0.5, 1], values: Float32Array.of(0, 0, 0, 1, 0, Math.SQRT1_2, 0, Math.SQRT1_2, 0, 1, 0, 0) },
      { node: 1, path: 'translation', interpolation: 'CUBICSPLINE', times: [0, 1], values: Float32Array.of(0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 1, 0.5, 0, 0, 0, 0) },
      { node: 2, path: 'translation', times: [0, 1], values: Float32Array.of(0, 0, 6, 0, 0, 4) },
      { node: 0, path: 'scale', interpolation: 'STEP', times: [0, 0.75], values: Float32Array.of(1, 1, 1, 0.5, 0.5, 0.5) }
    ]
  }])
}
