import { EngineError, SceneError, TilemeshError, UsageError } from '../../errors.ts'
import type { FlatScene } from './flat-scene.ts'
import type { PathTracerSettings } from './settings.ts'
import type { FoundFile, SceneFiles, SceneInfo } from '../../ports.ts'

/** A scene of which everything that is the same in all frames has been read. */
export interface OpenScene {
  /** Whether one frame may differ from another. */
  readonly animated: boolean
  /** A frame by its number; it may share arrays with others. @throws SceneError */
  frame (frame: number): FlatScene
}

/** What of a job decides how its scene is opened. */
export interface SceneView extends PathTracerSettings {
  /** Name of a camera in the scene; empty: the first, or one that frames everything. */
  readonly camera: string
  /** Pixels of the whole picture. */
  readonly width: number
  readonly height: number
}

/** What a loader of scenes offers; `loader/` has the one for glTF. */
export interface SceneLoader {
  /** @throws SceneError or UsageError */
  openScene (files: SceneFiles, view: SceneView): Promise<OpenScene>
  /** @throws SceneError or UsageError */
  inspectScene (files: SceneFiles, settings: PathTracerSettings): Promise<SceneInfo>
  /** @throws SceneError naming every missing file */
  findSceneFiles (scenePath: string): Promise<readonly FoundFile[]>
}

/** What the thread is to do. `loader` is the URL of a module with the functions of {@link SceneLoader}; undefined: the one for glTF. */
export type SceneTask = { readonly loader: string | undefined } & (
  | { readonly task: 'find', readonly scenePath: string }
  | { readonly task: 'inspect', readonly folder: string, readonly entry: string, readonly settings: PathTracerSettings }
  | OpenTask
)

/** Opens a scene and builds it, or, if it moves, waits for {@link FrameOrder}s. */
export interface OpenTask {
  readonly task: 'open'
  readonly folder: string
  readonly entry: string
  readonly module: WebAssembly.Module
  readonly view: SceneView
  readonly maxBytes: number
}

/** A frame that the thread is to build, and the slot whose memory it is to use: the last frame there is gone then. */
export interface FrameOrder {
  readonly frame: number
  readonly slot: number
}

/** What became of an {@link OpenTask}: the memory of all frames, or that each needs its own. */
export type OpenedScene =
  | { readonly kind: 'still', readonly memory: WebAssembly.Memory }
  | { readonly kind: 'moving' }

/** What became of a {@link FrameOrder}. */
export interface BuiltFrame {
  readonly memory: WebAssembly.Memory
}

/** What a task or an order gives. */
export type SceneResult = readonly FoundFile[] | SceneInfo | OpenedScene | BuiltFrame

/** What comes back: the task's result, or an error whose class does not survive the way between threads. */
export type SceneReply =
  | { readonly state: 'done', readonly result: SceneResult }
  | { readonly state: 'failed', readonly kind: 'scene' | 'usage' | 'engine', readonly message: string, readonly missing: readonly string[], readonly log: string }

/** Turns a failed reply into the error it was. */
export function errorOf (reply: SceneReply & { state: 'failed' }): TilemeshError {
  switch (reply.kind) {
    case 'scene': return new SceneError(reply.message, reply.missing)
    case 'usage': return new UsageError(reply.message)
    case 'engine': return new EngineError(reply.message, reply.log)
  }
}

/** Packs an error for the way between threads. */
export function failureOf (error: unknown): SceneReply {
  if (error instanceof SceneError) {
    return { state: 'failed', kind: 'scene', message: error.message, missing: error.missing, log: '' }
  }
  if (error instanceof UsageError) {
    return { state: 'failed', kind: 'usage', message: error.message, missing: [], log: '' }
  }
  const log = error instanceof Error ? error.stack ?? error.message : String(error)
  const message = error instanceof TilemeshError ? error.message : 'the path tracer could not load the scene'
  return { state: 'failed', kind: 'engine', message, missing: [], log }
}
