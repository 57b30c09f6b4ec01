/**
 * `npm run package`: the program in one file (`dist/package/tilemesh.cjs`, for any Node there is) and as one executable for this kind of machine
 * (`dist/package/tilemesh`), for computers on which nothing is installed.
 */
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { executableName } from '../platform/programs.ts'
import { makeExecutable } from './executable.ts'
import { oneFileProgram } from './one-file.ts'

const BYTES_PER_MB = 1e6

const root = resolve(import.meta.dirname, '..', '..', '..')
const folder = process.argv[2] === undefined ? join(root, 'dist', 'package') : resolve(process.argv[2])

async function tell (file: string): Promise<void> {
  const { size } = await stat(file)
  process.stdout.write(`${file}  ${(size / BYTES_PER_MB).toFixed(1)} MB\n`)
}

await mkdir(folder, { recursive: true })
const program = join(folder, 'tilemesh.cjs')
await writeFile(program, await oneFileProgram(root))
await chmod(program, 0o755)
await tell(program)
const output = join(folder, executableName('tilemesh'))
await makeExecutable({ program, output, folder })
await tell(output)
