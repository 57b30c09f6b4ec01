import { SceneError } from '../../errors.ts'
import { buildTree, EMPTY_LANE } from './bvh-builder.ts'
import { checkFlatScene } from './check-flat-scene.ts'
import { instantiateKernel } from './kernel-module.ts'
import * as layout from './layout.ts'
import type { Kernel } from './kernel-module.ts'
import type { FlatInstance, FlatMaterial, FlatMesh, FlatScene, FlatTexture, FlatTextureRef } from './flat-scene.ts'

/** What is rendered of a scene. */
export interface SceneOptions {
  /** Pixels of the whole picture. */
  readonly width: number
  readonly height: number
  /** Surfaces that light may meet after the first that the camera sees; 0 is direct light only. */
  readonly bounces: number
  readonly sky: 'default' | 'black' | 'white'
  /** Most bytes the scene may take with everything made from it. At most 4 GiB: the kernel's addresses have 32 bits. */
  readonly maxBytes: number
}

/** The memory of a frame is made for all frames: it may grow as far as any may. */
export interface FrameMemory {
  /** The memory of another frame, if nobody uses it any more: taken again, so that the frames of a film do not each leave one to be collected. */
  readonly used: WebAssembly.Memory | undefined
}

/** The most a 32-bit kernel can address. */
export const MAX_MEMORY_BYTES = 65_536 * layout.PAGE_BYTES

const SKIES = { black: layout.SKY_BLACK, default: layout.SKY_DEFAULT, white: layout.SKY_WHITE } as const
const ALPHA_MODES = { opaque: layout.ALPHA_OPAQUE, mask: layout.ALPHA_MASK, blend: layout.ALPHA_BLEND } as const
const WRAPS = { repeat: layout.WRAP_REPEAT, mirror: layout.WRAP_MIRROR, clamp: layout.WRAP_CLAMP } as const
const FILTERS = { nearest: layout.FILTER_NEAREST, linear: layout.FILTER_LINEAR } as const

/**
 * Puts a scene into a memory that any number of kernels can render from: world-space geometry, tree, materials, textures, lights.
 * Moves bytes only; the arithmetic is the kernel's. Takes as long as the scene is large: never call it on a peer's main thread.
 *
 * @param frame given for one of the frames of a scene that moves
 * @throws SceneError when the scene is malformed or larger than allowed
 */
export function buildSceneMemory (module: WebAssembly.Module, scene: FlatScene, options: SceneOptions, frame?: FrameMemory): WebAssembly.Memory {
  checkFlatScene(scene)
  return new SceneWriter(module, scene, options, frame).write()
}

/** Hands out addresses one after the other. */
class Region {
  end: number

  constructor (start: number) {
    this.end = start
  }

  take (bytes: number): number {
    const address = this.end
    this.end = align(address + bytes)
    return address
  }
}

class SceneWriter {
  readonly #scene: FlatScene
  readonly #options: SceneOptions
  readonly #memory: WebAssembly.Memory
  readonly #kernel: Kernel
  readonly #region = new Region(layout.SCENE)
  readonly #vertexTotal: number
  readonly #triangleTotal: number
  /** Where uvs1 and colours of each mesh lie; instances share them. */
  readonly #meshArrays: readonly { readonly uvs1: number, readonly colors: number }[]
  readonly #textureBytes: readonly number[]
  readonly #addresses: { readonly vertices: number, readonly triangles: number, readonly instances: number, readonly materials: number, readonly textures: number, readonly lights: number }
  readonly #instances: readonly { readonly tangents: number, readonly densities: number }[]
  /** Everything after it is for a while a mesh in its own space, then the tree. */
  readonly #free: number

