/** What the threads call. Each has an instance of this module of its own; the memory is shared by all. */
import { closest, hitA, hitB, hitDistance, hitTriangle } from './bvh'
import { vec } from './vec'

export { attach } from './scene'
export { fillColorTable, placeInstance } from './prepare'
export { placeCamera, cameraRay } from './camera'
export { measureLights } from './lights'
export { renderBlock } from './film'
export { takeRays } from './bvh'
export { fillGlossyAlbedo } from './ggx'
export { evaluateAt, lastCameraRay, pairAt, sampleAt } from './probe'

/** Finds the nearest triangle, all sides visible, and writes triangle, distance and two weights to `to`; for measuring and tests. */
export function castRay (ox: f32, oy: f32, oz: f32, dx: f32, dy: f32, dz: f32, to: usize): i32 {
  const hit = closest(vec(ox, oy, oz), vec(dx, dy, dz), Infinity, false, 0)
  store<u32>(to, hitTriangle)
  store<f32>(to, hitDistance, 4)
  store<f32>(to, hitA, 8)
  store<f32>(to, hitB, 12)
  return hit ? 1 : 0
}
