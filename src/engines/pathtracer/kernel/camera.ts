/** Rays through the picture's pixels. */
import * as layout from '../layout'
import { Vec, add, along, normalize, scale } from './vec'

/** What {@link cameraRay} made; the direction is of unit length. */
export let rayOrigin: Vec = f32x4(0, 0, 0, 0)
export let rayDirection: Vec = f32x4(0, 0, -1, 0)

/** Turns the camera as the scene gave it into the vectors of {@link cameraRay}: unit axes, scaled to half the picture's size. */
export function placeCamera (): void {
  const input: usize = layout.HEADER + layout.HEADER_CAMERA_INPUT
  const lens = load<f64>(input, 128)
  const perspective = load<i32>(layout.HEADER, layout.HEADER_PROJECTION) == layout.PERSPECTIVE
  const halfHeight = perspective ? Math.tan(lens * 0.5) : lens
  const aspect = <f64>load<i32>(layout.HEADER, layout.HEADER_WIDTH) / <f64>load<i32>(layout.HEADER, layout.HEADER_HEIGHT)
  const camera: usize = layout.HEADER + layout.HEADER_CAMERA
  storeAxis(camera, input, halfHeight * aspect)
  storeAxis(camera + 16, input + 32, halfHeight)
  storeAxis(camera + 32, input + 64, -1)
  for (let lane: usize = 0; lane < 3; lane++) {
    store<f32>(camera + 48 + (lane << 2), <f32>load<f64>(input + 96 + (lane << 3)))
  }
  store<f32>(camera + 60, 0)
}

/** Writes the unit vector along a column of the matrix, times `length`. */
function storeAxis (to: usize, column: usize, length: f64): void {
  const cx = load<f64>(column)
  const cy = load<f64>(column, 8)
  const cz = load<f64>(column, 16)
  const factor = length / Math.sqrt(cx * cx + cy * cy + cz * cz)
  store<f32>(to, <f32>(cx * factor))
  store<f32>(to, <f32>(cy * factor), 4)
  store<f32>(to, <f32>(cz * factor), 8)
  store<f32>(to, 0, 12)
}

/** Makes the ray through a point of the picture, in pixels from its top left corner. */
export function cameraRay (px: f32, py: f32): void {
  const camera: usize = layout.HEADER + layout.HEADER_CAMERA
  const across: f32 = px * 2 / <f32>load<i32>(layout.HEADER, layout.HEADER_WIDTH) - 1
  const up: f32 = <f32>1 - py * 2 / <f32>load<i32>(layout.HEADER, layout.HEADER_HEIGHT)
  const shift = add(scale(v128.load(camera), across), scale(v128.load(camera, 16), up))
  const origin = v128.load(camera, 48)
  if (load<i32>(layout.HEADER, layout.HEADER_PROJECTION) == layout.PERSPECTIVE) {
    rayOrigin = origin
    rayDirection = normalize(add(v128.load(camera, 32), shift))
  } else {
    rayOrigin = add(origin, shift)
    rayDirection = along(f32x4.splat(0), v128.load(camera, 32), 1)
  }
}
