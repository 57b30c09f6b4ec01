import { FloatType } from 'three'
import { EXRLoader } from 'three/examples/jsm/loaders/EXRLoader.js'

/** An EXR file as three reads it: another implementation than ours. */
export interface ReadExr {
  readonly width: number
  readonly height: number
  /** Width × height × 4, row-major from the top left. */
  readonly pixels: Float32Array
  readonly header: Readonly<Record<string, unknown>>
}

export function readExr (file: Uint8Array): ReadExr {
  const loader = new EXRLoader()
  loader.type = FloatType
  const { width, height, data, header } = loader.parse(Uint8Array.from(file).buffer)
  const pixels = new Float32Array(data.length)
  for (let y = 0; y < height; y++) {
    pixels.set(data.subarray((height - 1 - y) * width * 4, (height - y) * width * 4), y * width * 4)
  }
  return { width, height, pixels, header }
}
