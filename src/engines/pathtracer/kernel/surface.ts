/** The surface where a ray ended: place, normals, material and emitted light. */
import * as layout from '../layout'
import { baseColorAt, areaNormal, positionAt, uvAt, weigh } from './triangles'
import { lookUpColor, lookUpData } from './texture'
import { hitA, hitB, hitTriangle } from './bvh'
import { instanceOf, materialOf, triangleAt, vertexAt } from './scene'
import { Vec, add, along, cross, dot, fromFrame, mul, negate, normalizeOr, scale, sub, vec, w, x, y, z } from './vec'

/** On the triangle, in the world. */
export let point: Vec = f32x4(0, 0, 0, 0)
/** Normal of the triangle's plane and shading normal, both unit, on the side the ray came from. */
export let planeNormal: Vec = f32x4(0, 0, 1, 0)
export let shadingNormal: Vec = f32x4(0, 0, 1, 0)
export let baseColor: Vec = f32x4(0, 0, 0, 0)
export let metallic: f32 = 0
export let roughness: f32 = 1
/** Radiance towards where the ray came from. */
export let emission: Vec = f32x4(0, 0, 0, 0)
export let emits: bool = false

/** Describes the surface that `closest` found, seen by a ray of this direction. */
export function describe (direction: Vec): void {
  const triangle = hitTriangle
  const a = hitA
  const b = hitB
  const c: f32 = <f32>1 - a - b
  const record = triangleAt(triangle)
  const instance = instanceOf(record)
  const material = materialOf(instance)
  const towards = negate(direction)
  const front = normalizeOr(areaNormal(triangle), towards)
  const seenFromFront = dot(front, direction) <= 0

  // Computed from the corners, not from the ray: the error is that of the triangle's own numbers, wherever the ray came from.
  point = positionAt(triangle, a, b, c)
  planeNormal = seenFromFront ? front : negate(front)
  baseColor = baseColorAt(record, instance, material, a, b, c)
  shadingNormal = shadingNormalAt(record, instance, material, front, seenFromFront, towards, a, b, c)

  metallic = load<f32>(material, layout.MATERIAL_METALLIC)
  roughness = load<f32>(material, layout.MATERIAL_ROUGHNESS)
  const use = material + layout.MATERIAL_METALLIC_ROUGHNESS_TEXTURE
  if (load<i32>(use) >= 0) {
    const uv = uvAt(record, instance, use, a, b, c)
    const texel = lookUpData(use, x(uv), y(uv))
    roughness *= y(texel)
    metallic *= z(texel)
  }
  // Factors outside their range would make energy.
  metallic = min<f32>(max<f32>(metallic, 0), 1)
  roughness = min<f32>(max<f32>(roughness, 0), 1)
  baseColor = f32x4.min(f32x4.max(baseColor, f32x4.splat(0)), f32x4.splat(1))

  emits = load<u32>(instance, layout.INSTANCE_DENSITIES) != 0 && (seenFromFront || load<i32>(material, layout.MATERIAL_DOUBLE_SIDED) != 0)
  if (emits) emission = emissionAt(record, instance, material, a, b, c)
}

/** Radiance that a triangle emits at a point of its front. */
export function emissionAt (record: usize, instance: usize, material: usize, a: f32, b: f32, c: f32): Vec {
  const factor = v128.load(material, layout.MATERIAL_EMISSIVE)
  const use = material + layout.MATERIAL_EMISSIVE_TEXTURE
  if (load<i32>(use) < 0) return factor
  const uv = uvAt(record, instance, use, a, b, c)
  return mul(factor, lookUpColor(use, x(uv), y(uv)))
}

function shadingNormalAt (record: usize, instance: usize, material: usize, front: Vec, seenFromFront: bool, towards: Vec, a: f32, b: f32, c: f32): Vec {
  let normal = front
  if (load<u32>(instance, layout.INSTANCE_HAS_NORMALS) != 0) {
    normal = normalizeOr(weigh(
      v128.load(vertexAt(load<u32>(record)), 16),
      v128.load(vertexAt(load<u32>(record, 4)), 16),
      v128.load(vertexAt(load<u32>(record, 8)), 16),
      a, b, c
    ), front)
  }
  if (load<i32>(material, layout.MATERIAL_NORMAL_TEXTURE) >= 0) {
    normal = bumped(record, instance, material, normal, a, b, c)
  }
  if (!seenFromFront) normal = negate(normal)
  // Files have normals that point into the surface; the plane knows better.
  if (dot(normal, planeNormal) < 0) normal = negate(normal)

  // A shading normal may send the mirror image of the eye below the real surface, which would be a black fringe: it is tilted
  // back just so far that the reflection leaves the surface.
  const facing = dot(towards, planeNormal)
  const reflection = sub(scale(normal, <f32>2 * dot(normal, towards)), towards)
  const rise = dot(reflection, planeNormal)
  const least = min<f32>(facing * 0.9, 0.01)
  if (rise < least) {
    normal = normalizeOr(add(towards, normalizeOr(along(reflection, planeNormal, least - rise), planeNormal)), planeNormal)
  }
  return dot(normal, towards) > 1e-4 ? normal : planeNormal
}

/** Turns a normal by the normal texture. Green is up, against v, as glTF has it. */
function bumped (record: usize, instance: usize, material: usize, normal: Vec, a: f32, b: f32, c: f32): Vec {
  const use = material + layout.MATERIAL_NORMAL_TEXTURE
  const i = load<u32>(record)
  const j = load<u32>(record, 4)
  const k = load<u32>(record, 8)
  let tangent: Vec
  let handedness: f32 = 1
  const tangents = <usize>load<u32>(instance, layout.INSTANCE_TANGENTS)
  if (tangents != 0) {
    const first = load<u32>(instance, layout.INSTANCE_FIRST_VERTEX)
    tangent = weigh(v128.load(tangents + (<usize>(i - first) << 4)), v128.load(tangents + (<usize>(j - first) << 4)), v128.load(tangents + (<usize>(k - first) << 4)), a, b, c)
    handedness = w(tangent) < 0 ? -1 : 1
  } else {
    const p = v128.load(vertexAt(i))
    const e1 = sub(v128.load(vertexAt(j)), p)
    const e2 = sub(v128.load(vertexAt(k)), p)
    const uv = uvAt(record, instance, use, 1, 0, 0)
    const d1 = sub(uvAt(record, instance, use, 0, 1, 0), uv)
    const d2 = sub(uvAt(record, instance, use, 0, 0, 1), uv)
    const area: f32 = x(d1) * y(d2) - x(d2) * y(d1)
    if (area == 0) return normal
    const sign: f32 = area < 0 ? -1 : 1
    tangent = scale(sub(scale(e1, y(d2)), scale(e2, y(d1))), sign)
    const down = scale(sub(scale(e2, x(d1)), scale(e1, x(d2))), sign)
    handedness = dot(cross(normal, tangent), down) > 0 ? -1 : 1
  }
  const t = normalizeOr(along(tangent, normal, -dot(tangent, normal)), f32x4.splat(0))
  if (dot(t, t) < 0.5) return normal
  const bitangent = scale(cross(normal, t), handedness)
  const uv = uvAt(record, instance, use, a, b, c)
  const texel = lookUpData(use, x(uv), y(uv))
  const strength = load<f32>(material, layout.MATERIAL_NORMAL_SCALE)
  const local = vec((x(texel) * 2 - 1) * strength, (y(texel) * 2 - 1) * strength, z(texel) * 2 - 1)
  return normalizeOr(fromFrame(local, t, bitangent, normal), normal)
}
