/**
 * The default sky: a clear blue gradient, a soft sun high on the left behind the default camera, and bare ground below the horizon.
 * Its light on a white surface is near 1, so that a picture of an ordinary scene needs no exposure.
 */
import * as layout from '../layout'
import { sky } from './scene'
import { Vec, circle, dot, fromFrame, mix, normalize, scale, tangentOf, cross, vec, x, y, z } from './vec'

/** Cosine of the sun's half angle of 1.5°: six times the real one, for shadows with soft edges and little noise. */
const SUN_COSINE: f32 = 0.99965733
/** Steradians of that cap: 2π(1 − cos). */
const SUN_SOLID_ANGLE: f32 = 0.0021530574
/** Irradiance on a surface that faces the sun. */
export const SUN_IRRADIANCE: f32 = 2.2

/** Irradiance of sky and sun on a surface that faces the sun, near enough to tell what is bright. */
export function domeIrradiance (): f32 {
  return sky == layout.SKY_BLACK ? 0 : sky == layout.SKY_WHITE ? <f32>3.14159 : SUN_IRRADIANCE + 1.3
}

/** Towards the sun's centre: 47° up. */
function sun (): Vec { return f32x4(-0.42426407, 0.7348469, 0.5291503, 0) }

/** Radiance of everything but the sun in a direction. */
export function skyRadiance (direction: Vec): Vec {
  if (sky == layout.SKY_BLACK) return f32x4.splat(0)
  if (sky == layout.SKY_WHITE) return f32x4(1, 1, 1, 0)
  const height = y(direction)
  const up = max<f32>(height, 0)
  const dome = mix(f32x4(0.78, 0.86, 0.95, 0), f32x4(0.2, 0.36, 0.72, 0), sqrt<f32>(up) * (<f32>1.5 - <f32>0.5 * up))
  const facing = max<f32>(dot(direction, sun()), 0)
  const squared = facing * facing
  const fourth = squared * squared
  const glow = scale(f32x4(0.5, 0.42, 0.3, 0), fourth * fourth * fourth)
  // Far ground fades into the haze of the horizon: there is no line.
  const down = min<f32>(max<f32>(-height * 3, 0), 1)
  return mix(f32x4.add(dome, glow), f32x4(0.26, 0.25, 0.24, 0), down * (<f32>2 - down))
}

/** Whether there is a sun to seek light from. */
export function hasSun (): bool {
  return sky == layout.SKY_DEFAULT
}

/** Radiance of the sun in a direction: the same within its cap, nothing outside. */
export function sunRadiance (direction: Vec): Vec {
  if (!hasSun() || dot(direction, sun()) < SUN_COSINE) return f32x4.splat(0)
  return scale(f32x4(1, 0.94, 0.85, 0), SUN_IRRADIANCE / SUN_SOLID_ANGLE)
}

/** Density of {@link sampleSun} per steradian: 0 outside the cap. */
export function sunDensity (direction: Vec): f32 {
  return hasSun() && dot(direction, sun()) >= SUN_COSINE ? <f32>1 / SUN_SOLID_ANGLE : 0
}

/** A direction towards the sun, even over its cap. */
export function sampleSun (u: f32, v: f32): Vec {
  // A hair inside the cap: rounding must not put a direction beyond its edge.
  const cosine: f32 = <f32>1 - u * (<f32>1 - SUN_COSINE) * 0.9999
  const radius = sqrt<f32>(max<f32>(<f32>1 - cosine * cosine, 0))
  const around = circle(v)
  const n = sun()
  const t = tangentOf(n)
  return normalize(fromFrame(vec(x(around) * radius, y(around) * radius, cosine), t, cross(n, t), n))
}
