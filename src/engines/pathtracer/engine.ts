import { EngineError } from '../../errors.ts'
import { loadKernelModule } from './kernel-module.ts'
import { openScene, runSceneTask } from './scene-tasks.ts'
import { MAX_MEMORY_BYTES } from './scene-memory.ts'
import { PathTracerSession } from './session.ts'
import { readSettings } from './settings.ts'
import { PATH_TRACER_VERSION } from './version.ts'
import type { Engine, EngineInfo, EngineSession, FoundFile, RenderSettings, SceneFiles, SceneInfo } from '../../ports.ts'

/** How a path tracer is made. */
export interface PathTracerInit {
  /** Most bytes of memory a scene may take, with everything made from it. @default 4 GiB, the most the kernel can address */
  readonly maxMemoryBytes?: number
  /** URL of a module with the functions of `SceneLoader`. @default the loader of glTF */
  readonly loader?: URL
}

/**
 * Makes the built-in renderer: a path tracer for glTF scenes, whose pixels are the same to the bit on every machine, for any number of
 * threads, any tile size and any split. Settings of a job: `bounces` (0 … 64, default 8), `sky` (`default` or `black`), `fps` (frames in a
 * second of animation, default 24: frame n shows the scene at n / fps seconds) and `animation` (its name, default the first).
 */
export function createPathTracer (init: PathTracerInit = {}): Engine {
  return new PathTracer(init)
}

class PathTracer implements Engine {
  readonly id = 'pathtracer'
  readonly extensions = ['.glb', '.gltf']
  readonly #loader: string | undefined
  readonly #maxBytes: number

  constructor (init: PathTracerInit) {
    this.#loader = init.loader?.href
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

  async inspect (files: SceneFiles, signal: AbortSignal, settings: Readonly<Record<string, string>> = {}): Promise<SceneInfo> {
    return runSceneTask({ task: 'inspect', loader: this.#loader, folder: files.folder, entry: files.entry, settings: readSettings(Object.entries(settings)) }, signal)
  }

  async load (files: SceneFiles, settings: RenderSettings, threads: number, signal: AbortSignal): Promise<EngineSession> {
    const startMs = performance.now()
    const { width, height, camera, samples } = settings
    const view = { width, height, camera, ...readSettings(settings.settings) }
    const { module } = await loadKernelModule()
    const scene = await openScene({ task: 'open', loader: this.#loader, folder: files.folder, entry: files.entry, module, view, maxBytes: this.#maxBytes }, signal)
    return new PathTracerSession({ module, scene, loadMs: performance.now() - startMs, samples, threads })
  }
}
