import { UsageError } from '../../errors.ts'
import { DEFAULT_BOUNCES, DEFAULT_FPS, MAX_BOUNCES, MAX_FPS } from './limits.ts'
import type { SceneOptions } from './scene-memory.ts'

/** The settings of a job that the path tracer knows. */
export interface PathTracerSettings extends Pick<SceneOptions, 'bounces' | 'sky'> {
  /** Frames in a second of animation: frame n shows the scene n / fps seconds after its beginning. */
  readonly fps: number
  /** Name of the animation to show; empty: the first. */
  readonly animation: string
}

const KEYS = ['animation', 'bounces', 'fps', 'sky']
const SKIES = ['default', 'black'] as const

/**
 * Reads a job's settings: `bounces`, 0 … 64, default 8; `sky`, `default` or `black`; `fps`, above 0 and up to 1000, default 24; `animation`,
 * a name.
 *
 * @throws UsageError naming the settings there are, or the values one may have
 */
export function readSettings (settings: Iterable<readonly [key: string, value: string]>): PathTracerSettings {
  const read: { -readonly [K in keyof PathTracerSettings]: PathTracerSettings[K] } = { bounces: DEFAULT_BOUNCES, sky: 'default', fps: DEFAULT_FPS, animation: '' }
  for (const [key, value] of settings) {
    switch (key) {
      case 'animation': read.animation = value; break
      case 'bounces': read.bounces = readBounces(value); break
      case 'fps': read.fps = readFps(value); break
      case 'sky': read.sky = readSky(value); break
      default: throw new UsageError(`the path tracer has no setting "${key}"; it has: ${KEYS.join(', ')}`)
    }
  }
  return read
}

/** Decimal digits only: they are the same number on every machine. */
function readFps (value: string): number {
  const fps = /^\d{1,4}(\.\d{1,6})?$/.test(value) ? Number(value) : NaN
  if (!(fps > 0 && fps <= MAX_FPS)) {
    throw new UsageError(`fps must be a number above 0 and up to ${MAX_FPS}, such as 24 or 23.976, not "${value}"`)
  }
  return fps
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
