import { readFile } from 'node:fs/promises'
import { SceneError } from '../../../src/errors.ts'
import { material, sceneOf, sphere, stillLife } from './scenes.ts'
import type { FlatScene } from '../../../src/engines/pathtracer/flat-scene.ts'
import type { SceneLoader } from '../../../src/engines/pathtracer/scene-messages.ts'

/** Scenes without files: what a bundle's entry names is made here. Stands in for the loader of glTF. */
const SCENES: Readonly<Record<string, () => FlatScene>> = {
  'still-life': stillLife,
  animated: () => ({ ...stillLife(), animated: true }),
  large: () => sceneOf([material()], [sphere(0, 6)]),
  malformed: () => {
    const scene = stillLife()
    return { ...scene, instances: [{ mesh: scene.meshes.length, world: scene.camera.world }] }
  },
  bug: () => { throw new TypeError('a bug in the loader') }
}

/** The functions of a loader, as the thread that loads scenes calls them. */
export const loadScene: SceneLoader['loadScene'] = async (files) => {
  const scene = SCENES[files.entry]
  if (scene === undefined) {
    throw new SceneError(`no scene is called ${files.entry}`, [files.entry])
  }
  return scene()
}

export const inspectScene: SceneLoader['inspectScene'] = async (files) => {
  const cameras = files.entry in SCENES ? [] : [new TextDecoder().decode(await files.read(files.entry))]
  return { cameras, width: undefined, height: undefined, frames: undefined, warnings: [] }
}

export const findSceneFiles: SceneLoader['findSceneFiles'] = async (scenePath) => {
  await readFile(scenePath)
  return []
}