  constructor (module: WebAssembly.Module, scene: FlatScene, options: SceneOptions, frame: FrameMemory | undefined) {
    this.#scene = scene
    this.#options = options
    const placed = scene.instances.map((instance) => scene.meshes[instance.mesh]!)
    this.#vertexTotal = sum(placed, verticesOf)
    this.#triangleTotal = sum(placed, trianglesOf)
    const region = this.#region
    this.#addresses = {
      vertices: region.take(this.#vertexTotal * layout.VERTEX_BYTES),
      triangles: region.take(this.#triangleTotal * layout.TRIANGLE_BYTES),
      instances: region.take(placed.length * layout.INSTANCE_BYTES),
      materials: region.take(scene.materials.length * layout.MATERIAL_BYTES),
      textures: region.take(scene.textures.length * layout.TEXTURE_BYTES),
      lights: region.take(sum(placed.filter((mesh) => this.#emits(mesh)), trianglesOf) * layout.LIGHT_BYTES)
    }
    this.#meshArrays = scene.meshes.map((mesh) => ({
      uvs1: mesh.uvs1 === undefined ? 0 : region.take(mesh.uvs1.byteLength),
      colors: mesh.colors === undefined ? 0 : region.take(mesh.colors.byteLength)
    }))
    this.#textureBytes = scene.textures.map((texture) => region.take(texture.rgba.length))
    this.#instances = placed.map((mesh) => ({
      tangents: mesh.tangents === undefined ? 0 : region.take(mesh.tangents.byteLength),
      densities: this.#emits(mesh) ? region.take(trianglesOf(mesh) * 4) : 0
    }))
    this.#free = region.end
    const largest = scene.meshes.reduce((most, mesh) => Math.max(most, stagedBytes(mesh)), 0)
    const least = this.#free + largest
    this.#refuseBeyondLimit(least)
    if (this.#triangleTotal > layout.TRIANGLE_NUMBER) {
      throw new SceneError(`the scene has ${this.#triangleTotal} triangles, more than the path tracer can count`)
    }
    // A packet and a node for each triangle is more than any tree needs: what is reserved, not what is used.
    const most = frame !== undefined ? this.#limit : Math.min(this.#limit, Math.max(least, this.#free + (this.#triangleTotal + 1) * (layout.NODE_BYTES + layout.PACKET_BYTES)))
    this.#memory = emptied(frame?.used, pagesFor(least)) ?? allocate(pagesFor(least), pagesFor(most))
    this.#kernel = instantiateKernel(module, this.#memory)
  }

  write (): WebAssembly.Memory {
    this.#writeHeader()
    this.#kernel.attach(0)
    this.#kernel.fillColorTable()
    this.#kernel.fillGlossyAlbedo()
    this.#writeMaterials()
    this.#writeTextures()
    this.#writeMeshArrays()
    this.#writeInstances()
    this.#writeTree()
    this.#kernel.attach(0)
    this.#kernel.placeCamera()
    this.#kernel.measureLights()
    return this.#memory
  }

  get #limit (): number {
    return Math.min(this.#options.maxBytes, MAX_MEMORY_BYTES)
  }

  #refuseBeyondLimit (bytes: number): void {
    if (bytes > this.#limit) {
      throw new SceneError(`the scene needs ${mebibytes(bytes)} MiB of memory, and the path tracer may use ${mebibytes(this.#limit)} MiB; use smaller textures or fewer triangles`)
    }
  }

  #emits (mesh: FlatMesh): boolean {
    return this.#scene.materials[mesh.material]!.emissive.some((value) => value > 0)
  }

  #words (address: number, count: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, address, count)
  }

  #floats (address: number, count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, count)
  }

  #writeHeader (): void {
    const header = new DataView(this.#memory.buffer, layout.HEADER, layout.PAGE_BYTES)
    const word = (at: number, value: number): void => header.setUint32(at, value, true)
    word(layout.HEADER_TRIANGLES, this.#addresses.triangles)
    word(layout.HEADER_TRIANGLE_COUNT, this.#triangleTotal)
    word(layout.HEADER_VERTICES, this.#addresses.vertices)
    word(layout.HEADER_VERTEX_COUNT, this.#vertexTotal)
    word(layout.HEADER_INSTANCES, this.#addresses.instances)
    word(layout.HEADER_INSTANCE_COUNT, this.#instances.length)
    word(layout.HEADER_MATERIALS, this.#addresses.materials)
    word(layout.HEADER_TEXTURES, this.#addresses.textures)
    word(layout.HEADER_LIGHTS, this.#addresses.lights)
    word(layout.HEADER_SKY, SKIES[this.#options.sky])
    word(layout.HEADER_BOUNCES, this.#options.bounces)
    word(layout.HEADER_WIDTH, this.#options.width)
    word(layout.HEADER_HEIGHT, this.#options.height)
    const { world, projection } = this.#scene.camera
    word(layout.HEADER_PROJECTION, projection.type === 'perspective' ? layout.PERSPECTIVE : layout.ORTHOGRAPHIC)
    for (let i = 0; i < 16; i++) {
      header.setFloat64(layout.HEADER_CAMERA_INPUT + i * 8, world[i]!, true)
    }
    header.setFloat64(layout.HEADER_CAMERA_INPUT + 128, projection.type === 'perspective' ? projection.yfov : projection.ymag, true)
  }

  #writeMaterials (): void {
    for (const [index, material] of this.#scene.materials.entries()) {
      writeMaterial(new DataView(this.#memory.buffer, this.#addresses.materials + index * layout.MATERIAL_BYTES, layout.MATERIAL_BYTES), material)
    }
  }

  #writeTextures (): void {
    for (const [index, texture] of this.#scene.textures.entries()) {
      const address = this.#textureBytes[index]!
      this.#words(this.#addresses.textures + index * layout.TEXTURE_BYTES, 6).set(textureRecord(texture, address))
      new Uint8Array(this.#memory.buffer, address, texture.rgba.length).set(texture.rgba)
    }
  }

  #writeMeshArrays (): void {
    for (const [index, { uvs1, colors }] of this.#meshArrays.entries()) {
      const mesh = this.#scene.meshes[index]!
      if (mesh.uvs1 !== undefined) {
        this.#floats(uvs1, mesh.uvs1.length).set(mesh.uvs1)
      }
      if (mesh.colors !== undefined) {
        this.#floats(colors, mesh.colors.length).set(mesh.colors)
      }
    }
  }

  #writeInstances (): void {
    let firstVertex = 0
    let firstTriangle = 0
    let staged: { readonly mesh: number, readonly at: Staged } | undefined
    for (const [number, instance] of this.#scene.instances.entries()) {
      const mesh = this.#scene.meshes[instance.mesh]!
      if (staged?.mesh !== instance.mesh) {
        staged = { mesh: instance.mesh, at: this.#stage(mesh) }
      }
      this.#writeInstance(number, instance, mesh, staged.at, firstVertex, firstTriangle)
      firstVertex += verticesOf(mesh)
      firstTriangle += trianglesOf(mesh)
    }
  }

  #writeInstance (number: number, instance: FlatInstance, mesh: FlatMesh, staged: Staged, firstVertex: number, firstTriangle: number): void {
    const record = this.#words(this.#addresses.instances + number * layout.INSTANCE_BYTES, layout.INSTANCE_BYTES / 4)
    const { tangents, densities } = this.#instances[number]!
    record[layout.INSTANCE_MATERIAL / 4] = mesh.material
    record[layout.INSTANCE_HAS_NORMALS / 4] = mesh.normals === undefined ? 0 : 1
    record[layout.INSTANCE_FIRST_VERTEX / 4] = firstVertex
    record[layout.INSTANCE_FIRST_TRIANGLE / 4] = firstTriangle
    record[layout.INSTANCE_UVS1 / 4] = this.#meshArrays[instance.mesh]!.uvs1
    record[layout.INSTANCE_COLORS / 4] = this.#meshArrays[instance.mesh]!.colors
    record[layout.INSTANCE_TANGENTS / 4] = tangents
    record[layout.INSTANCE_DENSITIES / 4] = densities
    const world = layout.HEADER + layout.HEADER_INSTANCE_INPUT
    new Float64Array(this.#memory.buffer, world, 16).set(Array.from({ length: 16 }, (_, i) => instance.world[i]!))
    this.#kernel.placeInstance(number, world, staged.positions, staged.normals, staged.tangents, staged.uvs0, verticesOf(mesh), staged.indices, trianglesOf(mesh), firstVertex, firstTriangle)
  }

  /** Lays a mesh in its own space out where the tree will be. */
  #stage (mesh: FlatMesh): Staged {
    const region = new Region(this.#free)
    const lay = (array: Float32Array | undefined): number => {
      if (array === undefined) {
        return 0
      }
      const address = region.take(array.byteLength)
      this.#floats(address, array.length).set(array)
      return address
    }
    const positions = lay(mesh.positions)
    const normals = lay(mesh.normals)
    const tangents = lay(mesh.tangents)
    const uvs0 = lay(mesh.uvs0)
    const indices = region.take(mesh.indices.byteLength)
    this.#words(indices, mesh.indices.length).set(mesh.indices)
    return { positions, normals, tangents, uvs0, indices }
  }

  #writeTree (): void {
    const tree = buildTree(this.#boxes())
    const packetCount = tree.packets.length / 4
    const region = new Region(this.#free)
    const nodes = region.take(tree.nodes.byteLength)
    const packets = region.take(packetCount * layout.PACKET_BYTES)
    if (packetCount > layout.MAX_PACKETS) {
      throw new SceneError(`the scene has ${this.#triangleTotal} triangles, more than the path tracer can count`)
    }
    this.#refuseBeyondLimit(region.end)
    const missing = pagesFor(region.end) - this.#memory.buffer.byteLength / layout.PAGE_BYTES
    if (missing > 0) {
      grow(this.#memory, missing)
    }
    new Uint8Array(this.#memory.buffer, nodes, tree.nodes.byteLength).set(new Uint8Array(tree.nodes))
    this.#writePackets(packets, tree.packets)
    const header = new DataView(this.#memory.buffer, layout.HEADER, layout.PAGE_BYTES)
    header.setUint32(layout.HEADER_NODES, nodes, true)
    header.setUint32(layout.HEADER_PACKETS, packets, true)
  }

  /** The box of each triangle: exact, because least and most of float32 are. */
  #boxes (): Float32Array {
    const vertices = this.#floats(this.#addresses.vertices, this.#vertexTotal * layout.VERTEX_BYTES / 4)
    const triangles = this.#words(this.#addresses.triangles, this.#triangleTotal * layout.TRIANGLE_BYTES / 4)
    const boxes = new Float32Array(this.#triangleTotal * 6)
    for (let i = 0; i < this.#triangleTotal; i++) {
      const a = triangles[i * 4]! * 8
      const b = triangles[i * 4 + 1]! * 8
      const c = triangles[i * 4 + 2]! * 8
      for (let axis = 0; axis < 3; axis++) {
        boxes[i * 6 + axis] = Math.min(vertices[a + axis]!, vertices[b + axis]!, vertices[c + axis]!)
        boxes[i * 6 + axis + 3] = Math.max(vertices[a + axis]!, vertices[b + axis]!, vertices[c + axis]!)
      }
    }
    return boxes
  }

  #writePackets (address: number, packets: Uint32Array): void {
    const vertices = this.#floats(this.#addresses.vertices, this.#vertexTotal * layout.VERTEX_BYTES / 4)
    const triangles = this.#words(this.#addresses.triangles, this.#triangleTotal * layout.TRIANGLE_BYTES / 4)
    const words = this.#words(address, packets.length / 4 * layout.PACKET_BYTES / 4)
    const floats = this.#floats(address, words.length)
    const flags = this.#scene.instances.map((instance) => flagsOf(this.#scene.materials[this.#scene.meshes[instance.mesh]!.material]!))
    for (const [index, triangle] of packets.entries()) {
      const lane = index & 3
      const packet = (index >>> 2) * layout.PACKET_BYTES / 4
      if (triangle === EMPTY_LANE) {
        // Three equal corners: no area, no hit.
        for (let k = 0; k < 9; k++) {
          floats[packet + k * 4 + lane] = 0
        }
        words[packet + layout.PACKET_IDS / 4 + lane] = layout.TRIANGLE_NUMBER
      } else {
        for (let k = 0; k < 9; k++) {
          const corner = k < 3 ? 0 : k < 6 ? 1 : 2
          floats[packet + k * 4 + lane] = vertices[triangles[triangle * 4 + corner]! * 8 + k % 3]!
        }
        words[packet + layout.PACKET_IDS / 4 + lane] = (triangle | flags[triangles[triangle * 4 + 3]!]!) >>> 0
      }
    }
  }
}

/** Addresses of a mesh in its own space. */
interface Staged {
  readonly positions: number
  readonly normals: number
  readonly tangents: number
  readonly uvs0: number
  readonly indices: number
}

/** Bits 31 and 30 of a triangle's number: half transparent, and not seen by the camera from behind. */
function flagsOf (material: FlatMaterial): number {
  return ((material.alphaMode === 'opaque' ? 0 : 0x80000000) | (material.doubleSided ? 0 : layout.FLAG_SINGLE_SIDED)) >>> 0
}

function writeMaterial (record: DataView, material: FlatMaterial): void {
  const floats = (at: number, values: readonly number[]): void => {
    for (const [index, value] of values.entries()) {
      record.setFloat32(at + index * 4, value, true)
    }
  }
  floats(layout.MATERIAL_BASE_COLOR, material.baseColor)
  floats(layout.MATERIAL_EMISSIVE, material.emissive)
  floats(layout.MATERIAL_METALLIC, [material.metallic, material.roughness, material.normalScale])
  record.setInt32(layout.MATERIAL_ALPHA_MODE, ALPHA_MODES[material.alphaMode], true)
  record.setFloat32(layout.MATERIAL_ALPHA_CUTOFF, material.alphaCutoff, true)
  record.setInt32(layout.MATERIAL_DOUBLE_SIDED, material.doubleSided ? 1 : 0, true)
  const use = (at: number, ref: FlatTextureRef | undefined): void => {
    record.setInt32(at, ref?.texture ?? -1, true)
    record.setInt32(at + layout.TEXTURE_USE_UV_SET, ref?.uvSet ?? 0, true)
    floats(at + layout.TEXTURE_USE_TRANSFORM, ref?.transform ?? [1, 0, 0, 0, 1, 0])
  }
  use(layout.MATERIAL_BASE_COLOR_TEXTURE, material.baseColorTexture)
  use(layout.MATERIAL_METALLIC_ROUGHNESS_TEXTURE, material.metallicRoughnessTexture)
  use(layout.MATERIAL_NORMAL_TEXTURE, material.normalTexture)
  use(layout.MATERIAL_EMISSIVE_TEXTURE, material.emissiveTexture)
}

function textureRecord (texture: FlatTexture, address: number): number[] {
  return [address, texture.width, texture.height, WRAPS[texture.wrapS], WRAPS[texture.wrapT], FILTERS[texture.filter]]
}

function verticesOf (mesh: FlatMesh): number {
  return mesh.positions.length / 3
}

function trianglesOf (mesh: FlatMesh): number {
  return mesh.indices.length / 3
}

function stagedBytes (mesh: FlatMesh): number {
  return sum([mesh.positions, mesh.normals, mesh.tangents, mesh.uvs0, mesh.indices], (array) => align(array?.byteLength ?? 0))
}

function sum<T> (values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0)
}

/** Registers of the kernel have 16 bytes. */
function align (bytes: number): number {
  return Math.ceil(bytes / 16) * 16
}

function pagesFor (bytes: number): number {
  return Math.ceil(bytes / layout.PAGE_BYTES)
}

function mebibytes (bytes: number): number {
  return Math.ceil(bytes / 2 ** 20)
}

/** A used memory as if it were new and had `pages`, unless it can not have so many. */
function emptied (memory: WebAssembly.Memory | undefined, pages: number): WebAssembly.Memory | undefined {
  if (memory === undefined) {
    return undefined
  }
  new Uint8Array(memory.buffer).fill(0)
  const missing = pages - memory.buffer.byteLength / layout.PAGE_BYTES
  try {
    memory.grow(Math.max(0, missing))
    return memory
  } catch {
    return undefined
  }
}

function allocate (initial: number, maximum: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial, maximum, shared: true })
  } catch (cause) {
    throw new SceneError(`this machine has no ${mebibytes(initial * layout.PAGE_BYTES)} MiB of memory left for the scene`, [], { cause })
  }
}

function grow (memory: WebAssembly.Memory, pages: number): void {
  try {
    memory.grow(pages)
  } catch (cause) {
    throw new SceneError(`this machine has no ${mebibytes(pages * layout.PAGE_BYTES)} MiB of memory left for the scene`, [], { cause })
  }
}
