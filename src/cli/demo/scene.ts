import { chance, cloud, mix, smooth } from './scene-noise.ts'
import { ball, merge, rod, sheet, stone, tile, turned } from './scene-shapes.ts'
import {
  paintGlaze, paintHammered, paintPeel, paintRipples, paintStarTile, paintSunset, paintVase, paintWear
} from './scene-textures.ts'
import { SceneWriter } from './scene-writer.ts'
import type { Pose, Shape, Vector } from './scene-shapes.ts'

/** Side of a tile of the terrace and of the wall with the joint beside it, metres. */
const FLOOR_STEP = 0.24
const WALL_STEP = 0.2
const JOINT = 0.006

/** Radians by which the scene is turned under the sky, so that the sun comes in low from the left. */
const SUN_TURN = 0.55

/** Radians by which what lies is set upright. */
const UPRIGHT = 1.5707963267948966

/** Tiles of the wall. */
const WALL_COLUMNS = 16
const WALL_ROWS = 10

/** Lower left corner of the wall. */
const WALL_AT: Vector = [-1.75, 0.16, -1.35]

/**
 * The built-in scene as a GLB, made by code alone: the same bytes on every machine. A still life of glazed earthenware, copper and stones on a
 * terrace in quiet water; behind it a picture of a sunset is being put together from tiles on a mesh of wires.
 */
export async function buildDemoScene (): Promise<Uint8Array> {
  const writer = new SceneWriter(SUN_TURN)
  const glaze = paintGlaze()
  const wear = paintWear()
  addTerrace(writer, glaze, wear)
  addWall(writer, glaze)
  addStillLife(writer, glaze)
  addLandscape(writer)
  writer.addCamera('Terrace', [1.22, 1.3, 3.66], [0.09, 0.7, -0.5], 0.6)
  return writer.write()
}

/** The terrace: tiles with a star each, around them plain ones in two colours, none quite level. */
function addTerrace (writer: SceneWriter, glaze: Uint8Array, wear: Uint8Array): void {
  const [columns, rows] = [17, 17]
  const stars: [Shape, Pose][] = []
  const dark: [Shape, Pose][] = []
  const light: [Shape, Pose][] = []
  const plate = tile(FLOOR_STEP - JOINT, 0.05, 0.012, 'plate', (x, z) => [x + 0.5, z + 0.5])
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at: Vector = [(column - (columns - 1) / 2) * FLOOR_STEP, (chance(column, row, 0, 1) - 0.5) * 0.004, (row - 8.6) * FLOOR_STEP + 0.4]
      const turn: Vector = [
        Math.floor(chance(column, row, 1, 1) * 4) * UPRIGHT,
        (chance(column, row, 2, 1) - 0.5) * 0.016,
        (chance(column, row, 3, 1) - 0.5) * 0.016
      ]
      const border = Math.min(column, columns - 1 - column, row, rows - 1 - row)
      const kind = border > 1 ? stars : border === 1 ? dark : light
      kind.push([plate, { at, turn }])
    }
  }
  const surface = { roughness: 0.36, roughnessTexture: wear, normalTexture: glaze, normalScale: 0.35 }
  writer.add('star tiles', merge(stars), { ...surface, colorTexture: paintStarTile() })
  writer.add('dark tiles', merge(dark), { ...surface, color: [0.3, 0.085, 0.03] })
  writer.add('light tiles', merge(light), { ...surface, color: [0.008, 0.03, 0.042] })
  const half = columns * FLOOR_STEP / 2
  writer.add('bed', merge([[tile(2 * half + 0.06, 0.4, 0.02, 'whole', () => [0, 0]), { at: [0, -0.045, 0.4 - 0.6 * FLOOR_STEP] }]]), { color: [0.3, 0.26, 0.22], roughness: 0.9 })
}

/** Where a tile of the wall is: 0 in its place, larger the further it still has to fly, up to 1. */
function flight (column: number, row: number): number {
  const late = column / WALL_COLUMNS * 0.95 + row / WALL_ROWS * 0.75 + 0.28 * (chance(column, row, 0, 9) - 0.5)
  return smooth(1.02, 1.62, late)
}

