/**
 * A thread that turns the films of frames into what a video is fed with. Entered by {@link FrameDeveloper} alone.
 */
import { parentPort, workerData } from 'node:worker_threads'
import encode, { init } from '@jsquash/webp/encode.js'
import { quantizeTo8 } from '../quantize.ts'
import { createView } from '../tonemap.ts'
import { partOfPackage, readPart } from '../../program-parts.ts'
import { flattenRows, rgbBytes } from './rgb-frame.ts'
import type { ViewOptions } from '../tonemap.ts'

/** What the thread makes of frames: `rgb`: see {@link flattenRows}; `webp`: a still picture. */
export interface FramePlan {
  /** Pixels. */
  readonly width: number
  readonly height: number
  readonly into: 'rgb' | 'webp'
  readonly view: ViewOptions
}

/** What it tells: a band is in; it was the last of a frame, and here that is; or what went wrong. */
export type FrameReply =
  | { readonly type: 'taken' }
  | { readonly type: 'frame', readonly bytes: Uint8Array }
  | { readonly type: 'failed', readonly message: string }

/** How stills of an animation are compressed: 0 … 100, where artefacts are not seen in motion at 85; and 0 … 6, slow but small at 6. */
const WEBP_QUALITY = 85
const WEBP_METHOD = 3

const plan = workerData as FramePlan
const port = parentPort!
const view = createView(plan.view)

/** Makes a frame of bands of rows. */
interface Assembly {
  rows (rgba: Uint8Array, firstRow: number): void
  finish (): Promise<Uint8Array>
}

function rgbAssembly (): Assembly {
  const bytes = new Uint8Array(rgbBytes(plan.width, plan.height))
  return {
    rows: (rgba, firstRow) => { flattenRows(rgba, plan, firstRow, bytes) },
    finish: async () => bytes
  }
}

function webpAssembly (): Assembly {
  const data = new Uint8ClampedArray(plan.width * plan.height * 4)
  return {
    rows: (rgba, firstRow) => { data.set(rgba, firstRow * plan.width * 4) },
    finish: async () => {
      await webpEncoder()
      return new Uint8Array(await encode({ data, width: plan.width, height: plan.height, colorSpace: 'srgb' }, { quality: WEBP_QUALITY, method: WEBP_METHOD }))
    }
  }
}

let loading: Promise<unknown> | undefined

/** Loads the encoder's WebAssembly from the disk: by itself it would fetch it. */
async function webpEncoder (): Promise<void> {
  loading ??= (async () => {
    const module = await WebAssembly.compile(await readPart(partOfPackage('@jsquash/webp/codec/enc/webp_enc_simd.wasm')))
    await init({
      instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => {
        const instance = new WebAssembly.Instance(module, imports)
        done(instance)
        return instance.exports
      },
      // Any name will do: nothing is opened by it. Without one it asks where its own module lies, and in one file modules lie nowhere.
      locateFile: (name: string) => name,
      print: () => {},
      printErr: () => {}
    })
  })()
  await loading
}

let assembly: Assembly | undefined
let rows = 0

/** @returns the frame, when this was its last band */
async function take (pixels: Float32Array): Promise<Uint8Array | undefined> {
  assembly ??= plan.into === 'rgb' ? rgbAssembly() : webpAssembly()
  assembly.rows(quantizeTo8(pixels, plan.width, rows, view), rows)
  rows += pixels.length / (plan.width * 4)
  if (rows < plan.height) {
    return undefined
  }
  const whole = assembly
  assembly = undefined
  rows = 0
  return whole.finish()
}

port.on('message', (pixels: Float32Array) => {
  take(pixels).then((bytes) => {
    const reply: FrameReply = bytes === undefined ? { type: 'taken' } : { type: 'frame', bytes }
    port.postMessage(reply, bytes === undefined ? [] : [bytes.buffer as ArrayBuffer])
  }, (error: unknown) => {
    const reply: FrameReply = { type: 'failed', message: error instanceof Error ? error.message : String(error) }
    port.postMessage(reply)
  })
})
