import { extname } from 'node:path'
import { UsageError } from '../errors.ts'
import { reader } from './takes.ts'
import type { EngineId } from '../core/ids.ts'
import type { Reader } from './takes.ts'

/** The engines of the command line, and the scene files each renders when no engine is named. */
const ENGINES: readonly { readonly engine: EngineId, readonly extensions: readonly string[], readonly state: 'available' | 'planned' }[] = [
  { engine: 'pathtracer', extensions: ['.glb', '.gltf'], state: 'available' },
  { engine: 'povray', extensions: ['.pov', '.ini'], state: 'planned' },
  { engine: 'blender', extensions: ['.blend'], state: 'planned' },
  { engine: 'luxcore', extensions: ['.cfg', '.scn'], state: 'planned' }
]

/** @throws UsageError when there is no such engine, or not yet */
export function checkEngine (name: string): EngineId {
  const known = ENGINES.find(({ engine }) => engine === name)
  if (known === undefined) {
    throw new UsageError(`there is no engine "${name}"; engines are: ${availableEngines().join(', ')}`)
  }
  if (known.state === 'planned') {
    throw new UsageError(`the engine ${name} is not available yet; engines are: ${availableEngines().join(', ')}`)
  }
  return known.engine
}

/** The engine that renders a scene file by default. @throws UsageError when none does */
export function engineOfScene (scene: string): EngineId {
  const extension = extname(scene).toLowerCase()
  const known = ENGINES.find(({ extensions }) => extensions.includes(extension))
  if (known === undefined) {
    throw new UsageError(`no engine renders "${extension === '' ? scene : extension}" files; give one of ${sceneExtensions().join(' ')}, or name the engine with --engine`)
  }
  return checkEngine(known.engine)
}

/** Engines this version has, in the order of the help. */
export function availableEngines (): readonly EngineId[] {
  return ENGINES.filter(({ state }) => state === 'available').map(({ engine }) => engine)
}

/** Reads an engine's name. @throws UsageError when there is no such engine, or not yet */
export const engineName: Reader<EngineId> = reader({ kind: 'words', words: availableEngines() }, checkEngine)

/** Extensions of scene files that this version renders by default, with the dot. */
export function sceneExtensions (): readonly string[] {
  return ENGINES.filter(({ state }) => state === 'available').flatMap(({ extensions }) => extensions)
}

/** A scene to render, or a job that was written down; that there is an engine for it is for whoever starts the job to see. */
export const sceneFile: Reader<string> = reader({ kind: 'file', extensions: [...sceneExtensions(), '.job'] }, (text) => text)
