import { SceneError } from '../../../errors.ts'
import { malformed, needIndex, readCount, readExtension, readIndex, readObject } from './json.ts'
import { MAX_UNPACKED_BYTES } from './limits.ts'
import { readView } from './resources.ts'
import type { Gltf } from './gltf.ts'
import type { JsonObject } from './json.ts'
import type { Resources } from './resources.ts'

/**
 * Checks accessors and the buffer views below them before the library unpacks them: it believes what a file says about offsets and counts.
 */

/** Bytes of a component by its type. */
const COMPONENT_BYTES: ReadonlyMap<unknown, number> = new Map([[5120, 1], [5121, 1], [5122, 2], [5123, 2], [5125, 4], [5126, 4]])

/** Components of an element by its type, as far as vertices have them. */
const COMPONENTS: ReadonlyMap<unknown, number> = new Map([['SCALAR', 1], ['VEC2', 2], ['VEC3', 3], ['VEC4', 4]])

const MESHOPT = 'EXT_meshopt_compression'

/** What is known of an accessor once it has been checked. */
export interface AccessorShape {
  readonly count: number
  /** `SCALAR`, `VEC2`, … */
  readonly type: string
  readonly components: number
  readonly componentType: number
  readonly normalized: boolean
}

/** Reads the shape of an accessor. @throws SceneError */
export function readShape (gltf: Gltf, index: number): AccessorShape {
  const accessor = gltf.accessors[index]!
  const where = `accessor ${index}`
  const components = COMPONENTS.get(accessor.type)
  if (components === undefined) {
    throw malformed(`the type of ${where} is not one that vertices have`)
  }
  if (!COMPONENT_BYTES.has(accessor.componentType)) {
    throw malformed(`the component type of ${where} is not known`)
  }
  return {
    count: readCount(accessor.count, 0, `count of ${where}`),
    type: accessor.type as string,
    components,
    componentType: accessor.componentType as number,
    normalized: accessor.normalized === true
  }
}

/** The buffers that buffer views and accessors take their bytes from, and the views themselves, collected while they are checked. */
export class AccessorCheck {
  readonly views = new Set<number>()
  readonly buffers = new Set<number>()
  private readonly gltf: Gltf
  private readonly checked = new Map<number, AccessorShape>()
  private unpackedBytes = 0

  constructor (gltf: Gltf) {
    this.gltf = gltf
  }

  /** The accessors that were checked, by index. */
  get accessors (): ReadonlyMap<number, AccessorShape> {
    return this.checked
  }

  /** Checks an accessor against the sizes its views declare. @throws SceneError */
  accessor (index: number): AccessorShape {
    const known = this.checked.get(index)
    if (known !== undefined) {
      return known
    }
    const shape = readShape(this.gltf, index)
    const accessor = this.gltf.accessors[index]!
    const where = `accessor ${index}`
    this.spend(shape.count * shape.components * COMPONENT_BYTES.get(shape.componentType)!)
    this.range(accessor, shape, where)
    if (accessor.sparse !== undefined) {
      this.sparse(readObject(accessor.sparse, `sparse of ${where}`), shape, where)
    }
    this.checked.set(index, shape)
    return shape
  }

  /** Checks a buffer view; its bytes are there when {@link checkData} says so. @throws SceneError */
  view (index: number): { readonly length: number, readonly stride: number } {
    const where = `buffer view ${index}`
    const view = this.gltf.bufferViews[index]!
    const { buffer, length } = readView(this.gltf, index)
    const stride = readCount(view.byteStride, 0, `byteStride of ${where}`)
    const meshopt = readExtension(view, MESHOPT, where)
    if (!this.views.has(index)) {
      this.views.add(index)
      this.buffers.add(meshopt === undefined ? buffer : this.meshopt(meshopt, length, where))
    }
    return { length, stride }
  }

