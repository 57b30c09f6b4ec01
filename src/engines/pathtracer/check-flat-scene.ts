import { SceneError } from '../../errors.ts'
import type { FlatMesh, FlatScene, FlatTextureRef } from './flat-scene.ts'

/**
 * Holds a scene to what {@link FlatScene} promises. The kernel does not check its memory accesses one by one, so whatever passes
 * here must be safe to render, wherever it came from.
 *
 * @throws SceneError naming the first thing that is wrong
 */
export function checkFlatScene (scene: FlatScene): void {
  for (const [index, mesh] of scene.meshes.entries()) {
    checkMesh(mesh, `mesh ${index}`, scene.materials.length)
  }
  for (const [index, instance] of scene.instances.entries()) {
    within(instance.mesh, scene.meshes.length, `instance ${index}: mesh`)
    checkMatrix(instance.world, `instance ${index}: matrix`)
  }
  for (const [index, material] of scene.materials.entries()) {
    const what = `material ${index}`
    finite([...material.baseColor, ...material.emissive, material.metallic, material.roughness, material.normalScale, material.alphaCutoff], what)
    if (material.emissive.some((value) => value < 0)) {
      throw new SceneError(`${what} emits less than nothing`)
    }
    for (const use of [material.baseColorTexture, material.metallicRoughnessTexture, material.normalTexture, material.emissiveTexture]) {
      checkUse(use, what, scene.textures.length)
    }
  }
  for (const [index, texture] of scene.textures.entries()) {
    const { width, height, rgba } = texture
    if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1 || rgba.length !== width * height * 4) {
      throw new SceneError(`texture ${index}: ${rgba.length} bytes are not an image of ${width}×${height}`)
    }
  }
  const { world, projection } = scene.camera
  checkMatrix(world, 'the camera')
  for (const column of [0, 4, 8]) {
    if (world[column] === 0 && world[column + 1] === 0 && world[column + 2] === 0) {
      throw new SceneError('the camera has no direction: an axis of its matrix is 0')
    }
  }
  if (projection.type === 'perspective' ? !(projection.yfov > 0 && projection.yfov < Math.PI) : !(projection.ymag > 0 && projection.ymag < Infinity)) {
    throw new SceneError('the camera has an impossible field of view')
  }
}

function checkMesh (mesh: FlatMesh, what: string, materials: number): void {
  const vertices = mesh.positions.length / 3
  const lengths: [string, ArrayLike<number> | undefined, number][] = [
    ['positions', mesh.positions, 3], ['normals', mesh.normals, 3], ['tangents', mesh.tangents, 4],
    ['uvs0', mesh.uvs0, 2], ['uvs1', mesh.uvs1, 2], ['colors', mesh.colors, 4]
  ]
  for (const [name, array, width] of lengths) {
    if (array !== undefined && array.length !== vertices * width) {
      throw new SceneError(`${what}: ${name} do not fit its ${vertices} vertices`)
    }
    finite(array ?? [], `${what}: ${name}`)
  }
  if (mesh.indices.length % 3 !== 0) {
    throw new SceneError(`${what}: its indices are not whole triangles`)
  }
  for (let i = 0; i < mesh.indices.length; i++) {
    if (mesh.indices[i]! >= vertices) {
      throw new SceneError(`${what}: index ${mesh.indices[i]} is beyond its ${vertices} vertices`)
    }
  }
  within(mesh.material, materials, `${what}: material`)
}

function checkMatrix (matrix: ArrayLike<number>, what: string): void {
  if (matrix.length !== 16) {
    throw new SceneError(`${what} has ${matrix.length} numbers, not 16`)
  }
  finite(matrix, what)
}

function checkUse (use: FlatTextureRef | undefined, what: string, textures: number): void {
  if (use !== undefined) {
    within(use.texture, textures, `${what}: texture`)
    finite(use.transform ?? [], `${what}: texture transform`)
  }
}

function within (index: number, count: number, what: string): void {
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new SceneError(`${what} ${index} does not exist`)
  }
}

function finite (values: ArrayLike<number>, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new SceneError(`${what}: a number is not finite`)
    }
  }
}
