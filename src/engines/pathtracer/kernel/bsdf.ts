/**
 * How a surface scatters light: glTF's metallic-roughness model. A GGX microfacet layer with height-correlated Smith shadowing and
 * Schlick's Fresnel term, over a Lambertian base. Directions are in the frame of the shading normal, which is +z.
 */
import { alphaOf, distributionAt, glossyAlbedo, reflect, smith, visibleNormal } from './ggx'
import { Vec, circle, add, dot, luminance, normalize, scale, vec, x, y, z } from './vec'

const INVERSE_PI: f32 = 0.31830987
/** Reflectance of a dielectric of index 1.5 at normal incidence. */
const DIELECTRIC: f32 = 0.04
/** Surfaces rougher than this (α, a roughness of 0.3) spread light; others pass images on. */
const SPREADING_ALPHA: f32 = 0.09

let base: Vec = f32x4(0, 0, 0, 0)
let f0: Vec = f32x4(0, 0, 0, 0)
let metallic: f32 = 0
let alpha: f32 = 1
/** Colour of the microfacet layer's light for what bounces between facets more than once. */
let gain: Vec = f32x4(1, 1, 1, 1)
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
  alpha = alphaOf(roughness)
  outgoing = towards
  f0 = add(f32x4.splat(DIELECTRIC * (<f32>1 - metal)), scale(color, metal))
  gain = add(f32x4.splat(1), scale(f0, <f32>1 / glossyAlbedo(roughness, z(towards)) - 1))
  const glossy = luminance(fresnel(schlick(z(towards))))
  const matte: f32 = luminance(color) * (<f32>1 - metal) * (<f32>1 - glossy)
  // Where both are possible neither may starve: half-way mirrors at grazing angles are seldom, but bright.
  glossyShare = matte <= 0 ? 1 : min<f32>(max<f32>(glossy / (glossy + matte), 0.15), 0.9)
}

/** (1 − cos)⁵ */
function schlick (cosine: f32): f32 {
  const away = max<f32>(<f32>1 - cosine, 0)
  const squared = away * away
  return squared * squared * away
}

function fresnel (power: f32): Vec {
  return add(scale(f0, <f32>1 - power), f32x4.splat(power))
}

/** Scattered share of light from `incoming` towards the surface's outgoing direction, times the cosine; {@link density} beside it. */
export function evaluateBsdf (incoming: Vec): Vec {
  density = 0
  const nl = z(incoming)
  const nv = z(outgoing)
  if (nl <= 0 || nv <= 0) return f32x4.splat(0)
  const half = normalize(add(incoming, outgoing))
  const power = schlick(dot(outgoing, half))
  const alpha2 = alpha * alpha
  const distribution = distributionAt(alpha2, half)
  const smithV = smith(alpha2, nv)
  const visibility: f32 = <f32>0.5 / (nl * smithV + nv * smith(alpha2, nl))
  const dielectric: f32 = DIELECTRIC + (<f32>1 - DIELECTRIC) * power
  const glossy = scale(f32x4.mul(fresnel(power), gain), distribution * visibility * nl)
  const matte = scale(base, (<f32>1 - metallic) * (<f32>1 - dielectric) * INVERSE_PI * nl)
  density = glossyShare * distribution * <f32>0.5 / (nv + smithV) + (<f32>1 - glossyShare) * nl * INVERSE_PI
  return add(glossy, matte)
}

/**
 * Chooses where light comes from. Returns scattered share × cosine ÷ density, and 0 when there is none.
 *
 * @param choice in [0, 1): which layer
 */
export function sampleBsdf (choice: f32, u: f32, v: f32): Vec {
  if (choice < glossyShare) {
    sampledDirection = reflect(outgoing, visibleNormal(outgoing, alpha, u, v))
    spread = alpha > SPREADING_ALPHA
  } else {
    const around = circle(u)
    const radius = sqrt<f32>(v)
    sampledDirection = vec(x(around) * radius, y(around) * radius, sqrt<f32>(max<f32>(<f32>1 - v, 0)))
    spread = true
  }
  const share = evaluateBsdf(sampledDirection)
  return density > 0 ? scale(share, <f32>1 / density) : f32x4.splat(0)
}
