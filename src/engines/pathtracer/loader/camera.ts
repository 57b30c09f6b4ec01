import { SceneError, UsageError } from '../../../errors.ts'
import { malformed, readNumber, readObject } from './json.ts'
import { MAX_COORDINATE } from './limits.ts'
import { transformPoint } from './matrix.ts'
import type { FlatCamera } from '../flat-scene.ts'
import type { Gltf } from './gltf.ts'
import type { Matrix, Vector } from './matrix.ts'
import type { PlacedCamera } from './scene-graph.ts'

/** An axis-aligned box. */
export interface Box {
  readonly least: Vector
  readonly most: Vector
}

/** Looking down at the scene from its front right, as in a photograph of a product. Need not be of unit length. */
const VIEW_FROM: Vector = [0.6, 0.42, 1]

/** The vertical angle of view of a framing camera in radians, and the tangent of half of it, written out as no JavaScript engine need agree on it. */
const FRAMING_YFOV = 0.6
const FRAMING_TAN = 0.30933624960962325

/** The part of the picture's width and height that the scene fills. */
const FILLED = 0.88

/** Smallest radius that is framed, in metres, so that a scene without extent still has a camera in front of it. */
const MIN_RADIUS = 1e-6

/** Half turn in radians: an angle of view lies below it. */
const HALF_TURN = 3.141592653589793

/**
 * The camera of the given name, or the first, or undefined when the scene has none.
 *
 * @param name empty: the first
 * @throws UsageError when there is none of this name, naming those there are
 */
export function chooseCamera (cameras: readonly PlacedCamera[], name: string): PlacedCamera | undefined {
  if (name === '') {
    return cameras[0]
  }
  const chosen = cameras.find((camera) => camera.name === name) ?? cameras.find(({ names }) => names.includes(name))
  if (chosen === undefined) {
    const known = cameras.length === 0 ? 'it has none; leave --camera out and it is framed automatically' : `it has: ${cameras.map((camera) => camera.name).join(', ')}`
    throw new UsageError(`the scene has no camera "${name}"; ${known}`)
  }
  return chosen
}

/**
 * A camera of the file. Its aspect ratio, or width, is left out: the picture's own counts, and the height of the view is kept.
 *
 * @throws SceneError
 */
export function readCamera (gltf: Gltf, placed: PlacedCamera): FlatCamera {
  const where = `camera "${placed.name}"`
  const camera = gltf.cameras[placed.camera]!
  checkAxes(placed.world, where)
  switch (camera.type) {
    case 'perspective': {
      const yfov = readNumber(readObject(camera.perspective, where).yfov, NaN, `yfov of ${where}`)
      if (!(yfov > 0 && yfov < HALF_TURN)) {
        throw malformed(`yfov of ${where} is not an angle between 0 and π`)
      }
      return { world: placed.world, projection: { type: 'perspective', yfov } }
    }
    case 'orthographic': {
      const ymag = Math.abs(readNumber(readObject(camera.orthographic, where).ymag, NaN, `ymag of ${where}`))
      if (!(ymag > 0 && ymag < MAX_COORDINATE)) {
        throw malformed(`ymag of ${where} is no height`)
      }
      return { world: placed.world, projection: { type: 'orthographic', ymag } }
    }
    default: throw malformed(`${where} is neither perspective nor orthographic`)
  }
}

function checkAxes (world: Matrix, where: string): void {
  for (const column of [0, 4, 8]) {
    const axis: Vector = [world[column]!, world[column + 1]!, world[column + 2]!]
    const length = Math.sqrt(dot(axis, axis))
    if (!(length > 1e-12 && length < MAX_COORDINATE)) {
      throw malformed(`the transform of ${where} has no direction`)
    }
  }
  if (!world.every((value) => Math.abs(value) < MAX_COORDINATE)) {
    throw malformed(`${where} is too far away`)
  }
}

/**
 * A camera that shows all boxes, as large as the picture allows, in a three-quarter view from above.
 *
 * For each of the four planes of the view one corner lies outermost. Two opposite planes through their outermost corners meet in a line
 * at a certain distance; the camera stands at the larger of the two distances, centred in both directions.
 *
 * @param boxes local box and its matrix to the world
 * @param aspect width of the picture over its height
 */
export function frameScene (boxes: Iterable<{ readonly box: Box, readonly world: Matrix }>, aspect: number): FlatCamera {
  const back = normalize(VIEW_FROM)
  const right = normalize([back[2], 0, -back[0]])
  const up: Vector = [
    back[1] * right[2] - back[2] * right[1],
    back[2] * right[0] - back[0] * right[2],
    back[0] * right[1] - back[1] * right[0]
  ]
  const tanY = FRAMING_TAN * FILLED
  const tanX = tanY * aspect
  let [farRight, farLeft, farUp, farDown, nearest] = [-Infinity, -Infinity, -Infinity, -Infinity, -Infinity]
  for (const { box, world } of boxes) {
    for (const corner of cornersOf(box)) {
      const point = transformPoint(world, ...corner)
      const [x, y, z] = [dot(point, right), dot(point, up), dot(point, back)]
      farRight = Math.max(farRight, x + tanX * z)
      farLeft = Math.max(farLeft, -x + tanX * z)
      farUp = Math.max(farUp, y + tanY * z)
      farDown = Math.max(farDown, -y + tanY * z)
      nearest = Math.max(nearest, z)
    }
  }
  const x = (farRight - farLeft) / 2
  const y = (farUp - farDown) / 2
  const z = Math.max((farRight + farLeft) / (2 * tanX), (farUp + farDown) / (2 * tanY), nearest + MIN_RADIUS)
  const eye = [0, 1, 2].map((axis) => right[axis]! * x + up[axis]! * y + back[axis]! * z)
  return {
    world: [...right, 0, ...up, 0, ...back, 0, ...eye, 1],
    projection: { type: 'perspective', yfov: FRAMING_YFOV }
  }
}

/** The box of a list of x y z. @throws SceneError when a coordinate is not finite */
export function boxOf (positions: Float32Array, where: string): Box {
  const least: [number, number, number] = [Infinity, Infinity, Infinity]
  const most: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < positions.length; i++) {
    const value = positions[i]!
    if (!Number.isFinite(value)) {
      throw malformed(`a position of ${where} is not a number`)
    }
    const axis = i % 3
    least[axis] = Math.min(least[axis]!, value)
    most[axis] = Math.max(most[axis]!, value)
  }
  return { least, most }
}

/** @throws SceneError when the box reaches beyond {@link MAX_COORDINATE} */
export function checkExtent (box: Box, world: Matrix): void {
  for (const corner of cornersOf(box)) {
    if (!transformPoint(world, ...corner).every((value) => Math.abs(value) < MAX_COORDINATE)) {
      throw new SceneError(`the scene is too large: it reaches beyond ${MAX_COORDINATE} metres`)
    }
  }
}

function cornersOf ({ least, most }: Box): readonly Vector[] {
  const corners: Vector[] = []
  for (let i = 0; i < 8; i++) {
    corners.push([i & 1 ? most[0] : least[0], i & 2 ? most[1] : least[1], i & 4 ? most[2] : least[2]])
  }
  return corners
}

function dot (a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

function normalize (v: Vector): Vector {
  const length = Math.sqrt(dot(v, v))
  return [v[0] / length, v[1] / length, v[2] / length]
}
