import { JobSpecError } from '../errors.ts'
import { isHash } from './ids.ts'
import * as limits from './limits.ts'
import type { EngineId, Hash, JobId, PeerId } from './ids.ts'

/** How a picture is cut into units: by tiles (all samples each), by runs of samples of each tile, or by whole frames. */
export type Split = 'tiles' | 'samples' | 'frames'

/** The frames of a job: `first`, `first + step`, … up to `last`, inclusive. A still is one frame. */
export interface FrameRange {
  readonly first: number
  readonly last: number
  readonly step: number
}

/** Which scene: the bundle's manifest by hash and size in bytes, and the path of the scene file inside the bundle. */
export interface BundleRef {
  readonly manifest: Hash
  readonly manifestBytes: number
  readonly entry: string
}

/** What to render. Immutable and signed by the requester; the hash of its encoding is the {@link JobId}. */
export interface JobSpec {
  readonly requester: PeerId
  /** Counts this requester's submissions: makes equal submissions different jobs, and orders them by age. */
  readonly serial: number
  /** What people call it: the scene's file name without its folder. Display only. */
  readonly name: string
  readonly engine: EngineId
  /** What must be equal for two peers' pixels to be in one picture: engine, version, build, settings that matter. */
  readonly fingerprint: string
  readonly bundle: BundleRef
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
  readonly frames: FrameRange
  /** Samples per pixel. */
  readonly samples: number
  readonly split: Split
  /** Side of a tile in pixels; the last column and row may be smaller. Ignored when split by frames. */
  readonly tile: number
  /** Name of the camera in the scene; empty: the scene's own, or one framed automatically. */
  readonly camera: string
  /** Settings of the engine, keys sorted, each key once. */
  readonly settings: readonly (readonly [key: string, value: string])[]
  /** Milliseconds. */
  readonly leaseMs: number
}

/** What the requester wants done with a job now. */
export type JobState = 'running' | 'paused' | 'cancelled' | 'finished'

/** The mutable half of a job, signed by the requester. Of two, the one with the higher sequence counts. */
export interface JobControl {
  readonly job: JobId
  readonly sequence: number
  readonly state: JobState
  /** Higher is sooner, among the jobs of one requester. */
  readonly priority: number
}

/** Whether a state is final: nothing follows it, whatever sequence number it carries. */
export function isFinal (state: JobState): boolean {
  return state === 'cancelled' || state === 'finished'
}

/**
 * The later of two control words of one job: a final one wins over any other (cancelled over finished), then the higher sequence.
 * Commutative, associative and idempotent, so every order of arrival ends in the same word (invariants S4, S7).
 */
export function laterControl (a: JobControl, b: JobControl): JobControl {
  const rankA = finality(a.state)
  const rankB = finality(b.state)
  if (rankA !== rankB) {
    return rankA > rankB ? a : b
  }
  if (a.sequence !== b.sequence) {
    return a.sequence > b.sequence ? a : b
  }
  const keyA = `${a.state} ${a.priority}`
  const keyB = `${b.state} ${b.priority}`
  return keyA >= keyB ? a : b
}

function finality (state: JobState): number {
  switch (state) {
    case 'cancelled': return 2
    case 'finished': return 1
    case 'paused':
    case 'running': return 0
  }
}

/** Number of frames of a range. */
export function frameCount (frames: FrameRange): number {
  return Math.floor((frames.last - frames.first) / frames.step) + 1
}

/**
 * Checks everything about a spec that does not need the scene.
 *
 * @throws JobSpecError naming the first thing that is wrong
 */
export function checkJobSpec (spec: JobSpec): void {
  whole('width', spec.width, 1, limits.MAX_PICTURE_SIDE, 'pixels')
  whole('height', spec.height, 1, limits.MAX_PICTURE_SIDE, 'pixels')
  whole('samples', spec.samples, 1, limits.MAX_SAMPLES, 'per pixel')
  whole('tile', spec.tile, limits.MIN_TILE, limits.MAX_TILE, 'pixels')
  whole('lease', spec.leaseMs, limits.MIN_LEASE_MS, limits.MAX_LEASE_MS, 'ms')
  whole('serial', spec.serial, 0, Number.MAX_SAFE_INTEGER, '')
  whole('first frame', spec.frames.first, -limits.MAX_FRAME_NUMBER, limits.MAX_FRAME_NUMBER, '')
  whole('last frame', spec.frames.last, spec.frames.first, limits.MAX_FRAME_NUMBER, '')
  whole('frame step', spec.frames.step, 1, limits.MAX_FRAME_NUMBER, '')
  whole('number of frames', frameCount(spec.frames), 1, limits.MAX_FRAMES, '')
  whole('manifest size', spec.bundle.manifestBytes, 1, limits.MAX_MANIFEST_BYTES, 'bytes')
  if (!isHash(spec.bundle.manifest)) {
    throw new JobSpecError('the bundle is not named by a sha256')
  }
  if (spec.split === 'frames' && spec.width * spec.height * 16 > limits.MAX_UNIT_BYTES) {
    throw new JobSpecError(`a frame of ${spec.width}×${spec.height} is too large for one unit; use --split tiles`)
  }
  for (const [index, [key]] of spec.settings.entries()) {
    const before = spec.settings[index - 1]
    if (before !== undefined && before[0] >= key) {
      throw new JobSpecError('engine settings must be sorted, each given once')
    }
  }
}

function whole (what: string, value: number, least: number, most: number, unit: string): void {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new JobSpecError(`${what} must be a whole number from ${least} to ${most}${unit === '' ? '' : ' ' + unit}, not ${value}`)
  }
}
