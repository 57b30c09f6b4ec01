import { sinCos } from '../../core/sin-cos.ts'
import { chance, cloud } from './scene-noise.ts'

/** Triangles of the demo scene under construction. */
export interface Shape {
  /** x y z of each vertex, metres. */
  readonly positions: number[]
  /** x y z of each vertex, unit length. */
  readonly normals: number[]
  /** u v of each vertex, v downwards. */
  readonly uvs: number[]
  /** Linear r g b of each vertex, or empty. */
  readonly colors: number[]
  readonly indices: number[]
}

/** x, y, z: a place in metres, a direction, or angles in radians; also linear r, g, b. */
export type Vector = readonly [number, number, number]

/** A point of a profile: distance from the axis, and height. */
export type ProfilePoint = readonly [radius: number, height: number]

/** Turns, then moves. */
export interface Pose {
  readonly at: Vector
  /** Radians about y, then x, then z, of the shape's own axes. */
  readonly turn?: Vector
  readonly size?: number
}

/** A shape of nothing, to be filled. */
export function emptyShape (): Shape {
  return { positions: [], normals: [], uvs: [], colors: [], indices: [] }
}

/** Several shapes as one, each in its pose. */
export function merge (parts: readonly (readonly [Shape, Pose])[]): Shape {
  const whole = emptyShape()
  for (const [shape, pose] of parts) {
    const first = whole.positions.length / 3
    const size = pose.size ?? 1
    const rotate = rotation(pose.turn ?? [0, 0, 0])
    for (let i = 0; i < shape.positions.length; i += 3) {
      const [x, y, z] = rotate(shape.positions[i]! * size, shape.positions[i + 1]! * size, shape.positions[i + 2]! * size)
      whole.positions.push(x + pose.at[0], y + pose.at[1], z + pose.at[2])
      whole.normals.push(...rotate(shape.normals[i]!, shape.normals[i + 1]!, shape.normals[i + 2]!))
    }
    whole.uvs.push(...shape.uvs)
    whole.colors.push(...shape.colors)
    whole.indices.push(...shape.indices.map((index) => index + first))
  }
  return whole
}

function rotation ([turnY, turnX, turnZ]: Vector): (x: number, y: number, z: number) => Vector {
  const [[sy, cy], [sx, cx], [sz, cz]] = [sinCos(turnY), sinCos(turnX), sinCos(turnZ)]
  return (x, y, z) => {
    const [x1, y1] = [cz * x - sz * y, sz * x + cz * y]
    const [y2, z2] = [cx * y1 - sx * z, sx * y1 + cx * z]
    return [cy * x1 + sy * z2, y2, cy * z2 - sy * x1]
  }
}

/**
 * A body of revolution about the y axis. Each profile is one smooth curve through its points, outside from the bottom upwards, inside from
 * the top downwards; between profiles there are edges.
 *
 * @param repeat how often the texture goes round
 */
export function turned (profiles: readonly (readonly ProfilePoint[])[], segments: number, steps: number, repeat = 1): Shape {
  const shape = emptyShape()
  const curves = profiles.map((points) => curveThrough(points, steps))
  const total = curves.reduce((sum, curve) => sum + lengthOf(curve), 0)
  let along = 0
  for (const curve of curves) {
    const first = shape.positions.length / 3
    for (const [row, [radius, height]] of curve.entries()) {
      along += row === 0 ? 0 : distance(curve[row - 1]!, curve[row]!)
      const [nr, ny] = normalOf(curve, row)
      for (let column = 0; column <= segments; column++) {
        const [sin, cos] = sinCos(column / segments * 6.283185307179586)
        shape.positions.push(radius * cos, height, radius * sin)
        shape.normals.push(nr * cos, ny, nr * sin)
        shape.uvs.push(column / segments * repeat, 1 - along / total)
        if (row > 0 && column > 0) {
          const corner = first + row * (segments + 1) + column
          quad(shape, corner - segments - 2, corner - 1, corner, corner - segments - 1)
        }
      }
    }
  }
  return shape
}

function quad ({ indices }: Shape, a: number, b: number, c: number, d: number): void {
  indices.push(a, b, c, a, c, d)
}

