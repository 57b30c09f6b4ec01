import { Logger, WebIO } from '@gltf-transform/core'
import { EXTMeshoptCompression, KHRDracoMeshCompression, KHRMeshQuantization } from '@gltf-transform/extensions'
import { MeshoptDecoder } from 'meshoptimizer/decoder'
import draco from 'draco3dgltf'
import { partOfPackage, readPart } from '../../../program-parts.ts'
import { malformed } from './json.ts'
import type { Accessor, GLTF, JSONDocument } from '@gltf-transform/core'
import type { Gltf } from './gltf.ts'
import type { JsonObject } from './json.ts'
import type { Primitive, Primitives, Semantic } from './primitives.ts'
import type { Resources } from './resources.ts'

const DRACO_DECODER = partOfPackage('draco3dgltf/draco_decoder_gltf.wasm')

const EXTENSIONS = [EXTMeshoptCompression, KHRDracoMeshCompression, KHRMeshQuantization]

/** The numbers of a primitive as stored: tightly packed, still quantized. */
export interface UnpackedPrimitive {
  readonly primitive: Primitive
  readonly attributes: ReadonlyMap<Semantic, UnpackedAttribute>
  readonly indices: ArrayLike<number> | undefined
}

/** Everything that was packed. */
export interface Unpacked {
  readonly primitives: readonly UnpackedPrimitive[]
  /** The keys of animations, by accessor. */
  readonly keys: ReadonlyMap<number, UnpackedAttribute>
}

/** `count` × `components` numbers. */
export interface UnpackedAttribute {
  readonly array: ArrayLike<number>
  readonly components: number
  /** What integers are divided by; 1 when they stand for themselves. */
  readonly divisor: number
}

/**
 * Unpacks the vertices of primitives and the keys of animations: strides, sparse entries, meshopt and Draco compression. glTF Transform does it, on a copy of the file's
 * JSON that holds nothing but what was checked and what it needs, so that nothing else in a stranger's file reaches the library.
 *
 * @param keys checked accessors
 * @throws SceneError when compressed data is broken, or unpacks to another size than the file declares
 */
export async function unpack (gltf: Gltf, primitives: Primitives, keys: ReadonlySet<number>, resources: Resources): Promise<Unpacked> {
  if (primitives.list.length === 0) {
    return { primitives: [], keys: new Map() }
  }
  const io = new WebIO().setLogger(new Logger(Logger.Verbosity.SILENT)).registerExtensions(EXTENSIONS)
  await MeshoptDecoder.ready
  io.registerDependencies({ 'meshopt.decoder': MeshoptDecoder })
  if (usesDraco(primitives.list)) {
    // A module of its own for each scene: what a hostile file does to its memory ends with it.
    io.registerDependencies({ 'draco3d.decoder': await draco.createDecoderModule({ wasmBinary: await readPart(DRACO_DECODER) }) })
  }
  try {
    const document = await io.readJSON(reduce(gltf, primitives, keys, resources))
    const meshes = document.getRoot().listMeshes().map((mesh) => mesh.listPrimitives()[0]!)
    const unpacked = primitives.list.map((primitive, index) => {
      const read = meshes[index]!
      const attributes = [...primitive.attributes.keys()].map((semantic) =>
        [semantic, readAttribute(read.getAttribute(semantic), primitive.vertices, `${semantic} of primitive ${primitive.primitive} of mesh ${primitive.mesh}`)] as const)
      return { primitive, attributes: new Map(attributes), indices: readIndices(read.getIndices(), primitive) }
    })
    const keysRead = [...keys].map((accessor) =>
      [accessor, readAttribute(meshes.at(-1)!.getAttribute(nameOfKeys(accessor)), primitives.check.accessor(accessor).count, `accessor ${accessor}`)] as const)
    return { primitives: unpacked, keys: new Map(keysRead) }
  } catch (error) {
    throw malformed(`its geometry can not be unpacked: ${error instanceof Error ? error.message.split('\n')[0]! : 'unknown reason'}`, error)
  }
}

function usesDraco (list: readonly Primitive[]): boolean {
  return list.some(({ draco }) => draco !== undefined)
}

/** Keys stand in the copy as attributes of a mesh of their own. */
function nameOfKeys (accessor: number): string {
  return `_KEYS_${accessor}`
}

