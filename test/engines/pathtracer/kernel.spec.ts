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
      for (const frame of [-1, 0, 1]) {
        for (const x of [0, 1, 65_535]) {
          for (const y of [0, 1, 65_535]) {
            for (const dimension of [0, 1, 2]) {
              for (const sample of [0, 1, 1_048_575]) {
                const first = pair(frame, x, y, sample, dimension)
                pair(7, 7, 7, 7, 7)
                assert.equal(pair(frame, x, y, sample, dimension), first)
                seen.add(first)
              }
            }
          }
        }
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
      for (const roughness of [0.3, 0.6, 1]) {
        for (const outgoing of directions) {
          let total = 0
          let above = 0
          const count = 32
          for (let i = 0; i < count; i++) {
            for (let j = 0; j < count; j++) {
              for (const choice of [0.1, 0.95]) {
                kernel.sampleAt(0.5, 0.3, roughness, ...outgoing, choice, (i + 0.5) / count, (j + 0.5) / count, scratch)
                const [x, y, z, density, weight] = floats(5)
                if (density! > 0) {
                  above++
                  assert.ok(Math.abs(x! * x! + y! * y! + z! * z! - 1) < 1e-4)
                  kernel.evaluateAt(0.5, 0.3, roughness, ...outgoing, x!, y!, z!, scratch)
                  const [share, , , again] = floats(4)
                  assert.ok(Math.abs(again! - density!) <= 1e-3 * density!)
                  assert.ok(Math.abs(weight! * density! - share!) <= 1e-3 * Math.max(share!, 1e-3))
                }
              }
            }
          }
          // The density integrates to the share of samples above the surface: by an even grid over the hemisphere.
          const steps = 120
          for (let i = 0; i < steps; i++) {
            for (let j = 0; j < steps; j++) {
              const z = (i + 0.5) / steps
              const r = Math.sqrt(1 - z * z)
              const around = 2 * Math.PI * (j + 0.5) / steps
              kernel.evaluateAt(0.5, 0.3, roughness, ...outgoing, r * Math.cos(around), r * Math.sin(around), z, scratch)
              total += floats(4)[3]! * 2 * Math.PI / (steps * steps)
            }
          }
          assert.ok(above > count * count, 'hardly any direction is above the surface')
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
