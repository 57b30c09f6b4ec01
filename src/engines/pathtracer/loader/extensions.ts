import { SceneError } from '../../../errors.ts'

/** What becomes of a glTF extension. `ignored`: the scene renders without it, and the user is told. */
type Support = 'rendered' | 'harmless' | { readonly ignored: string }

/** The extensions that are known. `harmless` ones change nothing that this renderer shows. */
const SUPPORT: ReadonlyMap<string, Support> = new Map<string, Support>([
  ['KHR_materials_emissive_strength', 'rendered'],
  ['KHR_texture_transform', 'rendered'],
  ['KHR_mesh_quantization', 'rendered'],
  ['KHR_draco_mesh_compression', 'rendered'],
  ['EXT_meshopt_compression', 'rendered'],
  ['EXT_texture_webp', 'rendered'],
  ['KHR_node_visibility', 'rendered'],
  ['KHR_materials_variants', 'harmless'],
  ['KHR_xmp_json_ld', 'harmless'],
  ['KHR_xmp', 'harmless'],
  ['KHR_node_selectability', 'harmless'],
  ['KHR_node_hoverability', 'harmless'],
  ['EXT_mesh_features', 'harmless'],
  ['EXT_structural_metadata', 'harmless'],
  ['KHR_lights_punctual', { ignored: 'point, spot and directional lights are not rendered' }],
  ['KHR_materials_specular', { ignored: 'specular strength and colour are not rendered' }],
  ['KHR_materials_ior', { ignored: 'the index of refraction is taken to be 1.5' }],
  ['KHR_materials_transmission', { ignored: 'transparent glass is rendered opaque' }],
  ['KHR_materials_volume', { ignored: 'volumes are not rendered' }],
  ['KHR_materials_dispersion', { ignored: 'dispersion is not rendered' }],
  ['KHR_materials_diffuse_transmission', { ignored: 'diffuse transmission is not rendered' }],
  ['KHR_materials_clearcoat', { ignored: 'clear coats are not rendered' }],
  ['KHR_materials_sheen', { ignored: 'sheen is not rendered' }],
  ['KHR_materials_anisotropy', { ignored: 'anisotropy is not rendered' }],
  ['KHR_materials_iridescence', { ignored: 'iridescence is not rendered' }],
  ['KHR_materials_unlit', { ignored: 'unlit materials are lit' }],
  ['KHR_materials_pbrSpecularGlossiness', { ignored: 'specular-glossiness materials are rendered from their metallic-roughness part' }],
  ['KHR_animation_pointer', { ignored: 'of animations only the movements of nodes are rendered' }],
  ['EXT_mesh_gpu_instancing', { ignored: 'instances made by the extension are missing' }],
  ['EXT_lights_image_based', { ignored: "the scene's own environment is not rendered" }],
  ['KHR_texture_basisu', { ignored: 'KTX2 textures are replaced by their fallback' }],
  ['EXT_texture_avif', { ignored: 'AVIF textures are replaced by their fallback' }]
])

/**
 * Judges the extensions a scene uses.
 *
 * @returns one line for each that is left out of the picture
 * @throws SceneError naming all that are required and can not be rendered
 */
export function checkExtensions (used: readonly string[], required: readonly string[]): readonly string[] {
  const refused = [...new Set(required)].filter((name) => typeof (SUPPORT.get(name) ?? { ignored: '' }) !== 'string')
  if (refused.length > 0) {
    const names = refused.map((name) => name.slice(0, 80)).join(', ')
    throw new SceneError(`the scene requires the glTF extension${refused.length === 1 ? '' : 's'} ${names}, which can not be rendered; export it without`)
  }
  const warnings: string[] = []
  for (const name of new Set(used)) {
    const support = SUPPORT.get(name)
    if (support === undefined) {
      warnings.push(`${name.slice(0, 80)}: not known, ignored`)
    } else if (typeof support !== 'string') {
      warnings.push(`${name}: ${support.ignored}`)
    }
  }
  return warnings
}
