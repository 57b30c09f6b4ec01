import { readFile } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { SceneError } from '../../errors.ts'
import type { SceneFiles } from '../../ports.ts'

/**
 * The files of a scene for another thread, where the caller's own {@link SceneFiles} can not go: the same folder, read again.
 *
 * @param folder absolute
 */
export function filesInFolder (folder: string, entry: string): SceneFiles {
  return {
    folder,
    entry,
    read: async (path) => {
      const file = join(folder, path)
      const inside = relative(folder, file)
      if (inside === '' || inside === '..' || inside.startsWith('../') || inside.startsWith('..\\') || isAbsolute(inside)) {
        throw new SceneError(`the scene asks for "${path}", which is outside its folder`)
      }
      try {
        return await readFile(file)
      } catch (cause) {
        throw new SceneError(`the scene's file "${path}" can not be read`, [path], { cause })
      }
    }
  }
}
