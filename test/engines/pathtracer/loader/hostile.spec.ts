import assert from 'node:assert/strict'
import fc from 'fast-check'
import { readGltf } from '../../../../src/engines/pathtracer/loader/gltf.ts'
import { MAX_INSTANCES, MAX_TRIANGLES } from '../../../../src/engines/pathtracer/loader/limits.ts'
import { loadScene } from '../../../../src/engines/pathtracer/loader/load-scene.ts'
import { readPrimitives } from '../../../../src/engines/pathtracer/loader/primitives.ts'
import { SceneError } from '../../../../src/errors.ts'
import { png } from './build-images.ts'
import { filesOf, glbOf, square } from './build-gltf.ts'
import type { Json } from './build-gltf.ts'

const options = { camera: '', frame: 1, width: 64, height: 64 }

const IMAGE = png(2, 2, 8, 2, [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]])

/** A scene that uses most of what the loader reads. */
function rich (): { readonly json: Json, readonly binary: Uint8Array } {
  const { json, binary } = square()
  json.extensionsUsed = ['KHR_texture_transform', 'KHR_materials_emissive_strength', 'KHR_lights_punctual']
  json.images = [{ bufferView: 4, mimeType: 'image/png' }]
  json.samplers = [{ magFilter: 9729, wrapS: 33071 }]
  json.textures = [{ source: 0, sampler: 0 }]
  json.materials[0].normalTexture = { index: 0, scale: 2, extensions: { KHR_texture_transform: { rotation: 1, scale: [2, 2] } } }
  json.materials[0].extensions = { KHR_materials_emissive_strength: { emissiveStrength: 3 } }
  json.bufferViews.push({ buffer: 0, byteOffset: binary.length, byteLength: IMAGE.length })
  json.buffers[0].byteLength += IMAGE.length
  json.cameras = [{ type: 'perspective', perspective: { yfov: 0.7, znear: 0.1 } }]
  json.nodes.push({ camera: 0, translation: [0, 0, 4] }, { rotation: [0, 0.6, 0, 0.8], scale: [1, 2, 1], children: [3] }, { mesh: 0 })
  json.scenes[0].nodes.push(1, 2)
  json.animations = [{ channels: [], samplers: [] }]
  return { json, binary: Buffer.concat([binary, IMAGE]) }
}

async function loadsOrRefuses (glb: Uint8Array): Promise<'loaded' | 'refused'> {
  try {
    const { meshes, instances, materials, textures } = await loadScene(filesOf({ 'a.glb': glb }), options)
    for (const { indices, positions, material } of meshes) {
      assert.ok(indices.every((index) => index < positions.length / 3))
      assert.ok(positions.every(Number.isFinite))
      assert.ok(material < materials.length)
    }
    assert.ok(instances.every(({ mesh, world }) => mesh < meshes.length && Array.from(world).every(Number.isFinite)))
    assert.ok(textures.every(({ width, height, rgba }) => rgba.length === width * height * 4))
    return 'loaded'
  } catch (error) {
    assert.ok(error instanceof SceneError, error instanceof Error ? error.stack : String(error))
    assert.ok(!error.message.includes('\n'))
    return 'refused'
  }
}

/** Values that go wrong in places where they are not expected. */
const nasty = [
  undefined, null, true, '', 'x', [], {}, [null], [[]], -1, 0, 1, 2, 3, 0.5, 255, 65_535, 2 ** 31, 2 ** 32, 2 ** 53, 1e308, -1e308, 5126, 'VEC3', '../x', 'data:,', [0], [1e308, 1e308, 1e308]
] as const

/** Paths of all values in a JSON, so that each can be replaced. */
function placesIn (value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  const below = Array.isArray(value)
    ? value.flatMap((one, i) => placesIn(one, [...path, i]))
    : typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, one]) => placesIn(one, [...path, key])) : []
  return path.length === 0 ? below : [path, ...below]
}

describe('a hostile scene', () => {
  it('is loaded when nothing is wrong with it', async () => {
    const { json, binary } = rich()
    assert.equal(await loadsOrRefuses(glbOf(json, binary)), 'loaded')
  })

  it('is loaded or refused, whatever stands in one place of its JSON', async () => {
    const { json, binary } = rich()
    const outcomes = { loaded: 0, refused: 0 }
    for (const path of placesIn(json)) {
      for (const value of nasty) {
        const copy = structuredClone(json)
        const parent = path.slice(0, -1).reduce((object, key) => object[key], copy)
        parent[path.at(-1)!] = value
        outcomes[await loadsOrRefuses(glbOf(copy, binary))]++
      }
    }
    assert.ok(outcomes.loaded > 500 && outcomes.refused > 1000, JSON.stringify(outcomes))
  }).timeout(120_000)

  it('is loaded or refused with any bytes changed', async () => {
    const { json, binary } = rich()
    const original = glbOf(json, binary)
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (edits) => {
      const glb = original.slice()
      for (const [at, value] of edits) {
        glb[at] = value
      }
      await loadsOrRefuses(glb)
    }), { numRuns: 2000 })
  }).timeout(120_000)

  it('is loaded or refused, cut at any place, as a GLB whose header says so', async () => {
    const { json, binary } = rich()
    const original = glbOf(json, binary)
    for (let length = 0; length < original.length; length += 3) {
      const cut = original.slice(0, length)
      if (length >= 12) {
        new DataView(cut.buffer).setUint32(8, length, true)
      }
      assert.equal(await loadsOrRefuses(cut), 'refused')
    }
  }).timeout(60_000)

  it('has a limit of triangles, checked before they are made', async () => {
    const { json, binary } = square()
    json.accessors[3] = { type: 'SCALAR', componentType: 5121, count: 3 * MAX_TRIANGLES }
    assert.equal(readPrimitives(readGltf(glbOf(json, binary)), [0]).list.length, 1)
    json.accessors[3].count += 3
    await assert.rejects(loadScene(filesOf({ 'a.glb': glbOf(json, binary) }), options), { name: 'SceneError', message: /triangles/ })
  })

  it('has a limit of meshes in the world', async () => {
    const { json, binary } = square()
    json.meshes[0].primitives.push(json.meshes[0].primitives[0])
    json.nodes = Array(MAX_INSTANCES / 2).fill({ mesh: 0 })
    delete json.scenes
    delete json.scene
    assert.equal((await loadScene(filesOf({ 'a.glb': glbOf(json, binary) }), options)).instances.length, MAX_INSTANCES)
    json.nodes.push({ mesh: 0 })
    await assert.rejects(loadScene(filesOf({ 'a.glb': glbOf(json, binary) }), options), { name: 'SceneError', message: /placed/ })
  }).timeout(60_000)

  it('can not change what all objects have', async () => {
    const { json, binary } = rich()
    const text = JSON.stringify(json).replace('"asset":', '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"asset":').replace('"attributes":{', '"attributes":{"__proto__":{"POSITION":99},')
    await loadsOrRefuses(glbOf(text, binary))
    assert.equal(({} as { polluted?: unknown }).polluted, undefined)
  })
})