/** A tile of the picture, its face up. */
function pictureTile (column: number, row: number, kind: 'plate' | 'whole'): Shape {
  return tile(WALL_STEP - JOINT, 0.022, 0.007, kind, (x, z) => [(column + 0.5 + x) / WALL_COLUMNS, (WALL_ROWS - row - 0.5 + z) / WALL_ROWS])
}

/** The picture on its mesh of wires, the tiles that are still on their way, and a pile of those that wait. */
function addWall (writer: SceneWriter, glaze: Uint8Array): void {
  const parts: [Shape, Pose][] = []
  for (let row = 0; row < WALL_ROWS; row++) {
    for (let column = 0; column < WALL_COLUMNS; column++) {
      const away = flight(column, row)
      const home: Vector = [WALL_AT[0] + (column + 0.5) * WALL_STEP, WALL_AT[1] + (row + 0.5) * WALL_STEP, WALL_AT[2] + 0.03]
      const random = (which: number): number => chance(column, row, which, 10) - 0.5
      if (away === 0) {
        parts.push([pictureTile(column, row, 'plate'), { at: home, turn: [random(1) * 0.014, UPRIGHT + random(2) * 0.014, 0] }])
      } else if (random(3) < 0.5 - away * 0.45) {
        const far = away * (1.2 + random(4) * 0.6)
        const at: Vector = [home[0] + far * 0.75 + random(5) * 0.3 * away, home[1] + far * 0.35 + random(6) * 0.25 * away, home[2] + 0.08 + far * 1.5]
        parts.push([pictureTile(column, row, 'whole'), { at, turn: [random(7) * 3 * away, UPRIGHT + random(8) * 2.4 * away, random(9) * 2.4 * away] }])
      }
    }
  }
  for (const [level, [column, row]] of ([[10, 5], [13, 3], [12, 6], [9, 7], [15, 4], [11, 4]] as const).entries()) {
    const shift = (which: number): number => (chance(level, which, 0, 12) - 0.5) * 0.03
    parts.push([pictureTile(column, row, 'whole'), { at: [1.2 + shift(0), 0.024 + level * 0.0235, 0.5 + shift(1)], turn: [0.35 + shift(2) * 14, 0, 0] }])
  }
  parts.push([pictureTile(8, 5, 'whole'), { at: [0.74, 0.1, 0.2], turn: [0.2, 1.25, 0] }])
  writer.add('picture tiles', merge(parts), { colorTexture: paintSunset(), normalTexture: glaze, normalScale: 0.4, roughness: 0.16 })

  const wires: [Shape, Pose][] = []
  const [width, height] = [WALL_COLUMNS * WALL_STEP, WALL_ROWS * WALL_STEP]
  for (let column = 0; column <= WALL_COLUMNS; column++) {
    wires.push([rod(1, height + 0.08, 0.006), { at: [WALL_AT[0] + column * WALL_STEP, WALL_AT[1] - 0.04, WALL_AT[2]] }])
  }
  for (let row = 0; row <= WALL_ROWS; row++) {
    wires.push([rod(0, width + 0.08, 0.006), { at: [WALL_AT[0] - 0.04, WALL_AT[1] + row * WALL_STEP, WALL_AT[2] + 0.008] }])
  }
  for (const x of [-0.06, width + 0.06]) {
    wires.push([rod(1, height + 0.3, 0.022), { at: [WALL_AT[0] + x, 0, WALL_AT[2]] }])
    wires.push([ball(10), { at: [WALL_AT[0] + x, height + 0.31, WALL_AT[2]], size: 0.04 }])
  }
  for (const y of [-0.05, height + 0.05]) {
    wires.push([rod(0, width + 0.12, 0.014), { at: [WALL_AT[0] - 0.06, WALL_AT[1] + y, WALL_AT[2]] }])
  }
  writer.add('mesh of wires', merge(wires), { color: [0.82, 0.45, 0.28], metallic: 1, roughness: 0.3 })
}

