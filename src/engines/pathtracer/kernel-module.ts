import { createHash } from 'node:crypto'
import { EngineError } from '../../errors.ts'
import { readPart } from '../../program-parts.ts'

/** The kernel's functions, as one thread's instance of it has them. Addresses are bytes in the shared memory. */
export interface Kernel {
  /** Reads the header and takes the thread block with this number. */
  attach (thread: number): void
  fillColorTable (): void
  fillGlossyAlbedo (): void
  placeInstance (instance: number, world: number, positions: number, normals: number, tangents: number, uvs: number, vertices: number, indices: number, triangles: number, firstVertex: number, firstTriangle: number): void
  placeCamera (): void
  measureLights (): void
  /** Returns 1 when the block is whole, 0 when the stop word ended it. */
  renderBlock (frame: number, x0: number, y0: number, x1: number, y1: number, firstSample: number, endSample: number, to: number, stop: number): number
  /** Rays traced since the last call. */
  takeRays (): number
  castRay (ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, to: number): number
  cameraRay (x: number, y: number): void
  lastCameraRay (to: number): void
  pairAt (frame: number, x: number, y: number, sample: number, pair: number, to: number): void
  evaluateAt (color: number, metallic: number, roughness: number, ox: number, oy: number, oz: number, ix: number, iy: number, iz: number, to: number): void
  sampleAt (color: number, metallic: number, roughness: number, ox: number, oy: number, oz: number, choice: number, u: number, v: number, to: number): void
}

/** The compiled kernel, and what tells it from any other. */
export interface KernelModule {
  readonly module: WebAssembly.Module
  /** sha256 of the module's bytes, lower-case hexadecimal. Equal kernels make equal pixels. */
  readonly sha256: string
}

let loading: Promise<KernelModule> | undefined

/**
 * The kernel that was built beside this file; compiled once in a process.
 *
 * @throws EngineError when it was not built or this JavaScript engine can not run it
 */
export async function loadKernelModule (): Promise<KernelModule> {
  loading ??= compile()
  try {
    return await loading
  } catch (error) {
    loading = undefined
    throw error
  }
}

async function compile (): Promise<KernelModule> {
  let bytes: Uint8Array<ArrayBuffer>
  try {
    bytes = await readPart({ name: 'kernel.wasm', locate: () => new URL('./kernel.wasm', import.meta.url) })
  } catch (cause) {
    throw new EngineError('the path tracer was not built: run npm run build:kernel', '', { cause })
  }
  try {
    return { module: await WebAssembly.compile(bytes), sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch (cause) {
    throw new EngineError('this machine can not run the path tracer: it needs WebAssembly with SIMD and threads', '', { cause })
  }
}

/** Makes a thread's instance of the kernel over the shared memory. */
export function instantiateKernel (module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernel
}
