import assert from 'node:assert/strict'
import fc from 'fast-check'
import { SceneError, UsageError } from '../../../../src/errors.ts'
import { checkFlatScene } from '../../../../src/engines/pathtracer/check-flat-scene.ts'
import { poseAt, sample } from '../../../../src/engines/pathtracer/loader/animation.ts'
import { inspectScene, loadScene, openScene } from '../../../../src/engines/pathtracer/loader/load-scene.ts'
import { slerp, unitOf } from '../../../../src/engines/pathtracer/loader/quaternion.ts'
import { filesOf } from './build-gltf.ts'
import { movingGlb, turningSquare } from '../moving-scene.ts'
import type { Channel } from '../../../../src/engines/pathtracer/loader/animation.ts'
import type { Quaternion } from '../../../../src/engines/pathtracer/loader/quaternion.ts'
import type { FlatScene } from '../../../../src/engines/pathtracer/flat-scene.ts'
import type { SceneInfo } from '../../../../src/ports.ts'
import type { Json } from './build-gltf.ts'
import type { Keys } from '../moving-scene.ts'

const view = { camera: '', width: 60, height: 40 }
const load = (glb: Uint8Array, frame: number, settings = {}): Promise<FlatScene> => loadScene(filesOf({ 'a.glb': glb }), { ...view, frame, ...settings })
const inspect = (glb: Uint8Array, settings = {}): Promise<SceneInfo> => inspectScene(filesOf({ 'a.glb': glb }), settings)
const moves = (keys: Partial<Keys> = {}): Keys => ({ node: 1, path: 'translation', times: [1, 2, 4], values: Float32Array.of(0, 0, 0, 2, 4, 8, 2, 0, 8), ...keys })

/** Where the square is. */
async function placeOf (glb: Uint8Array, frame: number, settings = {}): Promise<number[]> {
  const { instances } = await load(glb, frame, settings)
  return Array.from({ length: 3 }, (_, axis) => instances[0]!.world[12 + axis]!)
}

function channel (overrides: Partial<Channel>): Channel {
  return { node: 0, path: 'translation', interpolation: 'LINEAR', times: Float64Array.of(0, 1), values: Float64Array.of(0, 0, 0, 1, 1, 1), ...overrides }
}

function close (actual: readonly number[], expected: readonly number[], tolerance = 1e-12): void {
  assert.equal(actual.length, expected.length)
  actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) <= tolerance, `${actual} is not ${expected}`))
}

