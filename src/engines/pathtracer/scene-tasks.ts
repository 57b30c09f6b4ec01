import { Worker } from 'node:worker_threads'
import { EngineError, SceneError } from '../../errors.ts'
import { errorOf } from './scene-messages.ts'
import type { LoadedScene, SceneReply, SceneTask } from './scene-messages.ts'
import type { FoundFile, SceneInfo } from '../../ports.ts'

/** What each task gives back. */
interface Results {
  readonly find: readonly FoundFile[]
  readonly inspect: SceneInfo
  readonly load: LoadedScene
}

/**
 * Has a task done in a thread of its own, which ends with it.
 *
 * @throws SceneError, UsageError or EngineError as the task does; EngineError when `signal` aborts, at once
 */
export async function runSceneTask<T extends SceneTask> (task: T, signal?: AbortSignal): Promise<Results[T['task']]> {
  if (signal?.aborted === true) {
    throw stopped()
  }
  const worker = new Worker(new URL('./scene-thread.js', import.meta.url), { workerData: task, name: 'pathtracer-scene' })
  let abort = (): void => {}
  try {
    return await new Promise((resolve, reject) => {
      abort = () => reject(stopped())
      signal?.addEventListener('abort', abort)
      worker.once('message', (reply: SceneReply) => {
        if (reply.state === 'done') {
          resolve(reply.result as Results[T['task']])
        } else {
          reject(errorOf(reply))
        }
      })
      worker.once('error', (error: Error & { code?: string }) => reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? new SceneError('the scene is too large to be read on this machine: its thread ran out of memory')
        : new EngineError('the path tracer could not load the scene', error.stack ?? error.message, { cause: error })))
      worker.once('exit', () => reject(new EngineError('the thread that loads scenes ended without an answer')))
    })
  } finally {
    signal?.removeEventListener('abort', abort)
    worker.removeAllListeners()
    // A thread that is torn down may still report what no longer matters.
    worker.on('error', () => {})
    await worker.terminate()
  }
}

function stopped (): EngineError {
  return new EngineError('loading the scene was stopped')
}
