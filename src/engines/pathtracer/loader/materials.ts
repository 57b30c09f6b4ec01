import { malformed, readExtension, readNumber, readNumbers, readObject } from './json.ts'
import type { FlatMaterial } from '../flat-scene.ts'
import type { Gltf } from './gltf.ts'
import type { TextureTable } from './textures.ts'

/** Largest radiance of a material: a film in float32 still adds up a million samples of it. */
const MAX_EMISSION = 1e9

/** glTF's material for primitives that name none. */
const DEFAULT_MATERIAL: FlatMaterial = {
  baseColor: [1, 1, 1, 1],
  metallic: 1,
  roughness: 1,
  emissive: [0, 0, 0],
  normalScale: 1,
  alphaMode: 'opaque',
  alphaCutoff: 0.5,
  doubleSided: false
}

const ALPHA_MODES: ReadonlyMap<unknown, FlatMaterial['alphaMode']> = new Map<unknown, FlatMaterial['alphaMode']>([
  [undefined, 'opaque'], ['OPAQUE', 'opaque'], ['MASK', 'mask'], ['BLEND', 'blend']
])

/**
 * Reads a material; the default one when there is no index. Factors beyond their range are brought back into it.
 *
 * @throws SceneError
 */
export function readMaterial (gltf: Gltf, index: number | undefined, textures: TextureTable): FlatMaterial {
  if (index === undefined) {
    return DEFAULT_MATERIAL
  }
  const where = `material ${index}`
  const material = gltf.materials[index]!
  const pbr = readObject(material.pbrMetallicRoughness, `pbrMetallicRoughness of ${where}`)
  const alphaMode = ALPHA_MODES.get(material.alphaMode)
  if (alphaMode === undefined) {
    throw malformed(`alphaMode of ${where} is not one there is`)
  }
  const strength = readNumber(readExtension(material, 'KHR_materials_emissive_strength', where)?.emissiveStrength, 1, `emissive strength of ${where}`)
  const emissive = readNumbers(material.emissiveFactor, [0, 0, 0], `emissiveFactor of ${where}`)
  const normalTexture = readObject(material.normalTexture, `normal texture of ${where}`)
  return {
    baseColor: readNumbers(pbr.baseColorFactor, [1, 1, 1, 1], `baseColorFactor of ${where}`).map(unit) as unknown as FlatMaterial['baseColor'],
    metallic: unit(readNumber(pbr.metallicFactor, 1, `metallicFactor of ${where}`)),
    roughness: unit(readNumber(pbr.roughnessFactor, 1, `roughnessFactor of ${where}`)),
    emissive: emissive.map((value) => clamp(value * strength, 0, MAX_EMISSION)) as unknown as FlatMaterial['emissive'],
    baseColorTexture: textures.refer(pbr.baseColorTexture, `base colour texture of ${where}`),
    metallicRoughnessTexture: textures.refer(pbr.metallicRoughnessTexture, `metallic-roughness texture of ${where}`),
    normalTexture: textures.refer(material.normalTexture, `normal texture of ${where}`),
    emissiveTexture: textures.refer(material.emissiveTexture, `emissive texture of ${where}`),
    normalScale: readNumber(normalTexture.scale, 1, `normal scale of ${where}`),
    alphaMode,
    alphaCutoff: readNumber(material.alphaCutoff, 0.5, `alphaCutoff of ${where}`),
    doubleSided: material.doubleSided === true
  }
}

function unit (value: number): number {
  return clamp(value, 0, 1)
}

function clamp (value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
