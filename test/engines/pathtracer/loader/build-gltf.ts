import { SceneError } from '../../../../src/errors.ts'
import type { SceneFiles } from '../../../../src/ports.ts'

/** Scenes built by hand for the loader's specs. */

/** JSON of a glTF file that tests take apart and break. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = Record<string, any>

/** A bundle in memory; the first file is the scene. */
export function filesOf (files: Readonly<Record<string, Uint8Array | string>>): SceneFiles {
  const bytes = new Map(Object.entries(files).map(([path, content]) => [path, typeof content === 'string' ? new TextEncoder().encode(content) : content]))
  return {
    folder: '/nowhere',
    entry: [...bytes.keys()][0]!,
    read: async (path) => {
      const found = bytes.get(path)
      if (found === undefined) {
        throw new SceneError(`no file ${path}`, [path])
      }
      return found
    }
  }
}

/** A GLB of a JSON and a binary chunk. */
export function glbOf (json: unknown, binary?: Uint8Array): Uint8Array {
  const text = pad(Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)), 0x20)
  const parts = [chunk(0x4e4f534a, text), ...(binary === undefined ? [] : [chunk(0x004e4942, pad(binary, 0))])]
  const header = Buffer.alloc(12)
  header.writeUInt32LE(0x46546c67, 0)
  header.writeUInt32LE(2, 4)
  header.writeUInt32LE(12 + parts.reduce((sum, part) => sum + part.length, 0), 8)
  return Uint8Array.from(Buffer.concat([header, ...parts]))
}

function chunk (type: number, body: Uint8Array): Uint8Array {
  const head = Buffer.alloc(8)
  head.writeUInt32LE(body.length, 0)
  head.writeUInt32LE(type, 4)
  return Buffer.concat([head, body])
}

function pad (bytes: Uint8Array, filler: number): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc((4 - bytes.length % 4) % 4, filler)])
}

/** Lays typed arrays one after the other at multiples of four bytes, with a buffer view for each. */
export function layOut (arrays: readonly ArrayBufferView[]): { readonly binary: Uint8Array, readonly bufferViews: Json[] } {
  const parts: Uint8Array[] = []
  const bufferViews: Json[] = []
  let byteOffset = 0
  for (const array of arrays) {
    const bytes = pad(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), 0)
    bufferViews.push({ buffer: 0, byteOffset, byteLength: array.byteLength })
    parts.push(bytes)
    byteOffset += bytes.length
  }
  return { binary: Uint8Array.from(Buffer.concat(parts)), bufferViews }
}

/** The corners of a square of side 2 in the plane z = 0, its normals, uvs, and two triangles. */
export const SQUARE = {
  positions: Float32Array.of(-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0),
  normals: Float32Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1),
  uvs: Float32Array.of(0, 1, 1, 1, 1, 0, 0, 0),
  indices: Uint16Array.of(0, 1, 2, 0, 2, 3)
}

/** A scene of one square: JSON and its binary chunk, to be changed by a test. */
export function square (): { readonly json: Json, readonly binary: Uint8Array } {
  const { binary, bufferViews } = layOut([SQUARE.positions, SQUARE.normals, SQUARE.uvs, SQUARE.indices])
  const json = {
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, NORMAL: 1, TEXCOORD_0: 2 }, indices: 3, material: 0 }] }],
    materials: [{ pbrMetallicRoughness: { baseColorFactor: [0.5, 0.25, 0.125, 1], metallicFactor: 0.5, roughnessFactor: 0.75 } }],
    accessors: [
      { bufferView: 0, componentType: 5126, count: 4, type: 'VEC3', min: [-1, -1, 0], max: [1, 1, 0] },
      { bufferView: 1, componentType: 5126, count: 4, type: 'VEC3' },
      { bufferView: 2, componentType: 5126, count: 4, type: 'VEC2' },
      { bufferView: 3, componentType: 5123, count: 6, type: 'SCALAR' }
    ],
    bufferViews,
    buffers: [{ byteLength: binary.byteLength }]
  }
  return { json, binary }
}

/** The square as a GLB, after a change to its JSON. */
export function squareGlb (change: (json: Json) => void = () => {}): Uint8Array {
  const { json, binary } = square()
  change(json)
  return glbOf(json, binary)
}
