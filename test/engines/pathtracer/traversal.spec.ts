import assert from 'node:assert/strict'
import { BufferAttribute, BufferGeometry, DoubleSide, Ray, Vector3 } from 'three'
import { MeshBVH } from 'three-mesh-bvh'
import { buildTree, EMPTY_LANE } from '../../../src/engines/pathtracer/bvh-builder.ts'
import { LEAF_COUNT_SHIFT, MAX_TREE_DEPTH, NODE_BYTES } from '../../../src/engines/pathtracer/layout.ts'
import { SeededRandom } from '../../support/seeded-random.ts'
import { kernelOn } from './kernel.ts'
import { IDENTITY, material, placed, quad, sceneOf, sphere } from './scenes.ts'
import type { FlatMesh } from '../../../src/engines/pathtracer/flat-scene.ts'

const NO_TRIANGLE = 0xffffffff

function seeded (seed: number): () => number {
  const random = new SeededRandom(seed)
  return () => random.next()
}

function direction (next: () => number): [number, number, number] {
  for (;;) {
    const [x, y, z] = [next() * 2 - 1, next() * 2 - 1, next() * 2 - 1]
    const square = x * x + y * y + z * z
    if (square > 0.01 && square < 1) {
      const length = Math.sqrt(square)
      return [x / length, y / length, z / length]
    }
  }
}

function unit (vector: readonly number[]): number[] {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  return vector.map((value) => value / length)
}

/** Triangles anywhere in the unit cube, many thin, some tiny, some huge, some without area. */
function soup (next: () => number, count: number): FlatMesh {
  const positions: number[] = []
  for (let i = 0; i < count; i++) {
    const size = [0.02, 0.1, 0.5, 0][i % 4]!
    const [x, y, z] = [next(), next(), next()]
    for (let corner = 0; corner < 3; corner++) {
      positions.push(x + next() * size, y + next() * size, z + next() * size * (i % 3 === 0 ? 0.01 : 1))
    }
  }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from({ length: count * 3 }, (_, i) => i), material: 0 }
}

