import { SceneError } from '../../../errors.ts'
import { needIndex, malformed, readCount, readText } from './json.ts'
import { MAX_IMAGE_BYTES, MAX_SCENE_BYTES } from './limits.ts'
import { readUri, resolveSegments } from './uris.ts'
import type { SceneFiles } from '../../../ports.ts'
import type { Gltf } from './gltf.ts'

/** Reads what a scene names by URI out of its bundle, each file once, and cuts buffer views out of it. */
export class Resources {
  private readonly files: SceneFiles
  private readonly gltf: Gltf
  /** By path in the bundle. */
  private readonly fetched = new Map<string, Uint8Array>()
  /** Of data URIs, by whose they are. */
  private readonly decoded = new Map<string, Uint8Array>()
  private total = 0

  constructor (files: SceneFiles, gltf: Gltf) {
    this.files = files
    this.gltf = gltf
  }

  /**
   * Reads the files of these buffers and images from the bundle.
   *
   * @throws SceneError naming all that are missing
   */
  async fetch (buffers: Iterable<number>, images: Iterable<number>): Promise<void> {
    const missing: string[] = []
    const wanted = [
      ...[...buffers].map((index) => [this.gltf.buffers[index]!.uri, `buffer ${index}`] as const),
      ...[...images].map((index) => [this.gltf.images[index]!.uri, `image ${index}`] as const)
    ]
    for (const [uri, where] of wanted) {
      const path = this.pathOf(uri, where)
      if (path !== undefined && !this.fetched.has(path) && !missing.includes(path)) {
        const bytes = await this.readFile(path)
        if (bytes === undefined) {
          missing.push(path)
        }
      }
    }
    if (missing.length > 0) {
      throw new SceneError(`the scene needs ${missing.length === 1 ? 'a file that is' : `${missing.length} files that are`} not there: ${missing.join(', ')}`, missing)
    }
  }

  /** The bytes of a buffer, exactly as many as it declares. Call {@link fetch} first. @throws SceneError when there are fewer */
  buffer (index: number): Uint8Array {
    const where = `buffer ${index}`
    const { uri, byteLength } = this.gltf.buffers[index]!
    const declared = readCount(byteLength, 0, `byteLength of ${where}`)
    const bytes = uri === undefined && index === 0 ? this.gltf.binary : this.bytesAt(uri, where)
    if (bytes === undefined) {
      throw malformed(`${where} has no data`)
    }
    if (bytes.byteLength < declared) {
      throw malformed(`${where} should have ${declared} bytes and has ${bytes.byteLength}; the file may be cut short`)
    }
    return bytes.subarray(0, declared)
  }

  /** The encoded bytes of an image. Call {@link fetch} first, for its buffer too. @throws SceneError */
  image (index: number): Uint8Array {
    const where = `image ${index}`
    const { uri, bufferView } = this.gltf.images[index]!
    const bytes = uri === undefined
      ? this.view(needIndex(bufferView, this.gltf.bufferViews.length, `bufferView of ${where}`))
      : this.bytesAt(uri, where)
    if (bytes === undefined) {
      throw malformed(`${where} has no data`)
    }
    if (bytes.byteLength > MAX_IMAGE_BYTES) {
      throw new SceneError(`${where} is too large: ${bytes.byteLength} bytes, at most ${MAX_IMAGE_BYTES} are read`)
    }
    return bytes
  }

  /** The bytes of a buffer view. @throws SceneError when it reaches beyond its buffer */
  view (index: number): Uint8Array {
    const { buffer, offset, length } = readView(this.gltf, index)
    const bytes = this.buffer(buffer)
    if (offset + length > bytes.byteLength) {
      throw malformed(`buffer view ${index} reaches beyond its buffer`)
    }
    return bytes.subarray(offset, offset + length)
  }

  /** What a URI stands for; the data of a `data:` URI is decoded once. */
  private bytesAt (uri: unknown, where: string): Uint8Array | undefined {
    const text = readText(uri, `the URI of ${where}`)
    if (text === undefined) {
      return undefined
    }
    const path = this.pathOf(text, where)
    if (path !== undefined) {
      return this.fetched.get(path)
    }
    const known = this.decoded.get(where)
    if (known !== undefined) {
      return known
    }
    const resource = readUri(text, where)
    if (resource.kind === 'data') {
      this.decoded.set(where, resource.bytes)
      return resource.bytes
    }
    return undefined
  }

  /** Path in the bundle of what a URI names; undefined when that is no file. */
  private pathOf (uri: unknown, where: string): string | undefined {
    const text = readText(uri, `the URI of ${where}`)
    if (text === undefined || /^data:/i.test(text)) {
      return undefined
    }
    const resource = readUri(text, where)
    if (resource.kind === 'data') {
      return undefined
    }
    const path = resolveSegments([...this.files.entry.split('/').slice(0, -1), ...resource.segments])
    if (path[0] === '..') {
      throw new SceneError(`${where} lies outside the scene's bundle`, [text])
    }
    return path.join('/')
  }

  private async readFile (path: string): Promise<Uint8Array | undefined> {
    let bytes: Uint8Array
    try {
      bytes = await this.files.read(path)
    } catch (error) {
      if (error instanceof SceneError) {
        return undefined
      }
      throw error
    }
    this.total += bytes.byteLength
    if (this.total > MAX_SCENE_BYTES) {
      throw new SceneError(`the scene is too large: its files have more than ${MAX_SCENE_BYTES} bytes`)
    }
    this.fetched.set(path, bytes)
    return bytes
  }
}

/** A buffer view's buffer, and its bytes in it. @throws SceneError */
export function readView (gltf: Gltf, index: number): { readonly buffer: number, readonly offset: number, readonly length: number } {
  const view = gltf.bufferViews[index]!
  const where = `buffer view ${index}`
  return {
    buffer: needIndex(view.buffer, gltf.buffers.length, `buffer of ${where}`),
    offset: readCount(view.byteOffset, 0, `byteOffset of ${where}`),
    length: readCount(view.byteLength, 0, `byteLength of ${where}`)
  }
}
