/**
 * The thread that reads, checks and builds scenes, so that the peer's own thread never waits for one. It has one task; of a scene that moves
 * it then builds frames as they are ordered.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { filesInFolder } from './folder-files.ts'
import { failureOf } from './scene-messages.ts'
import { buildSceneMemory } from './scene-memory.ts'
import type { FrameOrder, OpenedScene, OpenScene, OpenTask, SceneLoader, SceneReply, SceneResult, SceneTask } from './scene-messages.ts'

const port = parentPort!

async function perform (task: SceneTask): Promise<SceneResult> {
  const loader: SceneLoader = task.loader === undefined ? await import('./gltf-loader.ts') : await import(task.loader)
  switch (task.task) {
    case 'find': return loader.findSceneFiles(task.scenePath)
    case 'inspect': return loader.inspectScene(filesInFolder(task.folder, task.entry), task.settings)
    case 'open': return open(task, await loader.openScene(filesInFolder(task.folder, task.entry), task.view))
  }
}

function open (task: OpenTask, scene: OpenScene): OpenedScene {
  const { module, view, maxBytes } = task
  if (!scene.animated) {
    return { kind: 'still', memory: buildSceneMemory(module, scene.frame(0), { ...view, maxBytes }) }
  }
  const memories = new Map<number, WebAssembly.Memory>()
  port.on('message', (order: FrameOrder) => {
    answer(async () => {
      const memory = buildSceneMemory(module, scene.frame(order.frame), { ...view, maxBytes }, { used: memories.get(order.slot) })
      memories.set(order.slot, memory)
      return { memory }
    })
  })
  return { kind: 'moving' }
}

function answer (work: () => Promise<SceneResult>): void {
  void work().then((result): SceneReply => ({ state: 'done', result }), failureOf).then((reply) => { port.postMessage(reply) })
}

answer(async () => perform(workerData as SceneTask))
