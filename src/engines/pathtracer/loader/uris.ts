import { SceneError } from '../../../errors.ts'
import { malformed } from './json.ts'

/** What a URI in a scene stands for. */
export type Resource =
  | { readonly kind: 'data', readonly bytes: Uint8Array }
  /** Path segments of a file relative to the scene's folder, `.` and inner `..` resolved; only leading ones are `..`. */
  | { readonly kind: 'file', readonly segments: readonly string[] }

/**
 * Reads a URI of a buffer or image: relative references, percent-encoded as RFC 3986 has it, and `data:`.
 *
 * @throws SceneError on absolute references of any kind: a scene is rendered from its own files
 */
export function readUri (uri: string, where: string): Resource {
  const shown = uri.length > 80 ? uri.slice(0, 79) + '…' : uri
  if (/^data:/i.test(uri)) {
    return { kind: 'data', bytes: readDataUri(uri, where) }
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(uri)) {
    throw new SceneError(`${where} is at ${shown}: only files beside the scene can be used; download it and save the scene with a relative path`)
  }
  let path: string
  try {
    path = decodeURIComponent(uri)
  } catch (error) {
    throw malformed(`the URI ${shown} of ${where} has a broken percent-encoding`, error)
  }
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) {
    throw new SceneError(`${where} has the absolute path ${shown}; save the scene with relative paths`)
  }
  if (path.includes('\\') || path.includes('\0')) {
    throw new SceneError(`${where} has the path ${JSON.stringify(shown)}; glTF separates folders by /`)
  }
  const segments = resolveSegments(path.split('/'))
  if (segments.length === 0 || segments.at(-1) === '..') {
    throw malformed(`the URI ${JSON.stringify(shown)} of ${where} names no file`)
  }
  return { kind: 'file', segments }
}

/** Removes `.`, empty segments, and each `..` with the folder before it. */
export function resolveSegments (segments: readonly string[]): string[] {
  const resolved: string[] = []
  for (const segment of segments) {
    if (segment === '' || segment === '.') {
      continue
    }
    if (segment === '..' && resolved.length > 0 && resolved.at(-1) !== '..') {
      resolved.pop()
    } else {
      resolved.push(segment)
    }
  }
  return resolved
}

/** The bytes of a `data:` URI (RFC 2397). */
function readDataUri (uri: string, where: string): Uint8Array {
  const comma = uri.indexOf(',')
  if (comma === -1) {
    throw malformed(`the data URI of ${where} has no data`)
  }
  try {
    const data = decodeURIComponent(uri.slice(comma + 1))
    if (/;base64$/i.test(uri.slice(0, comma))) {
      return latin1(atob(data))
    }
    return new TextEncoder().encode(data)
  } catch (error) {
    throw malformed(`the data URI of ${where} is broken`, error)
  }
}

function latin1 (text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    bytes[i] = text.charCodeAt(i)
  }
  return bytes
}
