/**
 * What a scene may make the loader spend. Scenes come from other peers: each number is checked before the memory is taken or the loop entered.
 */

/** Bytes of the JSON part of a scene. V8 builds no string of more than 512 MiB, and 64 MiB describe a million nodes. */
export const MAX_JSON_BYTES = 64 * 1024 ** 2

/** Entries of one list in the JSON (nodes, meshes, accessors, …): beyond it the lists themselves would be the scene's weight. */
export const MAX_LIST = 1_000_000

/** Meshes placed in the world, each primitive of a mesh counted for each node that shows it. */
export const MAX_INSTANCES = 1_000_000

/** Triangles of all meshes, each mesh counted once, as their indices declare: with its hierarchy a triangle takes about 130 bytes, and the renderer's memory ends at 4 GiB. */
export const MAX_TRIANGLES = 20_000_000

/** Bytes of geometry as stored, before it is made into floats: {@link MAX_TRIANGLES} with two vertices of position, normal and uv for each, as no mesh needs. */
export const MAX_UNPACKED_BYTES = MAX_TRIANGLES * 2 * 32

/** Pixels of a texture's side: 16K maps exist, larger ones are split into tiles by those who make them. */
export const MAX_TEXTURE_SIDE = 16_384

/** Texels of all textures together: 1 GiB of RGBA, sixteen 4K maps, a quarter of the renderer's memory. */
export const MAX_TEXELS = 268_435_456

/** Bytes of one encoded image. */
export const MAX_IMAGE_BYTES = 512 * 1024 ** 2

/** Scans of a progressive JPEG: encoders write about ten; each makes the decoder walk the whole picture again. */
export const MAX_JPEG_SCANS = 100

/** Bytes of all files one scene is read from. */
export const MAX_SCENE_BYTES = 4 * 1024 ** 3

/** Largest coordinate in the world, in metres: three times the distance to the Sun; squares of it stay far inside a float32. */
export const MAX_COORDINATE = 1e12

/** Moments of an animation that a framing camera looks at: enough that what swings or turns stays in the picture. */
export const FRAMED_MOMENTS = 33

/** Boxes a framing camera looks at in all moments together: a second's work. Beyond it no further moment is taken in. */
export const MAX_FRAMED_BOXES = 2_000_000
