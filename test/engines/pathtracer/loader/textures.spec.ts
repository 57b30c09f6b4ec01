import assert from 'node:assert/strict'
import { MAX_TEXELS, MAX_TEXTURE_SIDE } from '../../../../src/engines/pathtracer/loader/limits.ts'
import { inspectScene, loadScene } from '../../../../src/engines/pathtracer/loader/load-scene.ts'
import { gradient, jpegOf, png, pngHeader, pngOf, webpOf } from './build-images.ts'
import { filesOf, glbOf, square } from './build-gltf.ts'
import type { FlatScene } from '../../../../src/engines/pathtracer/flat-scene.ts'
import type { Json } from './build-gltf.ts'

const options = { camera: '', frame: 1, width: 640, height: 400 }
const WHITE = png(1, 1, 8, 2, [[255, 255, 255]])
const BLACK = png(1, 1, 8, 2, [[0, 0, 0]])

/** The textured square as text with files beside it. */
function files (change: (json: Json) => void, images: Readonly<Record<string, Uint8Array>>): ReturnType<typeof filesOf> {
  const { json, binary } = square()
  json.buffers[0].uri = 'scene.bin'
  json.images = Object.keys(images).map((uri) => ({ uri }))
  json.textures = json.images.map((_: unknown, source: number) => ({ source }))
  json.materials[0].pbrMetallicRoughness.baseColorTexture = { index: 0 }
  change(json)
  return filesOf({ 'scene.gltf': JSON.stringify(json), 'scene.bin': binary, ...images })
}

const load = (change: (json: Json) => void, images: Readonly<Record<string, Uint8Array>>): Promise<FlatScene> => loadScene(files(change, images), options)