/** One mesh per primitive, and one for the keys; accessors, views and buffers keep their numbers, unused ones are empty. */
function reduce (gltf: Gltf, { list, check }: Primitives, keys: ReadonlySet<number>, resources: Resources): JSONDocument {
  const buffers = gltf.buffers.map((_, index) => ({ uri: `buffer-${index}`, byteLength: check.buffers.has(index) ? resources.buffer(index).byteLength : 0 }))
  const bytes = buffers.map(({ uri }, index) => [uri, check.buffers.has(index) ? ownBuffer(resources.buffer(index)) : new Uint8Array(0)] as const)
  const json = {
    asset: { version: '2.0' },
    extensionsUsed: [
      KHRMeshQuantization.EXTENSION_NAME,
      EXTMeshoptCompression.EXTENSION_NAME,
      ...(usesDraco(list) ? [KHRDracoMeshCompression.EXTENSION_NAME] : [])
    ],
    buffers,
    bufferViews: gltf.bufferViews.map((view, index) => check.views.has(index) ? reduceView(view) : { buffer: 0, byteLength: 0 }),
    accessors: gltf.accessors.map((accessor, index) => check.accessors.has(index) ? reduceAccessor(accessor) : { type: 'SCALAR', componentType: 5126, count: 0 }),
    meshes: [
      ...list.map(({ attributes, indices, draco }) => ({
        primitives: [{
          attributes: Object.fromEntries(attributes),
          ...(indices === undefined ? {} : { indices }),
          ...(draco === undefined ? {} : { extensions: { KHR_draco_mesh_compression: draco } })
        }]
      })),
      ...(keys.size === 0 ? [] : [{ primitives: [{ attributes: Object.fromEntries([...keys].map((accessor) => [nameOfKeys(accessor), accessor])) }] }])
    ]
  }
  return { json: json as unknown as GLTF.IGLTF, resources: Object.fromEntries(bytes) }
}

function reduceView (view: JsonObject): JsonObject {
  const { buffer, byteOffset, byteLength, byteStride } = view
  const meshopt = (view.extensions as JsonObject | undefined)?.EXT_meshopt_compression as JsonObject | undefined
  return {
    buffer: meshopt?.buffer ?? buffer,
    byteOffset,
    byteLength,
    byteStride: byteStride === 0 ? undefined : byteStride,
    ...(meshopt === undefined ? {} : { extensions: { EXT_meshopt_compression: meshopt } })
  }
}

/** The parts of a sparse accessor get offsets of their own: left out, the library takes those of the accessor. */
function reduceAccessor (accessor: JsonObject): JsonObject {
  const { bufferView, byteOffset, componentType, count, type, normalized } = accessor
  const sparse = accessor.sparse as { count: number, indices: JsonObject, values: JsonObject } | undefined
  return {
    bufferView,
    byteOffset,
    componentType,
    count,
    type,
    normalized,
    ...(sparse === undefined ? {} : { sparse: { count: sparse.count, indices: { byteOffset: 0, ...sparse.indices }, values: { byteOffset: 0, ...sparse.values } } })
  }
}

/** The library slices the whole ArrayBuffer below a view, so bytes that are part of a larger one are fine, but a Node pool or shared memory is not its type. */
function ownBuffer (bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? bytes as Uint8Array<ArrayBuffer> : Uint8Array.from(bytes)
}

function readAttribute (accessor: Accessor | null, count: number, where: string): UnpackedAttribute {
  const array = accessor?.getArray()
  if (accessor === null || array === null || array === undefined) {
    throw new RangeError(`${where} has no data`)
  }
  const components = accessor.getElementSize()
  if (array.length !== count * components) {
    throw new RangeError(`${where} has another size than declared`)
  }
  return { array, components, divisor: accessor.getNormalized() ? divisorOf(array) : 1 }
}

function readIndices (accessor: Accessor | null, primitive: Primitive): ArrayLike<number> | undefined {
  const array = accessor?.getArray() ?? undefined
  if ((array?.length ?? primitive.vertices) !== primitive.corners) {
    throw new RangeError(`the indices of primitive ${primitive.primitive} of mesh ${primitive.mesh} have another number than declared`)
  }
  return array
}

function divisorOf (array: ArrayLike<number>): number {
  if (array instanceof Uint8Array) {
    return 255
  }
  if (array instanceof Int8Array) {
    return 127
  }
  if (array instanceof Uint16Array) {
    return 65_535
  }
  return array instanceof Int16Array ? 32_767 : 1
}
