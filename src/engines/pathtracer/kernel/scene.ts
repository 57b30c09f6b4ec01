/** The scene as this thread's instance of the kernel knows it: addresses and numbers read from the header once. */
import * as layout from '../layout'

/** Addresses and counts; see `layout.ts`. */
export let nodes: usize = 0
export let packets: usize = 0
export let triangles: usize = 0
export let triangleCount: u32 = 0
export let vertices: usize = 0
export let vertexCount: u32 = 0
export let instances: usize = 0
export let instanceCount: u32 = 0
export let materials: usize = 0
export let textures: usize = 0
export let lights: usize = 0
export let lightCount: u32 = 0
/** Settings; see `layout.ts`. */
export let lightShare: f32 = 0
export let indirectLimit: f32 = 0
export let sky: i32 = 0
export let bounces: i32 = 0

/** This thread's own block. */
export let thread: usize = 0

/** Reads the header. To be called before anything else, and again when the header has changed. */
export function attach (threadNumber: i32): void {
  thread = <usize>layout.THREAD_BLOCKS + <usize>threadNumber * layout.THREAD_BLOCK_BYTES
  nodes = load<u32>(layout.HEADER, layout.HEADER_NODES)
  packets = load<u32>(layout.HEADER, layout.HEADER_PACKETS)
  triangles = load<u32>(layout.HEADER, layout.HEADER_TRIANGLES)
  triangleCount = load<u32>(layout.HEADER, layout.HEADER_TRIANGLE_COUNT)
  vertices = load<u32>(layout.HEADER, layout.HEADER_VERTICES)
  vertexCount = load<u32>(layout.HEADER, layout.HEADER_VERTEX_COUNT)
  instances = load<u32>(layout.HEADER, layout.HEADER_INSTANCES)
  instanceCount = load<u32>(layout.HEADER, layout.HEADER_INSTANCE_COUNT)
  materials = load<u32>(layout.HEADER, layout.HEADER_MATERIALS)
  textures = load<u32>(layout.HEADER, layout.HEADER_TEXTURES)
  lights = load<u32>(layout.HEADER, layout.HEADER_LIGHTS)
  lightCount = load<u32>(layout.HEADER, layout.HEADER_LIGHT_COUNT)
  lightShare = load<f32>(layout.HEADER, layout.HEADER_LIGHT_SHARE)
  indirectLimit = load<f32>(layout.HEADER, layout.HEADER_INDIRECT_LIMIT)
  sky = load<i32>(layout.HEADER, layout.HEADER_SKY)
  bounces = load<i32>(layout.HEADER, layout.HEADER_BOUNCES)
}

/** Address of a triangle's record. */
export function triangleAt (triangle: u32): usize {
  return triangles + <usize>triangle * layout.TRIANGLE_BYTES
}

/** Address of a vertex's record. */
export function vertexAt (vertex: u32): usize {
  return vertices + <usize>vertex * layout.VERTEX_BYTES
}

/** Address of the instance a triangle belongs to. */
export function instanceOf (triangleAddress: usize): usize {
  return instances + <usize>load<u32>(triangleAddress, 12) * layout.INSTANCE_BYTES
}

/** Address of the material of an instance. */
export function materialOf (instanceAddress: usize): usize {
  return materials + <usize>load<u32>(instanceAddress, layout.INSTANCE_MATERIAL) * layout.MATERIAL_BYTES
}
