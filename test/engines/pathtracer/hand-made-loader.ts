import { readFile } from 'node:fs/promises'
import { SceneError } from '../../../src/errors.ts'
import { material, placed, sceneOf, sphere, stillLife } from './scenes.ts'
import type { FlatScene } from '../../../src/engines/pathtracer/flat-scene.ts'
import type { SceneLoader } from '../../../src/engines/pathtracer/scene-messages.ts'

/** Scenes without files: what a bundle's entry names is made here. Stands in for the loader of glTF. */
const SCENES: Readonly<Record<string, () => FlatScene>> = {
  'still-life': stillLife,
  large: () => sceneOf([material()], [sphere(0, 6)]),
  malformed: () => {
    const scene = stillLife()
    return { ...scene, instances: [{ mesh: scene.meshes.length, world: scene.camera.world }] }
  },
  bug: () => { throw new TypeError('a bug in the loader') }
}

/** Scenes that move: in frame n the still life has gone up by n tenths; frame 13 is broken. */
const FRAMES: Readonly<Record<string, (frame: number) => FlatScene>> = {
  moving: (frame) => {
    const scene = stillLife()
    const [last, ...others] = scene.instances.toReversed()
    return { ...scene, instances: [...others, { mesh: frame === 13 ? 99 : last!.mesh, world: placed(0.6, 0.45 + frame / 10, 0.2, 0.45) }] }
  }
}

/** The functions of a loader, as the thread that loads scenes calls them. */
export const openScene: SceneLoader['openScene'] = async (files) => {
  const moving = FRAMES[files.entry]
  if (moving !== undefined) {
    return { animated: true, frame: moving }
  }
  const scene = SCENES[files.entry]
  if (scene === undefined) {
    throw new SceneError(`no scene is called ${files.entry}`, [files.entry])
  }
  return { animated: false, frame: scene }
}

export const inspectScene: SceneLoader['inspectScene'] = async (files) => {
  const cameras = files.entry in SCENES || files.entry in FRAMES ? [] : [new TextDecoder().decode(await files.read(files.entry))]
  return { cameras, width: undefined, height: undefined, frames: undefined, warnings: [] }
}

export const findSceneFiles: SceneLoader['findSceneFiles'] = async (scenePath) => {
  await readFile(scenePath)
  return []
}