  /** Checks that the views lie inside their buffers, once those have been fetched. @throws SceneError */
  checkData (resources: Resources): void {
    for (const index of this.views) {
      const meshopt = readExtension(this.gltf.bufferViews[index]!, MESHOPT, `buffer view ${index}`)
      if (meshopt === undefined) {
        resources.view(index)
        continue
      }
      const offset = readCount(meshopt.byteOffset, 0, 'byteOffset')
      const length = readCount(meshopt.byteLength, 0, 'byteLength')
      if (offset + length > resources.buffer(meshopt.buffer as number).byteLength) {
        throw malformed(`the compressed data of buffer view ${index} reaches beyond its buffer`)
      }
    }
  }

  /** The view an accessor names must hold `count` elements from its offset. */
  private range (accessor: JsonObject, shape: Pick<AccessorShape, 'count' | 'components' | 'componentType'>, where: string): void {
    const viewIndex = readIndex(accessor.bufferView, this.gltf.bufferViews.length, `bufferView of ${where}`)
    if (viewIndex === undefined) {
      return
    }
    const { length, stride } = this.view(viewIndex)
    const elementBytes = shape.components * COMPONENT_BYTES.get(shape.componentType)!
    if (stride !== 0 && stride < elementBytes) {
      throw malformed(`the elements of ${where} overlap`)
    }
    const offset = readCount(accessor.byteOffset, 0, `byteOffset of ${where}`)
    if (shape.count > 0 && offset + (shape.count - 1) * (stride === 0 ? elementBytes : stride) + elementBytes > length) {
      throw malformed(`${where} reaches beyond its buffer view`)
    }
  }

  private sparse (sparse: JsonObject, shape: AccessorShape, where: string): void {
    const count = readCount(sparse.count, 0, `count of sparse ${where}`)
    const indices = readObject(sparse.indices, `indices of sparse ${where}`)
    const values = readObject(sparse.values, `values of sparse ${where}`)
    if (count > shape.count) {
      throw malformed(`sparse ${where} replaces more elements than there are`)
    }
    if (![5121, 5123, 5125].includes(indices.componentType as number)) {
      throw malformed(`the indices of sparse ${where} are no whole numbers`)
    }
    for (const part of [indices, values]) {
      needIndex(part.bufferView, this.gltf.bufferViews.length, `bufferView of sparse ${where}`)
    }
    this.spend(count * (shape.components + 1) * 4)
    this.range(indices, { count, components: 1, componentType: indices.componentType as number }, `the indices of sparse ${where}`)
    this.range(values, { ...shape, count }, `the values of sparse ${where}`)
  }

  /** Checks the parameters of a compressed view, and returns the buffer its data is in. */
  private meshopt (meshopt: JsonObject, length: number, where: string): number {
    const count = readCount(meshopt.count, 0, `count of ${where}`)
    const stride = readCount(meshopt.byteStride, 0, `byteStride of ${where}`)
    const attributes = meshopt.mode === 'ATTRIBUTES' && stride >= 4 && stride <= 256 && stride % 4 === 0
    const triangles = meshopt.mode === 'TRIANGLES' && (stride === 2 || stride === 4) && count % 3 === 0
    const indices = meshopt.mode === 'INDICES' && (stride === 2 || stride === 4)
    const filter = meshopt.filter === undefined || meshopt.filter === 'NONE' ||
      (attributes && filterFits(meshopt.filter, stride))
    if (!(attributes || triangles || indices) || !filter || count * stride !== length) {
      throw malformed(`the compression of ${where} is not one there is`)
    }
    this.spend(length)
    return needIndex(meshopt.buffer, this.gltf.buffers.length, `buffer of ${where}`)
  }

  private spend (bytes: number): void {
    this.unpackedBytes += bytes
    if (this.unpackedBytes > MAX_UNPACKED_BYTES) {
      throw new SceneError(`the scene is too large: its geometry unpacks to more than ${MAX_UNPACKED_BYTES} bytes`)
    }
  }
}

/** Strides that the filters of meshopt compression are defined for. */
function filterFits (filter: unknown, stride: number): boolean {
  switch (filter) {
    case 'OCTAHEDRAL': return stride === 4 || stride === 8
    case 'QUATERNION': return stride === 8
    case 'EXPONENTIAL': return true
    default: return false
  }
}
