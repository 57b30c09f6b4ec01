import { EngineError, SceneError } from '../../errors.ts'
import { loadKernelModule } from './kernel-module.ts'
import { runSceneTask } from './scene-tasks.ts'
import { MAX_MEMORY_BYTES } from './scene-memory.ts'
import { PathTracerSession } from './session.ts'
import { readSettings } from './settings.ts'
import { PATH_TRACER_VERSION } from './version.ts'
import type { Engine, EngineInfo, EngineSession, FoundFile, RenderSettings, SceneFiles, SceneInfo } from '../../ports.ts'

/** A scene that does not move is the same in every frame. */
const ANY_FRAME = 1

/** How a path tracer is made. */
export interface PathTracerInit {
  /** Most bytes of memory a scene may take, with everything made from it. @default 4 GiB, the most the kernel can address */
  readonly maxMemoryBytes?: number
  /** URL of a module with the functions of `SceneLoader`. @default the loader of glTF */
  readonly loader?: URL
}

/**
 * Makes the built-in renderer: a path tracer for glTF scenes, whose pixels are the same to the bit on every machine, for any number of
 * threads, any tile size and any split. Settings of a job: `bounces` (0 … 64, default 8) and `sky` (`default` or `black`).
 */
export function createPathTracer (init: PathTracerInit = {}): Engine {
  return new PathTracer(init)
}

class PathTracer implements Engine {
  readonly id = 'pathtracer'
  readonly extensions = ['.glb', '.gltf']
  readonly #loader: string
  readonly #maxBytes: number

  constructor (init: PathTracerInit) {
    this.#loader = (init.loader ?? new URL('./gltf-loader.js', import.meta.url)).href
    this.#maxBytes = init.maxMemoryBytes ?? MAX_MEMORY_BYTES
  }

  async probe (): Promise<EngineInfo | { readonly missing: string }> {
    try {
      const { sha256 } = await loadKernelModule()
      return { id: this.id, version: PATH_TRACER_VERSION, fingerprint: `pathtracer/${PATH_TRACER_VERSION}/${sha256.slice(0, 16)}` }
    } catch (error) {
      if (error instanceof EngineError) {
        return { missing: error.message }
      }
      throw error
    }
  }

  async findFiles (scenePath: string): Promise<readonly FoundFile[]> {
    return runSceneTask({ task: 'find', loader: this.#loader, scenePath })
  }

  checkSettings (settings: Readonly<Record<string, string>>): void {
    readSettings(Object.entries(settings))
  }

  async inspect (files: SceneFiles, signal: AbortSignal): Promise<SceneInfo> {
    return runSceneTask({ task: 'inspect', loader: this.#loader, folder: files.folder, entry: files.entry }, signal)
  }

  async load (files: SceneFiles, settings: RenderSettings, threads: number, signal: AbortSignal): Promise<EngineSession> {
    const startMs = performance.now()
    const { width, height, camera, samples } = settings
    const { bounces, sky } = readSettings(settings.settings)
    const { module } = await loadKernelModule()
    const options = { width, height, bounces, sky, maxBytes: this.#maxBytes }
    const scene = await runSceneTask({ task: 'load', loader: this.#loader, folder: files.folder, entry: files.entry, module, camera, frame: ANY_FRAME, options }, signal)
    if (scene.animated) {
      throw new SceneError('the path tracer does not render animations yet')
    }
    return new PathTracerSession({ module, scene, loadMs: performance.now() - startMs, samples, threads })
  }
}
