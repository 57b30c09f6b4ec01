import assert from 'node:assert/strict'
import { inspectScene, loadScene } from '../../../../src/engines/pathtracer/loader/load-scene.ts'
import { SceneError } from '../../../../src/errors.ts'
import { filesOf, glbOf, layOut, SQUARE, square, squareGlb } from './build-gltf.ts'
import type { FlatScene } from '../../../../src/engines/pathtracer/flat-scene.ts'
import type { SceneInfo } from '../../../../src/ports.ts'
import type { Json } from './build-gltf.ts'

const options = { camera: '', frame: 1, width: 640, height: 400 }

const load = (glb: Uint8Array): Promise<FlatScene> => loadScene(filesOf({ 'scene.glb': glb }), options)
const inspect = (glb: Uint8Array): Promise<SceneInfo> => inspectScene(filesOf({ 'scene.glb': glb }))

async function refuses (glb: Uint8Array, message: RegExp): Promise<void> {
  for (const read of [load, inspect]) {
    await assert.rejects(read(glb), (error) => {
      assert.ok(error instanceof SceneError, String(error))
      assert.match(error.message, message)
      assert.ok(!error.message.includes('\n'))
      return true
    })
  }
}

/** A scene of one primitive with these arrays; indices may be left out. */
function primitive (arrays: { readonly position: Float32Array, readonly normal?: Float32Array, readonly indices?: Uint8Array | Uint16Array | Uint32Array, readonly mode?: number }): Uint8Array {
  const { position, normal, indices, mode } = arrays
  const list = [position, ...(normal === undefined ? [] : [normal]), ...(indices === undefined ? [] : [indices])]
  const { binary, bufferViews } = layOut(list)
  const accessors: Json[] = [{ bufferView: 0, componentType: 5126, count: position.length / 3, type: 'VEC3' }]
  const attributes: Json = { POSITION: 0 }
  if (normal !== undefined) {
    attributes.NORMAL = accessors.push({ bufferView: 1, componentType: 5126, count: normal.length / 3, type: 'VEC3' }) - 1
  }
  const definition: Json = { attributes, ...(mode === undefined ? {} : { mode }) }
  if (indices !== undefined) {
    const componentType = { 1: 5121, 2: 5123, 4: 5125 }[indices.BYTES_PER_ELEMENT]
    definition.indices = accessors.push({ bufferView: list.length - 1, componentType, count: indices.length, type: 'SCALAR' }) - 1
  }
  return glbOf({
    asset: { version: '2.0' },
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [definition] }],
    accessors,
    bufferViews,
    buffers: [{ byteLength: binary.byteLength }]
  }, binary)
}

