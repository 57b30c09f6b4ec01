import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { BuildOptions } from 'esbuild'

/** Threads of the program: their names as parts, and their compiled files below `dist/src`. */
const THREADS = {
  'frame-thread.js': 'film/video/frame-thread.js',
  'picture-worker.js': 'film/picture-worker.js',
  'render-thread.js': 'engines/pathtracer/render-thread.js',
  'scene-thread.js': 'engines/pathtracer/scene-thread.js'
} as const

/** WebAssembly that threads open, as modules of their packages. */
const CARRIED: Readonly<Partial<Record<keyof typeof THREADS, readonly string[]>>> = {
  'frame-thread.js': ['@jsquash/webp/codec/enc/webp_enc_simd.wasm'],
  'scene-thread.js': ['@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm', '@jsquash/webp/codec/dec/webp_dec.wasm', 'draco3dgltf/draco_decoder_gltf.wasm']
}

/**
 * CommonJS is what every Node runs from a file, as a thread from its text, and from within an executable. What is imported late stays late.
 * `import.meta` is empty there, so whoever would ask it for a file asks for a carried part.
 */
const ONE_FILE = {
  bundle: true,
  write: false,
  platform: 'node',
  format: 'cjs',
  target: 'node22.12',
  minifySyntax: true,
  minifyWhitespace: true,
  loader: { '.wasm': 'binary' },
  logLevel: 'error',
  logOverride: { 'empty-import-meta': 'silent' }
} as const satisfies BuildOptions

/**
 * The whole program as one file of CommonJS, its threads and WebAssembly within.
 *
 * @param root absolute path of a built checkout
 * @returns the file's text
 * @throws Error when the checkout is not built
 */
export async function oneFileProgram (root: string): Promise<string> {
  const built = join(root, 'dist', 'src')
  const texts: Record<string, string> = { 'package.json': await packageFacts(root) }
  for (const [name, file] of Object.entries(THREADS)) {
    texts[name] = await bundle(root, carrying(built, {}, CARRIED[name as keyof typeof THREADS] ?? [], `require(${quoted(join(built, file))})`))
  }
  const launch = `require(${quoted(join(root, 'src', 'cli', 'launch.cjs'))})(() => import(${quoted(join(built, 'cli', 'main.js'))}))`
  const program = carrying(built, texts, [join(built, 'engines', 'pathtracer', 'kernel.wasm')], launch)
  return `#!/usr/bin/env node\n${await bundle(root, program)}`
}

/** What the program reads of its package.json. */
async function packageFacts (root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  return JSON.stringify({ version })
}

/** A module that says what it carries, and then does what is to be done. */
function carrying (built: string, texts: Readonly<Record<string, string>>, wasm: readonly string[], action: string): string {
  return [
    `import { carryParts } from ${quoted(join(built, 'program-parts.js'))}`,
    ...wasm.map((path, index) => `import wasm${index} from ${quoted(path)}`),
    `carryParts({ ...${JSON.stringify(texts)}, ${wasm.map((path, index) => `${quoted(path.slice(path.search(/[^/\\]*$/)))}: wasm${index}`).join(', ')} })`,
    action
  ].join('\n')
}

async function bundle (root: string, contents: string): Promise<string> {
  const { outputFiles } = await build({ ...ONE_FILE, stdin: { contents, resolveDir: root, sourcefile: 'one-file.js' } })
  return outputFiles[0]!.text
}

function quoted (text: string): string {
  return JSON.stringify(text)
}
