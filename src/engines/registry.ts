import { UsageError } from '../errors.ts'
import { createPathTracer } from './pathtracer/engine.ts'
import type { EngineId } from '../core/ids.ts'
import type { Engine } from '../ports.ts'

/** All renderer adapters of the product, in the order in which a file's extension is looked up. */
export function shippedEngines (): readonly Engine[] {
  return [createPathTracer()]
}

/** Those of `engines` that are named. @throws UsageError when a name is none of theirs */
export function enginesNamed (engines: readonly Engine[], names: readonly EngineId[]): readonly Engine[] {
  for (const name of names) {
    if (!engines.some(({ id }) => id === name)) {
      throw new UsageError(`There is no engine "${name}"; there are: ${engines.map(({ id }) => id).join(', ')}`)
    }
  }
  return engines.filter(({ id }) => names.includes(id))
}
