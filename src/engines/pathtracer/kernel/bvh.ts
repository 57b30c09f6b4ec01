/**
 * Rays against the scene: a tree of nodes with four children, leaves of packets of four triangles.
 *
 * Boxes by the slab method, enlarged so that rounding never loses a box (Ize, "Robust BVH ray traversal", JCGT 2013). Triangles by
 * the watertight test (Woop, Benthin and Wald, JCGT 2013), four at a time. A triangle's distance follows from ray and triangle
 * alone, and of equal distances the lower number wins: so what is hit does not depend on how the tree was built.
 */
import * as layout from '../layout'
import { nodes, packets, thread } from './scene'
import { NO_TRIANGLE, stops } from './triangles'
import { Vec, vec, x, y, z } from './vec'

/** What {@link closest} found: triangle, distance in lengths of the direction, weights of the first and second corner. */
export let hitTriangle: u32 = NO_TRIANGLE
export let hitDistance: f32 = 0
export let hitA: f32 = 0
export let hitB: f32 = 0

/** Rays since the count was last taken. */
let rays: u32 = 0

/** Boxes are compared with this much to spare: above 1 + 2γ₃ for float32, and room for the rounding of a triangle's distance. */
const BOX_SLACK: f32 = 1.00001

/** Rays traced since the last call. */
export function takeRays (): u32 {
  const count = rays
  rays = 0
  return count
}

/**
 * Finds the nearest triangle in (0, limit] and leaves it in the hit variables.
 *
 * @param fromCamera whether triangles of one side are invisible from behind
 * @param word makes the choices of half-transparent surfaces
 */
export function closest (origin: Vec, direction: Vec, limit: f32, fromCamera: bool, word: u32): bool {
  return traverse(origin, direction, limit, fromCamera, word, false)
}

/** Whether anything lies in (0, limit). */
export function occluded (origin: Vec, direction: Vec, limit: f32, word: u32): bool {
  return traverse(origin, direction, limit, false, word, true)
}

