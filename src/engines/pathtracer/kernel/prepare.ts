/** Scene set-up that is arithmetic: it happens here and not in JavaScript, so that every peer has the same bits. */
import * as layout from '../layout'
import { instances, triangleAt, vertexAt } from './scene'

/** Fills the table from sRGB bytes to linear values (IEC 61966-2-1). */
export function fillColorTable (): void {
  for (let i = 0; i < 256; i++) {
    const value = <f64>i / 255
    const linear = value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4)
    store<f32>(<usize>layout.HEADER + layout.HEADER_SRGB + (<usize>i << 2), <f32>linear)
  }
}

/**
 * Writes the vertices and triangles of an instance into the world. Arrays as the scene gives them; 0 for one that is not there.
 *
 * @param world address of 16 float64, column-major
 */
export function placeInstance (
  number: u32, world: usize, positions: usize, normals: usize, tangents: usize, uvs: usize, vertexTotal: u32,
  indices: usize, triangleTotal: u32, firstVertex: u32, firstTriangle: u32
): void {
  const instance = instances + <usize>number * layout.INSTANCE_BYTES
  const m00 = load<f64>(world)
  const m10 = load<f64>(world, 8)
  const m20 = load<f64>(world, 16)
  const m01 = load<f64>(world, 32)
  const m11 = load<f64>(world, 40)
  const m21 = load<f64>(world, 48)
  const m02 = load<f64>(world, 64)
  const m12 = load<f64>(world, 72)
  const m22 = load<f64>(world, 80)
  const m03 = load<f64>(world, 96)
  const m13 = load<f64>(world, 104)
  const m23 = load<f64>(world, 112)
  // The matrix of cofactors turns normals as the inverse transpose does, without a division that could fail.
  const n00 = m11 * m22 - m12 * m21
  const n10 = m02 * m21 - m01 * m22
  const n20 = m01 * m12 - m02 * m11
  const n01 = m12 * m20 - m10 * m22
  const n11 = m00 * m22 - m02 * m20
  const n21 = m02 * m10 - m00 * m12
  const n02 = m10 * m21 - m11 * m20
  const n12 = m01 * m20 - m00 * m21
  const n22 = m00 * m11 - m01 * m10
  const mirrored = m00 * n00 + m01 * n01 + m02 * n02 < 0
  const side: f64 = mirrored ? -1 : 1
  const toTangents = <usize>load<u32>(instance, layout.INSTANCE_TANGENTS)

  for (let i: u32 = 0; i < vertexTotal; i++) {
    const vertex = vertexAt(firstVertex + i)
    const position = positions + <usize>i * 12
    const px = <f64>load<f32>(position)
    const py = <f64>load<f32>(position, 4)
    const pz = <f64>load<f32>(position, 8)
    store<f32>(vertex, <f32>(m00 * px + m01 * py + m02 * pz + m03))
    store<f32>(vertex, <f32>(m10 * px + m11 * py + m12 * pz + m13), 4)
    store<f32>(vertex, <f32>(m20 * px + m21 * py + m22 * pz + m23), 8)
    store<f32>(vertex, uvs == 0 ? 0 : load<f32>(uvs + (<usize>i << 3)), 12)
    store<f32>(vertex, uvs == 0 ? 0 : load<f32>(uvs + (<usize>i << 3), 4), 28)
    if (normals != 0) {
      const normal = normals + <usize>i * 12
      const nx = <f64>load<f32>(normal)
      const ny = <f64>load<f32>(normal, 4)
      const nz = <f64>load<f32>(normal, 8)
      storeUnit(vertex + 16, side * (n00 * nx + n01 * ny + n02 * nz), side * (n10 * nx + n11 * ny + n12 * nz), side * (n20 * nx + n21 * ny + n22 * nz))
    }
    if (toTangents != 0) {
      const tangent = tangents + (<usize>i << 4)
      const tx = <f64>load<f32>(tangent)
      const ty = <f64>load<f32>(tangent, 4)
      const tz = <f64>load<f32>(tangent, 8)
      const to = toTangents + (<usize>i << 4)
      storeUnit(to, m00 * tx + m01 * ty + m02 * tz, m10 * tx + m11 * ty + m12 * tz, m20 * tx + m21 * ty + m22 * tz)
      store<f32>(to, <f32>(side * <f64>load<f32>(tangent, 12)), 12)
    }
  }
  for (let i: u32 = 0; i < triangleTotal; i++) {
    const triangle = triangleAt(firstTriangle + i)
    const corner = indices + <usize>i * 12
    store<u32>(triangle, firstVertex + load<u32>(corner))
    store<u32>(triangle, firstVertex + load<u32>(corner + (mirrored ? 8 : 4)), 4)
    store<u32>(triangle, firstVertex + load<u32>(corner + (mirrored ? 4 : 8)), 8)
    store<u32>(triangle, number, 12)
  }
}

/** Stores a vector scaled to unit length; one without a direction as zeros, which readers take for "none". */
function storeUnit (to: usize, x: f64, y: f64, z: f64): void {
  const length = Math.sqrt(x * x + y * y + z * z)
  const factor = length > 0 && length < Infinity ? 1 / length : 0
  store<f32>(to, <f32>(x * factor))
  store<f32>(to, <f32>(y * factor), 4)
  store<f32>(to, <f32>(z * factor), 8)
}
