/** Vectors of three float32 in the lanes of one 128-bit register: x, y, z in lanes 0, 1, 2. Lane 3 is not looked at. */
export type Vec = v128

/** A vector of three numbers; lane 3 is x again. */
export function vec (x: f32, y: f32, z: f32): Vec {
  return f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(x), 1, y), 2, z)
}

/** The first number. Its neighbours below: the second and the third. */
export function x (a: Vec): f32 { return f32x4.extract_lane(a, 0) }
export function y (a: Vec): f32 { return f32x4.extract_lane(a, 1) }
export function z (a: Vec): f32 { return f32x4.extract_lane(a, 2) }
/** The fourth lane, where a record keeps something beside a vector. */
export function w (a: Vec): f32 { return f32x4.extract_lane(a, 3) }

/** a + b, a − b and a · b lane by lane; a · s; −a. */
export function add (a: Vec, b: Vec): Vec { return f32x4.add(a, b) }
export function sub (a: Vec, b: Vec): Vec { return f32x4.sub(a, b) }
export function mul (a: Vec, b: Vec): Vec { return f32x4.mul(a, b) }
export function scale (a: Vec, s: f32): Vec { return f32x4.mul(a, f32x4.splat(s)) }
export function negate (a: Vec): Vec { return f32x4.neg(a) }
/** a + b · s */
export function along (a: Vec, b: Vec, s: f32): Vec { return f32x4.add(a, f32x4.mul(b, f32x4.splat(s))) }
/** a + (b − a) · t */
export function mix (a: Vec, b: Vec, t: f32): Vec { return along(a, sub(b, a), t) }

/** The scalar product. */
export function dot (a: Vec, b: Vec): f32 {
  const p = f32x4.mul(a, b)
  return x(p) + y(p) + z(p)
}

/** The vector product. */
export function cross (a: Vec, b: Vec): Vec {
  const ayzx = v128.shuffle<f32>(a, a, 1, 2, 0, 3)
  const byzx = v128.shuffle<f32>(b, b, 1, 2, 0, 3)
  const c = f32x4.sub(f32x4.mul(a, byzx), f32x4.mul(ayzx, b))
  return v128.shuffle<f32>(c, c, 1, 2, 0, 3)
}

/** The unit vector; NaN for a vector of length 0. */
export function normalize (a: Vec): Vec {
  return scale(a, <f32>1 / sqrt<f32>(dot(a, a)))
}

/** The unit vector, or `instead` when `a` has no usable length. */
export function normalizeOr (a: Vec, instead: Vec): Vec {
  const square = dot(a, a)
  return square > 1e-30 && square < 1e30 ? scale(a, <f32>1 / sqrt<f32>(square)) : instead
}

/** The largest of the three. */
export function largest (a: Vec): f32 { return max(max(x(a), y(a)), z(a)) }

/** Rec. 709 luminance of a linear colour. */
export function luminance (a: Vec): f32 {
  return dot(a, f32x4(0.2126, 0.7152, 0.0722, 0))
}

/** Brings a vector of the frame (t, b, n) to the world. */
export function fromFrame (a: Vec, t: Vec, b: Vec, n: Vec): Vec {
  return add(add(scale(t, x(a)), scale(b, y(a))), scale(n, z(a)))
}

/** Brings a vector of the world to the frame (t, b, n). */
export function toFrame (a: Vec, t: Vec, b: Vec, n: Vec): Vec {
  return vec(dot(a, t), dot(a, b), dot(a, n))
}

/** A unit vector at right angles to a unit normal (Duff et al., "Building an orthonormal basis, revisited", JCGT 2017). */
export function tangentOf (n: Vec): Vec {
  const sign: f32 = copysign<f32>(1, z(n))
  const a: f32 = <f32>-1 / (sign + z(n))
  const b: f32 = x(n) * y(n) * a
  return vec(<f32>1 + sign * x(n) * x(n) * a, sign * b, -sign * x(n))
}

/** cos(2πu) and sin(2πu) in lanes 0 and 1, for u in [0, 1). Polynomials on an eighth of the circle; error below 4e-7. */
export function circle (u: f32): Vec {
  const quarter = nearest<f32>(u * 4)
  const a: f32 = (u * 4 - quarter) * 1.5707964
  const s = a * a
  const sine: f32 = a * (<f32>1 + s * (<f32>-0.16666667 + s * (<f32>0.008333333 + s * <f32>-0.00019515296)))
  const cosine: f32 = <f32>1 + s * (<f32>-0.5 + s * (<f32>0.041666667 + s * (<f32>-0.0013888889 + s * <f32>0.000024433157)))
  const turn = <i32>quarter & 3
  if (turn == 0) return vec(cosine, sine, 0)
  if (turn == 1) return vec(-sine, cosine, 0)
  if (turn == 2) return vec(-cosine, -sine, 0)
  return vec(sine, -cosine, 0)
}