describe('engines/pathtracer/loader: animation', () => {
  it('shows frame n at n / 24 seconds', async () => {
    const glb = movingGlb([{ keys: [moves()] }])
    assert.deepEqual(await placeOf(glb, 36), [1, 2, 4])
    assert.deepEqual(await placeOf(glb, 48), [2, 4, 8])
    assert.deepEqual(await placeOf(glb, 72), [2, 2, 8])
  })

  it('shows frame n at n / fps seconds when asked', async () => {
    const glb = movingGlb([{ keys: [moves()] }])
    assert.deepEqual(await placeOf(glb, 3, { fps: 2 }), [1, 2, 4])
    assert.deepEqual(await placeOf(glb, 3, { fps: 12 }), [0, 0, 0])
  })

  it('stands still before the first key and after the last', async () => {
    const glb = movingGlb([{ keys: [moves()] }])
    for (const frame of [-1_000, -1, 0, 24]) {
      assert.deepEqual(await placeOf(glb, frame), [0, 0, 0])
    }
    for (const frame of [96, 97, 100_000]) {
      assert.deepEqual(await placeOf(glb, frame), [2, 0, 8])
    }
  })

  it('holds a STEP until the next key', async () => {
    const glb = movingGlb([{ keys: [moves({ interpolation: 'STEP' })] }])
    assert.deepEqual(await placeOf(glb, 47), [0, 0, 0])
    assert.deepEqual(await placeOf(glb, 48), [2, 4, 8])
    assert.deepEqual(await placeOf(glb, 95), [2, 4, 8])
  })

  it('goes through a CUBICSPLINE as the specification writes it', async () => {
    // From 0 to 1 in two seconds, leaving at 3 a second, arriving at 0: at the middle ½·1 + 2·(⅛ · 3) = 1.25.
    const values = Float32Array.of(9, 9, 9, 0, 0, 0, 3, 0, 0, 0, 0, 0, 1, 1, 1, 9, 9, 9)
    const glb = movingGlb([{ keys: [moves({ interpolation: 'CUBICSPLINE', times: [0, 2], values })] }])
    assert.deepEqual(await placeOf(glb, 24), [1.25, 0.5, 0.5])
    assert.deepEqual(await placeOf(glb, 0), [0, 0, 0])
    assert.deepEqual(await placeOf(glb, 48), [1, 1, 1])
  })

  it('turns evenly along the shorter arc', async () => {
    const s = Math.SQRT1_2
    // A quarter turn about y, its second key with the sign that would go the long way round: after a third of the time 30°.
    const glb = movingGlb([{ keys: [{ node: 0, path: 'rotation', times: [0, 1], values: Float32Array.of(0, 0, 0, 1, 0, -s, 0, -s) }] }])
    const { world } = (await load(glb, 8)).instances[0]!
    close([world[0]!, world[2]!, world[8]!, world[10]!], [Math.cos(Math.PI / 6), -Math.sin(Math.PI / 6), Math.sin(Math.PI / 6), Math.cos(Math.PI / 6)], 1e-7)
  })

  it('reads rotations stored as whole numbers', async () => {
    const glb = movingGlb([{ keys: [{ node: 0, path: 'rotation', times: [0, 1], values: Int16Array.of(0, 0, 0, 32767, 0, 32767, 0, 0), componentType: 5122 }] }])
    const { world } = (await load(glb, 12)).instances[0]!
    close([world[0]!, world[2]!], [0, -1], 1e-12)
  })

  it('moves cameras and children with their parents', async () => {
    const scene = await load(turningSquare(), 12)
    assert.deepEqual([...[12, 13, 14].map((i) => scene.camera.world[i])], [0, 0, 5])
    const glb = movingGlb([{ keys: [moves({ times: [0, 1], values: Float32Array.of(0, 0, 0, 1, 1, 1) }), { node: 1, path: 'scale', times: [0], values: Float32Array.of(2, 2, 2) }] }], (json) => { json.nodes[0].translation = [1, 0, 0] })
    assert.deepEqual(await placeOf(glb, 12), [2.5, 0.5, 0.5])
  })

  it('shows what a scale of zero hides at rest, and hides what it makes zero', async () => {
    const glb = movingGlb([{ keys: [{ node: 0, path: 'scale', interpolation: 'STEP', times: [0, 1, 2], values: Float32Array.of(0, 0, 0, 1, 1, 1, 0, 0, 0) }] }], (json) => { json.nodes[0].scale = [0, 0, 0] })
    assert.deepEqual(await Promise.all([0, 24, 48].map(async (frame) => (await load(glb, frame)).instances.length)), [1, 2, 1])
    const alone = movingGlb([{ keys: [{ node: 0, path: 'scale', interpolation: 'STEP', times: [0, 1], values: Float32Array.of(1, 1, 1, 0, 0, 0) }] }], (json) => { json.scenes[0].nodes = [1, 2] })
    assert.equal((await load(alone, 24)).instances.length, 0)
  })

  it('frames a scene without a camera for all of its frames alike', async () => {
    const glb = movingGlb([{ keys: [moves()] }], (json) => { delete json.nodes[2].camera; delete json.cameras })
    const { camera } = await load(glb, 0)
    assert.deepEqual((await load(glb, 60)).camera, camera)
    assert.notDeepEqual((await load(movingGlb([], (json) => { delete json.nodes[2].camera; delete json.cameras }), 0)).camera, camera)
  })

  it('knows which frames move, and that one key is a pose', async () => {
    const open = async (glb: Uint8Array): Promise<boolean> => (await openScene(filesOf({ 'a.glb': glb }), view)).animated
    const posed = movingGlb([{ keys: [moves({ times: [0], values: Float32Array.of(7, 0, 0) })] }])
    assert.deepEqual([await open(movingGlb([])), await open(posed), await open(turningSquare())], [false, false, true])
    assert.deepEqual(await placeOf(posed, 5), [7, 0, 0])
    assert.equal((await inspect(posed)).frames, undefined)
    assert.deepEqual((await inspect(movingGlb([{ keys: [moves()] }]))).frames, { first: 24, last: 96 })
    assert.deepEqual((await inspect(movingGlb([{ keys: [moves()] }]), { fps: 10 })).frames, { first: 10, last: 40 })
    // A float32 that is meant to be frame 250 is a hair beyond it.
    assert.deepEqual((await inspect(movingGlb([{ keys: [moves({ times: [1 / 24, 2, 250 / 24] })] }]))).frames, { first: 1, last: 250 })
  })

  it('shows the first animation, or the one that is named', async () => {
    const glb = movingGlb([{ name: 'Left', keys: [moves({ times: [0], values: Float32Array.of(-1, 0, 0) })] }, { keys: [moves({ times: [0], values: Float32Array.of(1, 0, 0) })] }])
    assert.deepEqual(await placeOf(glb, 0), [-1, 0, 0])
    assert.deepEqual(await placeOf(glb, 0, { animation: 'Left' }), [-1, 0, 0])
    assert.deepEqual(await placeOf(glb, 0, { animation: 'animation 2' }), [1, 0, 0])
    assert.match((await inspect(glb)).warnings.join(), /2 animations.*Left, animation 2/)
    for (const refused of [load(glb, 0, { animation: 'Right' }), inspect(glb, { animation: 'Right' })]) {
      await assert.rejects(refused, { name: 'UsageError', message: /no animation "Right".*Left, animation 2/ })
    }
    await assert.rejects(inspect(movingGlb([]), { animation: 'Left' }), { name: 'UsageError', message: /none at all/ })
  })

  it('leaves morph targets and channels of no node out', async () => {
    const glb = movingGlb([{ keys: [moves()] }], (json) => {
      json.animations[0].channels.push({ sampler: 0, target: { path: 'translation' } }, { sampler: 0, target: { node: 0, path: 'weights' } })
    })
    assert.deepEqual(await placeOf(glb, 48), [2, 4, 8])
  })

  for (const [what, keys, change] of [
    ['times that go back', moves({ times: [1, 3, 2] }), () => {}],
    ['times that are not finite', moves({ times: [1, NaN, 2] }), () => {}],
    ['values that are not finite', moves({ values: Float32Array.of(0, 0, 0, Infinity, 0, 0, 0, 0, 0) }), () => {}],
    ['fewer values than times', moves({ values: Float32Array.of(0, 0, 0) }), () => {}],
    ['a spline without tangents', moves({ interpolation: 'CUBICSPLINE' }), () => {}],
    ['an interpolation that is none', moves({ interpolation: 'BEZIER' }), () => {}],
    ['a path that is none', moves({ path: 'colour' }), () => {}],
    ['no keys', moves({ times: [], values: new Float32Array(0) }), () => {}],
    ['rotations of no direction', { node: 0, path: 'rotation', times: [0, 1], values: new Float32Array(8) }, () => {}],
    ['a node that is not there', moves({ node: 9 }), () => {}],
    ['a node with a matrix', moves(), (json: Json) => { json.nodes[1].matrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] }],
    ['a sampler that is not there', moves(), (json: Json) => { json.animations[0].channels[0].sampler = 1 }],
    ['keys beyond the file', moves(), (json: Json) => { json.accessors.at(-1).count = 1e6 }],
    ['one property twice', moves(), (json: Json) => { json.animations[0].channels.push(json.animations[0].channels[0]) }],
    ['channels that are text', moves(), (json: Json) => { json.animations[0].channels = 'all' }]
  ] as const) {
    it(`refuses ${what}`, async () => {
      const glb = movingGlb([{ keys: [keys] }], change)
      await assert.rejects(inspect(glb), { name: 'SceneError', message: /malformed/ })
      await assert.rejects(load(glb, 1), { name: 'SceneError', message: /malformed/ })
    })
  }
})