describe('engines/pathtracer: traversal', () => {
  it('lets no ray out of a closed mesh, not even through edges and corners', async () => {
    const ball = sphere(0, 4)
    const { kernel, scratch } = await kernelOn(sceneOf([material({ doubleSided: true })], [ball]))
    const next = seeded(1)
    let leaks = 0
    const cast = (to: ArrayLike<number>): void => {
      const from = [next() * 0.2, next() * 0.2, next() * 0.2]
      leaks += 1 - kernel.castRay(from[0]!, from[1]!, from[2]!, to[0]! - from[0]!, to[1]! - from[1]!, to[2]! - from[2]!, scratch)
    }
    for (let i = 0; i < ball.positions.length; i += 3) {
      cast(ball.positions.subarray(i, i + 3))
    }
    for (let i = 0; i < ball.indices.length; i += 3) {
      const [a, b] = [ball.indices[i]! * 3, ball.indices[i + 1]! * 3]
      for (let k = 0; k < 40; k++) {
        const t = next()
        cast([0, 1, 2].map((axis) => ball.positions[a + axis]! * (1 - t) + ball.positions[b + axis]! * t))
      }
    }
    for (let i = 0; i < 100_000; i++) {
      cast(direction(next))
    }
    assert.equal(leaks, 0)
  })

  it('hits what three-mesh-bvh hits', async () => {
    const next = seeded(2)
    const mesh = soup(next, 3000)
    const { kernel, scratch, floats, words } = await kernelOn(sceneOf([material({ doubleSided: true })], [mesh]))
    const geometry = new BufferGeometry()
    geometry.setAttribute('position', new BufferAttribute(mesh.positions, 3))
    geometry.setIndex(new BufferAttribute(mesh.indices.slice(), 1))
    const oracle = new MeshBVH(geometry, { indirect: true })
    let [hits, differences] = [0, 0]
    for (let i = 0; i < 20_000; i++) {
      const origin = [next() * 3 - 1, next() * 3 - 1, next() * 3 - 1].map(Math.fround)
      // Some along the axes, where a slab test divides by zero.
      const towards = (i % 20 === 0 ? [[1, 0, 0], [0, -1, 0], [0, 0, 1]][i / 20 % 3]! : unit(origin.map((value) => next() - value))).map(Math.fround)
      const [ox, oy, oz, dx, dy, dz] = [...origin, ...towards] as [number, number, number, number, number, number]
      const found = kernel.castRay(ox, oy, oz, dx, dy, dz, scratch)
      const expected = oracle.raycastFirst(new Ray(new Vector3(ox, oy, oz), new Vector3(dx, dy, dz)), DoubleSide)
      if (expected === null || expected === undefined) {
        differences += found
      } else {
        hits++
        const distance = floats(2)[1]!
        const same = found === 1 && Math.abs(distance - expected.distance) < 1e-4 * Math.max(1, expected.distance) &&
          (words(1)[0] === expected.faceIndex || Math.abs(distance - expected.distance) < 1e-5)
        differences += same ? 0 : 1
      }
    }
    assert.ok(hits > 8000, `only ${hits} rays hit anything`)
    // At silhouettes float32 and float64 may disagree; once in thousands, not more.
    assert.ok(differences <= 4, `${differences} of 20000 rays differ`)
  })

  it('gives the same hit whatever the order of triangles, but for their numbers', async () => {
    const next = seeded(3)
    const mesh = soup(next, 500)
    const count = mesh.indices.length / 3
    const shuffled = Array.from({ length: count }, (_, i) => (i * 7) % count)
    const indices = Uint32Array.from(shuffled.flatMap((i) => [0, 1, 2].map((k) => mesh.indices[i * 3 + k]!)))
    const one = await kernelOn(sceneOf([material()], [mesh]))
    const other = await kernelOn(sceneOf([material()], [{ ...mesh, indices }]))
    for (let i = 0; i < 5000; i++) {
      const ray = [next(), next(), next(), ...direction(next)] as [number, number, number, number, number, number]
      one.kernel.castRay(...ray, one.scratch)
      other.kernel.castRay(...ray, other.scratch)
      assert.deepEqual(one.floats(4).subarray(1), other.floats(4).subarray(1))
      const there = other.words(1)[0]!
      assert.equal(one.words(1)[0], there === NO_TRIANGLE ? there : shuffled[there])
    }
  })

  it('lets the lower number win where two triangles are at the same place', async () => {
    const pane = quad(0, [-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0])
    const meshes = Array.from({ length: 50 }, () => pane)
    const { kernel, scratch, words } = await kernelOn(sceneOf([material({ doubleSided: true })], meshes))
    for (const [x, y] of [[0.5, -0.5], [-0.5, 0.5], [0, 0], [1, 1], [-1, 0]] as const) {
      kernel.castRay(x, y, 3, 0, 0, -1, scratch)
      const front = words(1)[0]!
      kernel.castRay(x, y, -3, 0, 0, 1, scratch)
      assert.equal(words(1)[0], front)
      assert.ok(front < 2)
    }
  })

  it('finds small things far away from the origin, and far from each other', async () => {
    const ball = sphere(0, 2)
    const scene = sceneOf([material({ doubleSided: true })], [ball], {
      instances: [{ mesh: 0, world: placed(1e4, -1e4, 1e4, 0.5) }, { mesh: 0, world: placed(-1e6, 0, 0, 1e3) }, { mesh: 0, world: IDENTITY }]
    })
    const { kernel, scratch, floats } = await kernelOn(scene)
    assert.equal(kernel.castRay(1e4, -1e4, 1.0e4 + 10, 0, 0, -1, scratch), 1)
    assert.ok(Math.abs(floats(2)[1]! - 9.5) < 0.01)
    assert.equal(kernel.castRay(2e6, 100, 100, -1, 0, 0, scratch), 1)
    assert.ok(Math.abs(floats(2)[1]! - 3e6) < 5e3)
  })

  describe('tree', () => {
    it('holds every triangle once, in leaves that its nodes enclose, and is never deeper than the stack', () => {
      const next = seeded(4)
      // Sizes that shrink by half each time defeat every split: the tree would be as deep as it has triangles.
      const shrinking = (i: number): number[] => [0, 0, 0, 2 ** -(i % 120), 2 ** -(i % 120), 0]
      const cases: readonly (readonly [string, number, (i: number) => number[]])[] = [
        ['none', 0, () => []],
        ['one', 1, () => [0, 0, 0, 1, 1, 1]],
        ['random', 5000, () => { const [x, y, z] = [next(), next(), next()]; return [x, y, z, x + next() * 0.1, y + next() * 0.1, z] }],
        ['all the same', 1000, () => [0, 0, 0, 1, 1, 1]],
        ['shrinking', 3000, shrinking]
      ]
      for (const [name, count, box] of cases) {
        const boxes = Float32Array.from(Array.from({ length: count }, (_, i) => box(i)).flat())
        const tree = buildTree(boxes)
        const floats = new Float32Array(tree.nodes)
        const words = new Uint32Array(tree.nodes)
        const seen = new Uint8Array(count)
        const visit = (node: number, depth: number): void => {
          assert.ok(depth < MAX_TREE_DEPTH, `${name}: deeper than ${MAX_TREE_DEPTH}`)
          const base = node * NODE_BYTES / 4
          for (let lane = 0; lane < 4; lane++) {
            const bounds = [0, 1, 2, 3, 4, 5].map((k) => floats[base + k * 4 + lane]!)
            if (bounds[0]! > bounds[3]!) {
              continue
            }
            const child = words[base + 24 + lane]!
            if (child < 0x80000000) {
              visit(child, depth + 1)
              continue
            }
            const first = child % 2 ** LEAF_COUNT_SHIFT
            const packets = (child >>> LEAF_COUNT_SHIFT) % 16 + 1
            for (const triangle of tree.packets.subarray(first * 4, (first + packets) * 4)) {
              if (triangle !== EMPTY_LANE) {
                seen[triangle]!++
                for (let k = 0; k < 3; k++) {
                  assert.ok(boxes[triangle * 6 + k]! >= bounds[k]! && boxes[triangle * 6 + k + 3]! <= bounds[k + 3]!, `${name}: box of triangle ${triangle}`)
                }
              }
            }
          }
        }
        visit(0, 0)
        assert.ok(seen.every((times) => times === 1), `${name}: a triangle is missing or twice there`)
      }
    })
  })
})
