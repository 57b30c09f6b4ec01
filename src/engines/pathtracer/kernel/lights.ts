/** Light that is sought rather than stumbled upon: from emissive triangles by their power, and from the sun. */
import * as layout from '../layout'
import { occluded, offset } from './bvh'
import { density, evaluateBsdf } from './bsdf'
import { draw, first, second } from './sampler'
import { hasSun, sampleSun, sunDensity, sunRadiance, domeIrradiance, SUN_IRRADIANCE } from './sky'
import { emissionAt, planeNormal, point } from './surface'
import { areaNormal, positionAt } from './triangles'
import { instanceCount, instanceOf, instances, lightCount, lights, lightShare, materialOf, triangleAt, triangleCount, vertexAt, vertexCount } from './scene'
import { Vec, dot, luminance, mul, negate, scale, sub, toFrame, x, y, z } from './vec'

/**
 * One sample over an indirect path may be at most so many times as bright as a white surface in the scene's mean light: from the sky,
 * which is nearly the same everywhere, and from emissive triangles, near which it is much brighter than on the mean.
 */
const SKY_INDIRECT_LIMIT: f64 = 6
const TRIANGLE_INDIRECT_LIMIT: f64 = 10

/** Share of the balance between two ways to find the same light (Veach's power heuristic). */
export function balance (own: f32, other: f32): f32 {
  const ratio = other / own
  return <f32>1 / (<f32>1 + ratio * ratio)
}

/** Density per steradian with which {@link direct} seeks light in a direction that leaves the scene. */
export function skyDensity (direction: Vec): f32 {
  return sunDensity(direction) * (<f32>1 - lightShare)
}

/** Density per steradian with which {@link direct} seeks light at the point of a triangle at `distance` in `direction`. */
export function triangleDensity (triangle: u32, direction: Vec, distance: f32): f32 {
  if (lightCount == 0) return 0
  const record = triangleAt(triangle)
  const instance = instanceOf(record)
  const densities = <usize>load<u32>(instance, layout.INSTANCE_DENSITIES)
  if (densities == 0) return 0
  const perArea = load<f32>(densities + (<usize>(triangle - load<u32>(instance, layout.INSTANCE_FIRST_TRIANGLE)) << 2))
  const normal = areaNormal(triangle)
  const cosine = abs(dot(normal, direction)) / sqrt<f32>(dot(normal, normal))
  return cosine > 0 ? lightShare * perArea * distance * distance / cosine : 0
}

/** Light from one place, towards the surface described, through its prepared scattering in the frame (t, b, n). Uses two pairs of numbers. */
export function direct (pair: i32, word: u32, t: Vec, b: Vec, n: Vec): Vec {
  if (lightCount == 0 && !hasSun()) return f32x4.splat(0)
  draw(pair)
  const choice = first
  draw(pair + 1)
  return choice < lightShare
    ? fromTriangle(choice / lightShare, first, second, word, t, b, n)
    : fromSun(first, second, word, t, b, n)
}

function fromSun (u: f32, v: f32, word: u32, t: Vec, b: Vec, n: Vec): Vec {
  const incoming = sampleSun(u, v)
  if (dot(incoming, planeNormal) <= 0) return f32x4.splat(0)
  const share = evaluateBsdf(toFrame(incoming, t, b, n))
  const sought: f32 = skyDensity(incoming)
  if (!(density > 0) || !(sought > 0)) return f32x4.splat(0)
  const weight: f32 = balance(sought, density) / sought
  if (occluded(offset(point, planeNormal), incoming, Infinity, word)) return f32x4.splat(0)
  return scale(mul(share, sunRadiance(incoming)), weight)
}

function fromTriangle (choice: f32, u: f32, v: f32, word: u32, t: Vec, b: Vec, n: Vec): Vec {
  const triangle = load<u32>(lights + <usize>lightAt(choice) * layout.LIGHT_BYTES)
  const record = triangleAt(triangle)
  const instance = instanceOf(record)
  const material = materialOf(instance)
  // Even over the triangle: the square root makes strips of equal area.
  const root = sqrt<f32>(u)
  const wa: f32 = <f32>1 - root
  const wb: f32 = root * (<f32>1 - v)
  const wc: f32 = <f32>1 - wa - wb
  const place = positionAt(triangle, wa, wb, wc)
  const front = areaNormal(triangle)
  const origin = offset(point, planeNormal)
  const toLight = sub(place, origin)
  const distance = sqrt<f32>(dot(toLight, toLight))
  if (!(distance > 0)) return f32x4.splat(0)
  const incoming = scale(toLight, <f32>1 / distance)
  const facing = -dot(front, incoming)
  if (facing <= 0 && load<i32>(material, layout.MATERIAL_DOUBLE_SIDED) == 0) return f32x4.splat(0)
  if (dot(incoming, planeNormal) <= 0) return f32x4.splat(0)
  const share = evaluateBsdf(toFrame(incoming, t, b, n))
  const sought = triangleDensity(triangle, incoming, distance)
  if (!(density > 0) || !(sought > 0)) return f32x4.splat(0)
  // To a point just off the light on this side of it, so that the light does not shadow itself.
  const unitFront = scale(front, <f32>1 / sqrt<f32>(dot(front, front)))
  const target = sub(offset(place, facing > 0 ? unitFront : negate(unitFront)), origin)
  if (occluded(origin, target, 1, word)) return f32x4.splat(0)
  return scale(mul(share, emissionAt(record, instance, material, wa, wb, wc)), balance(sought, density) / sought)
}

