import assert from 'node:assert/strict'
import fc from 'fast-check'
import { frameScene } from '../../../../src/engines/pathtracer/loader/camera.ts'
import { loadScene } from '../../../../src/engines/pathtracer/loader/load-scene.ts'
import { IDENTITY } from '../../../../src/engines/pathtracer/loader/matrix.ts'
import { filesOf, squareGlb } from './build-gltf.ts'
import type { FlatCamera } from '../../../../src/engines/pathtracer/flat-scene.ts'
import type { Box } from '../../../../src/engines/pathtracer/loader/camera.ts'
import type { Json } from './build-gltf.ts'

const cameraOf = async (change: (json: Json) => void, options: { readonly camera?: string, readonly width?: number, readonly height?: number } = {}): Promise<FlatCamera> =>
  (await loadScene(filesOf({ 'a.glb': squareGlb(change) }), { camera: '', frame: 1, width: 600, height: 400, ...options })).camera

/** Three cameras at different heights. */
function threeCameras (json: Json): void {
  json.cameras = [{ name: 'lens', type: 'perspective', perspective: { yfov: 1 } }, { type: 'orthographic', orthographic: { xmag: 9, ymag: 2 } }]
  json.nodes.push({ name: 'low', camera: 0, translation: [0, 1, 0] }, { name: 'high', camera: 1, translation: [0, 3, 0] }, { name: 'lens', camera: 0, translation: [0, 2, 0] })
  json.scenes[0].nodes = [0, 1, 3, 2]
}

describe('the camera', () => {
  it('is the first of the scene, or the one named', async () => {
    assert.equal((await cameraOf(threeCameras)).world[13], 1)
    assert.equal((await cameraOf(threeCameras, { camera: 'lens' })).world[13], 2, 'names of nodes come first')
    assert.deepEqual(await cameraOf(threeCameras, { camera: 'high' }), { world: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 3, 0, 1], projection: { type: 'orthographic', ymag: 2 } })
  })

  it('is named in the refusal of an unknown one', async () => {
    await assert.rejects(cameraOf(threeCameras, { camera: 'Low' }), { name: 'UsageError', message: /"Low".*low, lens, high/ })
    await assert.rejects(cameraOf(() => {}, { camera: 'x' }), { name: 'UsageError', message: /it has none/ })
  })

  for (const [name, change] of [
    ['an angle of nothing', (json: Json) => { json.cameras[0].perspective.yfov = 0 }],
    ['an angle of half a turn', (json: Json) => { json.cameras[0].perspective.yfov = 3.2 }],
    ['no angle', (json: Json) => { json.cameras[0].perspective = {} }],
    ['no projection', (json: Json) => { json.cameras[0].type = 'fisheye' }],
    ['no extent', (json: Json) => { json.nodes[1].scale = [0, 1, 1] }],
    ['a place beyond the solar system', (json: Json) => { json.nodes[1].translation = [1e30, 0, 0] }],
    ['an index out of range', (json: Json) => { json.nodes[1].camera = 2 }]
  ] as const) {
    it(`is refused with ${name}`, () => assert.rejects(cameraOf((json) => { threeCameras(json); change(json) }), { name: 'SceneError' }))
  }

  it('is framed automatically where the scene has none: the same on every machine', async () => {
    assert.deepEqual(await cameraOf(() => {}), await cameraOf(() => {}))
    const { world, projection } = await cameraOf(() => {})
    assert.equal(projection.type, 'perspective')
    assert.ok(world[12]! > 0 && world[13]! > 0 && world[14]! > 0, 'from the front right above')
  })
})

describe('frameScene', () => {
  const number = fc.double({ min: -1000, max: 1000, noNaN: true })
  const size = fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1000, noNaN: true }))
  const anyBox = fc.tuple(number, number, number, size, size, size).map(([x, y, z, w, h, d]): Box => ({ least: [x, y, z], most: [x + w, y + h, z + d] }))

  it('shows every corner, as large as the picture allows', () => {
    fc.assert(fc.property(fc.array(anyBox, { minLength: 1, maxLength: 4 }), fc.double({ min: 0.2, max: 5, noNaN: true }), (boxes, aspect) => {
      const camera = frameScene(boxes.map((box) => ({ box, world: IDENTITY })), aspect)
      assert.ok(camera.projection.type === 'perspective')
      const tanY = Math.tan(camera.projection.yfov / 2)
      const m = camera.world
      let [most, nearest] = [0, Infinity]
      for (const { least, most: top } of boxes) {
        for (let i = 0; i < 8; i++) {
          const p = [i & 1 ? top[0] : least[0], i & 2 ? top[1] : least[1], i & 4 ? top[2] : least[2]]
          const axis = (column: number): number => [0, 1, 2].reduce((sum, k) => sum + m[column + k]! * (p[k]! - m[12 + k]!), 0)
          const depth = -axis(8)
          assert.ok(depth > 0, 'in front of the camera')
          nearest = Math.min(nearest, depth)
          most = Math.max(most, Math.abs(axis(0)) / (depth * tanY * aspect), Math.abs(axis(4)) / (depth * tanY))
        }
      }
      assert.ok(most <= 0.8801, `inside the picture: ${most}`)
      assert.ok(most > 0.8799 || nearest < 1.01e-6, `fills the picture, or is as near as a camera gets: ${most}`)
    }), {
      numRuns: 500,
      examples: [[[{ least: [0, 4.367624904995502, 61.380859374999886], most: [0, 4.367624904995502, 61.380859374999886] }, { least: [0, 0, 0], most: [0, 0, 0.001] }], 2.3008848892001947]]
    })
  })
})
