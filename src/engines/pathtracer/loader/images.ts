import decodeJpeg, { init as initJpeg } from '@jsquash/jpeg/decode.js'
import decodeWebp, { init as initWebp } from '@jsquash/webp/decode.js'
import { SceneError } from '../../../errors.ts'
import { partOfPackage, readPart } from '../../../program-parts.ts'
import { readImageHeader } from './image-header.ts'
import { malformed } from './json.ts'
import { decodePng } from './png.ts'

/** A decoded image: straight RGBA, 8 bits each, row-major from the top left. */
export interface Image {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}

/**
 * Decodes a PNG, JPEG or WebP by what its first bytes are. The decoders are JavaScript and WebAssembly, which give the same pixels on every
 * machine; those of the system do not.
 *
 * @throws SceneError when it is broken, or its size is not the one its header says
 */
export async function decodeImage (bytes: Uint8Array, where: string): Promise<Image> {
  const { format, width, height } = readImageHeader(bytes, where)
  let rgba: Uint8Array
  try {
    rgba = await decoders[format](bytes, where)
  } catch (error) {
    if (error instanceof SceneError) {
      throw error
    }
    throw malformed(`${where} is a broken ${format.toUpperCase()}`, error)
  }
  if (rgba.byteLength !== width * height * 4) {
    throw malformed(`${where} has other pixels than its header says`)
  }
  return { width, height, rgba }
}

/** A decoder for each format. Those in WebAssembly start afresh for each image: what a hostile one does to their memory ends with it. */
const decoders = {
  png: async (bytes: Uint8Array, where: string): Promise<Uint8Array> => decodePng(bytes, where),
  jpeg: async (bytes: Uint8Array): Promise<Uint8Array> => {
    await initJpeg(await instantiation('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'))
    return pixelsOf(await decodeJpeg(ownBuffer(bytes)))
  },
  webp: async (bytes: Uint8Array): Promise<Uint8Array> => {
    await initWebp(await instantiation('@jsquash/webp/codec/dec/webp_dec.wasm'))
    return pixelsOf(await decodeWebp(ownBuffer(bytes)))
  }
} as const

const modules = new Map<string, Promise<WebAssembly.Module>>()

function compiled (path: string): Promise<WebAssembly.Module> {
  let module = modules.get(path)
  if (module === undefined) {
    module = readPart(partOfPackage(path)).then(async (bytes) => WebAssembly.compile(bytes))
    modules.set(path, module)
  }
  return module
}

/** The part of Emscripten's module options that is used. */
interface Instantiation {
  instantiateWasm (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void): WebAssembly.Exports
  print (): void
  printErr (): void
}

/** How a decoder gets its WebAssembly: compiled once, and by us, because it would fetch it. What it would print is in its error too. */
async function instantiation (path: string): Promise<Instantiation> {
  const module = await compiled(path)
  return {
    instantiateWasm: (imports, done) => {
      const instance = new WebAssembly.Instance(module, imports)
      done(instance)
      return instance.exports
    },
    print: () => {},
    printErr: () => {}
  }
}

function pixelsOf ({ data }: ImageData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function ownBuffer (bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}
