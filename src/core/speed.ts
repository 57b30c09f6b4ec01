import { isHash } from './ids.ts'
import { MAX_SPEED_SCENES, SPEED_MEASUREMENTS } from './limits.ts'
import type { Hash, JobId } from './ids.ts'

/** What rendering a scene cost on this machine so far, told again and again while one job of it is rendered. */
export interface Measurement {
  /** `probe`: no job, but a short trial, which the first measurement of a job replaces. */
  readonly job: JobId | 'probe'
  /** Of the engine that rendered: another build may be faster or slower. */
  readonly fingerprint: string
  /** The hash of the bundle's manifest. */
  readonly scene: Hash
  /** Samples of all pixels together. */
  readonly samples: number
  /** Wall milliseconds times render threads. */
  readonly threadMs: number
  /** What loading the scene took; milliseconds. */
  readonly loadMs: number
}

/** What a scene costs on this machine. */
export interface SceneSpeed {
  /** Milliseconds that one render thread takes for a million samples. */
  readonly threadMsPerMegasample: number
  /** Milliseconds. */
  readonly loadMs: number
}

/** A {@link SpeedBook} as plain data for a file, least recently rendered scene first. */
export interface SpeedRecord {
  readonly scenes: readonly {
    readonly fingerprint: string
    readonly scene: Hash
    readonly loadMs: number
    /** Oldest first: milliseconds of one thread for a million samples, and how far the measurement counts, 0 … 1. */
    readonly recent: readonly (readonly [threadMsPerMegasample: number, weight: number])[]
  }[]
}

interface Cost {
  readonly threadMsPerMegasample: number
  readonly weight: number
}

interface SceneEntry {
  readonly fingerprint: string
  readonly scene: Hash
  readonly recent: Cost[]
  loadMs: number
  /** The job whose measurement is the last one; a later word about it takes its place. */
  job: JobId | 'probe' | undefined
}

/** How much a measurement counts against the next newer one of its scene, and a scene against the one rendered after it. */
const OLDER_COUNTS = 0.8

/** A measurement over this much thread time counts in full; shorter ones, which are mostly warming up, by their share of it, but never for nothing. */
const FULL_WEIGHT_THREAD_MS = 1_000
const LEAST_WEIGHT = 0.05

/** Characters of a fingerprint in a record: as many as the wire takes bytes. */
const MAX_FINGERPRINT_LENGTH = 256

/**
 * How fast this machine was at the scenes it rendered last.
 *
 * A scene's cost is the weighted median of its last measurements, an engine's that of its scenes, the newer counting more: it follows a
 * machine that becomes faster, and one odd job among three changes it little or not at all.
 */
export class SpeedBook {
  /** Least recently rendered first. */
  readonly #scenes = new Map<string, SceneEntry>()

  /** Goes on from a record. */
  constructor (record: SpeedRecord = { scenes: [] }) {
    for (const { fingerprint, scene, loadMs, recent } of record.scenes) {
      const costs = recent.map(([threadMsPerMegasample, weight]): Cost => ({ threadMsPerMegasample, weight }))
      this.#scenes.set(keyOf(fingerprint, scene), { fingerprint, scene, loadMs, recent: costs, job: undefined })
    }
  }

  /** Takes in what a job cost so far. What was said of the same job before is replaced. */
  add ({ job, fingerprint, scene, samples, threadMs, loadMs }: Measurement): void {
    if (!(samples > 0 && threadMs > 0)) {
      return
    }
    const key = keyOf(fingerprint, scene)
    const entry = this.#scenes.get(key) ?? { fingerprint, scene, recent: [], loadMs, job: undefined }
    if (entry.job === job || entry.job === 'probe') {
      entry.recent.pop()
    }
    entry.recent.push({
      threadMsPerMegasample: threadMs / samples * 1e6,
      weight: Math.max(LEAST_WEIGHT, Math.min(1, threadMs / FULL_WEIGHT_THREAD_MS))
    })
    if (entry.recent.length > SPEED_MEASUREMENTS) {
      entry.recent.shift()
    }
    entry.loadMs = loadMs
    entry.job = job
    this.#scenes.delete(key)
    this.#scenes.set(key, entry)
    if (this.#scenes.size > MAX_SPEED_SCENES) {
      this.#scenes.delete(this.#scenes.keys().next().value!)
    }
  }

  /** What this scene costs here; undefined when it was never rendered with this engine. */
  scene (fingerprint: string, scene: Hash): SceneSpeed | undefined {
    const entry = this.#scenes.get(keyOf(fingerprint, scene))
    return entry === undefined ? undefined : { threadMsPerMegasample: costOf(entry), loadMs: entry.loadMs }
  }

  /** What the scenes of this engine usually cost here, milliseconds of one thread for a million samples; undefined before the first was rendered. */
  engine (fingerprint: string): number | undefined {
    const entries = [...this.#scenes.values()].filter((entry) => entry.fingerprint === fingerprint).reverse()
    return weightedMedian(entries.map((entry, age) => ({
      threadMsPerMegasample: costOf(entry),
      weight: OLDER_COUNTS ** age * entry.recent.reduce((most, { weight }) => Math.max(most, weight), 0)
    })))
  }

  record (): SpeedRecord {
    return {
      scenes: Array.from(this.#scenes.values(), ({ fingerprint, scene, loadMs, recent }) => ({
        fingerprint,
        scene,
        loadMs,
        recent: recent.map(({ threadMsPerMegasample, weight }) => [threadMsPerMegasample, weight] as const)
      }))
    }
  }
}

/** Reads what a file gave back; undefined when it is not a record that {@link SpeedBook.record} could have made. */
export function readSpeedRecord (value: unknown): SpeedRecord | undefined {
  const scenes = fieldsOf(value)?.scenes
  if (!Array.isArray(scenes) || scenes.length > MAX_SPEED_SCENES) {
    return undefined
  }
  const read: SpeedRecord['scenes'][number][] = []
  for (const one of scenes) {
    const { fingerprint, scene, loadMs, recent } = fieldsOf(one) ?? {}
    if (typeof fingerprint !== 'string' || fingerprint.length > MAX_FINGERPRINT_LENGTH || typeof scene !== 'string' || !isHash(scene) || !isAmount(loadMs) ||
      !Array.isArray(recent) || recent.length < 1 || recent.length > SPEED_MEASUREMENTS || !recent.every(isCost)) {
      return undefined
    }
    read.push({ fingerprint, scene, loadMs, recent })
  }
  return { scenes: read }
}

function costOf ({ recent }: SceneEntry): number {
  const newestFirst = [...recent].reverse()
  return weightedMedian(newestFirst.map((cost, age) => ({ ...cost, weight: cost.weight * OLDER_COUNTS ** age })))!
}

/** The value that half of the weight does not exceed; undefined of nothing. */
function weightedMedian (costs: readonly Cost[]): number | undefined {
  let left = costs.reduce((sum, { weight }) => sum + weight, 0) / 2
  const sorted = [...costs].sort((a, b) => a.threadMsPerMegasample - b.threadMsPerMegasample)
  for (const { threadMsPerMegasample, weight } of sorted) {
    left -= weight
    if (left <= 0) {
      return threadMsPerMegasample
    }
  }
  return sorted.at(-1)?.threadMsPerMegasample
}

function keyOf (fingerprint: string, scene: Hash): string {
  return `${scene} ${fingerprint}`
}

function fieldsOf (value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : undefined
}

function isAmount (value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER
}

function isCost (value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && isAmount(value[0]) && value[0] > 0 && isAmount(value[1]) && value[1] > 0 && value[1] <= 1
}
