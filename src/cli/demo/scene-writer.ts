import { Document, WebIO } from '@gltf-transform/core'
import { KHRMaterialsEmissiveStrength } from '@gltf-transform/extensions'
import { sinCos } from '../../core/sin-cos.ts'
import type { Accessor, Material, Texture } from '@gltf-transform/core'
import type { Shape, Vector } from './scene-shapes.ts'

/** How a thing looks. Colours are linear. */
export interface Look {
  readonly color?: Vector
  readonly metallic?: number
  readonly roughness?: number
  /** Radiance. */
  readonly glow?: Vector
  readonly colorTexture?: Uint8Array
  readonly roughnessTexture?: Uint8Array
  readonly normalTexture?: Uint8Array
  readonly normalScale?: number
  readonly doubleSided?: 'both sides'
}

/** Collects things and writes them as a GLB. Pictures given twice are stored once. */
export class SceneWriter {
  private readonly document = new Document()
  private readonly buffer = this.document.createBuffer()
  private readonly root = this.document.createNode('demo')
  private readonly emission = this.document.createExtension(KHRMaterialsEmissiveStrength)
  private readonly textures = new Map<Uint8Array, Texture>()

  /** @param turn radians by which everything is turned about the vertical: the sun of the default sky stands still */
  constructor (turn: number) {
    const [sin, cos] = sinCos(turn / 2)
    this.document.createScene('demo').addChild(this.root.setRotation([0, sin, 0, cos]))
  }

  /** Adds a thing to the scene. */
  add (name: string, shape: Shape, look: Look): void {
    const primitive = this.document.createPrimitive()
      .setAttribute('POSITION', this.accessor(Float32Array.from(shape.positions), 'VEC3'))
      .setAttribute('NORMAL', this.accessor(Float32Array.from(shape.normals), 'VEC3'))
      .setIndices(this.accessor(Uint32Array.from(shape.indices), 'SCALAR'))
      .setMaterial(this.material(name, look))
    if (look.colorTexture !== undefined || look.normalTexture !== undefined || look.roughnessTexture !== undefined) {
      primitive.setAttribute('TEXCOORD_0', this.accessor(Float32Array.from(shape.uvs), 'VEC2'))
    }
    if (shape.colors.length > 0) {
      primitive.setAttribute('COLOR_0', this.accessor(Float32Array.from(shape.colors), 'VEC3'))
    }
    const mesh = this.document.createMesh(name).addPrimitive(primitive)
    this.root.addChild(this.document.createNode(name).setMesh(mesh))
  }

  /** Adds a camera that looks from one point at another. */
  addCamera (name: string, from: Vector, at: Vector, yfov: number): void {
    const back = normalize([from[0] - at[0], from[1] - at[1], from[2] - at[2]])
    const right = normalize([back[2], 0, -back[0]])
    const up = [back[1] * right[2] - back[2] * right[1], back[2] * right[0] - back[0] * right[2], back[0] * right[1] - back[1] * right[0]] as const
    const camera = this.document.createCamera(name).setType('perspective').setYFov(yfov).setZNear(0.05)
    const node = this.document.createNode(name).setCamera(camera)
    this.root.addChild(node.setMatrix([...right, 0, ...up, 0, ...back, 0, ...from, 1]))
  }

  /** The scene as a GLB. */
  async write (): Promise<Uint8Array> {
    return new WebIO().registerExtensions([KHRMaterialsEmissiveStrength]).writeBinary(this.document)
  }

  private accessor (array: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>, type: 'SCALAR' | 'VEC2' | 'VEC3'): Accessor {
    return this.document.createAccessor().setType(type).setArray(array).setBuffer(this.buffer)
  }

  private material (name: string, look: Look): Material {
    const material = this.document.createMaterial(name)
      .setBaseColorFactor([...look.color ?? [1, 1, 1], 1])
      .setMetallicFactor(look.metallic ?? 0)
      .setRoughnessFactor(look.roughness ?? 1)
      .setBaseColorTexture(this.texture(look.colorTexture))
      .setMetallicRoughnessTexture(this.texture(look.roughnessTexture))
      .setNormalTexture(this.texture(look.normalTexture))
      .setNormalScale(look.normalScale ?? 1)
      .setDoubleSided(look.doubleSided !== undefined)
    if (look.glow !== undefined) {
      const strength = Math.max(...look.glow)
      material.setEmissiveFactor([look.glow[0] / strength, look.glow[1] / strength, look.glow[2] / strength])
        .setExtension('KHR_materials_emissive_strength', this.emission.createEmissiveStrength().setEmissiveStrength(strength))
    }
    return material
  }

  private texture (png: Uint8Array | undefined): Texture | null {
    if (png === undefined) {
      return null
    }
    const known = this.textures.get(png)
    if (known !== undefined) {
      return known
    }
    const texture = this.document.createTexture().setMimeType('image/png').setImage(Uint8Array.from(png))
    this.textures.set(png, texture)
    return texture
  }
}

function normalize ([x, y, z]: Vector): Vector {
  const length = Math.sqrt(x * x + y * y + z * z)
  return [x / length, y / length, z / length]
}
