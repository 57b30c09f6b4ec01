import { readFile } from 'node:fs/promises'
import { deflateSync } from 'node:zlib'
import encodeJpeg, { init as initJpeg } from '@jsquash/jpeg/encode.js'
import encodeWebp, { init as initWebp } from '@jsquash/webp/encode.js'

/** Pictures built by hand for the loader's specs. */

/** A chunk of a PNG: type and body. */
export type PngChunk = readonly [type: string, body: Uint8Array]

/** The header chunk of a PNG. Colour types: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
export function pngHeader (width: number, height: number, depth: number, colorType: number, interlace = 0): PngChunk {
  const body = Buffer.alloc(13)
  body.writeUInt32BE(width, 0)
  body.writeUInt32BE(height, 4)
  body.set([depth, colorType, 0, 0, interlace], 8)
  return ['IHDR', body]
}

/** A PNG of these chunks, without checksums. */
export function pngOf (chunks: readonly PngChunk[]): Uint8Array {
  const parts = [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])]
  for (const [type, body] of [...chunks, ['IEND', new Uint8Array(0)] as const]) {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(body.length, 0)
    head.write(type, 4, 'latin1')
    parts.push(head, Buffer.from(body), Buffer.alloc(4))
  }
  return Uint8Array.from(Buffer.concat(parts))
}

/** A PNG of unfiltered rows, each given without its filter byte. */
export function png (width: number, height: number, depth: number, colorType: number, rows: readonly (readonly number[])[], extra: readonly PngChunk[] = []): Uint8Array {
  const raw = Uint8Array.from(rows.flatMap((row) => [0, ...row]))
  return pngOf([pngHeader(width, height, depth, colorType), ...extra, ['IDAT', deflateSync(raw)]])
}

/** A smooth opaque picture, RGBA. */
export function gradient (width: number, height: number): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rgba.set([255 * x / width, 255 * y / height, 128], (y * width + x) * 4)
    }
  }
  return rgba
}

/** A JPEG of the gradient. */
export async function jpegOf (width: number, height: number): Promise<Uint8Array> {
  await initJpeg(await instantiation('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm'))
  return new Uint8Array(await encodeJpeg(imageData(width, height), { quality: 95 }))
}

/** A lossless WebP of the gradient. */
export async function webpOf (width: number, height: number): Promise<Uint8Array> {
  await initWebp(await instantiation('@jsquash/webp/codec/enc/webp_enc_simd.wasm'))
  return new Uint8Array(await encodeWebp(imageData(width, height), { lossless: 1, exact: 1 }))
}

function imageData (width: number, height: number): ImageData {
  return { width, height, data: gradient(width, height) } as unknown as ImageData
}

async function instantiation (path: string): Promise<{ instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => WebAssembly.Exports }> {
  const module = await WebAssembly.compile(await readFile(new URL(import.meta.resolve(path))))
  return {
    instantiateWasm: (imports, done) => {
      const instance = new WebAssembly.Instance(module, imports)
      done(instance)
      return instance.exports
    }
  }
}
