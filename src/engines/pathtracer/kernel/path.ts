/** A path from the camera to light: unidirectional, with light sought at every surface and both ways of finding it balanced. */
import { beginBsdf, density, sampleBsdf, sampledDirection, spread } from './bsdf'
import { closest, hitDistance, hitTriangle, offset } from './bvh'
import { cameraRay, rayDirection, rayOrigin } from './camera'
import { balance, direct, skyDensity, triangleDensity } from './lights'
import { beginSample, draw, first, second, wordOf } from './sampler'
import { bounces, indirectLimit } from './scene'
import { skyRadiance, sunRadiance } from './sky'
import { baseColor, describe, emission, emits, metallic, planeNormal, point, roughness, shadingNormal } from './surface'
import { Vec, add, cross, dot, fromFrame, largest, mul, negate, scale, tangentOf, toFrame } from './vec'

/** Pairs of numbers that each surface of a path has to itself: layer and survival, direction, light, place on the light. */
const PAIRS_PER_SURFACE: i32 = 4
/** A path may end by chance from this surface on. Earlier ones carry most of the picture. */
const ROULETTE_FROM: i32 = 3
/**
 * Behind a surface that spreads light, mirrors are seen at least this rough: paths from matte surfaces over mirrors into small
 * lights are too seldom to be found, and each would be a bright speck.
 */
const ROUGHNESS_BEHIND_SPREAD: f32 = 0.5
/** No sample is brighter: sums of a chunk stay finite. */
const MAX_SAMPLE: f32 = 1e9

/** Radiance of one sample of a pixel: linear r g b, always finite. */
export function radianceOf (frame: i32, px: i32, py: i32, sample: i32): Vec {
  beginSample(frame, px, py, sample)
  draw(0)
  cameraRay(<f32>px + first, <f32>py + second)
  const radiance = walk(rayOrigin, rayDirection)
  // NaN and infinity compare as false: such a sample becomes 0, lane by lane.
  const zero = f32x4.splat(0)
  return v128.and(f32x4.min(radiance, f32x4.splat(MAX_SAMPLE)), v128.and(f32x4.ge(radiance, zero), f32x4.lt(radiance, f32x4.splat(Infinity))))
}

function walk (origin: Vec, direction: Vec): Vec {
  let radiance = f32x4.splat(0)
  let throughput = f32x4.splat(1)
  let found: f32 = 0
  let blurred = false
  let depth: i32 = 0
  while (true) {
    const word = wordOf(depth)
    const pair: i32 = 1 + depth * PAIRS_PER_SURFACE
    if (!closest(origin, direction, Infinity, depth == 0, word)) {
      const sought = depth == 0 ? <f32>0 : skyDensity(direction)
      const sun = sunRadiance(direction)
      const light = add(skyRadiance(direction), sought > 0 ? scale(sun, balance(found, sought)) : sun)
      return add(radiance, limited(mul(throughput, light), depth - 1))
    }
    const triangle = hitTriangle
    const distance = hitDistance
    describe(direction)
    if (emits) {
      const sought = depth == 0 ? <f32>0 : triangleDensity(triangle, direction, distance)
      const light = sought > 0 ? scale(emission, balance(found, sought)) : emission
      radiance = add(radiance, limited(mul(throughput, light), depth - 1))
    }
    if (depth > bounces) return radiance

    const n = shadingNormal
    const t = tangentOf(n)
    const b = cross(n, t)
    beginBsdf(baseColor, metallic, blurred ? max<f32>(roughness, ROUGHNESS_BEHIND_SPREAD) : roughness, toFrame(negate(direction), t, b, n))
    radiance = add(radiance, limited(mul(throughput, direct(pair + 2, word, t, b, n)), depth))

    draw(pair)
    const choice = first
    const survival = second
    draw(pair + 1)
    const share = sampleBsdf(choice, first, second)
    found = density
    if (!(found > 0)) return radiance
    direction = fromFrame(sampledDirection, t, b, n)
    // Light can not come through the surface, whatever its shading normal says.
    if (dot(direction, planeNormal) <= 0) return radiance
    throughput = mul(throughput, share)
    blurred = blurred || spread
    if (depth >= ROULETTE_FROM) {
      const chance = min<f32>(largest(throughput), 0.95)
      if (!(survival < chance)) return radiance
      throughput = scale(throughput, <f32>1 / chance)
    }
    origin = offset(point, planeNormal)
    depth++
  }
}

/** Bounds what comes over an indirect path: a rare path worth thousands of others is a speck, not light. */
function limited (light: Vec, surfacesBefore: i32): Vec {
  if (surfacesBefore < 1) return light
  const brightest = largest(light)
  return brightest > indirectLimit ? scale(light, indirectLimit / brightest) : light
}
