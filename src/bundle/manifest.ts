import { isHash } from '../core/ids.ts'
import { CHUNK_BYTES } from '../core/limits.ts'
import { WireError } from '../errors.ts'
import * as limits from './limits.ts'
import { findCollision, pathFault } from './paths.ts'
import type { Hash } from '../core/ids.ts'
import type { BundleFile, Manifest } from '../core/messages.ts'

/** The version of the encoding; a reader refuses what it does not know. */
const MANIFEST_VERSION = 1

/** Orders paths by their UTF-16 code units, as `<` does: the same on every machine, whatever its language. */
export function comparePaths (a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * Encodes a manifest: JSON in UTF-8 without white space, keys in a fixed order, files in the order given. Equal manifests give equal bytes.
 *
 * @throws WireError when the manifest breaks a rule of {@link checkManifest}, or is too large
 */
export function encodeManifest (manifest: Manifest): Uint8Array {
  checkManifest(manifest)
  const files = manifest.files.map(({ path, size, hash, chunks }) => ({ path, size, hash, chunks }))
  const bytes = new TextEncoder().encode(JSON.stringify({ version: MANIFEST_VERSION, entry: manifest.entry, files }))
  if (bytes.byteLength > limits.MAX_MANIFEST_BYTES) {
    throw tooMuch(`it takes ${bytes.byteLength} bytes to list the files`, limits.MAX_MANIFEST_BYTES, 'MAX_MANIFEST_BYTES')
  }
  return bytes
}

/**
 * Decodes and checks a manifest that may come from a stranger. Unknown keys are ignored, so that later versions can add some.
 *
 * @throws WireError on anything that {@link encodeManifest} would not have written, before a single file is looked at
 */
export function decodeManifest (bytes: Uint8Array): Manifest {
  if (bytes.byteLength > limits.MAX_MANIFEST_BYTES) {
    throw tooMuch(`it has ${bytes.byteLength} bytes`, limits.MAX_MANIFEST_BYTES, 'MAX_MANIFEST_BYTES')
  }
  checkNesting(bytes)
  const root = readObject(parseJson(bytes), 'it')
  if (root.version !== MANIFEST_VERSION) {
    throw new WireError('the manifest of the bundle is of another version; update the older of the two peers')
  }
  const list = readArray(root.files, 'files')
  if (list.length > limits.MAX_BUNDLE_FILES) {
    throw tooMuch(`it lists ${list.length} files`, limits.MAX_BUNDLE_FILES, 'MAX_BUNDLE_FILES')
  }
  const manifest = { entry: readText(root.entry, 'entry'), files: list.map(readFile) }
  checkManifest(manifest)
  return manifest
}

/**
 * Checks everything about a manifest that needs no file: paths, order, collisions, sizes, hashes and number of chunks.
 *
 * @throws WireError naming the first thing that is wrong
 */
export function checkManifest (manifest: Manifest): void {
  const { files, entry } = manifest
  if (files.length > limits.MAX_BUNDLE_FILES) {
    throw tooMuch(`it lists ${files.length} files`, limits.MAX_BUNDLE_FILES, 'MAX_BUNDLE_FILES')
  }
  let total = 0
  let before = ''
  const sizes = new Map<Hash, number>()
  for (const file of files) {
    checkFile(file)
    if (file.path <= before) {
      throw malformed(`the path ${quote(file.path)} is not in order`)
    }
    if ((sizes.get(file.hash) ?? file.size) !== file.size) {
      throw malformed(`${quote(file.path)} has the hash of a file of another size`)
    }
    before = file.path
    sizes.set(file.hash, file.size)
    total += file.size
  }
  if (total > limits.MAX_BUNDLE_BYTES) {
    throw tooMuch(`its files have ${total} bytes`, limits.MAX_BUNDLE_BYTES, 'MAX_BUNDLE_BYTES')
  }
  const collision = findCollision(files.map(({ path }) => path))
  if (collision !== undefined) {
    throw malformed(`the paths ${quote(collision[0])} and ${quote(collision[1])} are in each other's way on some systems`)
  }
  if (!files.some(({ path }) => path === entry)) {
    throw malformed(`the scene ${quote(entry)} is not among its files`)
  }
}

function checkFile (file: BundleFile): void {
  const fault = pathFault(file.path)
  if (fault !== undefined) {
    throw malformed(`the path ${quote(file.path)} ${fault}`)
  }
  if (!Number.isSafeInteger(file.size) || file.size < 0) {
    throw malformed(`the size of ${quote(file.path)} is not a number of bytes`)
  }
  if (file.size > limits.MAX_BUNDLE_BYTES) {
    throw tooMuch(`${quote(file.path)} has ${file.size} bytes`, limits.MAX_BUNDLE_BYTES, 'MAX_BUNDLE_BYTES')
  }
  if (!isHash(file.hash) || !file.chunks.every(isHash)) {
    throw malformed(`a hash of ${quote(file.path)} is not a sha256`)
  }
  if (file.chunks.length !== Math.ceil(file.size / CHUNK_BYTES)) {
    throw malformed(`${quote(file.path)} has ${file.size} bytes and can not be ${file.chunks.length} chunks`)
  }
  if (file.chunks.length === 1 && file.chunks[0] !== file.hash) {
    throw malformed(`the only chunk of ${quote(file.path)} has another hash than the file`)
  }
}

/** Bounds what the parser will build, by one walk over the bytes: nesting, and the number of objects and arrays. */
function checkNesting (bytes: Uint8Array): void {
  const [quoteMark, backslash, openList, closeList, openObject, closeObject] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d]
  let depth = 0
  let containers = 0
  let inText = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (inText) {
      if (byte === backslash) {
        i++
      } else if (byte === quoteMark) {
        inText = false
      }
    } else if (byte === quoteMark) {
      inText = true
    } else if (byte === openList || byte === openObject) {
      depth++
      containers++
      if (depth > limits.MAX_MANIFEST_DEPTH || containers > limits.MAX_MANIFEST_CONTAINERS) {
        throw malformed('it is nested too deeply or has too many parts')
      }
    } else if (byte === closeList || byte === closeObject) {
      depth--
    }
  }
}

function parseJson (bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (error) {
    throw new WireError('the manifest of the bundle is malformed: it is not JSON in UTF-8', undefined, { cause: error })
  }
}

function readFile (value: unknown): BundleFile {
  const file = readObject(value, 'a file')
  return {
    path: readText(file.path, 'a path'),
    size: typeof file.size === 'number' ? file.size : NaN,
    hash: readText(file.hash, 'a hash'),
    chunks: readArray(file.chunks, 'chunks').map((hash) => readText(hash, 'a chunk'))
  }
}

function readObject (value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(`${what} is not an object`)
  }
  return value as Readonly<Record<string, unknown>>
}

function readArray (value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw malformed(`${what} is not a list`)
  }
  return value
}

function readText (value: unknown, what: string): string {
  if (typeof value !== 'string') {
    throw malformed(`${what} is not a text`)
  }
  return value
}

function malformed (what: string): WireError {
  return new WireError(`the manifest of the bundle is malformed: ${what}`)
}

function tooMuch (what: string, most: number, limit: string): WireError {
  return new WireError(`the bundle is too large: ${what}, at most ${most} are allowed`, limit)
}

/** A stranger's text in a line for a person: cut, with everything that is not a visible character escaped as in JSON. */
function quote (text: string): string {
  const shown = JSON.stringify(text.length > 80 ? text.slice(0, 79) + '…' : text)
  return shown.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''))
}
