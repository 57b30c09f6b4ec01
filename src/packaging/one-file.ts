import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { BuildOptions } from 'esbuild'

/** A thread of the program: its name as a part, its compiled file below `dist/src`, and the WebAssembly it opens, as modules of packages. */
interface Thread {
  readonly name: string
  readonly file: string
  readonly wasm: readonly string[]
}

const THREADS: readonly Thread[] = [
  { name: 'picture-worker.js', file: 'film/picture-worker.js', wasm: [] },
  { name: 'frame-thread.js', file: 'film/video/frame-thread.js', wasm: ['@jsquash/webp/codec/enc/webp_enc_simd.wasm'] },
  { name: 'render-thread.js', file: 'engines/pathtracer/render-thread.js', wasm: [] },
  {
    name: 'scene-thread.js',
    file: 'engines/pathtracer/scene-thread.js',
    wasm: ['@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm', '@jsquash/webp/codec/dec/webp_dec.wasm', 'draco3dgltf/draco_decoder_gltf.wasm']
  }
]

/**
 * CommonJS is what every Node runs from a file, as a thread from its text, and from within an executable. What is imported late stays late.
 * `import.meta` says nothing there, so whoever would ask it for a file asks for a carried part.
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
  // Packages make addresses of it that nobody opens, as long as it is one.
  define: { 'import.meta.url': '"file:///one-file"' },
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
  for (const { name, file, wasm } of THREADS) {
    texts[name] = await bundle(root, carrying(built, {}, wasm, `require(${quoted(join(built, file))})`))
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
