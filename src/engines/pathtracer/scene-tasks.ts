import { EngineError, SceneError } from '../../errors.ts'
import { startThread } from '../../program-parts.ts'
import { errorOf } from './scene-messages.ts'
import type { BuiltFrame, FrameOrder, OpenedScene, OpenTask, SceneReply, SceneResult, SceneTask } from './scene-messages.ts'
import type { Worker } from 'node:worker_threads'
import type { FoundFile, SceneInfo } from '../../ports.ts'
import type { ProgramPart } from '../../program-parts.ts'

const SCENE_THREAD: ProgramPart = { name: 'scene-thread.js', locate: () => new URL('./scene-thread.js', import.meta.url) }

/** What each task gives back. */
interface Results {
  readonly find: readonly FoundFile[]
  readonly inspect: SceneInfo
}

/** A scene that threads can render: in one memory, or in one for each frame. */
export type LoadedScene =
  | (OpenedScene & { readonly kind: 'still' })
  | { readonly kind: 'moving', readonly frames: FrameBuilder }

/** Builds frames of a scene that moves, one at a time, in a thread of its own. */
export interface FrameBuilder {
  /**
   * Builds a frame in the memory of a slot. Nobody may use that memory any more when this is called.
   *
   * @throws SceneError or EngineError
   */
  build (frame: number, slot: number): Promise<WebAssembly.Memory>
  /** Ends the thread. Idempotent. */
  close (): Promise<void>
}

/**
 * Has a task done in a thread of its own, which ends with it.
 *
 * @throws SceneError, UsageError or EngineError as the task does; EngineError when `signal` aborts, at once
 */
export async function runSceneTask<T extends Exclude<SceneTask, OpenTask>> (task: T, signal?: AbortSignal): Promise<Results[T['task']]> {
  const thread = new SceneThread(task, signal)
  try {
    return await thread.next() as Results[T['task']]
  } finally {
    await thread.close()
  }
}

/**
 * Opens a scene in a thread of its own. The thread stays while frames are to be built: whoever has a scene that moves must close it.
 *
 * @throws as {@link runSceneTask}
 */
export async function openScene (task: OpenTask & Pick<SceneTask, 'loader'>, signal: AbortSignal): Promise<LoadedScene> {
  const thread = new SceneThread(task, signal)
  try {
    const opened = await thread.next() as OpenedScene
    if (opened.kind === 'moving') {
      return { kind: 'moving', frames: thread }
    }
    await thread.close()
    return opened
  } catch (error) {
    await thread.close()
    throw error
  }
}

/** A thread that reads scenes, and what it is asked for: each question has one answer, in order. */
class SceneThread implements FrameBuilder {
  readonly #worker: Worker
  readonly #waiting: { readonly resolve: (result: SceneResult) => void, readonly reject: (error: Error) => void }[] = []
  #state: { readonly state: 'working' } | { readonly state: 'ended', readonly error: Error } = { state: 'working' }
  #closing: Promise<unknown> | undefined

  constructor (task: SceneTask, signal?: AbortSignal) {
    if (signal?.aborted === true) {
      throw stopped()
    }
    this.#worker = startThread(SCENE_THREAD, { workerData: task, name: 'pathtracer-scene' })
    const abort = (): void => { this.#end(stopped()) }
    signal?.addEventListener('abort', abort, { once: true })
    this.#worker.on('message', (reply: SceneReply) => {
      signal?.removeEventListener('abort', abort)
      const asker = this.#waiting.shift()
      if (reply.state === 'done') {
        asker?.resolve(reply.result)
      } else {
        asker?.reject(errorOf(reply))
      }
    })
    this.#worker.on('error', (error: Error & { code?: string }) => this.#end(error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      ? new SceneError('the scene is too large to be read on this machine: its thread ran out of memory')
      : new EngineError('the path tracer could not load the scene', error.stack ?? error.message, { cause: error })))
    this.#worker.on('exit', () => {
      signal?.removeEventListener('abort', abort)
      this.#end(new EngineError('the thread that loads scenes ended without an answer'))
    })
  }

  /** The answer to what was asked last. */
  async next (): Promise<SceneResult> {
    return new Promise((resolve, reject) => {
      if (this.#state.state === 'ended') {
        reject(this.#state.error)
      } else {
        this.#waiting.push({ resolve, reject })
      }
    })
  }

  async build (frame: number, slot: number): Promise<WebAssembly.Memory> {
    const order: FrameOrder = { frame, slot }
    this.#worker.postMessage(order)
    return (await this.next() as BuiltFrame).memory
  }

  async close (): Promise<void> {
    this.#end(stopped())
    this.#closing ??= this.#worker.terminate()
    await this.#closing
  }

  #end (error: Error): void {
    if (this.#state.state === 'working') {
      this.#state = { state: 'ended', error }
    }
    for (const { reject } of this.#waiting.splice(0)) {
      reject(error)
    }
  }
}

function stopped (): EngineError {
  return new EngineError('loading the scene was stopped')
}
