/** The thread that reads, checks and builds scenes, so that the peer's own thread never waits for one. One task, then it ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { filesInFolder } from './folder-files.ts'
import { failureOf } from './scene-messages.ts'
import { buildSceneMemory } from './scene-memory.ts'
import type { LoadedScene, SceneLoader, SceneReply, SceneTask } from './scene-messages.ts'
import type { FoundFile, SceneInfo } from '../../ports.ts'

async function perform (task: SceneTask): Promise<readonly FoundFile[] | SceneInfo | LoadedScene> {
  const loader = await import(task.loader) as SceneLoader
  switch (task.task) {
    case 'find': return loader.findSceneFiles(task.scenePath)
    case 'inspect': return loader.inspectScene(filesInFolder(task.folder, task.entry))
    case 'load': {
      const { camera, frame, options } = task
      const scene = await loader.loadScene(filesInFolder(task.folder, task.entry), { camera, frame, width: options.width, height: options.height })
      return { memory: buildSceneMemory(task.module, scene, options), animated: scene.animated }
    }
  }
}

const reply = await perform(workerData as SceneTask).then((result): SceneReply => ({ state: 'done', result }), failureOf)
parentPort!.postMessage(reply)
