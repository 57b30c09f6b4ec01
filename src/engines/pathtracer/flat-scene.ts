/**
 * One frame of a scene, flat: what the loader hands to the renderer. Plain arrays and numbers, no objects of a library.
 *
 * What the loader promises: every index is in range, every number is finite, texture sizes match their bytes. The renderer
 * checks it again (`checkFlatScene`), because scenes come from strangers and its memory accesses are not checked one by one.
 *
 * Conventions are glTF's: right-handed, +Y up, lengths in metres, front faces counter-clockwise, uv origin at the top left of the image.
 */
export interface FlatScene {
  readonly meshes: readonly FlatMesh[]
  readonly instances: readonly FlatInstance[]
  /** At least one when there is a mesh. A mesh without a material of its own points to glTF's default material. */
  readonly materials: readonly FlatMaterial[]
  /** Each image once, however many materials use it with the same sampler. */
  readonly textures: readonly FlatTexture[]
  readonly camera: FlatCamera
}

/** Triangles with one material, in their own space. */
export interface FlatMesh {
  /** x y z of each vertex. */
  readonly positions: Float32Array
  /** x y z of each vertex, unit length. Left out: every triangle is flat. */
  readonly normals?: Float32Array | undefined
  /** x y z and handedness (1 or −1) of each vertex. Left out: made from the uv set of the normal texture. */
  readonly tangents?: Float32Array | undefined
  /** u v of each vertex: TEXCOORD_0. Left out: zeros. */
  readonly uvs0?: Float32Array | undefined
  /** u v of each vertex: TEXCOORD_1. Left out: zeros. */
  readonly uvs1?: Float32Array | undefined
  /** Linear r g b a of each vertex, multiplied into the base colour. Left out: ones. */
  readonly colors?: Float32Array | undefined
  /** Three vertices of each triangle. */
  readonly indices: Uint32Array
  /** Index into {@link FlatScene.materials}. */
  readonly material: number
}

/** A mesh somewhere in the world. */
export interface FlatInstance {
  /** Index into {@link FlatScene.meshes}. */
  readonly mesh: number
  /** Mesh space to world space, 4 × 4 column-major. A negative determinant turns the winding of its triangles round, as glTF says. */
  readonly world: Matrix4
}

/** A 4 × 4 matrix, column-major: sixteen numbers. */
export type Matrix4 = ArrayLike<number>

/** glTF's metallic-roughness material. Colours are linear. */
export interface FlatMaterial {
  readonly baseColor: readonly [r: number, g: number, b: number, a: number]
  readonly metallic: number
  readonly roughness: number
  /** Radiance, factor times KHR_materials_emissive_strength. */
  readonly emissive: readonly [r: number, g: number, b: number]
  /** sRGB, with alpha. */
  readonly baseColorTexture?: FlatTextureRef | undefined
  /** Linear: roughness in green, metallic in blue. */
  readonly metallicRoughnessTexture?: FlatTextureRef | undefined
  /** Linear, tangent space, +Y up. */
  readonly normalTexture?: FlatTextureRef | undefined
  /** sRGB. */
  readonly emissiveTexture?: FlatTextureRef | undefined
  /** Strength of the normal texture. */
  readonly normalScale: number
  readonly alphaMode: 'opaque' | 'mask' | 'blend'
  /** For `mask`: below it there is nothing. */
  readonly alphaCutoff: number
  readonly doubleSided: boolean
}

/** How a material uses a texture. */
export interface FlatTextureRef {
  /** Index into {@link FlatScene.textures}. */
  readonly texture: number
  /** Which of the mesh's uv sets. */
  readonly uvSet: 0 | 1
  /** KHR_texture_transform as [a, b, c, d, e, f]: u′ = a·u + b·v + c, v′ = d·u + e·v + f. Left out: identity. */
  readonly transform?: readonly [a: number, b: number, c: number, d: number, e: number, f: number] | undefined
}

/** What lies beyond the edge of a texture. */
export type FlatWrap = 'repeat' | 'mirror' | 'clamp'

/** A decoded image with its sampler. */
export interface FlatTexture {
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Straight RGBA, 8 bits each, width × height × 4, row-major from the top left, exactly as in the file (not linearised). */
  readonly rgba: Uint8Array
  readonly wrapS: FlatWrap
  readonly wrapT: FlatWrap
  readonly filter: 'nearest' | 'linear'
}

/** A camera looks along its −Z, +Y is up. The picture's width follows from its height and the size of the job. */
export interface FlatCamera {
  /** Camera space to world space; scale in it is ignored. */
  readonly world: Matrix4
  readonly projection:
    /** `yfov`: the whole vertical field of view in radians, in (0, π). */
    | { readonly type: 'perspective', readonly yfov: number }
    /** `ymag`: half the height of the view in metres. */
    | { readonly type: 'orthographic', readonly ymag: number }
}
