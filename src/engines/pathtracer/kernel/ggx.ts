/** The GGX distribution of microfacets: which of their normals are seen, and how much light leaves them. Frames have the surface's normal as +z. */
import * as layout from '../layout'
import { Vec, circle, add, dot, normalize, scale, sub, vec, x, y, z } from './vec'

/** Below it a highlight would be narrower than float32 can resolve; it still looks like a mirror. */
const MIN_ALPHA: f32 = 0.001

/** Cells of the table of {@link glossyAlbedo} along each side, and samples of one cell. */
const CELLS: i32 = 32
const CELL_SAMPLES: i32 = 256

/** The distribution's width for a perceptual roughness. */
export function alphaOf (roughness: f32): f32 {
  return max<f32>(roughness * roughness, MIN_ALPHA)
}

/** cos · √(1 + α² tan²): what Smith's shadowing is made of. */
export function smith (alpha2: f32, cosine: f32): f32 {
  return sqrt<f32>(alpha2 + (<f32>1 - alpha2) * cosine * cosine)
}

/** Density of microfacet normals. By sin² + α² cos², not 1 + (α² − 1) cos²: near a mirror the latter cancels. */
export function distributionAt (alpha2: f32, half: Vec): f32 {
  const d: f32 = x(half) * x(half) + y(half) * y(half) + alpha2 * z(half) * z(half)
  return alpha2 * <f32>0.31830987 / (d * d)
}

/** A microfacet normal as seen from `outgoing`, by spherical caps (Dupuy and Benyoub, "Sampling visible GGX normals with spherical caps", 2023). */
export function visibleNormal (outgoing: Vec, alpha: f32, u: f32, v: f32): Vec {
  const stretched = normalize(vec(x(outgoing) * alpha, y(outgoing) * alpha, z(outgoing)))
  const around = circle(u)
  const height: f32 = (<f32>1 - v) * (<f32>1 + z(stretched)) - z(stretched)
  const radius = sqrt<f32>(max<f32>(<f32>1 - height * height, 0))
  const cap = add(vec(x(around) * radius, y(around) * radius, height), stretched)
  return normalize(vec(x(cap) * alpha, y(cap) * alpha, max<f32>(z(cap), 0)))
}

/** The mirror image of a direction. */
export function reflect (outgoing: Vec, normal: Vec): Vec {
  return sub(scale(normal, <f32>2 * dot(outgoing, normal)), outgoing)
}

/**
 * The share of light that leaves a perfectly reflecting rough surface after one bounce between its facets. The rest bounces again,
 * and is given back by who divides by it (Turquin, "Practical multiple scattering compensation for microfacet models", 2019).
 */
export function glossyAlbedo (roughness: f32, cosine: f32): f32 {
  const row = min<f32>(max<f32>(roughness, 0), 1) * <f32>(CELLS - 1)
  const column = min<f32>(max<f32>(cosine, 0), 1) * <f32>(CELLS - 1)
  const r = min<i32>(<i32>row, CELLS - 2)
  const c = min<i32>(<i32>column, CELLS - 2)
  const down: f32 = row - <f32>r
  const across: f32 = column - <f32>c
  const cell = <usize>layout.HEADER + layout.HEADER_GLOSSY_ALBEDO + (<usize>(r * CELLS + c) << 2)
  const upper: f32 = load<f32>(cell) + (load<f32>(cell, 4) - load<f32>(cell)) * across
  const lower: f32 = load<f32>(cell, 128) + (load<f32>(cell, 132) - load<f32>(cell, 128)) * across
  return upper + (lower - upper) * down
}

/** Fills the table of {@link glossyAlbedo}: a row for each roughness, a column for each cosine. */
export function fillGlossyAlbedo (): void {
  for (let r = 0; r < CELLS; r++) {
    for (let c = 0; c < CELLS; c++) {
      const share = integrate(alphaOf(<f32>r / <f32>(CELLS - 1)), max<f32>(<f32>c / <f32>(CELLS - 1), 0.001))
      store<f32>(<usize>layout.HEADER + layout.HEADER_GLOSSY_ALBEDO + (<usize>(r * CELLS + c) << 2), share)
    }
  }
}

function integrate (alpha: f32, cosine: f32): f32 {
  const outgoing = vec(sqrt<f32>(<f32>1 - cosine * cosine), 0, cosine)
  const alpha2 = alpha * alpha
  const hidden: f32 = smith(alpha2, cosine) / cosine
  let sum: f32 = 0
  for (let i = 0; i < CELL_SAMPLES; i++) {
    // A lattice of the golden ratio: as many different values along each number as there are samples.
    const turn: f32 = <f32>i * 0.618034
    const incoming = z(reflect(outgoing, visibleNormal(outgoing, alpha, turn - floor(turn), (<f32>i + 0.5) / <f32>CELL_SAMPLES)))
    // Shadowing of both directions by that of one: G₂ ÷ G₁.
    if (incoming > 0) sum += (<f32>1 + hidden) / (hidden + smith(alpha2, incoming) / incoming)
  }
  return sum / <f32>CELL_SAMPLES
}