/** Points of a Catmull-Rom curve through the given ones. */
function curveThrough (points: readonly ProfilePoint[], steps: number): readonly ProfilePoint[] {
  if (points.length === 2) {
    return points
  }
  const curve: ProfilePoint[] = []
  for (let i = 0; i + 1 < points.length; i++) {
    const [p1, p2] = [points[i]!, points[i + 1]!]
    const [p0, p3] = [points[i - 1] ?? mirrored(p1, p2), points[i + 2] ?? mirrored(p2, p1)]
    for (let step = i === 0 ? 0 : 1; step <= steps; step++) {
      const t = step / steps
      const at = (axis: 0 | 1): number => p1[axis] + 0.5 * t * (p2[axis] - p0[axis] +
        t * (2 * p0[axis] - 5 * p1[axis] + 4 * p2[axis] - p3[axis] + t * (3 * (p1[axis] - p2[axis]) + p3[axis] - p0[axis])))
      curve.push([Math.max(at(0), 0), at(1)])
    }
  }
  return curve
}

function mirrored (about: ProfilePoint, other: ProfilePoint): ProfilePoint {
  return [2 * about[0] - other[0], 2 * about[1] - other[1]]
}

function distance (a: ProfilePoint, b: ProfilePoint): number {
  return Math.sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]))
}

function lengthOf (curve: readonly ProfilePoint[]): number {
  return curve.slice(1).reduce((sum, point, i) => sum + distance(curve[i]!, point), 0)
}

function normalOf (curve: readonly ProfilePoint[], row: number): ProfilePoint {
  const [before, after] = [curve[Math.max(row - 1, 0)]!, curve[Math.min(row + 1, curve.length - 1)]!]
  const length = Math.max(distance(before, after), 1e-12)
  return [(after[1] - before[1]) / length, (before[0] - after[0]) / length]
}

/**
 * A square tile with rounded edges, lying in the plane y = 0 with its face up. The texture covers its face.
 *
 * @param kind `plate`: face and edges; `whole`: closed all around
 */
export function tile (side: number, thickness: number, edge: number, kind: 'plate' | 'whole', uv: (x: number, z: number) => readonly [number, number]): Shape {
  const shape = emptyShape()
  const half: Vector = [side / 2, thickness / 2, side / 2]
  const faces: readonly (readonly [Vector, Vector, Vector])[] = [
    [[0, 1, 0], [1, 0, 0], [0, 0, -1]],
    ...(kind === 'plate'
      ? []
      : [
          [[0, -1, 0], [1, 0, 0], [0, 0, 1]],
          [[1, 0, 0], [0, 0, -1], [0, 1, 0]],
          [[-1, 0, 0], [0, 0, 1], [0, 1, 0]],
          [[0, 0, 1], [1, 0, 0], [0, 1, 0]],
          [[0, 0, -1], [-1, 0, 0], [0, 1, 0]]
        ] as const)
  ]
  for (const [n, u, v] of faces) {
    const first = shape.positions.length / 3
    const extent = (axis: Vector): number => Math.abs(axis[0]) * half[0] + Math.abs(axis[1]) * half[1] + Math.abs(axis[2]) * half[2]
    const [us, vs] = [breaks(extent(u), edge), breaks(extent(v), edge)]
    for (const [row, b] of vs.entries()) {
      for (const [column, a] of us.entries()) {
        const point = [0, 1, 2].map((axis) => n[axis]! * extent(n) + u[axis]! * a + v[axis]! * b)
        const inner = point.map((value, axis) => Math.min(Math.max(value, edge - half[axis]!), half[axis]! - edge))
        const away = point.map((value, axis) => value - inner[axis]!)
        const length = Math.sqrt(away.reduce((sum, value) => sum + value * value, 0))
        const normal = away.map((value) => value / length)
        const [x, y, z] = inner.map((value, axis) => value + normal[axis]! * edge) as unknown as Vector
        shape.positions.push(x, y - half[1], z)
        shape.normals.push(...normal)
        shape.uvs.push(...uv(x / side, z / side))
        if (row > 0 && column > 0) {
          const corner = first + row * us.length + column
          quad(shape, corner - us.length - 1, corner - us.length, corner, corner - 1)
        }
      }
    }
  }
  return shape
}

function breaks (half: number, edge: number): readonly number[] {
  return [-half, -half + 0.35 * edge, -half + edge, half - edge, half - 0.35 * edge, half]
}

/** A straight rod from one point along an axis. */
export function rod (axis: 0 | 1 | 2, length: number, radius: number): Shape {
  const upright = turned([[[0, 0], [radius, 0]], [[radius, 0], [radius, length]], [[radius, length], [0, length]]], 10, 1)
  const turn: Vector = axis === 0 ? [0, 0, -1.5707963267948966] : axis === 2 ? [0, 1.5707963267948966, 0] : [0, 0, 0]
  return merge([[upright, { at: [0, 0, 0], turn }]])
}

