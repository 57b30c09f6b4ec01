import assert from 'node:assert/strict'
import { readContainer } from '../../../../src/engines/pathtracer/loader/container.ts'
import { readGltf } from '../../../../src/engines/pathtracer/loader/gltf.ts'
import { MAX_JSON_BYTES, MAX_LIST } from '../../../../src/engines/pathtracer/loader/limits.ts'
import { SceneError } from '../../../../src/errors.ts'
import { glbOf, square, squareGlb } from './build-gltf.ts'

const text = (content: string): Uint8Array => Uint8Array.from(Buffer.from(content))

function refuses (bytes: Uint8Array, message: RegExp): void {
  assert.throws(() => readGltf(bytes), (error) => {
    assert.ok(error instanceof SceneError, String(error))
    assert.match(error.message, message)
    assert.ok(!error.message.includes('\n'))
    return true
  })
}

describe('readContainer', () => {
  it('takes a GLB apart', () => {
    const { json, binary } = square()
    const container = readContainer(glbOf(json, binary))
    assert.deepEqual(container.json, json)
    assert.deepEqual(container.binary, binary)
  })

  it('reads text, also behind a byte order mark, whatever the file is called', () => {
    for (const content of ['{"a":1}', '\n {"a":1}', '\ufeff{"a":1}']) {
      assert.deepEqual(readContainer(text(content)), { json: { a: 1 }, binary: undefined })
    }
  })

  it('skips chunks of unknown types, and bytes behind the end', () => {
    const { json, binary } = square()
    const glb = glbOf(json, binary)
    const extra = Buffer.from([4, 0, 0, 0, 0x41, 0x42, 0x43, 0x44, 1, 2, 3, 4])
    const jsonEnd = 20 + new DataView(glb.buffer).getUint32(12, true)
    const longer = Uint8Array.from(Buffer.concat([glb.subarray(0, jsonEnd), extra, glb.subarray(jsonEnd), Buffer.from('junk')]))
    new DataView(longer.buffer).setUint32(8, glb.length + extra.length, true)
    assert.deepEqual(readContainer(longer).binary, binary)
  })

  it('reads a scene without a binary chunk', () => {
    assert.equal(readContainer(glbOf({ a: 1 })).binary, undefined)
  })
})

describe('readGltf', () => {
  const patched = (at: number, value: number): Uint8Array => {
    const glb = squareGlb()
    new DataView(glb.buffer).setUint32(at, value, true)
    return glb
  }

  it('refuses a GLB that is cut short at any place', () => {
    const glb = squareGlb()
    for (let length = 0; length < glb.length; length++) {
      refuses(glb.slice(0, length), length === 0 ? /empty/ : length < 4 ? /neither/ : /cut short/)
    }
  })

  it('refuses a GLB whose declared length was cut with it, where its chunks end in the middle', () => {
    const glb = squareGlb()
    for (let length = 20; length < glb.length; length += 7) {
      const cut = glb.slice(0, length)
      new DataView(cut.buffer).setUint32(8, length, true)
      assert.throws(() => {
        const gltf = readGltf(cut)
        assert.equal(gltf.binary, undefined, 'without its binary chunk the loader says so later')
        throw new SceneError('no binary chunk')
      }, { name: 'SceneError' })
    }
  })

  const hostile: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['a wrong magic', patched(0, 0x46546c68), /neither/],
    ['GLB version 1', patched(4, 1), /version 1/],
    ['GLB version 3', patched(4, 3), /version 3/],
    ['a length beyond the file', patched(8, 0xffffffff), /cut short/],
    ['a JSON chunk beyond the end', patched(12, 0xfffffff0), /beyond the end/],
    ['a first chunk that is not JSON', patched(16, 0x004e4942), /not JSON/],
    ['garbage', text('\x00\x01garbage'), /neither/],
    ['a picture', text('\x89PNG\r\n'), /neither/],
    ['XML', text('<COLLADA/>'), /neither/],
    ['white space', text('   \n'), /neither/],
    ['broken JSON', text('{"asset":'), /JSON/],
    ['broken JSON in a GLB', glbOf('{"asset":{"version":"2.0"'), /JSON/],
    ['invalid UTF-8', Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), /JSON/],
    ['no asset', text('{}'), /glTF 2.0/],
    ['glTF 1', text('{"asset":{"version":"1.0"}}'), /glTF 1.0/],
    ['a scene that needs glTF 2.1', text('{"asset":{"version":"2.1","minVersion":"2.1"}}'), /glTF 2.1/],
    ['an asset that is a list', text('{"asset":[]}'), /object/],
    ['nodes that are an object', text('{"asset":{"version":"2.0"},"nodes":{}}'), /list/],
    ['a node that is null', text('{"asset":{"version":"2.0"},"nodes":[null]}'), /object/],
    ['a scene out of range', text('{"asset":{"version":"2.0"},"scene":1,"scenes":[{}]}'), /scene/],
    ['a negative scene', text('{"asset":{"version":"2.0"},"scene":-1,"scenes":[{}]}'), /scene/],
    ['a scene that is half a number', text('{"asset":{"version":"2.0"},"scene":0.5,"scenes":[{}]}'), /scene/]
  ]
  for (const [name, bytes, message] of hostile) {
    it(`refuses ${name}`, () => refuses(bytes, message))
  }

  it('names all required extensions that it can not render, and accepts those it can', () => {
    const asset = { version: '2.0' }
    refuses(glbOf({ asset, extensionsRequired: ['KHR_texture_basisu', 'KHR_mesh_quantization', 'ACME_x', 'KHR_materials_unlit'] }), /KHR_texture_basisu, ACME_x, KHR_materials_unlit/)
    const rendered = ['KHR_mesh_quantization', 'KHR_draco_mesh_compression', 'EXT_meshopt_compression', 'EXT_texture_webp', 'KHR_texture_transform', 'KHR_materials_emissive_strength']
    assert.deepEqual(readGltf(glbOf({ asset, extensionsUsed: rendered, extensionsRequired: rendered })).warnings, [])
  })

  it('warns in one line each of extensions that are left out', () => {
    const used = ['KHR_lights_punctual', 'KHR_materials_ior', 'KHR_materials_emissive_strength', 'ACME_x', 'KHR_lights_punctual']
    const { warnings } = readGltf(glbOf({ asset: { version: '2.0' }, extensionsUsed: used }))
    assert.deepEqual(warnings.map((line) => line.split(':')[0]), ['KHR_lights_punctual', 'KHR_materials_ior', 'ACME_x'])
  })

  it('takes the first scene when none is chosen', () => {
    assert.equal(readGltf(text('{"asset":{"version":"2.0"},"scenes":[{},{}]}')).scene, 0)
    assert.equal(readGltf(text('{"asset":{"version":"2.0"}}')).scene, undefined)
  })

  it('bounds the JSON and its lists', () => {
    const list = `{"asset":{"version":"2.0"},"nodes":[${'{},'.repeat(MAX_LIST - 1)}{}]}`
    assert.equal(readGltf(text(list)).nodes.length, MAX_LIST)
    refuses(text(list.replace('{}]', '{},{}]')), /too large/)
    const padded = new Uint8Array(MAX_JSON_BYTES + 1).fill(0x20)
    padded.set(text('{"asset":{"version":"2.0"}}'))
    assert.deepEqual(readGltf(padded.subarray(0, -1)).nodes, [])
    refuses(padded, /too large/)
  })
})
