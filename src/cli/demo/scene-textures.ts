import { encode } from 'fast-png'
import { chance, cloud, mix, noise, smooth } from './scene-noise.ts'

/** The pictures on things in the demo scene, painted by formula. Colours are sRGB, 0 … 1; u to the right, v down, each 0 … 1. */

type Color = readonly [red: number, green: number, blue: number]

const CREAM: Color = [0.86, 0.79, 0.66]
const TEAL: Color = [0, 0.28, 0.33]
const NAVY: Color = [0.03, 0.12, 0.25]
const NIGHT: Color = [0.03, 0.1, 0.15]
const RUST: Color = [0.75, 0.25, 0.06]
const SAND: Color = [0.88, 0.58, 0.26]

/** Paints a PNG of RGB, 8 bits each. */
function paint (width: number, height: number, color: (u: number, v: number) => Color): Uint8Array {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const rgb = color((x + 0.5) / width, (y + 0.5) / height)
      for (let channel = 0; channel < 3; channel++) {
        data[(y * width + x) * 3 + channel] = Math.round(Math.min(Math.max(rgb[channel]!, 0), 1) * 255)
      }
    }
  }
  return encode({ width, height, data, channels: 3 })
}

/** Paints the normals of a surface that repeats, of the given height over one unit of u and v. */
function paintNormals (size: number, height: (u: number, v: number) => number): Uint8Array {
  const heights = Float64Array.from({ length: size * size }, (_, i) => height((i % size + 0.5) / size, (Math.floor(i / size) + 0.5) / size))
  const at = (x: number, y: number): number => heights[((y + size) % size) * size + (x + size) % size]!
  return paint(size, size, (u, v) => {
    const [x, y] = [Math.floor(u * size), Math.floor(v * size)]
    const [dx, dy] = [(at(x + 1, y) - at(x - 1, y)) * size / 2, (at(x, y + 1) - at(x, y - 1)) * size / 2]
    const length = Math.sqrt(dx * dx + dy * dy + 1)
    return [0.5 - 0.5 * dx / length, 0.5 + 0.5 * dy / length, 0.5 + 0.5 / length]
  })
}

function blend (under: Color, over: Color, share: number): Color {
  return [mix(under[0], over[0], share), mix(under[1], over[1], share), mix(under[2], over[2], share)]
}

function shade (color: Color, factor: number): Color {
  return [color[0] * factor, color[1] * factor, color[2] * factor]
}

function length (x: number, y: number): number {
  return Math.sqrt(x * x + y * y)
}

/** 1 inside (distance below 0), 0 outside, with a soft edge. */
function inside (distance: number, softness: number): number {
  return 1 - smooth(-softness, softness, distance)
}

/** A cement tile: a star in its middle, and quarters of rings that meet those of the neighbours. */
export function paintStarTile (): Uint8Array {
  const soft = 0.009
  return paint(384, 384, (u, v) => {
    const [x, y] = [Math.abs(2 * u - 1), Math.abs(2 * v - 1)]
    const corner = length(1 - x, 1 - y)
    const star = Math.min(Math.max(x, y), (x + y) * 0.7071067811865476)
    const middle = length(x, y)
    let color: Color = NIGHT
    color = blend(color, TEAL, inside(corner - 0.62, soft))
    color = blend(color, CREAM, inside(Math.abs(corner - 0.62) - 0.018, soft))
    color = blend(color, NIGHT, inside(corner - 0.36, soft))
    color = blend(color, RUST, inside(corner - 0.12, soft))
    color = blend(color, TEAL, inside(star - 0.42, soft))
    color = blend(color, CREAM, inside(Math.abs(star - 0.42) - 0.022, soft))
    color = blend(color, NIGHT, inside(star - 0.27, soft))
    color = blend(color, SAND, inside(middle - 0.13, soft))
    color = blend(color, RUST, inside(middle - 0.075, soft))
    const wear = 0.86 + 0.28 * cloud(u * 5, v * 5, 0, 3, 2, 5)
    return shade(color, Math.min(wear, 1.08))
  })
}

