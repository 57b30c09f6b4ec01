import { malformed, readNumbers } from './json.ts'
import { unitOf } from './quaternion.ts'
import type { JsonObject } from './json.ts'
import type { Quaternion } from './quaternion.ts'

/**
 * Matrices of nodes, made with + − × ÷ and the square root alone: those give the same bits in every JavaScript engine on every processor,
 * which `Math.sin` and its like do not.
 */

/** 4 × 4, column-major. */
export type Matrix = readonly number[]

/** x, y, z. */
export type Vector = readonly [number, number, number]

/** The matrix that changes nothing; 4 × 4, column-major. */
export const IDENTITY: Matrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

/** a · b: first b, then a. */
export function multiply (a: Matrix, b: Matrix): Matrix {
  const product: number[] = []
  for (let column = 0; column < 16; column += 4) {
    for (let row = 0; row < 4; row++) {
      product.push(a[row]! * b[column]! + a[row + 4]! * b[column + 1]! + a[row + 8]! * b[column + 2]! + a[row + 12]! * b[column + 3]!)
    }
  }
  return product
}

/** A point moved by a matrix whose last row is 0 0 0 1. */
export function transformPoint (m: Matrix, x: number, y: number, z: number): Vector {
  return [
    m[0]! * x + m[4]! * y + m[8]! * z + m[12]!,
    m[1]! * x + m[5]! * y + m[9]! * z + m[13]!,
    m[2]! * x + m[6]! * y + m[10]! * z + m[14]!
  ]
}

/** Determinant of the upper left 3 × 3: how volumes grow; negative when it mirrors. */
export function determinant (m: Matrix): number {
  return m[0]! * (m[5]! * m[10]! - m[6]! * m[9]!) - m[4]! * (m[1]! * m[10]! - m[2]! * m[9]!) + m[8]! * (m[1]! * m[6]! - m[2]! * m[5]!)
}

/**
 * The matrix of a node relative to its parent: `matrix`, or translation · rotation · scale.
 *
 * @throws SceneError when its numbers are none, or its rotation has no direction
 */
export function localMatrix (node: JsonObject, where: string): Matrix {
  if (node.matrix !== undefined) {
    const matrix = readNumbers(node.matrix, IDENTITY, `matrix of ${where}`)
    if (matrix[3] !== 0 || matrix[7] !== 0 || matrix[11] !== 0 || matrix[15] !== 1) {
      throw malformed(`matrix of ${where} is not affine`)
    }
    return matrix
  }
  const [tx, ty, tz] = readNumbers(node.translation, [0, 0, 0], `translation of ${where}`) as Vector
  const [sx, sy, sz] = readNumbers(node.scale, [1, 1, 1], `scale of ${where}`) as Vector
  const rotation = unitOf(readNumbers(node.rotation, [0, 0, 0, 1], `rotation of ${where}`) as Quaternion)
  if (rotation === undefined) {
    throw malformed(`rotation of ${where} has no direction`)
  }
  const [x, y, z, w] = rotation
  return [
    (1 - 2 * (y * y + z * z)) * sx, 2 * (x * y + z * w) * sx, 2 * (x * z - y * w) * sx, 0,
    2 * (x * y - z * w) * sy, (1 - 2 * (x * x + z * z)) * sy, 2 * (y * z + x * w) * sy, 0,
    2 * (x * z + y * w) * sz, 2 * (y * z - x * w) * sz, (1 - 2 * (x * x + y * y)) * sz, 0,
    tx, ty, tz, 1
  ]
}
