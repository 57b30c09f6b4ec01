import assert from 'node:assert/strict'
import { checkFlatScene } from '../../../src/engines/pathtracer/check-flat-scene.ts'
import { SceneError } from '../../../src/errors.ts'
import { IDENTITY, material, quad, sceneOf, stillLife, texture } from './scenes.ts'
import type { FlatMesh, FlatScene } from '../../../src/engines/pathtracer/flat-scene.ts'

const pane = quad(0, [-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0])
const good = sceneOf([material()], [pane], { textures: [texture(2, 2, () => [0, 0, 0, 0])] })

function withMesh (overrides: Partial<FlatMesh>): FlatScene {
  return { ...good, meshes: [{ ...pane, ...overrides }] }
}

describe('engines/pathtracer: checking scenes', () => {
  it('lets good scenes pass', () => {
    checkFlatScene(good)
    checkFlatScene(stillLife())
    checkFlatScene(sceneOf([], []))
  })

  const use = { texture: 0, uvSet: 0 } as const
  const bad: Readonly<Record<string, FlatScene>> = {
    'an index one beyond the vertices': withMesh({ indices: Uint32Array.of(0, 1, 4) }),
    'half a triangle': withMesh({ indices: Uint32Array.of(0, 1) }),
    'a position that is no number': withMesh({ positions: pane.positions.map((value, i) => i === 5 ? NaN : value) }),
    'an infinite normal': withMesh({ normals: new Float32Array(12).fill(Infinity) }),
    'too few normals': withMesh({ normals: new Float32Array(11) }),
    'too few tangents': withMesh({ tangents: new Float32Array(12) }),
    'too many texture coordinates': withMesh({ uvs1: new Float32Array(9) }),
    'too few colours': withMesh({ colors: new Float32Array(12) }),
    'a material that is not there': withMesh({ material: 1 }),
    'a material before the first': withMesh({ material: -1 }),
    'an instance of no mesh': { ...good, instances: [{ mesh: 1, world: IDENTITY }] },
    'a mesh between two': { ...good, instances: [{ mesh: 0.5, world: IDENTITY }] },
    'a short matrix': { ...good, instances: [{ mesh: 0, world: [1, 0, 0] }] },
    'an infinite matrix': { ...good, instances: [{ mesh: 0, world: Array.from(IDENTITY, () => Infinity) }] },
    'a texture that is not there': { ...good, materials: [material({ normalTexture: { texture: 1, uvSet: 0 } })] },
    'an infinite texture transform': { ...good, materials: [material({ emissiveTexture: { ...use, transform: [1, 0, Infinity, 0, 1, 0] } })] },
    'a roughness that is no number': { ...good, materials: [material({ roughness: NaN })] },
    'light that takes away': { ...good, materials: [material({ emissive: [0, -1, 0] })] },
    'a texture with fewer bytes than pixels': { ...good, textures: [{ ...good.textures[0]!, rgba: new Uint8Array(15) }] },
    'a texture without pixels': { ...good, textures: [{ ...good.textures[0]!, width: 0, rgba: new Uint8Array(0) }] },
    'a camera without a direction': { ...good, camera: { ...good.camera, world: Array.from(IDENTITY, (value, i) => i === 10 ? 0 : value) } },
    'a lens of 180 degrees': { ...good, camera: { ...good.camera, projection: { type: 'perspective', yfov: Math.PI } } },
    'a lens that sees nothing': { ...good, camera: { ...good.camera, projection: { type: 'orthographic', ymag: 0 } } }
  }

  for (const [what, scene] of Object.entries(bad)) {
    it(`refuses ${what}`, () => {
      assert.throws(() => checkFlatScene(scene), SceneError)
    })
  }
})
