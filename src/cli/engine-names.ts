import { extname } from 'node:path'
import { UsageError } from '../errors.ts'
import type { EngineId } from '../core/ids.ts'

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
    const rendered = ENGINES.filter(({ state }) => state === 'available').flatMap(({ extensions }) => extensions)
    throw new UsageError(`no engine renders "${extension === '' ? scene : extension}" files; give one of ${rendered.join(' ')}, or name the engine with --engine`)
  }
  return checkEngine(known.engine)
}

/** Engines this version has, in the order of the help. */
export function availableEngines (): readonly EngineId[] {
  return ENGINES.filter(({ state }) => state === 'available').map(({ engine }) => engine)
}
