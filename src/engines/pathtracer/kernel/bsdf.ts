/**
 * How a surface scatters light: glTF's metallic-roughness model. A GGX microfacet layer with height-correlated Smith shadowing and
 * Schlick's Fresnel term, over a Lambertian base. Directions are in the frame of the shading normal, which is +z.
 */
import { Vec, circle, add, dot, luminance, normalize, scale, sub, vec, x, y, z } from './vec'

const INVERSE_PI: f32 = 0.31830987
/** Reflectance of a dielectric of index 1.5 at normal incidence. */
const DIELECTRIC: f32 = 0.04
/** Below it a highlight would be narrower than float32 can resolve; it still looks like a mirror. */
const MIN_ALPHA: f32 = 0.001

let base: Vec = f32x4(0, 0, 0, 0)
let f0: Vec = f32x4(0, 0, 0, 0)
let metallic: f32 = 0
let alpha: f32 = 1
/** How often the microfacet layer is sampled rather than the base. */
let glossyShare: f32 = 1
let outgoing: Vec = f32x4(0, 0, 1, 0)

/** What {@link sampleBsdf} made: direction, density per steradian, and whether the base or a rough layer spread it. */
export let sampledDirection: Vec = f32x4(0, 0, 0, 0)
export let density: f32 = 0
export let spread: bool = false

/** Prepares a surface for light that leaves towards `towards` (unit, z > 0). */
export function beginBsdf (color: Vec, metal: f32, roughness: f32, towards: Vec): void {
  base = color
  metallic = metal
  alpha = max<f32>(roughness * roughness, MIN_ALPHA)
  outgoing = towards
  f0 = add(scale(f32x4(DIELECTRIC, DIELECTRIC, DIELECTRIC, 0), <f32>1 - metal), scale(color, metal))
  const glossy = luminance(fresnel(z(towards)))
  const matte: f32 = luminance(color) * (<f32>1 - metal) * (<f32>1 - glossy)
  // Where both are possible neither may starve: half-way mirrors at grazing angles are seldom, but bright.
  glossyShare = matte <= 0 ? 1 : min<f32>(max<f32>(glossy / (glossy + matte), 0.15), 0.9)
}

function fresnel (cosine: f32): Vec {
  const away = max<f32>(<f32>1 - cosine, 0)
  const squared = away * away
  const power = squared * squared * away
  return add(scale(f0, <f32>1 - power), f32x4(power, power, power, 0))
}

/** Scattered share of light from `incoming` towards the surface's outgoing direction, times the cosine; {@link density} beside it. */
export function evaluateBsdf (incoming: Vec): Vec {
  density = 0
  const nl = z(incoming)
  const nv = z(outgoing)
  if (nl <= 0 || nv <= 0) return f32x4.splat(0)
  const half = normalize(add(incoming, outgoing))
  const vh = max<f32>(dot(outgoing, half), 0)
  const alpha2 = alpha * alpha
  const away = max<f32>(<f32>1 - vh, 0)
  const squared = away * away
  const power = squared * squared * away
  // sin² + α² cos², not 1 + (α² − 1) cos²: near a mirror the latter cancels.
  const d: f32 = x(half) * x(half) + y(half) * y(half) + alpha2 * z(half) * z(half)
  const distribution: f32 = alpha2 * INVERSE_PI / (d * d)
  const lambdaV = sqrt<f32>(alpha2 + (<f32>1 - alpha2) * nv * nv)
  const lambdaL = sqrt<f32>(alpha2 + (<f32>1 - alpha2) * nl * nl)
  const visibility: f32 = <f32>0.5 / (nl * lambdaV + nv * lambdaL)
  const reflected = add(scale(f0, <f32>1 - power), f32x4(power, power, power, 0))
  const dielectric: f32 = DIELECTRIC + (<f32>1 - DIELECTRIC) * power
  const glossy = scale(reflected, distribution * visibility * nl)
  const matte = scale(base, (<f32>1 - metallic) * (<f32>1 - dielectric) * INVERSE_PI * nl)
  density = glossyShare * distribution * <f32>0.5 / (nv + lambdaV) + (<f32>1 - glossyShare) * nl * INVERSE_PI
  return add(glossy, matte)
}

/**
 * Chooses where light comes from. Returns scattered share × cosine ÷ density, and 0 when there is none.
 *
 * Visible normals by spherical caps (Dupuy and Benyoub, "Sampling visible GGX normals with spherical caps", 2023).
 *
 * @param choice in [0, 1): which layer
 */
export function sampleBsdf (choice: f32, u: f32, v: f32): Vec {
  if (choice < glossyShare) {
    const stretched = normalize(vec(x(outgoing) * alpha, y(outgoing) * alpha, z(outgoing)))
    const around = circle(u)
    const height: f32 = (<f32>1 - v) * (<f32>1 + z(stretched)) - z(stretched)
    const radius = sqrt<f32>(max<f32>(<f32>1 - height * height, 0))
    const cap = add(vec(x(around) * radius, y(around) * radius, height), stretched)
    const normal = normalize(vec(x(cap) * alpha, y(cap) * alpha, max<f32>(z(cap), 0)))
    sampledDirection = sub(scale(normal, <f32>2 * dot(outgoing, normal)), outgoing)
    spread = alpha > 0.09
  } else {
    const around = circle(u)
    const radius = sqrt<f32>(v)
    sampledDirection = vec(x(around) * radius, y(around) * radius, sqrt<f32>(max<f32>(<f32>1 - v, 0)))
    spread = true
  }
  const share = evaluateBsdf(sampledDirection)
  return density > 0 ? scale(share, <f32>1 / density) : f32x4.splat(0)
}
