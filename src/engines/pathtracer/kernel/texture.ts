/** Texture look-ups: nearest and bilinear, without mip levels, so that a texel is the same bits for everyone. */
import * as layout from '../layout'
import { textures } from './scene'

/** Coordinates beyond it carry no position any more in float32. */
const MAX_COORDINATE: f32 = 1e6

/** Looks a use of a texture up at (u, v), with r g b decoded from sRGB. Four lanes: r g b a. */
export function lookUpColor (use: usize, u: f32, v: f32): v128 {
  return lookUp(use, u, v, true)
}

/** Looks a use of a texture up at (u, v), bytes as they are. Four lanes: r g b a. */
export function lookUpData (use: usize, u: f32, v: f32): v128 {
  return lookUp(use, u, v, false)
}

function lookUp (use: usize, u0: f32, v0: f32, color: bool): v128 {
  const texture = textures + <usize>load<u32>(use) * layout.TEXTURE_BYTES
  let u: f32 = load<f32>(use, layout.TEXTURE_USE_TRANSFORM) * u0 + load<f32>(use, layout.TEXTURE_USE_TRANSFORM + 4) * v0 + load<f32>(use, layout.TEXTURE_USE_TRANSFORM + 8)
  let v: f32 = load<f32>(use, layout.TEXTURE_USE_TRANSFORM + 12) * u0 + load<f32>(use, layout.TEXTURE_USE_TRANSFORM + 16) * v0 + load<f32>(use, layout.TEXTURE_USE_TRANSFORM + 20)
  if (!(abs(u) < MAX_COORDINATE)) u = 0
  if (!(abs(v) < MAX_COORDINATE)) v = 0
  const width = load<i32>(texture, layout.TEXTURE_WIDTH)
  const height = load<i32>(texture, layout.TEXTURE_HEIGHT)
  const wrapS = load<i32>(texture, layout.TEXTURE_WRAP_S)
  const wrapT = load<i32>(texture, layout.TEXTURE_WRAP_T)
  // Into at most two periods first: then the texel coordinates below fit an int32 whatever the size.
  const s: f32 = period(u, wrapS) * <f32>width
  const t: f32 = period(v, wrapT) * <f32>height
  if (load<i32>(texture, layout.TEXTURE_FILTER) == layout.FILTER_NEAREST) {
    return texel(texture, wrap(<i32>floor(s), width, wrapS), wrap(<i32>floor(t), height, wrapT), width, color)
  }
  const left = floor(s - 0.5)
  const top = floor(t - 0.5)
  const x0 = wrap(<i32>left, width, wrapS)
  const x1 = wrap(<i32>left + 1, width, wrapS)
  const y0 = wrap(<i32>top, height, wrapT)
  const y1 = wrap(<i32>top + 1, height, wrapT)
  const across = f32x4.splat(s - 0.5 - left)
  const down = f32x4.splat(t - 0.5 - top)
  const upper = lerp(texel(texture, x0, y0, width, color), texel(texture, x1, y0, width, color), across)
  const lower = lerp(texel(texture, x0, y1, width, color), texel(texture, x1, y1, width, color), across)
  return lerp(upper, lower, down)
}

function lerp (a: v128, b: v128, t: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), t))
}

function period (u: f32, mode: i32): f32 {
  if (mode == layout.WRAP_REPEAT) return u - floor(u)
  if (mode == layout.WRAP_MIRROR) return u - 2 * floor(u * 0.5)
  return min<f32>(max<f32>(u, 0), 1)
}

function wrap (i: i32, size: i32, mode: i32): i32 {
  if (mode == layout.WRAP_REPEAT) {
    return i < 0 ? i + size : i >= size ? i - size : i
  }
  if (mode == layout.WRAP_MIRROR) {
    if (i < 0) i = -1 - i
    if (i >= 2 * size) i -= 2 * size
    return i >= size ? 2 * size - 1 - i : i
  }
  return min(max(i, 0), size - 1)
}

function texel (texture: usize, tx: i32, ty: i32, width: i32, color: bool): v128 {
  const at = <usize>load<u32>(texture) + ((<usize>ty * <usize>width + <usize>tx) << 2)
  if (!color) {
    const bytes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)))
    return f32x4.mul(f32x4.convert_i32x4_u(bytes), f32x4.splat(0.003921569))
  }
  const table: usize = layout.HEADER + layout.HEADER_SRGB
  let rgba = f32x4.splat(load<f32>(table + (<usize>load<u8>(at) << 2)))
  rgba = f32x4.replace_lane(rgba, 1, load<f32>(table + (<usize>load<u8>(at, 1) << 2)))
  rgba = f32x4.replace_lane(rgba, 2, load<f32>(table + (<usize>load<u8>(at, 2) << 2)))
  return f32x4.replace_lane(rgba, 3, <f32>load<u8>(at, 3) * 0.003921569)
}
