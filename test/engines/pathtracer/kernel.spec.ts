import assert from 'node:assert/strict'
import { HEADER, HEADER_SRGB } from '../../../src/engines/pathtracer/layout.ts'
import { kernelOn } from './kernel.ts'
import { facing, IDENTITY, material, placed, quad, sceneOf } from './scenes.ts'

const pane = quad(0, [-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0])
const scene = sceneOf([material()], [pane])

describe('engines/pathtracer: kernel', () => {
  it('has a table from sRGB to linear values, right to the last bit of a float32', async () => {
    const { memory } = await kernelOn(scene)
    const table = new Float32Array(memory.buffer, HEADER + HEADER_SRGB, 256)
    for (let i = 0; i < 256; i++) {
      const value = i / 255
      const linear = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
      assert.ok(Math.abs(table[i]! - linear) <= linear * 1e-7, `${i} → ${table[i]}, not ${linear}`)
    }
  })

  it('sends rays through the corners of the picture as the lens says', async () => {
    const { kernel, scratch, floats } = await kernelOn({ ...scene, camera: facing(4, Math.PI / 2) }, { width: 32, height: 16 })
    kernel.cameraRay(0, 0)
    kernel.lastCameraRay(scratch)
    const [ox, oy, oz, , dx, dy, dz] = floats(8)
    assert.deepEqual([ox, oy, oz], [0, 0, 4])
    // yfov 90°: half the height is 1 at distance 1, half the width 2.
    const length = Math.sqrt(6)
    for (const [value, wanted] of [[dx!, -2 / length], [dy!, 1 / length], [dz!, -1 / length]] as const) {
      assert.ok(Math.abs(value - wanted) < 1e-6, `${value} is not ${wanted}`)
    }
  })

  it('sends parallel rays for an orthographic camera, and ignores scale in its matrix', async () => {
    const camera = { world: placed(1, 2, 3, 5), projection: { type: 'orthographic', ymag: 2 } } as const
    const { kernel, scratch, floats } = await kernelOn({ ...scene, camera }, { width: 32, height: 16 })
    kernel.cameraRay(32, 16)
    kernel.lastCameraRay(scratch)
    const [ox, oy, oz, , dx, dy, dz] = floats(8)
    assert.deepEqual([ox, oy, oz, dx, dy, dz], [5, 0, 3, 0, 0, -1])
  })

  describe('sampler', () => {
    it('gives every sample numbers of its own, whoever asks and whenever', async () => {
      const { kernel, scratch, floats } = await kernelOn(scene)
      const pair = (...address: [number, number, number, number, number]): string => {
        kernel.pairAt(...address, scratch)
        return floats(2).join(' ')
      }
      const seen = new Set<string>()
      const edges = [0, 1, 65_535]
      const addresses = [-1, 0, 1].flatMap((frame) => edges.flatMap((x) => edges.flatMap((y) => [0, 1, 1_048_575].flatMap((sample) =>
        [0, 1, 2].map((number): Parameters<typeof pair> => [frame, x, y, sample, number])))))
      for (const address of addresses) {
        const first = pair(...address)
        pair(7, 7, 7, 7, 7)
        assert.equal(pair(...address), first)
        seen.add(first)
      }
      assert.equal(seen.size, 3 * 3 * 3 * 3 * 3)
    })

    it('spreads the pairs of a pixel evenly: each elementary square of 64 samples holds exactly one', async () => {
      const { kernel, scratch, floats } = await kernelOn(scene)
      for (let pixel = 0; pixel < 20; pixel++) {
        for (const [columns, rows] of [[64, 1], [16, 4], [8, 8], [2, 32], [1, 64]] as const) {
          const cells = new Set<number>()
          for (let sample = 0; sample < 64; sample++) {
            kernel.pairAt(1, pixel, 3, sample, 5, scratch)
            const [u, v] = floats(2)
            assert.ok(u! >= 0 && u! < 1 && v! >= 0 && v! < 1)
            cells.add(Math.floor(u! * columns) * rows + Math.floor(v! * rows))
          }
          assert.equal(cells.size, 64, `pixel ${pixel}, ${columns} × ${rows}`)
        }
      }
    })
  })

  describe('surface scattering', () => {
    const directions: readonly [number, number, number][] = [[0, 0, 1], [0.6, 0, 0.8], [0, 0.8, 0.6], [0.9, 0.3, Math.sqrt(1 - 0.81 - 0.09)]]

    it('is sampled with the density it claims, and weighs samples by it', async () => {
      const { kernel, scratch, floats } = await kernelOn(scene)
      const check = (roughness: number, outgoing: readonly [number, number, number], choice: number, u: number, v: number): number => {
        kernel.sampleAt(0.5, 0.3, roughness, ...outgoing, choice * 0.99, u, v, scratch)
        const [x, y, z, density, weight] = floats(5)
        if (density === 0) {
          return 0
        }
        assert.ok(Math.abs(x! * x! + y! * y! + z! * z! - 1) < 1e-4)
        kernel.evaluateAt(0.5, 0.3, roughness, ...outgoing, x!, y!, z!, scratch)
        const [share, , , again] = floats(4)
        assert.ok(Math.abs(again! - density!) <= 1e-3 * density!)
        assert.ok(Math.abs(weight! * density! - share!) <= 1e-3 * Math.max(share!, 1e-3))
        return 1
      }
      const steps = 32
      for (const roughness of [0.3, 0.6, 1]) {
        for (const outgoing of directions) {
          let above = 0
          for (let i = 0; i < steps * steps; i++) {
            above += check(roughness, outgoing, i % 2, (i % steps + 0.5) / steps, (Math.floor(i / steps) + 0.5) / steps)
          }
          assert.ok(above > steps * steps / 2, 'hardly any direction is above the surface')
        }
      }
    })

    it('has a density that integrates to the share of samples above the surface', async () => {
      const { kernel, scratch, floats } = await kernelOn(scene)
      const steps = 120
      for (const roughness of [0.3, 0.6, 1]) {
        for (const outgoing of directions) {
          let total = 0
          for (let i = 0; i < steps * steps; i++) {
            const z = (i % steps + 0.5) / steps
            const r = Math.sqrt(1 - z * z)
            const around = 2 * Math.PI * (Math.floor(i / steps) + 0.5) / steps
            kernel.evaluateAt(0.5, 0.3, roughness, ...outgoing, r * Math.cos(around), r * Math.sin(around), z, scratch)
            total += floats(4)[3]! * 2 * Math.PI / (steps * steps)
          }
          assert.ok(total < 1.02 && total > 0.75, `the density integrates to ${total}`)
        }
      }
    })
  })

  it('places instances: moved, scaled, and with the winding turned round by a mirror', async () => {
    const mirrored = [-2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 10, 0, 0, 1]
    const { kernel, scratch, floats, words } = await kernelOn({ ...scene, instances: [{ mesh: 0, world: IDENTITY }, { mesh: 0, world: mirrored }] })
    assert.equal(kernel.castRay(11.9, 1.9, 5, 0, 0, -1, scratch), 1)
    assert.equal(floats(2)[1], 5)
    assert.ok(words(1)[0]! >= 2, 'it belongs to the second instance')
    assert.equal(kernel.castRay(12.1, 1.9, 5, 0, 0, -1, scratch), 0)
  })
})
