import { SceneError } from '../../../errors.ts'
import { isObject, malformed } from './json.ts'
import { MAX_JSON_BYTES } from './limits.ts'
import type { JsonObject } from './json.ts'

/**
 * The two containers of glTF 2.0: text, and GLB (little-endian: header of magic, version, length; then chunks of length, type, bytes).
 */

const GLB_MAGIC = 0x46546c67
const JSON_CHUNK = 0x4e4f534a
const BINARY_CHUNK = 0x004e4942

/** Bytes of the header of a GLB, and of the head of each of its chunks. */
const GLB_HEADER_BYTES = 12
const CHUNK_HEAD_BYTES = 8

/** What a scene file holds. */
export interface Container {
  readonly json: JsonObject
  /** The binary chunk of a GLB. */
  readonly binary: Uint8Array | undefined
}

/** Where the JSON of a GLB lies, read from its first bytes. */
export interface GlbHead {
  readonly jsonOffset: number
  readonly jsonBytes: number
}

/** How many bytes from the start of a file {@link readGlbHead} wants, when there are as many. */
export const GLB_HEAD_BYTES = GLB_HEADER_BYTES + CHUNK_HEAD_BYTES

/**
 * Reads the head of a GLB; undefined when the file does not start as one.
 *
 * @param bytes the first {@link GLB_HEAD_BYTES} of the file, or all of it
 * @param fileBytes size of the whole file
 * @throws SceneError when it is cut short, of another version, or too large
 */
export function readGlbHead (bytes: Uint8Array, fileBytes: number): GlbHead | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (fileBytes === 0) {
    throw new SceneError('the scene file is empty')
  }
  if (bytes.byteLength < 4 || view.getUint32(0, true) !== GLB_MAGIC) {
    return undefined
  }
  if (bytes.byteLength < GLB_HEAD_BYTES) {
    throw new SceneError(`the scene file is cut short: it ends after ${fileBytes} bytes, inside its header`)
  }
  const version = view.getUint32(4, true)
  if (version !== 2) {
    throw new SceneError(`the scene file is a GLB of version ${version}; only glTF 2.0 can be read`)
  }
  const length = view.getUint32(8, true)
  if (length > fileBytes) {
    throw new SceneError(`the scene file is cut short: it should have ${length} bytes and has ${fileBytes}`)
  }
  const jsonBytes = view.getUint32(GLB_HEADER_BYTES, true)
  if (view.getUint32(GLB_HEADER_BYTES + 4, true) !== JSON_CHUNK) {
    throw malformed('the first chunk of the GLB is not JSON')
  }
  if (GLB_HEAD_BYTES + jsonBytes > length) {
    throw malformed(`the JSON chunk should have ${jsonBytes} bytes and reaches beyond the end`)
  }
  return { jsonOffset: GLB_HEAD_BYTES, jsonBytes }
}

/** Takes a scene file apart. @throws SceneError when it is neither a GLB nor glTF text, cut short, or malformed */
export function readContainer (bytes: Uint8Array): Container {
  const head = readGlbHead(bytes, bytes.byteLength)
  if (head === undefined) {
    return { json: readJson(bytes), binary: undefined }
  }
  const end = head.jsonOffset + head.jsonBytes
  return { json: readJson(bytes.subarray(head.jsonOffset, end)), binary: findBinary(bytes, end) }
}

/** Parses the JSON of a scene. @throws SceneError */
export function readJson (bytes: Uint8Array): JsonObject {
  if (bytes.byteLength > MAX_JSON_BYTES) {
    throw new SceneError(`the scene is too large: its JSON has ${bytes.byteLength} bytes, at most ${MAX_JSON_BYTES} are read`)
  }
  const first = bytes.find((byte) => byte > 0x20)
  if (first !== 0x7b && first !== 0xef) {
    throw new SceneError('the scene file is neither a GLB nor glTF text')
  }
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw malformed('its JSON can not be read; the file may be cut short', error)
  }
  if (!isObject(json)) {
    throw malformed('its JSON is not an object')
  }
  return json
}

/** The first binary chunk after the JSON; chunks of unknown types are skipped, as the format asks. */
function findBinary (bytes: Uint8Array, from: number): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = view.getUint32(8, true)
  for (let at = from; at + CHUNK_HEAD_BYTES <= end;) {
    const length = view.getUint32(at, true)
    const start = at + CHUNK_HEAD_BYTES
    if (start + length > end) {
      throw malformed(`a chunk of the GLB should have ${length} bytes and reaches beyond the end`)
    }
    if (view.getUint32(at + 4, true) === BINARY_CHUNK) {
      return bytes.subarray(start, start + length)
    }
    at = start + length
  }
  return undefined
}
