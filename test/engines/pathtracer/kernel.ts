import { instantiateKernel, loadKernelModule } from '../../../src/engines/pathtracer/kernel-module.ts'
import { MAX_BLOCK_PIXELS, STOP_WORDS, THREAD_BLOCKS, THREAD_SCRATCH, THREAD_SUMS } from '../../../src/engines/pathtracer/layout.ts'
import { buildSceneMemory, MAX_MEMORY_BYTES } from '../../../src/engines/pathtracer/scene-memory.ts'
import type { FlatScene } from '../../../src/engines/pathtracer/flat-scene.ts'
import type { Kernel } from '../../../src/engines/pathtracer/kernel-module.ts'
import type { SceneOptions } from '../../../src/engines/pathtracer/scene-memory.ts'

/** A kernel over a scene, in this thread. */
export interface KernelUnderTest {
  readonly kernel: Kernel
  readonly memory: WebAssembly.Memory
  /** Address where the kernel may write a few results, and those results. */
  readonly scratch: number
  floats (count: number): Float32Array
  words (count: number): Uint32Array
  /** The mean of the first `samples` samples of a picture, r g b a. */
  picture (samples: number, frame?: number): Float32Array
}

/** Puts a scene before a kernel. Without options: 16 × 16 pixels, four bounces, no sky. */
export async function kernelOn (scene: FlatScene, options: Partial<SceneOptions> = {}): Promise<KernelUnderTest> {
  const { module } = await loadKernelModule()
  const all = { width: 16, height: 16, bounces: 4, sky: 'black', maxBytes: MAX_MEMORY_BYTES, ...options } as const
  const memory = buildSceneMemory(module, scene, all)
  const kernel = instantiateKernel(module, memory)
  kernel.attach(0)
  const scratch = THREAD_BLOCKS + THREAD_SCRATCH + 1024
  const sums = THREAD_BLOCKS + THREAD_SUMS
  return {
    kernel,
    memory,
    scratch,
    floats: (count) => Float32Array.from(new Float32Array(memory.buffer, scratch, count)),
    words: (count) => Uint32Array.from(new Uint32Array(memory.buffer, scratch, count)),
    picture: (samples, frame = 1) => {
      const picture = new Float32Array(all.width * all.height * 4)
      const rows = Math.floor(MAX_BLOCK_PIXELS / all.width)
      for (let y = 0; y < all.height; y += rows) {
        const end = Math.min(y + rows, all.height)
        kernel.renderBlock(frame, 0, y, all.width, end, 0, samples, sums, STOP_WORDS)
        picture.set(new Float32Array(memory.buffer, sums, (end - y) * all.width * 4), y * all.width * 4)
      }
      return picture.map((value) => value / samples)
    }
  }
}

/** The mean of one channel over a picture. */
export function meanOfChannel (picture: Float32Array, channel: number): number {
  let sum = 0
  for (let i = channel; i < picture.length; i += 4) {
    sum += picture[i]!
  }
  return sum / (picture.length / 4)
}