/** The light whose part of the cumulated power holds `choice`. */
function lightAt (choice: f32): u32 {
  let low: u32 = 0
  let high: u32 = lightCount - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (load<f32>(lights + <usize>middle * layout.LIGHT_BYTES, 4) > choice) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * Fills the table of lights and the densities of emissive triangles, and weighs triangles against the sun by the power they bring
 * into the scene's sphere. Room for a light and a density of each triangle of an emissive instance must be there.
 */
export function measureLights (): void {
  let count: u32 = 0
  let total: f64 = 0
  for (let i: u32 = 0; i < instanceCount; i++) {
    const instance = instances + <usize>i * layout.INSTANCE_BYTES
    if (load<u32>(instance, layout.INSTANCE_DENSITIES) == 0) continue
    const firstTriangle = load<u32>(instance, layout.INSTANCE_FIRST_TRIANGLE)
    const end = i + 1 < instanceCount ? load<u32>(instance + layout.INSTANCE_BYTES, layout.INSTANCE_FIRST_TRIANGLE) : triangleCount
    for (let triangle = firstTriangle; triangle < end; triangle++) {
      const power = powerOf(triangle, instance)
      if (!(power > 0 && power < 1e30)) continue
      const light = lights + <usize>count * layout.LIGHT_BYTES
      store<u32>(light, triangle)
      store<f32>(light, power, 4)
      total += <f64>power
      count++
    }
  }
  let sum: f64 = 0
  let before: f32 = 0
  for (let i: u32 = 0; i < count; i++) {
    const light = lights + <usize>i * layout.LIGHT_BYTES
    const triangle = load<u32>(light)
    const instance = instanceOf(triangleAt(triangle))
    const normal = areaNormal(triangle)
    sum += <f64>load<f32>(light, 4)
    const upTo: f32 = i + 1 == count ? 1 : <f32>(sum / total)
    store<f32>(light, upTo, 4)
    const densities = <usize>load<u32>(instance, layout.INSTANCE_DENSITIES)
    store<f32>(densities + (<usize>(triangle - load<u32>(instance, layout.INSTANCE_FIRST_TRIANGLE)) << 2), (upTo - before) * 2 / sqrt<f32>(dot(normal, normal)))
    before = upTo
  }
  store<u32>(layout.HEADER, count, layout.HEADER_LIGHT_COUNT)

  const square = squaredRadius()
  const sunPower: f64 = hasSun() ? 3.14159 * square * <f64>SUN_IRRADIANCE : 0
  let share: f64 = total > 0 ? total / (total + sunPower) : 0
  // Power says little about who lights a given place: neither is ever left to chance.
  if (total > 0 && sunPower > 0) share = min<f64>(max<f64>(share, 0.2), 0.8)
  store<f32>(layout.HEADER, <f32>share, layout.HEADER_LIGHT_SHARE)
  const fromTriangles: f64 = total > 0 && square > 0 ? total / (12.56637 * square) : 0
  const limit = TRIANGLE_INDIRECT_LIMIT * fromTriangles + SKY_INDIRECT_LIMIT * <f64>domeIrradiance()
  store<f32>(layout.HEADER, <f32>(limit / 3.14159), layout.HEADER_INDIRECT_LIMIT)
}

/** Emitted power of a triangle: π × area × mean luminance × sides. A texture is averaged over points spread evenly. */
function powerOf (triangle: u32, instance: usize): f32 {
  const record = triangleAt(triangle)
  const material = materialOf(instance)
  const normal = areaNormal(triangle)
  const area: f32 = sqrt<f32>(dot(normal, normal)) * 0.5
  const sides: f32 = load<i32>(material, layout.MATERIAL_DOUBLE_SIDED) != 0 ? 2 : 1
  const points = load<i32>(material, layout.MATERIAL_EMISSIVE_TEXTURE) >= 0 ? 64 : 1
  let sum: f32 = 0
  for (let i = 0; i < points; i++) {
    // The plastic number's sequence fills the square evenly; its upper half is folded into the triangle.
    let a: f32 = <f32>i * 0.7548777 + 0.33333334
    let b: f32 = <f32>i * 0.56984026 + 0.33333334
    a -= floor(a)
    b -= floor(b)
    if (a + b > 1) {
      a = <f32>1 - a
      b = <f32>1 - b
    }
    sum += luminance(emissionAt(record, instance, material, a, b, <f32>1 - a - b))
  }
  return 3.1415927 * area * sides * sum / <f32>points
}

/** Square of half the diagonal of the box around all vertices. */
function squaredRadius (): f64 {
  if (vertexCount == 0) return 1
  let low = v128.load(vertexAt(0))
  let high = low
  for (let i: u32 = 1; i < vertexCount; i++) {
    const position = v128.load(vertexAt(i))
    low = f32x4.min(low, position)
    high = f32x4.max(high, position)
  }
  const size = sub(high, low)
  return 0.25 * (<f64>x(size) * <f64>x(size) + <f64>y(size) * <f64>y(size) + <f64>z(size) * <f64>z(size))
}
