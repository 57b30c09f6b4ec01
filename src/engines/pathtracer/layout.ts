/**
 * Where things lie in the memory that the kernel and its threads share. Compiled twice: by tsc for the code that fills the
 * memory, and by AssemblyScript for the kernel that reads it; so this file holds constants only, all in bytes or counts.
 *
 * From address 0: the kernel's own constants, then the header, the stop words, a block for each thread, then the scene.
 */

/** Bytes of a WebAssembly page. */
export const PAGE_BYTES = 65536

/** The header is one page on: the kernel's own constant tables lie before it. */
export const HEADER = 65536

/** Offsets in the header: addresses of arrays, and their counts; uint32. */
export const HEADER_NODES = 0
export const HEADER_PACKETS = 4
export const HEADER_TRIANGLES = 8
export const HEADER_TRIANGLE_COUNT = 12
export const HEADER_VERTICES = 16
export const HEADER_VERTEX_COUNT = 20
export const HEADER_INSTANCES = 24
export const HEADER_INSTANCE_COUNT = 28
export const HEADER_MATERIALS = 32
export const HEADER_TEXTURES = 36
export const HEADER_LIGHTS = 40
export const HEADER_LIGHT_COUNT = 44
/** Float32: how often light is sought from emissive triangles rather than from the sun, 0 … 1. */
export const HEADER_LIGHT_SHARE = 48
/** Float32: the brightest that one sample may get over an indirect path. */
export const HEADER_INDIRECT_LIMIT = 52
export const HEADER_SKY = 56
export const HEADER_BOUNCES = 60
export const HEADER_WIDTH = 64
export const HEADER_HEIGHT = 68
export const HEADER_PROJECTION = 72
/** Four vectors of four float32: right and up across half the picture, forward, origin. */
export const HEADER_CAMERA = 80
/** 256 float32: sRGB byte to linear value. */
export const HEADER_SRGB = 256
/** 32 × 32 float32: the share of light that leaves a rough mirror after one bounce. */
export const HEADER_GLOSSY_ALBEDO = 4096
/** A camera's world matrix (16 float64) and yfov or ymag (float64), as the scene gave them. */
export const HEADER_CAMERA_INPUT = 2048
/** Where an instance's world matrix (16 float64) is handed to the kernel. */
export const HEADER_INSTANCE_INPUT = 2560

/** Values of HEADER_SKY. White is an even dome of radiance 1, for measuring energy. */
export const SKY_BLACK = 0
export const SKY_DEFAULT = 1
export const SKY_WHITE = 2

/** Values of HEADER_PROJECTION. */
export const PERSPECTIVE = 0
export const ORTHOGRAPHIC = 1

/** One int32 for each unit in flight: not 0 tells the kernel to stop rendering that unit. */
export const STOP_WORDS = 73728
export const STOP_WORD_COUNT = 1024

/** Render threads at most. */
export const MAX_THREADS = 256

/** The thread blocks start here; each thread has one to itself: a traversal stack, then the sums of the block it renders. */
export const THREAD_BLOCKS = 131072
export const THREAD_STACK = 0
/** Entries of 8 bytes. The builder keeps the tree shallow enough: 3 entries a level, MAX_TREE_DEPTH levels. */
export const THREAD_STACK_BYTES = 4096
/** Lanes and results that are passed through memory. */
export const THREAD_SCRATCH = 4096
export const THREAD_SUMS = 8192
/** Pixels of one block; four float32 each. */
export const MAX_BLOCK_PIXELS = 4096
export const THREAD_BLOCK_BYTES = 73728

/** The scene follows the blocks of all threads. */
export const SCENE = 19005440

/** Levels of the tree of nodes with four children at most. */
export const MAX_TREE_DEPTH = 160

/**
 * A node: the boxes of four children, as min x, min y, min z, max x, max y, max z of four float32 each, then four children.
 * A child is a node's number, or a leaf: LEAF_BIT, packets − 1 in four bits, and the number of the first packet.
 */
export const NODE_BYTES = 128
export const NODE_CHILDREN = 96
export const LEAF_COUNT_SHIFT = 27
export const MAX_LEAF_PACKETS = 16
export const MAX_PACKETS = 134217728

/** Four triangles: the three corners as x, y, z of four float32 each, then four triangle numbers with flags. */
export const PACKET_BYTES = 160
export const PACKET_IDS = 144

/** Flags of a triangle number in a packet. */
export const TRIANGLE_NUMBER = 1073741823
/** Bit 30: not seen by the camera from behind. */
export const FLAG_SINGLE_SIDED = 1073741824

/** A triangle: its three vertices and its instance, uint32 each. */
export const TRIANGLE_BYTES = 16

/** A vertex in the world: position and u, normal and v of the first uv set; eight float32. */
export const VERTEX_BYTES = 32

/** An instance: uint32 each. Addresses are 0 when there is no such array. */
export const INSTANCE_BYTES = 32
export const INSTANCE_MATERIAL = 0
export const INSTANCE_HAS_NORMALS = 4
export const INSTANCE_FIRST_VERTEX = 8
export const INSTANCE_FIRST_TRIANGLE = 12
/** Address of u v, of r g b a, of x y z handedness: float32, for each vertex from the instance's first. */
export const INSTANCE_UVS1 = 16
export const INSTANCE_COLORS = 20
export const INSTANCE_TANGENTS = 24
/** Address of one float32 for each triangle from the instance's first: the chance, per unit of area, to seek light from it. */
export const INSTANCE_DENSITIES = 28

/** A material. */
export const MATERIAL_BYTES = 192
export const MATERIAL_BASE_COLOR = 0
export const MATERIAL_EMISSIVE = 16
export const MATERIAL_METALLIC = 32
export const MATERIAL_ROUGHNESS = 36
export const MATERIAL_NORMAL_SCALE = 40
export const MATERIAL_ALPHA_MODE = 44
export const MATERIAL_ALPHA_CUTOFF = 48
export const MATERIAL_DOUBLE_SIDED = 52
/** Four uses of a texture: base colour, metallic-roughness, normal, emissive. */
export const MATERIAL_BASE_COLOR_TEXTURE = 64
export const MATERIAL_METALLIC_ROUGHNESS_TEXTURE = 96
export const MATERIAL_NORMAL_TEXTURE = 128
export const MATERIAL_EMISSIVE_TEXTURE = 160

/** Values of MATERIAL_ALPHA_MODE. */
export const ALPHA_OPAQUE = 0
export const ALPHA_MASK = 1
export const ALPHA_BLEND = 2

/** A use of a texture: the texture's number or −1, the uv set, and six float32 of its transform. */
export const TEXTURE_USE_UV_SET = 4
export const TEXTURE_USE_TRANSFORM = 8

/** A texture: address of its bytes, width, height, wrap of u, wrap of v, filter. */
export const TEXTURE_BYTES = 32
export const TEXTURE_WIDTH = 4
export const TEXTURE_HEIGHT = 8
export const TEXTURE_WRAP_S = 12
export const TEXTURE_WRAP_T = 16
export const TEXTURE_FILTER = 20

/** Values of TEXTURE_WRAP_S and TEXTURE_WRAP_T. */
export const WRAP_REPEAT = 0
export const WRAP_MIRROR = 1
export const WRAP_CLAMP = 2

/** Values of TEXTURE_FILTER. */
export const FILTER_NEAREST = 0
export const FILTER_LINEAR = 1

/** An emissive triangle: its number, and the share of all emitted power up to and with it (float32). */
export const LIGHT_BYTES = 8