describe('textures', () => {
  it('are PNG, JPEG or WebP by their bytes, whatever they are called', async () => {
    const images = { 'a.jpg': WHITE, 'b.png': await jpegOf(8, 4), 'c.bin': await webpOf(4, 8) }
    const { textures, materials } = await load((json) => {
      Object.assign(json.materials[0], { normalTexture: { index: 1, scale: 0.5 }, emissiveTexture: { index: 2 } })
    }, images)
    assert.deepEqual(textures.map(({ width, height, rgba }) => [width, height, rgba.length]), [[1, 1, 4], [8, 4, 128], [4, 8, 128]])
    assert.deepEqual(textures[2]!.rgba, Uint8Array.from(gradient(4, 8)))
    const { baseColorTexture, normalTexture, emissiveTexture, normalScale } = materials[0]!
    assert.deepEqual([baseColorTexture?.texture, normalTexture?.texture, emissiveTexture?.texture, normalScale], [0, 1, 2, 0.5])
  })

  it('lie in buffer views and data URIs too', async () => {
    const { json } = square()
    json.images = [{ bufferView: 4, mimeType: 'image/png' }, { uri: `data:image/png;base64,${Buffer.from(BLACK).toString('base64')}` }]
    json.textures = [{ source: 0 }, { source: 1 }]
    json.materials[0].pbrMetallicRoughness = { baseColorTexture: { index: 0 }, metallicRoughnessTexture: { index: 1 } }
    const { binary } = square()
    json.bufferViews.push({ buffer: 0, byteOffset: binary.length, byteLength: WHITE.length })
    json.buffers[0].byteLength = binary.length + WHITE.length
    const { textures } = await loadScene(filesOf({ 'a.glb': glbOf(json, Buffer.concat([binary, WHITE])) }), options)
    assert.deepEqual(textures.map(({ rgba }) => rgba[0]), [255, 0])
  })

  it('are decoded once for each way they are sampled', async () => {
    const { textures, materials } = await load((json) => {
      json.samplers = [{ wrapS: 33071, wrapT: 33648, magFilter: 9728 }, { magFilter: 9729, minFilter: 9728 }]
      json.textures = [{ source: 0, sampler: 0 }, { source: 0, sampler: 1 }, { source: 0 }]
      Object.assign(json.materials[0], { normalTexture: { index: 1 }, emissiveTexture: { index: 2 } })
    }, { 'a.png': WHITE })
    assert.deepEqual(textures.map(({ wrapS, wrapT, filter }) => [wrapS, wrapT, filter]), [['clamp', 'mirror', 'nearest'], ['repeat', 'repeat', 'linear']])
    assert.equal(textures[0]!.rgba, textures[1]!.rgba)
    assert.deepEqual([materials[0]!.normalTexture?.texture, materials[0]!.emissiveTexture?.texture], [1, 1])
  })

  it('are not read when nothing visible uses them', async () => {
    const { textures } = await load((json) => {
      json.materials.push({ normalTexture: { index: 1 } })
      json.meshes.push({ primitives: [{ attributes: { POSITION: 0 }, material: 1 }] })
    }, { 'a.png': WHITE, 'broken.png': new Uint8Array(5) })
    assert.equal(textures.length, 1)
  })

  it('take the uv set and transform that the extension gives', async () => {
    const refer = async (info: Json): Promise<unknown> => (await load((json) => { json.materials[0].pbrMetallicRoughness.baseColorTexture = { index: 0, ...info } }, { 'a.png': WHITE })).materials[0]!.baseColorTexture
    assert.deepEqual(await refer({ texCoord: 1 }), { texture: 0, uvSet: 1, transform: undefined })
    assert.deepEqual(await refer({ extensions: { KHR_texture_transform: { offset: [0.5, 0.25], scale: [2, 3], texCoord: 1 } } }), { texture: 0, uvSet: 1, transform: [2, 0, 0.5, -0, 3, 0.25] })
    const turned = await refer({ extensions: { KHR_texture_transform: { rotation: Math.PI / 2, scale: [2, 3] } } }) as { transform: readonly number[] }
    assert.deepEqual(turned.transform.map((value) => Math.round(value * 1e12) / 1e12 + 0), [0, 3, 0, -2, 0, 0], 'u turns to −v: up in the picture')
  })

  it('prefer the WebP of EXT_texture_webp', async () => {
    const { textures } = await load((json) => {
      json.extensionsRequired = json.extensionsUsed = ['EXT_texture_webp']
      json.textures = [{ extensions: { EXT_texture_webp: { source: 1 } }, source: 0 }]
    }, { 'a.png': WHITE, 'b.webp': await webpOf(4, 4) })
    assert.equal(textures[0]!.width, 4)
  })

  it('are left out with a warning where there is no picture to read, or no such uv set', async () => {
    const source = files((json) => {
      json.extensionsUsed = ['KHR_texture_basisu']
      json.textures = [{ extensions: { KHR_texture_basisu: { source: 0 } } }, { source: 0 }]
      json.materials[0].normalTexture = { index: 1, texCoord: 2 }
    }, { 'a.png': WHITE })
    const { textures, materials } = await loadScene(source, options)
    assert.deepEqual(textures, [])
    assert.equal(materials[0]!.baseColorTexture, undefined)
    const { warnings } = await inspectScene(source)
    assert.equal(warnings.length, 3)
  })

  for (const [name, change, image] of [
    ['no picture', () => {}, Uint8Array.from(Buffer.from('not a picture at all'))],
    ['an empty file', () => {}, new Uint8Array(0)],
    ['a picture that is too large', () => {}, pngOf([pngHeader(MAX_TEXTURE_SIDE + 1, 1, 8, 6)])],
    ['an image out of range', (json: Json) => { json.textures[0].source = 1 }, WHITE],
    ['a sampler out of range', (json: Json) => { json.textures[0].sampler = 0 }, WHITE],
    ['an image without data', (json: Json) => { json.images = [{}] }, WHITE],
    ['a URI that is a number', (json: Json) => { json.images = [{ uri: 5 }] }, WHITE],
    ['a transform of text', (json: Json) => { json.materials[0].pbrMetallicRoughness.baseColorTexture.extensions = { KHR_texture_transform: { scale: 'large' } } }, WHITE]
  ] as const) {
    it(`are refused with ${name}, at once when the scene is inspected`, async () => {
      for (const read of [inspectScene(files(change, { 'a.png': image })), loadScene(files(change, { 'a.png': image }), options)]) {
        await assert.rejects(read, { name: 'SceneError' })
      }
    })
  }

  it('have a limit of texels together, checked before one is decoded', async () => {
    const side = 8192
    const count = MAX_TEXELS / side / side
    const images = Object.fromEntries(Array.from({ length: count + 1 }, (_, i) => [`${i}.png`, pngOf([pngHeader(side, side, 8, 6)])]))
    const use = (used: number) => (json: Json): void => {
      json.materials = Array.from({ length: used }, (_, index) => ({ emissiveTexture: { index } }))
      json.meshes[0].primitives = json.materials.map((_: unknown, material: number) => ({ attributes: { POSITION: 0 }, indices: 3, material }))
    }
    assert.equal((await inspectScene(files(use(count), images))).warnings.length, 0)
    await assert.rejects(inspectScene(files(use(count + 1), images)), { name: 'SceneError', message: /texels/ })
    const sampled = (json: Json): void => {
      use(count + 1)(json)
      json.samplers = [{ magFilter: 9728 }]
      json.textures = json.textures.map((_: unknown, i: number) => i === 0 ? { source: 1, sampler: 0 } : { source: Math.min(i, count - 1) })
    }
    assert.equal((await inspectScene(files(sampled, images))).warnings.length, 0, 'the same picture sampled in the same way counts once')
  })
})
