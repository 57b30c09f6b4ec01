import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { writeSmallGlb, writeSmallGltf } from './small-scene.ts'

/** A scene that can not be rendered, by its file's name, and what a refusal says of it. */
export interface BadScene {
  readonly what: string
  readonly file: string
  readonly says: RegExp
}

/** A glTF document as a test changes it. */
type Json = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any

/** Changes of a right glTF document that make it wrong. */
const CHANGES: readonly (readonly [what: string, change: (json: Json) => void, says: RegExp])[] = [
  ['a missing texture', (json) => { json.images[0].uri = 'gone tex.png' }, /gone tex\.png/],
  ['a missing buffer', (json) => { json.buffers[0].uri = 'gone.bin' }, /gone\.bin/],
  ['both missing', (json) => { [json.images[0].uri, json.buffers[0].uri] = ['gone.png', 'gone.bin'] }, /2 files.*gone\.bin.*gone\.png/],
  ['a missing texture of a strange name', (json) => { json.images[0].uri = '%1B%5B2J%0A🦆"\u202e.png' }, /�.*🦆/u],
  ['a missing texture of 4,096 characters', (json) => { json.images[0].uri = 'x'.repeat(4_096) + '.png' }, /not there|longer/],
  ['a texture that is everybody\'s file', (json) => { json.images[0].uri = '/etc/passwd' }, /absolute/],
  ['a texture above the root', (json) => { json.images[0].uri = '../'.repeat(40) + 'etc/passwd' }, /above|passwd/],
  ['a texture that is a device', (json) => { json.images[0].uri = '/dev/zero' }, /absolute/],
  ['a texture of the net', (json) => { json.images[0].uri = 'http://127.0.0.1:1/a.png' }, /beside the scene/],
  ['a texture that is no picture', (json) => { json.images[0].uri = 'bad.png' }, /bad\.png.*not a picture/],
  ['a texture that is empty', (json) => { json.images[0].uri = 'empty.png' }, /empty\.png/],
  ['a texture with a broken data URI', (json) => { json.images[0].uri = 'data:image/png;base64,!!!!' }, /data URI/],
  ['an unknown required extension', (json) => { json.extensionsUsed = json.extensionsRequired = ['EXT_time_travel'] }, /EXT_time_travel/],
  ['a required extension of a strange name', (json) => { json.extensionsRequired = ['EXT_\u001b[31mred\n', 'X'.repeat(4_096)] }, /EXT_/],
  ['a buffer that is shorter than it says', (json) => { json.buffers[0].byteLength = 1e9 }, /buffer 0 should have/],
  ['a negative count', (json) => { json.accessors[0].count = -5 }, /count of accessor 0/],
  ['10^9 vertices', (json) => { json.accessors[0].count = 1e9 }, /too large|beyond/],
  ['10^9 vertices of nothing', (json) => { delete json.accessors[0].bufferView; json.accessors[0].count = 1e9 }, /too large|beyond/],
  ['a mesh that is not there', (json) => { json.nodes[0].mesh = 99 }, /mesh of node 0/],
  ['a node in itself', (json) => { json.nodes[0].children = [0] }, /node 0/],
  ['nothing to see', (json) => { json.scenes = [{}] }, /nothing to render/],
  ['no version', (json) => { delete json.asset }, /version/]
]

/** Writes scenes that are missing something, cut short, empty, garbage or impossible, each beside the files of a right one. */
export async function writeBadScenes (folder: string): Promise<BadScene[]> {
  const scenes: BadScene[] = []
  const write = (what: string, file: string, content: string | Uint8Array, says: RegExp): void => {
    writeFileSync(path.join(folder, file), content)
    scenes.push({ what, file, says })
  }
  const glb = readFileSync(await writeSmallGlb(folder, 'right.glb'))
  const patched = (at: number, value: number): Uint8Array => {
    const bytes = Buffer.from(glb)
    bytes.writeUInt32LE(value, at)
    return bytes
  }
  write('an empty GLB', 'empty.glb', '', /empty/)
  write('a GLB of zeros', 'zeros.glb', new Uint8Array(5_000), /neither a GLB nor glTF/)
  write('a GLB of garbage', 'garbage.glb', Uint8Array.from({ length: 5_000 }, (_, at) => at * 7_919 % 251), /neither a GLB nor glTF/)
  write('a GLB cut in half', 'half.glb', glb.subarray(0, glb.length / 2), /cut short/)
  write('a GLB that lacks its last byte', 'short.glb', glb.subarray(0, -1), /cut short/)
  write('a GLB of nothing but its header', 'header.glb', glb.subarray(0, 12), /cut short/)
  write('a GLB that says it has 4 GiB', 'vast.glb', patched(8, 2 ** 32 - 1), /cut short/)
  write('a GLB whose first part says it has 2 GiB', 'vast part.glb', patched(12, 2 ** 31 - 1), /reaches beyond the end/)
  write('a GLB of version 1', 'old.glb', patched(4, 1), /version 1/)
  write('glTF that ends at once', 'brace.gltf', '{', /cut short|malformed/)
  write('glTF that is nested beyond reason', 'deep.gltf', '['.repeat(1_000_000), /neither a GLB nor glTF/)
  await writeSmallGltf(folder)
  const right = readFileSync(path.join(folder, 'small.gltf'), 'utf8')
  writeFileSync(path.join(folder, 'bad.png'), 'no picture')
  writeFileSync(path.join(folder, 'empty.png'), '')
  for (const [index, [what, change, says]] of CHANGES.entries()) {
    const json = JSON.parse(right) as Json
    change(json)
    write(what, `changed-${index}.gltf`, JSON.stringify(json), says)
  }
  return scenes
}
