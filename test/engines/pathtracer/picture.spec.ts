import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { instantiateKernel, loadKernelModule } from '../../../src/engines/pathtracer/kernel-module.ts'
import { STOP_WORDS, THREAD_BLOCKS, THREAD_SUMS } from '../../../src/engines/pathtracer/layout.ts'
import { kernelOn, meanOfChannel } from './kernel.ts'
import { facing, IDENTITY, material, placed, quad, sceneOf, sphere, stillLife, texture } from './scenes.ts'
import type { FlatScene } from '../../../src/engines/pathtracer/flat-scene.ts'

/** Close enough that the sphere fills the picture. */
const filled = facing(2, 0.3)

const floor = quad(0, [-50, 0, 50], [50, 0, 50], [50, 0, -50], [-50, 0, -50])

function sha256 (pixels: Float32Array): string {
  return createHash('sha256').update(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)).digest('hex')
}

function brightest (picture: Float32Array): number {
  return picture.reduce((most, value, i) => i % 4 < 3 ? Math.max(most, value) : most, 0)
}

describe('engines/pathtracer: pictures', () => {
  it('are the same to the bit as ever: a change here is a change of the fingerprint', async () => {
    const { picture } = await kernelOn(stillLife(), { width: 48, height: 32, sky: 'default', bounces: 6 })
    assert.equal(sha256(picture(16)), '7c46db2af05b46e89bf178e4eeecc31c3be38f946a3034716227982fab3d31a1')
  })

  it('differ from frame to frame in their noise only', async () => {
    const { picture } = await kernelOn(stillLife(), { width: 16, height: 16, sky: 'default' })
    const [one, two] = [picture(16, 1), picture(16, 2)]
    assert.notEqual(sha256(one), sha256(two))
    assert.ok(Math.abs(meanOfChannel(one, 1) / meanOfChannel(two, 1) - 1) < 0.15)
  })

  describe('in an even white furnace', () => {
    const inFurnace = async (overrides: Parameters<typeof material>[0], samples = 64): Promise<number> => {
      const scene = sceneOf([material(overrides)], [sphere(0, 5)], { camera: filled })
      const { picture } = await kernelOn(scene, { sky: 'white', bounces: 32 })
      return meanOfChannel(picture(samples), 0)
    }

    it('nothing makes energy, and next to none is lost, between rough facets neither', async () => {
      for (const metallic of [0, 0.5, 1] as const) {
        for (const roughness of [0, 0.2, 0.5, 1]) {
          const energy = await inFurnace({ baseColor: [1, 1, 1, 1], metallic, roughness })
          assert.ok(energy <= 1.005, `metallic ${metallic}, roughness ${roughness}: ${energy}`)
          assert.ok(energy > { 0: 0.9, 0.5: 0.8, 1: 0.99 }[metallic], `metallic ${metallic}, roughness ${roughness}: ${energy}`)
        }
      }
    })

    it('a perfect mirror disappears', async () => {
      const energy = await inFurnace({ baseColor: [1, 1, 1, 1], metallic: 1, roughness: 0 })
      assert.ok(Math.abs(energy - 1) < 0.005, `${energy}`)
    })

    it('a matt surface gives back its colour, less what its clear layer takes and gives', async () => {
      const energy = await inFurnace({ baseColor: [0.5, 0.5, 0.5, 1] }, 256)
      assert.ok(energy > 0.45 && energy < 0.56, `${energy}`)
    })

    it('no flat surface of a closed box is lost: seven bounces more make it brighter, up to its albedo', async () => {
      const scene = sceneOf([material({ baseColor: [0.5, 0.5, 0.5, 1], emissive: [1, 1, 1], doubleSided: true })], [sphere(0, 3)], { camera: facing(0) })
      const few = await kernelOn(scene, { bounces: 0 })
      const many = await kernelOn(scene, { bounces: 32 })
      // Emission 1 and albedo ρ everywhere: 1 + ρ with one bounce, 1 ÷ (1 − ρ) with all.
      const once = meanOfChannel(few.picture(256), 0)
      const always = meanOfChannel(many.picture(256), 0)
      assert.ok(once > 1.45 && once < 1.55, `${once}`)
      assert.ok(always > 1.8 && always < 2.15, `${always}`)
    })
  })

  describe('light', () => {
    it('from a lamp is what radiometry says, whichever way it is found', async () => {
      // A matt point below the middle of a parallel square of 2 × 2 at height 1: four times the form factor of a corner of 1 × 1.
      const formFactor = 4 / Math.PI * Math.SQRT1_2 * Math.atan(Math.SQRT1_2)
      const radiance = 3
      const scene = sceneOf(
        [material({ baseColor: [1, 1, 1, 1] }), material({ baseColor: [0, 0, 0, 1], emissive: [radiance, radiance, radiance] })],
        [floor, quad(1, [-1, 1, -1], [1, 1, -1], [1, 1, 1], [-1, 1, 1])],
        { camera: { world: [1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0.9, 0, 1], projection: { type: 'perspective', yfov: 0.02 } } }
      )
      const { picture } = await kernelOn(scene, { bounces: 0 })
      // The clear layer takes a little from the matt base and gives a little gloss.
      const seen = meanOfChannel(picture(256), 0) / (radiance * formFactor)
      assert.ok(seen > 0.93 && seen < 1.05, `${seen} of what it should be`)
    })

    it('comes from the front of a lamp only, unless it has two sides', async () => {
      const lamp = (doubleSided: boolean): FlatScene => sceneOf(
        [material(), material({ baseColor: [0, 0, 0, 1], emissive: [5, 5, 5], doubleSided })],
        // It shines upward, away from the floor.
        [floor, quad(1, [-1, 1, 1], [1, 1, 1], [1, 1, -1], [-1, 1, -1])],
        { camera: { world: placed(0, 0.5, 3), projection: { type: 'perspective', yfov: 0.6 } } }
      )
      const dark = await kernelOn(lamp(false), { bounces: 3 })
      const lit = await kernelOn(lamp(true), { bounces: 3 })
      assert.equal(brightest(dark.picture(16)), 0)
      assert.ok(meanOfChannel(lit.picture(16), 0) > 0.1)
    })

    it('does not leak into a closed room', async () => {
      const room = (size: number): FlatScene['meshes'] => {
        const s = size
        return [
          quad(0, [-s, -s, -s], [s, -s, -s], [s, s, -s], [-s, s, -s]), quad(0, [s, -s, s], [-s, -s, s], [-s, s, s], [s, s, s]),
          quad(0, [-s, -s, s], [-s, -s, -s], [-s, s, -s], [-s, s, s]), quad(0, [s, -s, -s], [s, -s, s], [s, s, s], [s, s, -s]),
          quad(0, [-s, -s, s], [s, -s, s], [s, -s, -s], [-s, -s, -s]), quad(0, [-s, s, -s], [s, s, -s], [s, s, s], [-s, s, s])
        ]
      }
      for (const size of [0.001, 1, 1000]) {
        const { picture } = await kernelOn(sceneOf([material()], room(size), { camera: facing(0, 2) }), { sky: 'default', bounces: 8 })
        assert.equal(brightest(picture(32)), 0, `a room of ${size} m`)
      }
    })

    it('leaves no acne: a lit plane is even, near and far, at every scale', async () => {
      for (const scale of [1e-3, 1, 1e3]) {
        const scene = sceneOf([material()], [floor], {
          instances: [{ mesh: 0, world: placed(0.1 * scale, 0, 0, scale) }],
          camera: { world: [1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 10 * scale, 0, 1], projection: { type: 'perspective', yfov: 0.5 } }
        })
        const { picture } = await kernelOn(scene, { sky: 'default', bounces: 2 })
        const pixels = picture(64)
        const mean = meanOfChannel(pixels, 1)
        for (let i = 1; i < pixels.length; i += 4) {
          assert.ok(Math.abs(pixels[i]! / mean - 1) < 0.1, `scale ${scale}: ${pixels[i]} beside a mean of ${mean}`)
        }
      }
    })

    it('from the sun casts a shadow', async () => {
      const shade = quad(0, [-30, 5, 30], [30, 5, 30], [30, 5, -30], [-30, 5, -30])
      const camera = { world: placed(0, 2, 3), projection: { type: 'perspective', yfov: 0.4 } } as const
      const wall = quad(0, [-3, -3, 0], [3, -3, 0], [3, 6, 0], [-3, 6, 0])
      const open = await kernelOn(sceneOf([material()], [wall], { camera }), { sky: 'default', bounces: 0 })
      const shaded = await kernelOn(sceneOf([material()], [wall, shade], { camera }), { sky: 'default', bounces: 0 })
      assert.ok(meanOfChannel(open.picture(16), 0) > 2 * meanOfChannel(shaded.picture(16), 0))
    })
  })

  describe('materials', () => {
    const view = facing(2, 0.5)
    const pane = quad(0, [-2, -2, 0], [2, -2, 0], [2, 2, 0], [-2, 2, 0])
    const white = { sky: 'white', bounces: 0 } as const
    const lamp = material({ baseColor: [0, 0, 0, 1], roughness: 1 })

    it('cut out what is below the threshold of their alpha', async () => {
      const holes = texture(2, 1, (x) => [255, 255, 255, x === 0 ? 127 : 128])
      const scene = sceneOf([{ ...lamp, emissive: [7, 7, 7], alphaMode: 'mask', alphaCutoff: 0.5, baseColorTexture: { texture: 0, uvSet: 0 } }], [pane], { textures: [holes], camera: view })
      const { picture } = await kernelOn(scene, { ...white, sky: 'black' })
      const pixels = picture(4)
      assert.equal(pixels[(8 * 16 + 2) * 4], 0)
      assert.ok(pixels[(8 * 16 + 13) * 4]! >= 7)
    })

    it('let through as much as their alpha says, whatever is in front of what', async () => {
      const glass = (alpha: number): ReturnType<typeof material> => ({ ...lamp, alphaMode: 'blend', baseColor: [0, 0, 0, alpha] })
      const behind = quad(1, [-4, -4, -1], [4, -4, -1], [4, 4, -1], [-4, 4, -1])
      const scene = sceneOf([glass(0.25), { ...lamp, emissive: [1, 1, 1] }], [pane, behind], { camera: view })
      const { picture } = await kernelOn(scene, { bounces: 0 })
      const through = meanOfChannel(picture(256), 0)
      assert.ok(Math.abs(through - 0.75) < 0.03, `${through}`)
    })

    it('are not seen by the camera from behind when they have one side, but stop light', async () => {
      const away = { world: [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 0, 0, -2, 1], projection: view.projection }
      const scene = sceneOf([material({ baseColor: [0, 0, 0, 1] })], [pane], { camera: away })
      const { picture, kernel, scratch } = await kernelOn(scene, white)
      assert.ok(meanOfChannel(picture(4), 0) > 0.99)
      assert.equal(kernel.castRay(0, 0, -2, 0, 0, 1, scratch), 1)
    })

    it('look textures up where glTF says: v down, wrapped as asked, transformed', async () => {
      const quarters = (overrides: object): FlatScene['textures'] => [texture(2, 2, (x, y) => [x * 255, y * 255, 0, 255], overrides)]
      const seen = async (textures: FlatScene['textures'], transform?: readonly [number, number, number, number, number, number], samples = 1): Promise<(column: number, row: number) => number[]> => {
        const scene = sceneOf([{ ...lamp, emissive: [1, 1, 1], emissiveTexture: { texture: 0, uvSet: 0, transform } }], [quad(0, [-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0])], {
          textures, camera: { world: placed(0, 0, 1), projection: { type: 'orthographic', ymag: 1 } }
        })
        const { picture } = await kernelOn(scene, { width: 8, height: 8, bounces: 0 })
        const pixels = picture(samples)
        return (column, row) => [...pixels.subarray((row * 8 + column) * 4, (row * 8 + column) * 4 + 2)]
      }
      const plain = await seen(quarters({}))
      assert.deepEqual([plain(1, 1), plain(6, 1), plain(1, 6), plain(6, 6)], [[0, 0], [1, 0], [0, 1], [1, 1]])
      const twice = [2, 0, 0.5, 0, 2, 0] as const
      const repeated = await seen(quarters({}), twice)
      assert.deepEqual([0, 2, 4, 6].map((column) => repeated(column, 0)[0]), [1, 0, 1, 0])
      const mirrored = await seen(quarters({ wrapS: 'mirror' }), twice)
      assert.deepEqual([0, 2, 4, 6].map((column) => mirrored(column, 0)[0]), [1, 1, 0, 0])
      const clamped = await seen(quarters({ wrapS: 'clamp' }), twice)
      assert.deepEqual([0, 2, 4, 6].map((column) => clamped(column, 0)[0]), [1, 1, 1, 1])
      const smooth = await seen(quarters({ filter: 'linear' }), undefined, 64)
      // Linear from the middle of one texel to the middle of the next, across the edge too. The values are linear light: 0 and 1.
      for (const [column, wanted] of [[0, 0.375], [1, 0.125], [3, 0.375], [4, 0.625], [6, 0.875]] as const) {
        assert.ok(Math.abs(smooth(column, 0)[0]! - wanted) < 0.01, `column ${column}: ${smooth(column, 0)[0]}`)
      }
    })

    it('bend light by their normal texture: green is up', async () => {
      const light = quad(1, [-5, 5, -5], [5, 5, -5], [5, 5, 5], [-5, 5, 5])
      const tilted = (green: number): FlatScene => sceneOf(
        [material({ normalTexture: { texture: 0, uvSet: 0 } }), { ...lamp, emissive: [3, 3, 3] }],
        [pane, light], { textures: [texture(1, 1, () => [128, green, 218, 255])], camera: view }
      )
      const up = await kernelOn(tilted(218), { bounces: 0 })
      const down = await kernelOn(tilted(38), { bounces: 0 })
      const [bright, dim] = [meanOfChannel(up.picture(32), 0), meanOfChannel(down.picture(32), 0)]
      assert.ok(bright > 1.5 * dim, `${bright} up, ${dim} down`)
    })
  })

  it('have no NaN or infinity, whatever the geometry', async () => {
    const scene = stillLife()
    // Needles, points, normals of no length, texture coordinates beyond all bounds, a matrix that flattens.
    const wild = {
      positions: Float32Array.from([0, 0, 1, 0, 0, 1, 0, 0, 1, -1, 0.5, 1, 1, 0.5, 1, 0, 0.5, 1, -1, 1, 1, 1, 1, 1, 0, 2, 1]),
      normals: new Float32Array(27),
      uvs0: new Float32Array(18).fill(3e38),
      indices: Uint32Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8]),
      material: 0
    }
    const bright = material({ emissive: [3e38, 3e38, 3e38], metallic: 5, roughness: -3, baseColor: [9, -9, 9, 1] })
    const { picture } = await kernelOn({
      ...scene,
      materials: [...scene.materials, bright],
      meshes: [...scene.meshes, wild, { ...wild, material: scene.materials.length }],
      instances: [...scene.instances, { mesh: scene.meshes.length, world: IDENTITY }, { mesh: scene.meshes.length + 1, world: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1] }, { mesh: 0, world: placed(1e300, 0, 0, 1e300) }]
    }, { width: 32, height: 32, sky: 'default' })
    for (const value of picture(16)) {
      assert.ok(Number.isFinite(value) && value >= 0)
    }
  })

  it('count a sample that is no number as 0', async () => {
    // Infinite in float32, and infinite × 0 where the texture is black: neither may reach the film.
    const black = texture(2, 1, (x) => [x * 255, x * 255, x * 255, 255])
    const scene = sceneOf([material({ emissive: [1e300, 1e300, 1e300], emissiveTexture: { texture: 0, uvSet: 0 } })], [quad(0, [-4, -4, 0], [4, -4, 0], [4, 4, 0], [-4, 4, 0])], { textures: [black] })
    const { picture } = await kernelOn(scene)
    assert.equal(brightest(picture(4).map((value) => Number.isNaN(value) ? 1 : value)), 0)
  })

  it('stop at the stop word', async () => {
    const { kernel, memory } = await kernelOn(stillLife())
    new Int32Array(memory.buffer, STOP_WORDS, 4)[3] = 1
    const to = THREAD_BLOCKS + THREAD_SUMS
    assert.equal(kernel.renderBlock(1, 0, 0, 4, 4, 0, 16, to, STOP_WORDS + 12), 0)
    assert.equal(kernel.renderBlock(1, 0, 0, 4, 4, 0, 16, to, STOP_WORDS), 1)
  })

  it('count their samples in alpha: the sky is part of the picture', async () => {
    const { kernel, memory } = await kernelOn(sceneOf([], []), { sky: 'default' })
    const to = THREAD_BLOCKS + THREAD_SUMS
    kernel.renderBlock(1, 0, 0, 2, 1, 16, 32, to, STOP_WORDS)
    const sums = new Float32Array(memory.buffer, to, 8)
    assert.equal(sums[3], 16)
    assert.equal(sums[7], 16)
    assert.ok(sums[0]! > 0)
  })

  it('are a kernel\'s own: another instance over the same memory makes the same', async () => {
    const { picture, memory } = await kernelOn(stillLife(), { width: 8, height: 8 })
    const once = picture(16)
    const { module } = await loadKernelModule()
    const other = instantiateKernel(module, memory)
    other.attach(5)
    const to = THREAD_BLOCKS + THREAD_SUMS
    other.renderBlock(1, 0, 0, 8, 8, 0, 16, to, STOP_WORDS)
    assert.deepEqual(new Float32Array(memory.buffer, to, 256).map((value) => value / 16), once)
  })
})
