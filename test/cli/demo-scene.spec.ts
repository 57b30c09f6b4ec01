import assert from 'node:assert/strict'
import { buildDemoScene } from '../../src/cli/demo/scene.ts'
import { inspectScene, loadScene } from '../../src/engines/pathtracer/loader/load-scene.ts'
import type { SceneFiles } from '../../src/ports.ts'

describe('the demo scene', () => {
  let glb: Uint8Array
  let files: SceneFiles

  before(async () => {
    glb = await buildDemoScene()
    files = { folder: '/nowhere', entry: 'demo.glb', read: async () => glb }
  })

  it('is the same bytes each time', async () => {
    assert.ok(Buffer.compare(await buildDemoScene(), glb) === 0)
  })

  it('travels fast: less than 6 MB', () => {
    assert.ok(glb.byteLength < 6_000_000, `${glb.byteLength} bytes`)
  })

  it('has one camera, and nothing in it that is not rendered', async () => {
    assert.deepEqual(await inspectScene(files), { cameras: ['Terrace'], width: undefined, height: undefined, frames: undefined, warnings: [] })
  })

  it('shows what the path tracer can do: matte, glossy, metallic, glowing, textured and bumpy things, in 20 000 to 150 000 triangles', async () => {
    const { meshes, instances, materials, textures } = await loadScene(files, { camera: 'Terrace', frame: 1, width: 640, height: 400 })
    const triangles = instances.reduce((sum, { mesh }) => sum + meshes[mesh]!.indices.length / 3, 0)
    assert.ok(triangles >= 20_000 && triangles <= 150_000, `${triangles} triangles`)
    assert.ok(materials.some(({ metallic, roughness }) => metallic === 0 && roughness > 0.8))
    assert.ok(materials.some(({ metallic, roughness }) => metallic === 0 && roughness < 0.2))
    assert.ok(materials.some(({ metallic }) => metallic === 1))
    assert.ok(materials.some(({ emissive }) => Math.max(...emissive) > 1))
    assert.ok(materials.some(({ normalTexture }) => normalTexture !== undefined))
    assert.ok(meshes.some(({ colors }) => colors !== undefined))
    assert.ok(textures.length >= 5)
  })
})
