/**
 * Question: what does a person's disk have to take, and how many packages come along?
 *
 * Packs this checkout as npm would publish it, installs that for production in an empty folder, and counts; beside it the program in one file
 * and the executable, against the Node that is inside it. Takes the packages from npm's cache or registry.
 * `node dist/benchmarks/install.js`
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makeExecutable } from '../src/packaging/executable.ts'
import { oneFileProgram } from '../src/packaging/one-file.ts'
import { printTable } from './support/table.ts'

const ROOT = resolve(import.meta.dirname, '..', '..')
const BYTES_PER_MB = 1e6

const megabytes = (bytes: number): string => (bytes / BYTES_PER_MB).toFixed(1)

/** Bytes of all files below a folder. */
async function bytesBelow (folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    bytes += entry.isFile() ? (await stat(join(entry.parentPath, entry.name))).size : 0
  }
  return bytes
}

const folder = await mkdtemp(join(tmpdir(), 'tilemesh benchmark '))
try {
  const npm = (args: readonly string[], cwd: string): string => execFileSync('npm', [...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const [packed] = JSON.parse(npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], ROOT)) as [{ readonly filename: string, readonly size: number }]
  const home = join(folder, 'installed')
  npm(['install', '--prefix', home, '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', join(folder, packed.filename)], folder)
  const { packages } = JSON.parse(await readFile(join(home, 'node_modules', '.package-lock.json'), 'utf8')) as { readonly packages: Record<string, unknown> }
  const program = join(folder, 'tilemesh.cjs')
  await writeFile(program, await oneFileProgram(ROOT))
  const executable = join(folder, 'tilemesh')
  await makeExecutable({ program, output: executable, folder })
  printTable(['what is installed', 'packages', 'MB'], [
    ['tilemesh as npm fetches it', 1, megabytes(packed.size)],
    ['tilemesh and all it needs, unpacked', Object.keys(packages).length, megabytes(await bytesBelow(join(home, 'node_modules')))],
    ['the program in one file', 0, megabytes((await stat(program)).size)],
    ['the executable', 0, megabytes((await stat(executable)).size)],
    ['of which Node itself', 0, megabytes((await stat(process.execPath)).size)]
  ])
} finally {
  await rm(folder, { recursive: true, force: true })
}