function traverse (origin: Vec, direction: Vec, limit: f32, fromCamera: bool, word: u32, any: bool): bool {
  rays++
  hitTriangle = NO_TRIANGLE
  hitDistance = limit
  const stack = thread + layout.THREAD_STACK
  const scratch = thread + layout.THREAD_SCRATCH
  const flags: u32 = fromCamera ? 0xc0000000 : 0x80000000

  const ox = f32x4.splat(x(origin))
  const oy = f32x4.splat(y(origin))
  const oz = f32x4.splat(z(origin))
  const rx: f32 = <f32>1 / x(direction)
  const ry: f32 = <f32>1 / y(direction)
  const rz: f32 = <f32>1 / z(direction)
  const ix = f32x4.splat(rx)
  const iy = f32x4.splat(ry)
  const iz = f32x4.splat(rz)
  // Offset of the plane that a ray meets first: of the minima, or of the maxima when it runs backwards.
  const nearX: usize = rx < 0 ? 48 : 0
  const nearY: usize = ry < 0 ? 64 : 16
  const nearZ: usize = rz < 0 ? 80 : 32
  const farX: usize = 48 - nearX
  const farY: usize = 80 - nearY
  const farZ: usize = 112 - nearZ

  // The direction's largest axis becomes z; corners are sheared so that the ray is the z axis.
  const dx = abs(x(direction))
  const dy = abs(y(direction))
  const dz = abs(z(direction))
  const kz: usize = dz >= dx && dz >= dy ? 32 : dy >= dx ? 16 : 0
  const kx: usize = kz == 32 ? 0 : kz + 16
  const ky: usize = kx == 32 ? 0 : kx + 16
  const along: f32 = kz == 32 ? z(direction) : kz == 16 ? y(direction) : x(direction)
  const acrossX: f32 = kx == 32 ? z(direction) : kx == 16 ? y(direction) : x(direction)
  const acrossY: f32 = ky == 32 ? z(direction) : ky == 16 ? y(direction) : x(direction)
  const shearX = f32x4.splat(acrossX / along)
  const shearY = f32x4.splat(acrossY / along)
  const shearZ = f32x4.splat(<f32>1 / along)
  const okx = kx == 32 ? oz : kx == 16 ? oy : ox
  const oky = ky == 32 ? oz : ky == 16 ? oy : ox
  const okz = kz == 32 ? oz : kz == 16 ? oy : ox
  const zero = f32x4.splat(0)

  let top = stack
  let child: u32 = 0
  while (true) {
    if ((child & 0x80000000) == 0) {
      const node = nodes + <usize>child * layout.NODE_BYTES
      const reach = f32x4.splat(hitDistance * BOX_SLACK)
      // A direction of 0 in a box's own plane gives 0 × ∞ = NaN; pmin and pmax then keep their first operand: the box is not lost.
      let near = f32x4.pmax(zero, f32x4.mul(f32x4.sub(v128.load(node + nearX), ox), ix))
      near = f32x4.pmax(near, f32x4.mul(f32x4.sub(v128.load(node + nearY), oy), iy))
      near = f32x4.pmax(near, f32x4.mul(f32x4.sub(v128.load(node + nearZ), oz), iz))
      let far = f32x4.pmin(reach, f32x4.mul(f32x4.sub(v128.load(node + farX), ox), ix))
      far = f32x4.pmin(far, f32x4.mul(f32x4.sub(v128.load(node + farY), oy), iy))
      far = f32x4.pmin(far, f32x4.mul(f32x4.sub(v128.load(node + farZ), oz), iz))
      let mask = i32x4.bitmask(f32x4.le(near, f32x4.mul(far, f32x4.splat(BOX_SLACK))))
      if (mask != 0) {
        const lane = ctz(mask)
        mask &= mask - 1
        if (mask == 0) {
          child = load<u32>(node + (<usize>lane << 2), layout.NODE_CHILDREN)
          continue
        }
        // Several: the nearest lies on top of the stack, farther ones below it.
        v128.store(scratch, near)
        const base = top
        push(base, top, load<f32>(scratch + (<usize>lane << 2)), load<u32>(node + (<usize>lane << 2), layout.NODE_CHILDREN))
        top += 8
        do {
          const other = ctz(mask)
          mask &= mask - 1
          push(base, top, load<f32>(scratch + (<usize>other << 2)), load<u32>(node + (<usize>other << 2), layout.NODE_CHILDREN))
          top += 8
        } while (mask != 0)
      }
    } else {
      let packet = packets + <usize>(child & 0x07ffffff) * layout.PACKET_BYTES
      const end = packet + <usize>(((child >> layout.LEAF_COUNT_SHIFT) & 15) + 1) * layout.PACKET_BYTES
      for (; packet < end; packet += layout.PACKET_BYTES) {
        const az = f32x4.sub(v128.load(packet + kz), okz)
        const ax = f32x4.sub(f32x4.sub(v128.load(packet + kx), okx), f32x4.mul(shearX, az))
        const ay = f32x4.sub(f32x4.sub(v128.load(packet + ky), oky), f32x4.mul(shearY, az))
        const bz = f32x4.sub(v128.load(packet + kz, 48), okz)
        const bx = f32x4.sub(f32x4.sub(v128.load(packet + kx, 48), okx), f32x4.mul(shearX, bz))
        const by = f32x4.sub(f32x4.sub(v128.load(packet + ky, 48), oky), f32x4.mul(shearY, bz))
        const cz = f32x4.sub(v128.load(packet + kz, 96), okz)
        const cx = f32x4.sub(f32x4.sub(v128.load(packet + kx, 96), okx), f32x4.mul(shearX, cz))
        const cy = f32x4.sub(f32x4.sub(v128.load(packet + ky, 96), oky), f32x4.mul(shearY, cz))
        const u = f32x4.sub(f32x4.mul(cx, by), f32x4.mul(cy, bx))
        const v = f32x4.sub(f32x4.mul(ax, cy), f32x4.mul(ay, cx))
        const w = f32x4.sub(f32x4.mul(bx, ay), f32x4.mul(by, ax))
        // Outside when the edge functions disagree. Zero is inside for both neighbours: no ray slips through an edge.
        const below = v128.or(v128.or(f32x4.lt(u, zero), f32x4.lt(v, zero)), f32x4.lt(w, zero))
        const above = v128.or(v128.or(f32x4.gt(u, zero), f32x4.gt(v, zero)), f32x4.gt(w, zero))
        const outside = v128.and(below, above)
        if (i32x4.bitmask(outside) == 15) continue
        const area = f32x4.add(f32x4.add(u, v), w)
        const inverse = f32x4.div(f32x4.splat(1), area)
        const depth = f32x4.mul(shearZ, f32x4.add(f32x4.add(f32x4.mul(u, az), f32x4.mul(v, bz)), f32x4.mul(w, cz)))
        const distance = f32x4.mul(depth, inverse)
        // An empty lane, and a triangle seen edge on, has area 0: its distance is NaN or infinite, and fails here.
        const valid = v128.and(f32x4.gt(distance, zero), f32x4.le(distance, f32x4.splat(hitDistance)))
        let mask = i32x4.bitmask(v128.andnot(valid, outside))
        if (mask == 0) continue
        v128.store(scratch, distance)
        v128.store(scratch + 16, f32x4.mul(u, inverse))
        v128.store(scratch + 32, f32x4.mul(v, inverse))
        do {
          const lane = <usize>ctz(mask) << 2
          mask &= mask - 1
          const id = load<u32>(packet + lane, layout.PACKET_IDS)
          const number = id & layout.TRIANGLE_NUMBER
          const t = load<f32>(scratch + lane)
          const a = load<f32>(scratch + lane, 16)
          const b = load<f32>(scratch + lane, 32)
          if (any ? t >= limit : t > hitDistance || (t == hitDistance && number >= hitTriangle)) continue
          if ((id & flags) != 0 && !stops(number, direction, a, b, <f32>1 - a - b, fromCamera, word)) continue
          hitTriangle = number
          hitDistance = t
          hitA = a
          hitB = b
          if (any) return true
        } while (mask != 0)
      }
    }
    // The next child that can still hold something nearer.
    do {
      if (top == stack) return hitTriangle != NO_TRIANGLE
      top -= 8
    } while (load<f32>(top) > hitDistance * BOX_SLACK)
    child = load<u32>(top, 4)
  }
}

/** Inserts a child into the entries from `base` to `top`, nearest last. */
function push (base: usize, top: usize, near: f32, child: u32): void {
  let at = top
  while (at > base && load<f32>(at - 8) < near) {
    store<u64>(at, load<u64>(at - 8))
    at -= 8
  }
  store<f32>(at, near)
  store<u32>(at, child, 4)
}

/** Moves a point off a surface so far that no rounding brings it back (Wächter and Binder, Ray Tracing Gems, chapter 6). */
export function offset (point: Vec, normal: Vec): Vec {
  return vec(offsetAxis(x(point), x(normal)), offsetAxis(y(point), y(normal)), offsetAxis(z(point), z(normal)))
}

function offsetAxis (p: f32, n: f32): f32 {
  if (abs(p) < 0.03125) return p + n * 0.0000152587890625
  const steps = <i32>(n * 256)
  return reinterpret<f32>(reinterpret<i32>(p) + (p < 0 ? -steps : steps))
}
