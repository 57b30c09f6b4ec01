/** A thread that renders blocks: an instance of the kernel over the shared memory of each frame, and the sums of the blocks it is given. */
import { parentPort, workerData } from 'node:worker_threads'
import { addChunk, meanOf } from '../../core/chunk-sums.ts'
import { instantiateKernel } from './kernel-module.ts'
import { STOP_WORDS, THREAD_BLOCK_BYTES, THREAD_BLOCKS, THREAD_SUMS } from './layout.ts'
import type { Kernel } from './kernel-module.ts'
import type { RenderBlock, RenderOrder, RenderReply, RenderThreadData, SlotMemory } from './render-messages.ts'

/** A kernel and the memory it works on. */
interface Opened {
  readonly kernel: Kernel
  readonly memory: WebAssembly.Memory
}

const { module, memories, thread } = workerData as RenderThreadData
const port = parentPort!
const slots = new Map<number, Opened>()

function open ({ slot, memory }: SlotMemory): void {
  const kernel = instantiateKernel(module, memory)
  kernel.attach(thread)
  slots.set(slot, { kernel, memory })
}

function render ({ kernel, memory }: Opened, task: RenderBlock): RenderReply {
  const startMs = performance.now()
  const { x0, y0, x1, y1 } = task.rect
  const values = (x1 - x0) * (y1 - y0) * 4
  const to = THREAD_BLOCKS + thread * THREAD_BLOCK_BYTES + THREAD_SUMS
  const sums = new Float64Array(task.content === 'mean' ? values : 0)
  let samples = 0
  for (const { first, end } of task.chunks) {
    if (kernel.renderBlock(task.frame, x0, y0, x1, y1, first, end, to, STOP_WORDS + task.seat.stop * 4) === 0) {
      return { block: task.block, state: 'stopped' }
    }
    if (task.content === 'mean') {
      addChunk(sums, new Float32Array(memory.buffer, to, values))
      samples += end - first
    }
  }
  // A unit of sums has one chunk, and its float32 sums are the result as they are.
  const pixels = task.content === 'mean' ? meanOf(sums, samples) : Float32Array.from(new Float32Array(memory.buffer, to, values))
  return { block: task.block, state: 'rendered', pixels, ms: performance.now() - startMs, rays: kernel.takeRays() }
}

memories.forEach(open)
port.on('message', (told: RenderOrder) => {
  if (told.order === 'open') {
    open(told.opened)
    return
  }
  const reply = render(slots.get(told.block.seat.slot)!, told.block)
  port.postMessage(reply, reply.state === 'rendered' ? [reply.pixels.buffer] : [])
})