describe('engines/pathtracer/loader: animation of a damaged file', () => {
  it('is refused in so many words or loads to a scene that can be rendered', async () => {
    const glb = turningSquare()
    const damage = fc.array(fc.tuple(fc.integer({ min: 12, max: glb.length - 1 }), fc.oneof(fc.integer({ min: 48, max: 57 }), fc.integer({ min: 0, max: 255 }))), { minLength: 1, maxLength: 4 })
    await fc.assert(fc.asyncProperty(damage, fc.integer({ min: -10, max: 100 }), async (changes, frame) => {
      const damaged = glb.slice()
      for (const [at, byte] of changes) {
        damaged[at] = byte
      }
      try {
        checkFlatScene(await load(damaged, frame))
      } catch (error) {
        assert.ok(error instanceof SceneError || error instanceof UsageError, String(error))
      }
    }), { numRuns: 1_000 })
  })
})

describe('engines/pathtracer/loader: animation against an oracle', () => {
  const coordinate = fc.double({ min: -1, max: 1, noNaN: true })
  const rotation = fc.tuple(coordinate, coordinate, coordinate, coordinate).map((q) => unitOf(q)).filter((q) => q !== undefined) as fc.Arbitrary<Quaternion>
  const part = fc.double({ min: 0, max: 1, noNaN: true })

  it('slerp is that of the arc cosine', () => {
    fc.assert(fc.property(rotation, rotation, part, (from, to, t) => {
      const dot = from.reduce((sum, value, i) => sum + value * to[i]!, 0)
      const angle = Math.acos(Math.min(1, Math.abs(dot)))
      // There the arc cosine itself has lost its digits.
      fc.pre(angle > 1e-3)
      const expected = from.map((value, i) => (Math.sin(angle * (1 - t)) * value + Math.sign(dot) * Math.sin(angle * t) * to[i]!) / Math.sin(angle))
      close(slerp(from, to, t), expected, 1e-11)
    }), { numRuns: 2000 })
  })

  it('slerp between rotations a hair apart stays between them', () => {
    for (const hair of [1e-3, 1e-6, 1e-9, 1e-12, 1e-200, 0]) {
      const to = unitOf([hair, 0, 0, 1])!
      close(slerp([0, 0, 0, 1], to, 0.25), [hair / 4, 0, 0, 1], hair * hair + 1e-15)
    }
  })

  it('a spline is Bézier\'s curve of the same ends and slopes', () => {
    const number = fc.double({ min: -10, max: 10, noNaN: true })
    fc.assert(fc.property(number, number, number, number, fc.double({ min: 0.01, max: 10, noNaN: true }), part, (from, away, towards, to, seconds, t) => {
      const key = (a: number, value: number, b: number): number[] => [a, 0, 0, value, 0, 0, b, 0, 0]
      const spline = channel({ interpolation: 'CUBICSPLINE', times: Float64Array.of(3, 3 + seconds), values: Float64Array.from([...key(0, from, away), ...key(towards, to, 0)]) })
      const time = 3 + seconds * t
      const length = spline.times[1]! - 3
      const at = (time - 3) / length
      let points = [from, from + length * away / 3, to - length * towards / 3, to]
      while (points.length > 1) {
        points = points.slice(1).map((point, i) => points[i]! + (point - points[i]!) * at)
      }
      close([sample(spline, time)[0]!], points, 1e-9)
    }), { numRuns: 1000 })
  })

  it('finds the key a walk through all of them finds', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 12 }), fc.integer({ min: -3, max: 23 }), (unsorted, time) => {
      const times = Float64Array.from(unsorted).sort()
      const values = Float64Array.from([...times].flatMap((_, i) => [i, i, i]))
      let expected = 0
      times.forEach((one, i) => { expected = one <= time ? i : expected })
      assert.equal(sample(channel({ interpolation: 'STEP', times, values }), time)[0], expected)
      assert.equal(poseAt([channel({ interpolation: 'STEP', times, values })], time).get(0)!.translation![0], expected)
    }))
  })
})
