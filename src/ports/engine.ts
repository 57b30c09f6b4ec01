/**
 * The seam to renderers.
 */
import type { EngineId, UnitIndex } from '../core/ids.ts'
import type { JobSpec } from '../core/job.ts'
import type { PixelRect, UnitContent } from '../core/units.ts'
import type { SceneFiles } from './store.ts'

/** What an engine can do on this machine. */
export interface EngineInfo {
  readonly id: EngineId
  readonly version: string
  /** Equal fingerprints promise that two peers' pixels fit into one picture. */
  readonly fingerprint: string
}

/** What an engine finds in a scene before a job is made of it. */
export interface SceneInfo {
  readonly cameras: readonly string[]
  /** The scene's own picture size in pixels, when it says one. */
  readonly width: number | undefined
  readonly height: number | undefined
  readonly frames: { readonly first: number, readonly last: number } | undefined
  /** One line each: what is not rendered as the file asks, but does not stop the job. */
  readonly warnings: readonly string[]
}

/** What of a JobSpec an engine's session needs to know. */
export type RenderSettings = Pick<JobSpec, 'width' | 'height' | 'samples' | 'camera' | 'settings'>

/** A unit for an engine. Pixels of the picture, frame by number, chunks of samples end exclusive; each chunk's samples are given by `chunkSamples`. */
export interface RenderUnit {
  readonly unit: UnitIndex
  readonly frame: number
  readonly rect: PixelRect
  readonly firstChunk: number
  readonly endChunk: number
  readonly chunkSamples: number
  readonly content: UnitContent
  /** Aborted when nobody wants the unit any more: the engine stops within 200 ms and yields nothing for it. */
  readonly signal: AbortSignal
}

/** Where an engine takes units from. A unit counts as started once taken. */
export interface UnitSource {
  /** Resolves with 1 … max units as soon as there are any; with none when the lease is over. */
  take (max: number): Promise<readonly RenderUnit[]>
}

/** What an engine made of a unit. `log`: what it has to say about it, kept at the worker for whoever looks for a cause; of what the renderer printed, the end. */
export type RenderOutcome =
  | { readonly state: 'rendered', readonly unit: UnitIndex, readonly pixels: Float32Array, readonly renderMs: number, readonly log?: string }
  | { readonly state: 'failed', readonly unit: UnitIndex, readonly reason: string, readonly log: string }

/** A loaded scene in an engine. Rendering happens in threads or processes of its own, never in the caller's. */
export interface EngineSession {
  /** What loading cost, in milliseconds. */
  readonly loadMs: number
  /**
   * Renders units from the source until it gives none, yielding each as it is finished, in any order.
   * Pixels: Float32Array, width × height × 4 of the unit's rect, row-major from the top left, linear premultiplied RGBA, finite.
   * One call at a time. Ends early, within 200 ms, when the signal aborts; units that were not yielded are then lost.
   */
  render (source: UnitSource, signal: AbortSignal): AsyncIterable<RenderOutcome>
  /** Changes the number of threads, also while it renders; takes effect within a second. */
  setThreads (threads: number): void
  /** Frees everything; idempotent. */
  close (): Promise<void>
}

/** A renderer adapter. */
export interface Engine {
  readonly id: EngineId
  /** File extensions it renders by default, lower-case with the dot. */
  readonly extensions: readonly string[]
  /** Whether it works on this machine: what it is, or one line why not. */
  probe (): Promise<EngineInfo | { readonly missing: string }>
  /**
   * All files the scene at `scenePath` (absolute) needs, found without rendering, the scene itself among them when its path in the bundle
   * is more than its file name (it needs files from folders beside its own).
   *
   * @throws SceneError naming every missing file, or what is malformed or unsupported
   */
  findFiles (scenePath: string): Promise<readonly FoundFile[]>
  /** @throws UsageError naming the settings there are, or the values one may have */
  checkSettings (settings: Readonly<Record<string, string>>): void
  /** Reads what a job is made from, with these settings. @throws SceneError, or UsageError when a setting does not fit the scene */
  inspect (files: SceneFiles, signal: AbortSignal, settings?: Readonly<Record<string, string>>): Promise<SceneInfo>
  /** @throws SceneError or EngineError */
  load (files: SceneFiles, settings: RenderSettings, threads: number, signal: AbortSignal): Promise<EngineSession>
}

/** A file a scene needs: where it is on this disk, and its path in the bundle, where the scene's own references find it (relative, POSIX separators). */
export interface FoundFile {
  readonly file: string
  readonly path: string
}
