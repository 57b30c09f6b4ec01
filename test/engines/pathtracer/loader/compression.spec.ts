import assert from 'node:assert/strict'
import draco from 'draco3dgltf'
import { Document, WebIO } from '@gltf-transform/core'
import { EXTMeshoptCompression, KHRDracoMeshCompression, KHRMeshQuantization } from '@gltf-transform/extensions'
import fc from 'fast-check'
import { MeshoptEncoder } from 'meshoptimizer/encoder'
import { MAX_UNPACKED_BYTES } from '../../../../src/engines/pathtracer/loader/limits.ts'
import { loadScene } from '../../../../src/engines/pathtracer/loader/load-scene.ts'
import { readContainer } from '../../../../src/engines/pathtracer/loader/container.ts'
import { SceneError } from '../../../../src/errors.ts'
import { filesOf, glbOf, layOut, squareGlb } from './build-gltf.ts'
import type { FlatScene } from '../../../../src/engines/pathtracer/flat-scene.ts'
import type { Json } from './build-gltf.ts'

const load = (glb: Uint8Array): Promise<FlatScene> => loadScene(filesOf({ 'a.glb': glb }), { camera: '', frame: 1, width: 100, height: 100 })

/** A grid of side × side squares on whole coordinates, so that quantization is exact. */
function grid (side: number): { readonly positions: Float32Array<ArrayBuffer>, readonly indices: Uint16Array<ArrayBuffer> } {
  const positions: number[] = []
  const indices: number[] = []
  for (let y = 0; y <= side; y++) {
    for (let x = 0; x <= side; x++) {
      positions.push(x, y, (x * y) % 7)
      if (x < side && y < side) {
        const at = y * (side + 1) + x
        indices.push(at, at + 1, at + side + 2, at, at + side + 2, at + side + 1)
      }
    }
  }
  return { positions: Float32Array.from(positions), indices: Uint16Array.from(indices) }
}

function documentOf (side: number): Document {
  const { positions, indices } = grid(side)
  const document = new Document()
  const buffer = document.createBuffer()
  const primitive = document.createPrimitive()
    .setAttribute('POSITION', document.createAccessor().setType('VEC3').setArray(positions).setBuffer(buffer))
    .setIndices(document.createAccessor().setType('SCALAR').setArray(indices).setBuffer(buffer))
  document.createScene().addChild(document.createNode().setMesh(document.createMesh().addPrimitive(primitive)))
  return document
}

async function meshoptGlb (): Promise<Uint8Array> {
  await MeshoptEncoder.ready
  const document = documentOf(20)
  document.createExtension(KHRMeshQuantization).setRequired(true)
  document.createExtension(EXTMeshoptCompression).setRequired(true).setEncoderOptions({ method: EXTMeshoptCompression.EncoderMethod.QUANTIZE })
  return new WebIO().registerExtensions([EXTMeshoptCompression, KHRMeshQuantization]).registerDependencies({ 'meshopt.encoder': MeshoptEncoder }).writeBinary(document)
}

async function dracoGlb (): Promise<Uint8Array> {
  const document = documentOf(20)
  document.createExtension(KHRDracoMeshCompression).setRequired(true).setEncoderOptions({ method: KHRDracoMeshCompression.EncoderMethod.SEQUENTIAL, quantizationBits: { POSITION: 14 } })
  return new WebIO().registerExtensions([KHRDracoMeshCompression]).registerDependencies({ 'draco3d.encoder': await draco.createEncoderModule() }).writeBinary(document)
}

/** Triangles as texts of their corners, rounded to whole numbers: sorted, and turned so that the smallest corner comes first. */
function trianglesOf ({ meshes }: Pick<FlatScene, 'meshes'>): readonly string[] {
  return meshes.flatMap(({ positions, indices }) => Array.from({ length: indices.length / 3 }, (_, i) => {
    const corners = [0, 1, 2].map((corner) => [0, 1, 2].map((axis) => Math.round(positions[indices[3 * i + corner]! * 3 + axis]!) + 0).join(' '))
    const first = corners.indexOf(corners.toSorted()[0]!)
    return [...corners.slice(first), ...corners.slice(0, first)].join(', ')
  })).toSorted()
}

