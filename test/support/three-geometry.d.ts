/** What the path tracer's specs use of three, whose package has no types of its own. */
declare module 'three' {
  export const DoubleSide: 2

  export class Vector3 {
    constructor (x: number, y: number, z: number)
  }

  export class Ray {
    constructor (origin: Vector3, direction: Vector3)
  }

  export class BufferAttribute {
    constructor (array: Float32Array | Uint32Array, itemSize: number)
  }

  export class BufferGeometry {
    setAttribute (name: string, attribute: BufferAttribute): this
    setIndex (index: BufferAttribute): this
  }
}

declare module 'three-mesh-bvh' {
  import type { BufferGeometry, Ray } from 'three'

  export class MeshBVH {
    constructor (geometry: BufferGeometry, options?: { indirect?: boolean })
    raycastFirst (ray: Ray, side: number): { readonly distance: number, readonly faceIndex: number } | null
  }
}