/** A sunset behind hills, drawn in flat colours: what the wall of tiles is going to show. */
export function paintSunset (): Uint8Array {
  const sun = { x: 0.98, y: 0.4 }
  const ridges: readonly (readonly [Color, number, number, number])[] = [
    [[0.5, 0.3, 0.36], 0.52, 0.16, 11],
    [[0.2, 0.24, 0.4], 0.63, 0.2, 12],
    [[0.03, 0.26, 0.36], 0.74, 0.22, 13],
    [[0.01, 0.13, 0.2], 0.86, 0.18, 14]
  ]
  const sky: readonly (readonly [number, Color])[] = [[0, [0, 0.27, 0.4]], [0.24, [0.16, 0.5, 0.54]], [0.4, [0.95, 0.68, 0.34]], [0.56, [0.9, 0.33, 0.1]], [1, [0.7, 0.2, 0.1]]]
  const [width, height] = [960, 600]
  const crests = ridges.map(([, base, relief, seed]) => Float64Array.from({ length: width }, (_, x) =>
    base - relief * (cloud((x + 0.5) / height * 1.6 + seed * 7, 0, 0, seed, 4) - 0.5) * 1.6))
  return paint(width, height, (u, v) => {
    const x = u * 1.6
    const above = sky.findLastIndex(([height]) => height <= v)
    const [from, to] = [sky[above]!, sky[Math.min(above + 1, sky.length - 1)]!]
    let color = blend(from[1], to[1], smooth(from[0], Math.max(to[0], from[0] + 1e-6), v))
    const fromSun = length(x - sun.x, v - sun.y)
    for (const [ring, strength] of [[0.46, 0.16], [0.34, 0.22], [0.24, 0.3]] as const) {
      color = blend(color, [1, 0.86, 0.6], strength * inside(fromSun - ring, 0.003))
    }
    color = blend(color, [0.98, 0.93, 0.8], inside(fromSun - 0.15, 0.003))
    for (const [i, [ridge]] of ridges.entries()) {
      const crest = crests[i]![Math.floor(u * width)]!
      const along = 0.9 + 0.2 * smooth(crest, crest + 0.25, v)
      color = blend(color, shade(ridge, along), inside(crest - v, 0.0025))
    }
    return color
  })
}

/** Bands and diamonds around a vase. */
export function paintVase (): Uint8Array {
  return paint(512, 512, (u, v) => {
    const soft = 0.02
    const column = Math.abs((u * 12 - Math.floor(u * 12)) * 2 - 1)
    const band = (from: number, to: number): number => Math.abs((Math.min(Math.max(v, from), to) - from) / (to - from) * 2 - 1)
    let color: Color = blend(NAVY, TEAL, 0.35 + 0.5 * cloud(u * 4, v * 4, 1, 21, 2, 4))
    if (v > 0.3 && v < 0.46) {
      const row = band(0.3, 0.46)
      color = blend(CREAM, NAVY, inside(column + row - 1, soft))
      color = blend(color, RUST, inside(column + row - 0.62, soft))
      color = blend(color, CREAM, inside(column + row - 0.3, soft))
    }
    for (const line of [0.285, 0.475, 0.5, 0.72, 0.08]) {
      color = blend(color, line === 0.5 ? RUST : CREAM, inside(Math.abs(v - line) - 0.008, 0.002))
    }
    if (v > 0.72) {
      const petal = 1 - (v - 0.72) / 0.28
      color = blend(color, CREAM, 0.9 * inside(column - 0.75 * petal, 0.04) * (1 - inside(column - 0.45 * petal, 0.04)))
    }
    return color
  })
}

/** Roughness in green: a glaze that is worn in places. Metallic (blue) is full, to be turned down by its factor. */
export function paintWear (): Uint8Array {
  return paint(192, 192, (u, v) => {
    const worn = smooth(0.45, 0.75, cloud(u * 4, v * 4, 0, 51, 3, 4))
    return [1, mix(0.35, 1, worn), 1]
  })
}

/** Uneven glaze: long soft waves. */
export function paintGlaze (): Uint8Array {
  return paintNormals(128, (u, v) => 0.012 * cloud(u * 3, v * 3, 0, 61, 3, 3))
}

/** Dents of a hammer, one beside the other. */
export function paintHammered (): Uint8Array {
  const cells = 8
  return paintNormals(256, (u, v) => {
    const [x, y] = [u * cells, v * cells]
    let nearest = 9
    for (let j = -1; j <= 1; j++) {
      for (let i = -1; i <= 1; i++) {
        const [cx, cy] = [Math.floor(x) + i, Math.floor(y) + j]
        const [wx, wy] = [(cx + cells) % cells, (cy + cells) % cells]
        const [dx, dy] = [cx + 0.15 + 0.7 * chance(wx, wy, 0, 71) - x, cy + 0.15 + 0.7 * chance(wx, wy, 1, 71) - y]
        nearest = Math.min(nearest, dx * dx + dy * dy)
      }
    }
    return 0.05 * Math.min(nearest, 1) / cells
  })
}

/** Light wind over still water. */
export function paintRipples (): Uint8Array {
  return paintNormals(256, (u, v) => 0.016 * cloud(u * 6, v * 12, 0, 83, 4, 6))
}

/** The skin of an orange. */
export function paintPeel (): Uint8Array {
  return paintNormals(128, (u, v) => -0.006 * smooth(0.45, 0.8, noise(u * 24, v * 24, 0, 91, 24)))
}
