import { UsageError } from '../../errors.ts'
import { DEFAULT_BOUNCES, MAX_BOUNCES } from './limits.ts'
import type { SceneOptions } from './scene-memory.ts'

/** The settings of a job that the path tracer knows. */
export type PathTracerSettings = Pick<SceneOptions, 'bounces' | 'sky'>

const KEYS = ['bounces', 'sky']
const SKIES = ['default', 'black'] as const

/**
 * Reads a job's settings: `bounces`, 0 … 64, default 8; `sky`, `default` or `black`.
 *
 * @throws UsageError naming the settings there are, or the values one may have
 */
export function readSettings (settings: Iterable<readonly [key: string, value: string]>): PathTracerSettings {
  let bounces = DEFAULT_BOUNCES
  let sky: PathTracerSettings['sky'] = 'default'
  for (const [key, value] of settings) {
    switch (key) {
      case 'bounces': bounces = readBounces(value); break
      case 'sky': sky = readSky(value); break
      default: throw new UsageError(`the path tracer has no setting "${key}"; it has: ${KEYS.join(', ')}`)
    }
  }
  return { bounces, sky }
}

function readBounces (value: string): number {
  const bounces = /^\d{1,3}$/.test(value) ? Number(value) : Infinity
  if (bounces > MAX_BOUNCES) {
    throw new UsageError(`bounces must be a whole number from 0 to ${MAX_BOUNCES}, not "${value}"`)
  }
  return bounces
}

function readSky (value: string): PathTracerSettings['sky'] {
  const sky = SKIES.find((known) => known === value)
  if (sky === undefined) {
    throw new UsageError(`sky must be one of ${SKIES.join(', ')}, not "${value}"`)
  }
  return sky
}
