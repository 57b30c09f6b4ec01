/** What a ray that touches a triangle needs to know beyond its corners: whether the triangle is there for this ray at all. */
import * as layout from '../layout'
import { lookUpColor } from './texture'
import { instanceOf, materialOf, triangleAt, vertexAt } from './scene'
import { hash, unit } from './sampler'
import { Vec, add, cross, dot, scale, sub, w } from './vec'

/** Number that stands for no triangle: larger than any, so that "the lower number wins" needs no special case. */
export const NO_TRIANGLE: u32 = 0xffffffff

/** Position in lanes 0 … 2 and u of the first uv set in lane 3, at barycentric weights of the three corners. */
export function positionAt (triangle: u32, a: f32, b: f32, c: f32): Vec {
  const record = triangleAt(triangle)
  return weigh(v128.load(vertexAt(load<u32>(record))), v128.load(vertexAt(load<u32>(record, 4))), v128.load(vertexAt(load<u32>(record, 8))), a, b, c)
}

/** Sum of three vectors by weight, all four lanes. */
export function weigh (p: v128, q: v128, r: v128, a: f32, b: f32, c: f32): v128 {
  return add(add(scale(p, a), scale(q, b)), scale(r, c))
}

/** The normal of a triangle's plane towards its front, as long as twice its area. */
export function areaNormal (triangle: u32): Vec {
  const record = triangleAt(triangle)
  const p = v128.load(vertexAt(load<u32>(record)))
  return cross(sub(v128.load(vertexAt(load<u32>(record, 4))), p), sub(v128.load(vertexAt(load<u32>(record, 8))), p))
}

/** u and v of a triangle in lanes 0 and 1, for a use of a texture. */
export function uvAt (record: usize, instance: usize, use: usize, a: f32, b: f32, c: f32): v128 {
  const i = load<u32>(record)
  const j = load<u32>(record, 4)
  const k = load<u32>(record, 8)
  if (load<i32>(use, layout.TEXTURE_USE_UV_SET) == 0) {
    const u = a * load<f32>(vertexAt(i), 12) + b * load<f32>(vertexAt(j), 12) + c * load<f32>(vertexAt(k), 12)
    const v = a * load<f32>(vertexAt(i), 28) + b * load<f32>(vertexAt(j), 28) + c * load<f32>(vertexAt(k), 28)
    return f32x4.replace_lane(f32x4.splat(u), 1, v)
  }
  const uvs = <usize>load<u32>(instance, layout.INSTANCE_UVS1)
  if (uvs == 0) return f32x4.splat(0)
  const first = load<u32>(instance, layout.INSTANCE_FIRST_VERTEX)
  return weigh(pairAt(uvs, i - first), pairAt(uvs, j - first), pairAt(uvs, k - first), a, b, c)
}

function pairAt (pairs: usize, index: u32): v128 {
  return v128.load64_zero(pairs + (<usize>index << 3))
}

/** Base colour and coverage of a triangle at a point: factor × texture × vertex colour. Four lanes: r g b a. */
export function baseColorAt (record: usize, instance: usize, material: usize, a: f32, b: f32, c: f32): v128 {
  let color = v128.load(material, layout.MATERIAL_BASE_COLOR)
  const use = material + layout.MATERIAL_BASE_COLOR_TEXTURE
  if (load<i32>(use) >= 0) {
    const uv = uvAt(record, instance, use, a, b, c)
    color = f32x4.mul(color, lookUpColor(use, f32x4.extract_lane(uv, 0), f32x4.extract_lane(uv, 1)))
  }
  const colors = <usize>load<u32>(instance, layout.INSTANCE_COLORS)
  if (colors != 0) {
    const first = load<u32>(instance, layout.INSTANCE_FIRST_VERTEX)
    color = f32x4.mul(color, weigh(
      v128.load(colors + (<usize>(load<u32>(record) - first) << 4)),
      v128.load(colors + (<usize>(load<u32>(record, 4) - first) << 4)),
      v128.load(colors + (<usize>(load<u32>(record, 8) - first) << 4)),
      a, b, c
    ))
  }
  return color
}

/**
 * Whether a flagged triangle stops this ray. `mask` cuts at a threshold; `blend` lets a ray through at random, by a number that
 * follows from the ray and the triangle, so that it does not matter in which order triangles are met. A single-sided triangle is
 * not seen by the camera from behind, but stops light.
 */
export function stops (triangle: u32, direction: Vec, a: f32, b: f32, c: f32, fromCamera: bool, word: u32): bool {
  const record = triangleAt(triangle)
  const instance = instanceOf(record)
  const material = materialOf(instance)
  if (fromCamera && load<i32>(material, layout.MATERIAL_DOUBLE_SIDED) == 0 && dot(areaNormal(triangle), direction) > 0) return false
  const mode = load<i32>(material, layout.MATERIAL_ALPHA_MODE)
  if (mode == layout.ALPHA_OPAQUE) return true
  const alpha = w(baseColorAt(record, instance, material, a, b, c))
  return mode == layout.ALPHA_MASK
    ? alpha >= load<f32>(material, layout.MATERIAL_ALPHA_CUTOFF)
    : alpha > unit(hash(word ^ hash(triangle)))
}
