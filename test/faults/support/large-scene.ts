import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeSmallGltf } from '../../support/small-scene.ts'

/** Writes the small scene with so many more files of chance beside it, which its buffers name and nothing uses. Resolves with the scene's path. */
export async function writeLargeScene (folder: string, files: number, bytesEach: number): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const [name] = await writeSmallGltf(folder)
  const scene = join(folder, name!)
  const gltf = JSON.parse(readFileSync(scene, 'utf8')) as { buffers: object[] }
  for (let index = 0; index < files; index++) {
    const uri = `part ${index}.bin`
    writeFileSync(join(folder, uri), randomBytes(bytesEach))
    gltf.buffers.push({ uri: encodeURIComponent(uri), byteLength: bytesEach })
  }
  writeFileSync(scene, JSON.stringify(gltf))
  return scene
}