/** A water-worn stone of about unit radius, flattened by `flat`, speckled in the given colour. */
export function stone (seed: number, flat: number, color: Vector): Shape {
  const shape = ball(20)
  for (let i = 0; i < shape.positions.length; i += 3) {
    const [x, y, z] = [shape.positions[i]!, shape.positions[i + 1]!, shape.positions[i + 2]!]
    const bulge = 1 + 0.55 * (cloud(x * 0.8 + 9, y * 0.8 + 9, z * 0.8 + 9, seed, 2) - 0.5) + 0.03 * (cloud(x * 9 + 50, y * 9 + 50, z * 9 + 50, seed + 7, 3) - 0.5)
    shape.positions[i] = x * bulge
    shape.positions[i + 1] = y * bulge * flat
    shape.positions[i + 2] = z * bulge
    const speckle = 0.75 + 0.5 * cloud(x * 16 + 90, y * 16 + 90, z * 16 + 90, seed + 20, 2) - (chance(i, 0, 0, seed) > 0.93 ? 0.25 : 0)
    const vein = cloud(x * 2 + y * 5 + 30, y * 3 + 30, z * 2 + 30, seed + 40, 3)
    const pale = vein > 0.62 ? 1.35 : 1
    shape.colors.push(...color.map((value) => Math.min(value * speckle * pale, 1)))
  }
  return smoothed(shape)
}

/** A unit sphere made of the six faces of a cube, their vertices pushed out. */
export function ball (steps: number): Shape {
  const shape = emptyShape()
  const numbers = new Map<string, number>()
  const faces: readonly (readonly [Vector, Vector, Vector])[] = [
    [[0, 1, 0], [1, 0, 0], [0, 0, -1]], [[0, -1, 0], [1, 0, 0], [0, 0, 1]], [[1, 0, 0], [0, 0, -1], [0, 1, 0]],
    [[-1, 0, 0], [0, 0, 1], [0, 1, 0]], [[0, 0, 1], [1, 0, 0], [0, 1, 0]], [[0, 0, -1], [-1, 0, 0], [0, 1, 0]]
  ]
  for (const [n, u, v] of faces) {
    const grid: number[] = []
    for (let row = 0; row <= steps; row++) {
      for (let column = 0; column <= steps; column++) {
        const cube = [0, 1, 2].map((axis) => n[axis]! * steps + u[axis]! * (2 * column - steps) + v[axis]! * (2 * row - steps))
        const key = cube.join()
        let number = numbers.get(key)
        if (number === undefined) {
          number = shape.positions.length / 3
          numbers.set(key, number)
          const length = Math.sqrt(cube.reduce((sum, value) => sum + value * value, 0))
          const normal = cube.map((value) => value / length)
          shape.positions.push(...normal)
          shape.normals.push(...normal)
          shape.uvs.push(0.5 + 0.5 * normal[0]!, 0.5 + 0.5 * normal[2]!)
        }
        grid.push(number)
        if (row > 0 && column > 0) {
          const at = row * (steps + 1) + column
          quad(shape, grid[at - steps - 2]!, grid[at - steps - 1]!, grid[at]!, grid[at - 1]!)
        }
      }
    }
  }
  return shape
}

/** A surface over a grid of columns × rows points. */
export function sheet (columns: number, rows: number, point: (u: number, v: number) => Vector): Shape {
  const shape = emptyShape()
  for (let row = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++) {
      const [u, v] = [column / columns, row / rows]
      shape.positions.push(...point(u, v))
      shape.normals.push(0, 1, 0)
      shape.uvs.push(u, v)
      if (row > 0 && column > 0) {
        const corner = row * (columns + 1) + column
        quad(shape, corner - 1, corner, corner - columns - 1, corner - columns - 2)
      }
    }
  }
  return smoothed(shape)
}

/** Normals made from the triangles around each vertex, weighted by their area. */
function smoothed (shape: Shape): Shape {
  const { positions: p, indices } = shape
  const normals = new Array<number>(p.length).fill(0)
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [indices[i]! * 3, indices[i + 1]! * 3, indices[i + 2]! * 3]
    const [ux, uy, uz] = [p[b]! - p[a]!, p[b + 1]! - p[a + 1]!, p[b + 2]! - p[a + 2]!]
    const [vx, vy, vz] = [p[c]! - p[a]!, p[c + 1]! - p[a + 1]!, p[c + 2]! - p[a + 2]!]
    const face = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx]
    for (const corner of [a, b, c]) {
      face.forEach((value, axis) => { normals[corner + axis]! += value })
    }
  }
  for (let i = 0; i < normals.length; i += 3) {
    const length = Math.sqrt(normals[i]! * normals[i]! + normals[i + 1]! * normals[i + 1]! + normals[i + 2]! * normals[i + 2]!)
    for (let axis = 0; axis < 3; axis++) {
      normals[i + axis]! /= length
    }
  }
  return { ...shape, normals }
}
