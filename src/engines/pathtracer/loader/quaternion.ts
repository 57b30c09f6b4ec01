import { sinCos } from '../../../core/sin-cos.ts'

/**
 * Rotations, with + − × ÷ and the square root alone: the same bits on every machine.
 */

/** x, y, z, w; of unit length where it stands for a rotation. */
export type Quaternion = readonly [number, number, number, number]

/** Shorter than this a quaternion has no direction that rounding has not made. */
const SHORTEST = 1e-6

/** The quaternion made unit length; undefined when it has no direction. */
export function unitOf ([x, y, z, w]: Quaternion): Quaternion | undefined {
  const length = Math.sqrt(x * x + y * y + z * z + w * w)
  return length > SHORTEST && Number.isFinite(length) ? [x / length, y / length, z / length, w / length] : undefined
}

/**
 * The rotation `t` of the way from `from` to `to`, along the shorter arc at an even speed: glTF's LINEAR for rotations.
 *
 * @param t 0 … 1
 */
export function slerp (from: Quaternion, to: Quaternion, t: number): Quaternion {
  const dot = from[0] * to[0] + from[1] * to[1] + from[2] * to[2] + from[3] * to[3]
  const sign = dot < 0 ? -1 : 1
  const angle = angleBetween(from, to, sign)
  const [whole] = sinCos(angle)
  if (whole === 0) {
    return from
  }
  const a = sinCos(angle * (1 - t))[0] / whole
  const b = sinCos(angle * t)[0] / whole * sign
  const between: Quaternion = [a * from[0] + b * to[0], a * from[1] + b * to[1], a * from[2] + b * to[2], a * from[3] + b * to[3]]
  return unitOf(between) ?? from
}

/**
 * The angle between two unit vectors, the second times `sign` so that it is at most a quarter turn, in radians.
 *
 * The tangent of half of it is the length of their difference over that of their sum. Half of an angle has the tangent x / (1 + √(1 + x²)):
 * after three halvings the series of the arc tangent needs nine terms.
 */
function angleBetween (a: Quaternion, b: Quaternion, sign: 1 | -1): number {
  let difference = 0
  let sum = 0
  for (const [i, value] of a.entries()) {
    const other = sign * b[i]!
    difference += (value - other) * (value - other)
    sum += (value + other) * (value + other)
  }
  let x = Math.sqrt(difference) / Math.sqrt(sum)
  for (let halving = 0; halving < 3; halving++) {
    x /= 1 + Math.sqrt(1 + x * x)
  }
  const square = x * x
  let series = 0
  for (let n = 17; n >= 1; n -= 2) {
    series = 1 / n - square * series
  }
  return 16 * x * series
}
