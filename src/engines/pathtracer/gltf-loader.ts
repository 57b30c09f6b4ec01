/** The loader of glTF as the thread that loads scenes imports it: the functions of `SceneLoader`. */
export { findSceneFiles } from './loader/find-files.ts'
export { inspectScene, openScene } from './loader/load-scene.ts'