function expectedTriangles (side: number): readonly string[] {
  const { positions, indices } = grid(side)
  return trianglesOf({ meshes: [{ positions, indices: Uint32Array.from(indices), material: 0 }] })
}

describe('stored geometry', () => {
  /** The square with its positions stored otherwise. */
  async function positionsOf (array: ArrayBufferView, accessor: Json, view: Json = {}): Promise<number[]> {
    const { binary, bufferViews } = layOut([array])
    const glb = glbOf({
      asset: { version: '2.0' },
      nodes: [{ mesh: 0 }],
      meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
      accessors: [{ bufferView: 0, type: 'VEC3', count: 3, ...accessor }],
      bufferViews: [{ ...bufferViews[0], ...view }],
      buffers: [{ byteLength: binary.length }]
    }, binary)
    return Array.from((await load(glb)).meshes[0]!.positions)
  }

  it('is dequantized as KHR_mesh_quantization has it', async () => {
    const numbers = [0, 0, 0, 100, 0, 0, 0, 100, 0]
    assert.deepEqual(await positionsOf(Int8Array.from(numbers), { componentType: 5120 }), numbers)
    assert.deepEqual(await positionsOf(Uint16Array.from(numbers), { componentType: 5123 }), numbers)
    assert.deepEqual(await positionsOf(Int8Array.from([-128, 0, 0, 127, 0, 0, 0, 127, 0]), { componentType: 5120, normalized: true }), [-1, 0, 0, 1, 0, 0, 0, 1, 0])
    assert.deepEqual(await positionsOf(Uint8Array.from([0, 0, 0, 255, 0, 0, 0, 51, 0]), { componentType: 5121, normalized: true }), [0, 0, 0, 1, 0, 0, 0, Math.fround(0.2), 0])
    assert.deepEqual(await positionsOf(Int16Array.from([-32767, 0, 0, 32767, 0, 0, 0, 1, 0]), { componentType: 5122, normalized: true }), [-1, 0, 0, 1, 0, 0, 0, Math.fround(1 / 32767), 0])
  })

  it('is read with strides and offsets, also such as are not multiples of four', async () => {
    const bytes = new Int8Array(40)
    bytes.set([1, 2, 3], 3)
    bytes.set([9, 5, 6], 13)
    bytes.set([4, 8, 7], 23)
    assert.deepEqual(await positionsOf(bytes, { componentType: 5120, byteOffset: 3 }, { byteStride: 10 }), [1, 2, 3, 9, 5, 6, 4, 8, 7])
  })

  it('may be sparse, over a view or over zeros', async () => {
    const sparse = async (base: Json, values: Json = {}): Promise<number[]> => {
      const { binary, bufferViews } = layOut([Float32Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3), Uint8Array.of(9, 9, 1, 2), Float32Array.of(7, 7, 7, 8, 8, 8)])
      return Array.from((await load(glbOf({
        asset: { version: '2.0' },
        nodes: [{ mesh: 0 }],
        meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
        accessors: [{ ...base, type: 'VEC3', componentType: 5126, count: 3, sparse: { count: 2, indices: { bufferView: 1, byteOffset: 2, componentType: 5121 }, values: { bufferView: 2, ...values } } }],
        bufferViews,
        buffers: [{ byteLength: binary.length }]
      }, binary))).meshes[0]!.positions)
    }
    assert.deepEqual(await sparse({ bufferView: 0 }), [1, 1, 1, 7, 7, 7, 8, 8, 8])
    assert.deepEqual(await sparse({}), [0, 0, 0, 7, 7, 7, 8, 8, 8])
    await assert.rejects(sparse({}, { byteOffset: 4 }), { name: 'SceneError' })
    await assert.rejects(sparse({}, { bufferView: 7 }), { name: 'SceneError' })
  })

  it('may be compressed by meshopt', async () => {
    assert.deepEqual(trianglesOf(await load(await meshoptGlb())), expectedTriangles(20))
  })

  it('may be compressed by Draco', async () => {
    assert.deepEqual(trianglesOf(await load(await dracoGlb())), expectedTriangles(20))
  })

  /** The JSON of a GLB changed. */
  function changed (glb: Uint8Array, change: (json: Json) => void): Uint8Array {
    const { json, binary } = readContainer(glb)
    change(json)
    return glbOf(json, binary)
  }

  for (const [name, change] of [
    ['counts that do not fit its length', (json: Json) => { json.bufferViews[0].extensions.EXT_meshopt_compression.count++ }],
    ['a mode that is not one', (json: Json) => { json.bufferViews[0].extensions.EXT_meshopt_compression.mode = 'MAGIC' }],
    ['a filter that does not fit its stride', (json: Json) => { json.bufferViews.forEach((view: Json) => { view.extensions.EXT_meshopt_compression.filter = 'QUATERNION' }) }],
    ['data beyond its buffer', (json: Json) => { json.bufferViews[0].extensions.EXT_meshopt_compression.byteOffset = 1e6 }],
    ['data that is something else', (json: Json) => { json.bufferViews[0].extensions.EXT_meshopt_compression.byteOffset += 4; json.bufferViews[0].extensions.EXT_meshopt_compression.byteLength -= 4 }],
    ['more bytes than may be', (json: Json) => { const view = json.bufferViews[0]; view.byteLength = MAX_UNPACKED_BYTES + 256; Object.assign(view.extensions.EXT_meshopt_compression, { mode: 'ATTRIBUTES', byteStride: 256, count: view.byteLength / 256 }) }]
  ] as const) {
    it(`is refused with meshopt compression of ${name}`, async () => {
      await assert.rejects(load(changed(await meshoptGlb(), change)), { name: 'SceneError' })
    })
  }

  for (const [name, change] of [
    ['another number of vertices', (json: Json) => { json.accessors.forEach((accessor: Json) => { accessor.count = accessor.type === 'VEC3' ? 440 : accessor.count }) }],
    ['an attribute it does not have', (json: Json) => { json.meshes[0].primitives[0].extensions.KHR_draco_mesh_compression.attributes.POSITION = 77 }],
    ['data in another place', (json: Json) => { const view = json.bufferViews.at(-1); view.byteOffset = (view.byteOffset ?? 0) + 8; view.byteLength -= 8 }],
    ['a view out of range', (json: Json) => { json.meshes[0].primitives[0].extensions.KHR_draco_mesh_compression.bufferView = 99 }]
  ] as const) {
    it(`is refused with Draco compression of ${name}`, async () => {
      await assert.rejects(load(changed(await dracoGlb(), change)), { name: 'SceneError' })
    })
  }

  it('survives changed bytes in compressed data, and the next scene is read as if nothing had been', async () => {
    const originals = [await meshoptGlb(), await dracoGlb()]
    const expected = await Promise.all(originals.map(async (glb) => trianglesOf(await load(glb))))
    await fc.assert(fc.asyncProperty(fc.nat(1), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (which, edits) => {
      const glb = originals[which]!.slice()
      const start = 28 + new DataView(glb.buffer).getUint32(12, true)
      for (const [at, value] of edits) {
        glb[start + at % (glb.length - start)] = value
      }
      try {
        await load(glb)
      } catch (error) {
        assert.ok(error instanceof SceneError, String(error))
      }
    }), { numRuns: 150 })
    assert.deepEqual(await Promise.all(originals.map(async (glb) => trianglesOf(await load(glb)))), expected)
  }).timeout(120_000)

  it('has a limit of what it unpacks to', async () => {
    const heavy = squareGlb((json) => {
      json.accessors.push({ type: 'VEC3', componentType: 5126, count: Math.floor(MAX_UNPACKED_BYTES / 12) + 1 })
      json.meshes[0].primitives = [{ attributes: { POSITION: 4 } }]
    })
    await assert.rejects(load(heavy), { name: 'SceneError', message: /unpacks to more than/ })
  })
})
