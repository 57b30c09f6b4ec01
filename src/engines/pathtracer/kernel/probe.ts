/** Windows into the kernel for measurements and tests; rendering does not pass here. */
import { beginBsdf, density, evaluateBsdf, sampleBsdf, sampledDirection } from './bsdf'
import { rayDirection, rayOrigin } from './camera'
import { beginSample, draw, first, second } from './sampler'
import { vec } from './vec'

/** Writes scattered share × cosine (r g b) and density of a grey surface for two directions in its frame. */
export function evaluateAt (color: f32, metal: f32, roughness: f32, ox: f32, oy: f32, oz: f32, ix: f32, iy: f32, iz: f32, to: usize): void {
  beginBsdf(vec(color, color, color), metal, roughness, vec(ox, oy, oz))
  v128.store(to, evaluateBsdf(vec(ix, iy, iz)))
  store<f32>(to, density, 12)
}

/** Writes a sampled direction and its density, then share × cosine ÷ density, for an outgoing direction in the frame. */
export function sampleAt (color: f32, metal: f32, roughness: f32, ox: f32, oy: f32, oz: f32, choice: f32, u: f32, v: f32, to: usize): void {
  beginBsdf(vec(color, color, color), metal, roughness, vec(ox, oy, oz))
  const share = sampleBsdf(choice, u, v)
  v128.store(to, sampledDirection)
  store<f32>(to, density, 12)
  v128.store(to, share, 16)
}

/** Writes a pair of a sample's numbers. */
export function pairAt (frame: i32, px: i32, py: i32, sample: i32, pair: i32, to: usize): void {
  beginSample(frame, px, py, sample)
  draw(pair)
  store<f32>(to, first)
  store<f32>(to, second, 4)
}

/** Writes origin and direction of the camera ray made last. */
export function lastCameraRay (to: usize): void {
  v128.store(to, rayOrigin)
  v128.store(to, rayDirection, 16)
}