/** Vase, bottle, copper pot, bowl with oranges, lamp, stones. */
function addStillLife (writer: SceneWriter, glaze: Uint8Array): void {
  const vase = turned([
    [[0, 0.004], [0.12, 0]],
    [[0.12, 0], [0.135, 0.012], [0.13, 0.03], [0.19, 0.17], [0.245, 0.34], [0.235, 0.48], [0.16, 0.6], [0.085, 0.67], [0.07, 0.74], [0.095, 0.8], [0.115, 0.815], [0.108, 0.822], [0.085, 0.8], [0.06, 0.73], [0.07, 0.66]]
  ], 72, 5, 1)
  writer.add('vase', merge([[vase, { at: [-0.78, 0.002, -0.25], turn: [0.5, 0, 0] }]]), { colorTexture: paintVase(), normalTexture: glaze, normalScale: 0.25, roughness: 0.1 })

  const bottle = turned([
    [[0, 0.003], [0.09, 0]],
    [[0.09, 0], [0.102, 0.01], [0.105, 0.05], [0.104, 0.3], [0.098, 0.4], [0.055, 0.5], [0.036, 0.58], [0.034, 0.7], [0.05, 0.73], [0.053, 0.742], [0.046, 0.748], [0.03, 0.735], [0.028, 0.6]]
  ], 56, 4)
  writer.add('bottle', merge([[bottle, { at: [-0.36, 0.002, -0.62] }]]), { color: [0.78, 0.74, 0.66], roughness: 0.75, normalTexture: glaze, normalScale: 0.6 })

  const hammered = paintHammered()
  const copper = { color: [0.88, 0.36, 0.17] as Vector, metallic: 1, normalTexture: hammered, normalScale: 0.6 }
  const pot = turned([
    [[0, 0.004], [0.14, 0]],
    [[0.14, 0], [0.16, 0.008], [0.21, 0.05], [0.25, 0.13], [0.24, 0.22], [0.19, 0.285], [0.165, 0.31], [0.17, 0.335], [0.195, 0.352], [0.197, 0.358], [0.185, 0.356], [0.155, 0.335], [0.15, 0.31], [0.18, 0.27], [0.2, 0.2]]
  ], 72, 5, 4)
  writer.add('copper pot', merge([[pot, { at: [0.02, 0.002, 0.05] }]]), { ...copper, roughness: 0.2, doubleSided: 'both sides' })
  const cup = turned([
    [[0, 0.003], [0.062, 0]],
    [[0.062, 0], [0.07, 0.006], [0.085, 0.06], [0.092, 0.13], [0.094, 0.134], [0.088, 0.134], [0.08, 0.06], [0.06, 0.012], [0, 0.008]]
  ], 56, 4, 2)
  writer.add('copper cup', merge([[cup, { at: [0.46, 0.002, 0.42] }]]), { ...copper, roughness: 0.14, normalScale: 0.5 })

  const bowl = turned([
    [[0, 0.012], [0.075, 0.01], [0.08, 0]],
    [[0.08, 0], [0.09, 0.002], [0.092, 0.02], [0.16, 0.06], [0.215, 0.12], [0.238, 0.16], [0.24, 0.166], [0.234, 0.166], [0.2, 0.118], [0.14, 0.062], [0.07, 0.036], [0, 0.032]]
  ], 72, 4)
  const bowlAt: Vector = [-0.42, 0.002, 0.62]
  writer.add('bowl', merge([[bowl, { at: bowlAt }]]), { color: [0.2, 0.42, 0.36], roughness: 0.09, normalTexture: glaze, normalScale: 0.2 })
  const orange = turned([[[0, -0.067], [0.03, -0.062], [0.058, -0.036], [0.068, 0], [0.058, 0.036], [0.03, 0.06], [0.012, 0.061], [0.004, 0.056], [0, 0.055]]], 32, 3, 3)
  const oranges: [Shape, Pose][] = [[-0.07, 0.105, 0.045, 0.3], [0.078, 0.106, 0.035, 1.4], [0.0, 0.105, -0.085, 2.6], [0.01, 0.2, 0.0, 0.9]]
    .map(([x, y, z, lean]) => [orange, { at: [bowlAt[0] + x!, bowlAt[1] + y!, bowlAt[2] + z!], turn: [lean! * 2, 0.4 * lean! - 0.3, 0.3] }])
  oranges.push([orange, { at: [-0.02, 0.068, 0.92], turn: [1, 0.5, 0.4] }])
  writer.add('oranges', merge(oranges), { color: [0.8, 0.2, 0.012], roughness: 0.38, normalTexture: paintPeel(), normalScale: 1 })

  addLamp(writer, [0.98, 0, -0.12])
  addStones(writer)
  writer.add('gold ball', merge([[ball(24), { at: [0.3, 0.062, 0.8], size: 0.06 }]]), { color: [1, 0.72, 0.3], metallic: 1, roughness: 0.04 })
  writer.add('plinth', merge([[tile(0.5, 0.3, 0.015, 'whole', (x, z) => [x, z]), { at: [0.98, 0.3, -0.12], turn: [0.2, 0, 0] }]]), { color: [0.6, 0.52, 0.42], roughness: 0.85, normalTexture: glaze })
}

