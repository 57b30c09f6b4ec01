/** Chance and noise for the demo scene: the same numbers on every machine, made with whole numbers and + − × ÷ alone. */

/** A number in [0, 1) for three whole numbers and a seed; neighbours have nothing in common. The mixing is that of PCG's hash. */
export function chance (x: number, y: number, z: number, seed: number): number {
  let h = Math.imul(x, 0x8da6b343) ^ Math.imul(y, 0xd8163841) ^ Math.imul(z, 0xcb1ab31f) ^ Math.imul(seed, 0x165667b1)
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return ((h ^ (h >>> 16)) >>> 0) / 4_294_967_296
}

/** From 0 to 1 between two edges, with no slope at either. */
export function smooth (from: number, to: number, value: number): number {
  const t = Math.min(Math.max((value - from) / (to - from), 0), 1)
  return t * t * (3 - 2 * t)
}

/** Linear between two numbers. */
export function mix (a: number, b: number, t: number): number {
  return a + (b - a) * t
}

/** Value noise in [0, 1], smooth, one feature per unit. With a period it repeats after so many units in each direction. */
export function noise (x: number, y: number, z: number, seed: number, period = 0): number {
  const [x0, y0, z0] = [wrap(Math.floor(x), period), wrap(Math.floor(y), period), wrap(Math.floor(z), period)]
  const [x1, y1, z1] = [wrap(x0 + 1, period), wrap(y0 + 1, period), wrap(z0 + 1, period)]
  const [u, v, w] = [smooth(0, 1, x - Math.floor(x)), smooth(0, 1, y - Math.floor(y)), smooth(0, 1, z - Math.floor(z))]
  const layer = (plane: number): number => mix(
    mix(chance(x0, y0, plane, seed), chance(x1, y0, plane, seed), u),
    mix(chance(x0, y1, plane, seed), chance(x1, y1, plane, seed), u),
    v
  )
  return w === 0 ? layer(z0) : mix(layer(z0), layer(z1), w)
}

function wrap (i: number, period: number): number {
  return period === 0 ? i : i - Math.floor(i / period) * period
}

/** Noise in octaves, each half as strong and twice as fine; in [0, 1]. */
export function cloud (x: number, y: number, z: number, seed: number, octaves: number, period = 0): number {
  let [sum, weight, scale] = [0, 0, 1]
  for (let octave = 0; octave < octaves; octave++) {
    const share = 1 / scale
    sum += share * noise(x * scale, y * scale, z * scale, seed + octave, period * scale)
    weight += share
    scale *= 2
  }
  return sum / weight
}
