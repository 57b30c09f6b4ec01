import { EngineError, SceneError, TilemeshError, UsageError } from '../../errors.ts'
import type { FlatScene } from './flat-scene.ts'
import type { SceneOptions } from './scene-memory.ts'
import type { FoundFile, SceneFiles, SceneInfo } from '../../ports.ts'

/** What a loader of scenes offers; `loader/` has the one for glTF. */
export interface SceneLoader {
  /** @throws SceneError or UsageError */
  loadScene (files: SceneFiles, options: { readonly camera: string, readonly frame: number, readonly width: number, readonly height: number }): Promise<FlatScene>
  /** @throws SceneError */
  inspectScene (files: SceneFiles): Promise<SceneInfo>
  /** @throws SceneError naming every missing file */
  findSceneFiles (scenePath: string): Promise<readonly FoundFile[]>
}

/** What the thread is to do. `loader` is the URL of a module with the functions of {@link SceneLoader}. */
export type SceneTask = { readonly loader: string } & (
  | { readonly task: 'find', readonly scenePath: string }
  | { readonly task: 'inspect', readonly folder: string, readonly entry: string }
  | { readonly task: 'load', readonly folder: string, readonly entry: string, readonly module: WebAssembly.Module, readonly camera: string, readonly frame: number, readonly options: SceneOptions }
)

/** A scene that threads can render. */
export interface LoadedScene {
  readonly memory: WebAssembly.Memory
  /** Whether another frame needs another memory. */
  readonly animated: boolean
}

/** What comes back: the task's result, or an error whose class does not survive the way between threads. */
export type SceneReply =
  | { readonly state: 'done', readonly result: readonly FoundFile[] | SceneInfo | LoadedScene }
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