describe('loadScene', () => {
  it('gives exactly the numbers of the file', async () => {
    const scene = await load(squareGlb((json) => { json.cameras = [{ type: 'perspective', perspective: { yfov: 0.5, znear: 0.1, aspectRatio: 3 } }]; json.nodes.push({ camera: 0, translation: [0, 0, 5] }); json.scenes[0].nodes.push(1) }))
    assert.deepEqual(scene, {
      meshes: [{
        positions: SQUARE.positions,
        normals: SQUARE.normals,
        tangents: undefined,
        uvs0: SQUARE.uvs,
        uvs1: undefined,
        colors: undefined,
        indices: Uint32Array.from(SQUARE.indices),
        material: 0
      }],
      instances: [{ mesh: 0, world: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] }],
      materials: [{
        baseColor: [0.5, 0.25, 0.125, 1],
        metallic: 0.5,
        roughness: 0.75,
        emissive: [0, 0, 0],
        baseColorTexture: undefined,
        metallicRoughnessTexture: undefined,
        normalTexture: undefined,
        emissiveTexture: undefined,
        normalScale: 1,
        alphaMode: 'opaque',
        alphaCutoff: 0.5,
        doubleSided: false
      }],
      textures: [],
      camera: { world: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 5, 1], projection: { type: 'perspective', yfov: 0.5 } }
    })
  })

  it('reads text with a buffer in a file, and with a buffer in a data URI', async () => {
    const { json, binary } = square()
    json.buffers[0].uri = 'data/all%20of%20it.bin'
    const expected = await load(squareGlb())
    assert.deepEqual(await loadScene(filesOf({ 'shots/scene.gltf': JSON.stringify(json), 'shots/data/all of it.bin': binary }), options), expected)
    json.buffers[0].uri = '../scene.bin'
    assert.deepEqual(await loadScene(filesOf({ 'shots/scene.gltf': JSON.stringify(json), 'scene.bin': binary }), options), expected)
    json.buffers[0].uri = `data:application/octet-stream;base64,${Buffer.from(binary).toString('base64')}`
    assert.deepEqual(await loadScene(filesOf({ 'scene.gltf': JSON.stringify(json) }), options), expected)
  })

  it('names all files that are missing, and refuses those outside the bundle', async () => {
    const { json } = square()
    json.buffers[0].uri = 'scene.bin'
    json.images = [{ uri: 'a.png' }, { uri: 'unused.png' }]
    json.textures = [{ source: 0 }]
    json.materials[0].normalTexture = { index: 0 }
    await assert.rejects(loadScene(filesOf({ 's/scene.gltf': JSON.stringify(json) }), options), { name: 'SceneError', missing: ['s/scene.bin', 's/a.png'] })
    json.buffers[0].uri = '../../etc/passwd'
    await assert.rejects(loadScene(filesOf({ 's/scene.gltf': JSON.stringify(json) }), options), { name: 'SceneError', message: /outside/ })
  })

  it('gives the default material to primitives without one', async () => {
    const scene = await load(squareGlb((json) => { delete json.meshes[0].primitives[0].material }))
    assert.deepEqual(scene.materials, [{ baseColor: [1, 1, 1, 1], metallic: 1, roughness: 1, emissive: [0, 0, 0], normalScale: 1, alphaMode: 'opaque', alphaCutoff: 0.5, doubleSided: false }])
  })

  it('multiplies emission by its strength and brings factors back into their range', async () => {
    const { materials } = await load(squareGlb((json) => {
      json.materials[0] = {
        emissiveFactor: [1, 0.5, 0],
        pbrMetallicRoughness: { baseColorFactor: [2, -1, 0.5, 1], metallicFactor: 7, roughnessFactor: -7 },
        extensions: { KHR_materials_emissive_strength: { emissiveStrength: 40 } },
        alphaMode: 'MASK',
        alphaCutoff: 0.25,
        doubleSided: true
      }
    }))
    const { emissive, baseColor, metallic, roughness, alphaMode, alphaCutoff, doubleSided } = materials[0]!
    assert.deepEqual({ emissive, baseColor, metallic, roughness, alphaMode, alphaCutoff, doubleSided }, {
      emissive: [40, 20, 0], baseColor: [1, 0, 0.5, 1], metallic: 1, roughness: 0, alphaMode: 'mask', alphaCutoff: 0.25, doubleSided: true
    })
  })

  describe('nodes', () => {
    const worlds = async (change: (json: Json) => void): Promise<readonly (readonly number[])[]> =>
      (await load(squareGlb(change))).instances.map(({ world }) => Array.from(world))

    it('multiplies the transforms of parents', async () => {
      const half = Math.SQRT1_2
      const [world] = await worlds((json) => {
        json.nodes = [{ children: [1], translation: [10, 0, 0], scale: [2, 2, 2] }, { children: [2], rotation: [0, 0, half, half] }, { mesh: 0, translation: [1, 0, 0] }]
      })
      const expected = [0, 2, 0, 0, -2, 0, 0, 0, 0, 0, 2, 0, 10, 2, 0, 1]
      world!.forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 1e-12, `entry ${i}: ${value}`))
    })

    it('keeps a matrix as it is, shear and mirror too', async () => {
      const matrix = [-1, 0.5, 0, 0, 0.25, 1, 0, 0, 0, 0, 1, 0, 3, 4, 5, 1]
      assert.deepEqual(await worlds((json) => { json.nodes[0].matrix = matrix }), [matrix])
    })

    it('shows a mesh once for each node, in the order of the tree', async () => {
      const places = await worlds((json) => {
        json.nodes = [{ mesh: 0, translation: [1, 0, 0], children: [3, 2] }, { mesh: 0, translation: [2, 0, 0] }, { mesh: 0, translation: [3, 0, 0] }, {}]
        json.scenes[0].nodes = [0, 1]
      })
      assert.deepEqual(places.map((world) => world[12]), [1, 4, 2])
    })

    it('shows only the chosen scene; without scenes, all roots', async () => {
      const two = (json: Json): void => { json.nodes = [{ mesh: 0, translation: [1, 0, 0] }, { children: [0], translation: [5, 0, 0] }, { mesh: 0 }] }
      const x = (list: readonly (readonly number[])[]): unknown => list.map((world) => world[12])
      assert.deepEqual(x(await worlds((json) => { two(json); json.scenes = [{ nodes: [1] }, { nodes: [2] }]; json.scene = 1 })), [0])
      assert.deepEqual(x(await worlds((json) => { two(json); json.scenes = [{ nodes: [1] }, { nodes: [2] }]; delete json.scene })), [6])
      assert.deepEqual(x(await worlds((json) => { two(json); delete json.scenes; delete json.scene })), [6, 0])
    })

    it('leaves out what is hidden: a scale of zero, or KHR_node_visibility', async () => {
      assert.equal((await worlds((json) => {
        json.nodes = [{ mesh: 0 }, { mesh: 0, scale: [0, 1, 1] }, { extensions: { KHR_node_visibility: { visible: false } }, children: [3] }, { mesh: 0 }]
        json.scenes[0].nodes = [0, 1, 2]
      })).length, 1)
    })

    it('walks a chain of 100 000 nodes', async () => {
      const length = 100_000
      const [world] = await worlds((json) => {
        json.nodes = Array.from({ length }, (_, i) => i < length - 1 ? { translation: [1, 0, 0], children: [i + 1] } : { mesh: 0 })
      })
      assert.equal(world![12], length - 1)
    })

    for (const [name, change] of [
      ['a node that is its own child', (json: Json) => { json.nodes[0].children = [0] }],
      ['a circle of nodes', (json: Json) => { json.nodes = [{ children: [1], mesh: 0 }, { children: [2] }, { children: [0] }] }],
      ['a node with two parents', (json: Json) => { json.nodes = [{ children: [1, 2] }, { children: [3] }, { children: [3] }, { mesh: 0 }] }],
      ['a node twice in the scene', (json: Json) => { json.scenes[0].nodes = [0, 0] }],
      ['a child out of range', (json: Json) => { json.nodes[0].children = [1] }],
      ['a child that is no number', (json: Json) => { json.nodes[0].children = ['0'] }],
      ['a mesh out of range', (json: Json) => { json.nodes[0].mesh = 1 }],
      ['a rotation without direction', (json: Json) => { json.nodes[0].rotation = [0, 0, 0, 0] }],
      ['a translation of two numbers', (json: Json) => { json.nodes[0].translation = [0, 0] }],
      ['a matrix of text', (json: Json) => { json.nodes[0].matrix = 'identity' }],
      ['a matrix that is a projection', (json: Json) => { json.nodes[0].matrix = [1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] }],
      ['transforms beyond all numbers', (json: Json) => { json.nodes = [{ scale: [1e300, 1, 1], children: [1] }, { mesh: 0, scale: [1e300, 1, 1] }] }],
      ['a scene beyond the solar system', (json: Json) => { json.nodes[0].translation = [1e13, 0, 0] }]
    ] as const) {
      it(`refuses ${name}`, () => refuses(squareGlb(change), /malformed|too large/))
    }
  })

  describe('primitives', () => {
    const ring = Float32Array.of(0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 2, 2, 0)

    it('turns strips and fans into triangles of the same winding', async () => {
      const indicesOf = async (mode: number, indices?: Uint8Array): Promise<number[]> => Array.from((await load(primitive({ position: ring, mode, indices }))).meshes[0]!.indices)
      assert.deepEqual(await indicesOf(5), [0, 1, 2, 1, 3, 2, 2, 3, 4])
      assert.deepEqual(await indicesOf(6), [1, 2, 0, 2, 3, 0, 3, 4, 0])
      assert.deepEqual(await indicesOf(4), [0, 1, 2])
      assert.deepEqual(await indicesOf(5, Uint8Array.of(4, 3, 2, 1)), [3, 2, 1, 2, 0, 1])
    })

    it('reads indices of 8, 16 and 32 bits', async () => {
      for (const type of [Uint8Array, Uint16Array, Uint32Array]) {
        const { meshes } = await load(primitive({ position: ring, indices: type.of(4, 0, 3) }))
        assert.deepEqual(meshes[0]!.indices, Uint32Array.of(2, 0, 1))
        assert.deepEqual(meshes[0]!.positions, Float32Array.of(0, 0, 0, 0, 1, 0, 2, 2, 0))
      }
    })

    it('leaves out vertices that no triangle uses, and triangles without area', async () => {
      const { meshes } = await load(primitive({ position: ring, indices: Uint8Array.of(0, 0, 1, 3, 4, 1) }))
      assert.deepEqual(meshes[0]!.indices, Uint32Array.of(1, 2, 0))
      assert.equal(meshes[0]!.positions.length, 9)
    })

    it('makes normals unit length, and repairs those without direction from their triangles', async () => {
      const position = Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 9, 9, 9)
      const normal = Float32Array.of(0, 3, 4, 0, 0, 0, NaN, 1, 0, 0, 0, 0)
      const { meshes } = await load(primitive({ position, normal, indices: Uint8Array.of(0, 1, 2) }))
      assert.deepEqual(meshes[0]!.normals, Float32Array.of(0, 0.6, 0.8, 0, 0, 1, 0, 0, 1))
    })

    it('leaves missing normals to the renderer', async () => {
      assert.equal((await load(primitive({ position: ring }))).meshes[0]!.normals, undefined)
    })

    it('skips points and lines with a warning, and refuses a scene of nothing else', async () => {
      const glb = squareGlb((json) => { json.meshes[0].primitives.push({ attributes: { POSITION: 0 }, mode: 0 }, { attributes: { POSITION: 0 }, mode: 1 }) })
      assert.equal((await load(glb)).meshes.length, 1)
      assert.match((await inspect(glb)).warnings.join(), /2 primitives are points or lines/)
      await refuses(squareGlb((json) => { json.meshes[0].primitives[0].mode = 0 }), /only points or lines/)
      await refuses(squareGlb((json) => { json.nodes = [{}] }), /no triangles/)
    })

    it('adds alpha to colours of three numbers', async () => {
      const { meshes } = await load(squareGlb((json) => { json.meshes[0].primitives[0].attributes.COLOR_0 = 1 }))
      assert.deepEqual(meshes[0]!.colors, Float32Array.of(0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1))
    })

    for (const [name, change] of [
      ['an index beyond the vertices', (json: Json) => { for (const i of [0, 1, 2]) { json.accessors[i].count = 3 } }],
      ['attributes of different counts', (json: Json) => { json.accessors[1].count = 3 }],
      ['an accessor beyond its view', (json: Json) => { json.accessors[0].count = 5 }],
      ['an accessor that starts beyond its view', (json: Json) => { json.accessors[3].byteOffset = 2 }],
      ['a negative count', (json: Json) => { json.accessors[0].count = -1 }],
      ['a count of 2^53', (json: Json) => { json.accessors[0].count = 2 ** 53 }],
      ['a huge accessor without a view', (json: Json) => { for (const i of [0, 1, 2]) { delete json.accessors[i].bufferView; json.accessors[i].count = 4_000_000_000 } }],
      ['a view beyond its buffer', (json: Json) => { json.bufferViews[3].byteOffset += 4 }],
      ['a buffer beyond its chunk', (json: Json) => { json.buffers[0].byteLength += 4 }],
      ['a stride smaller than its elements', (json: Json) => { json.bufferViews[0].byteStride = 4 }],
      ['positions of two numbers', (json: Json) => { json.meshes[0].primitives[0].attributes.POSITION = 2 }],
      ['positions that are matrices', (json: Json) => { json.accessors[0].type = 'MAT4' }],
      ['a component type that is not one', (json: Json) => { json.accessors[0].componentType = 5124 }],
      ['indices that are floats', (json: Json) => { json.accessors[3].componentType = 5126; json.accessors[3].count = 3 }],
      ['indices that are vectors', (json: Json) => { json.meshes[0].primitives[0].indices = 2 }],
      ['an accessor out of range', (json: Json) => { json.meshes[0].primitives[0].attributes.NORMAL = 4 }],
      ['a material out of range', (json: Json) => { json.meshes[0].primitives[0].material = 1 }],
      ['a mode that is not one', (json: Json) => { json.meshes[0].primitives[0].mode = 7 }],
      ['primitives that are an object', (json: Json) => { json.meshes[0].primitives = {} }],
      ['a buffer without data', (json: Json) => { json.buffers.push({ byteLength: 48 }); json.bufferViews[0].buffer = 1; json.bufferViews[0].byteOffset = 0 }],
      ['an alpha mode that is not one', (json: Json) => { json.materials[0].alphaMode = 'GLASS' }],
      ['a factor that is text', (json: Json) => { json.materials[0].pbrMetallicRoughness.metallicFactor = '1' }],
      ['a texture out of range', (json: Json) => { json.materials[0].normalTexture = { index: 0 } }]
    ] as const) {
      it(`refuses ${name}`, () => refuses(squareGlb(change), /malformed|too large/))
    }

    it('refuses positions that are not finite', async () => {
      for (const value of [NaN, Infinity, -Infinity]) {
        await refuses(primitive({ position: Float32Array.of(0, 0, 0, 1, value, 0, 1, 1, 0) }), /not a number/)
      }
    })
  })
})

describe('inspectScene', () => {
  it('lists cameras, and what is not rendered', async () => {
    const info = await inspect(squareGlb((json) => {
      json.extensionsUsed = ['KHR_materials_unlit']
      json.animations = [{ channels: [], samplers: [] }]
      json.cameras = [{ type: 'perspective', perspective: { yfov: 1 } }, { name: 'Top', type: 'orthographic', orthographic: { xmag: 1, ymag: 1 } }]
      json.nodes.push({ name: 'Main', camera: 0 }, { camera: 1 }, { camera: 0 })
      json.scenes[0].nodes.push(1, 2, 3)
    }))
    assert.deepEqual(info.cameras, ['Main', 'Top', 'camera 3'])
    assert.deepEqual([info.width, info.height, info.frames], [undefined, undefined, undefined])
    assert.equal(info.warnings.length, 1)
    assert.match(info.warnings.join(), /unlit/)
  })
})
