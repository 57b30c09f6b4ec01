import { isSea } from 'node:sea'
import { fileURLToPath } from 'node:url'
import { isOneFile } from '../program-parts.ts'

/** How a child process starts this program: a command and its first arguments. */
export function programCommand (): readonly [string, ...string[]] {
  if (isSea()) {
    return [process.execPath]
  }
  const script = isOneFile() ? process.argv[1]! : fileURLToPath(new URL('../../../src/cli/tilemesh.cjs', import.meta.url))
  return [process.execPath, script]
}