/** A globe of milk glass between rings of brass. */
function addLamp (writer: SceneWriter, at: Vector): void {
  const brass = { color: [0.9, 0.66, 0.3] as Vector, metallic: 1, roughness: 0.24 }
  const up = (y: number): Pose => ({ at: [at[0], at[1] + 0.3 + y, at[2]] })
  const foot = turned([[[0, 0], [0.13, 0]], [[0.13, 0], [0.135, 0.01], [0.12, 0.022], [0.05, 0.04], [0.03, 0.07], [0.045, 0.1], [0.075, 0.115], [0.08, 0.13], [0.06, 0.138], [0, 0.14]]], 48, 4)
  const top = turned([[[0, 0], [0.05, 0], [0.055, 0.012], [0.03, 0.03], [0.014, 0.045], [0.022, 0.06], [0, 0.075]]], 40, 3)
  writer.add('lamp brass', merge([[foot, up(0)], [top, up(0.438)]]), brass)
  writer.add('lamp globe', merge([[ball(18), { ...up(0.29), size: 0.158 }]]), { color: [0.9, 0.8, 0.65], roughness: 0.4, glow: [4.4, 1.7, 0.42] })
}

function addStones (writer: SceneWriter): void {
  const stones: readonly (readonly [number, number, Vector, Vector, number, number])[] = [
    [1, 0.55, [0.36, 0.33, 0.3], [-1.12, 0.075, 0.55], 0.16, 0.4],
    [2, 0.6, [0.16, 0.17, 0.19], [-1.1, 0.2, 0.54], 0.11, 1.9],
    [3, 0.62, [0.5, 0.4, 0.3], [-1.11, 0.3, 0.55], 0.07, 2.9],
    [4, 0.6, [0.22, 0.23, 0.25], [-0.92, 0.05, 0.82], 0.085, 0.2],
    [5, 0.65, [0.52, 0.46, 0.38], [0.72, 0.06, 0.62], 0.1, 1.2],
    [6, 0.6, [0.14, 0.16, 0.17], [0.88, 0.045, 0.76], 0.075, 2.2]
  ]
  for (const [seed, flat, color, at, size, turn] of stones) {
    writer.add(`stone ${seed}`, merge([[stone(seed, flat, color), { at, size, turn: [turn, 0, 0] }]]), { roughness: 0.62 })
  }
}

/** Water all around, and hills that fade with distance. */
function addLandscape (writer: SceneWriter): void {
  const reach = 40
  const water = sheet(1, 1, (u, v) => [mix(-reach, reach, u), -0.2, mix(-reach, 8, v)])
  water.uvs.forEach((value, i) => { water.uvs[i] = value * (i % 2 === 0 ? 26 : 16) })
  writer.add('water', water, { color: [0.006, 0.035, 0.042], roughness: 0.05, normalTexture: paintRipples(), normalScale: 0.55 })
  const ridges: readonly (readonly [number, number, number, Vector])[] = [
    [-17, 2.1, 3, [0.025, 0.06, 0.065]],
    [-25, 3.4, 4, [0.06, 0.11, 0.14]],
    [-35, 5.2, 5, [0.13, 0.2, 0.27]]
  ]
  for (const [z, height, seed, color] of ridges) {
    const hill = sheet(220, 14, (u, v) => {
      const x = mix(-reach, reach, u)
      const rise = smooth(0, 1, 1 - v)
      const top = height * (0.25 + 1.1 * cloud(x * 0.16 + 60, 0, 0, seed, 5) * (0.6 + 0.4 * cloud(x * 0.07 + 10, 0, 0, seed + 30, 2)))
      return [x, -0.25 + rise * top + 0.12 * (cloud(x + 80, v * 6, 0, seed + 9, 3) - 0.5) * rise, z + v * 3 - 3]
    })
    writer.add(`hills ${seed}`, hill, { color, roughness: 1 })
  }
}
