import { CHUNK_BYTES } from '../../src/core/limits.ts'

/** A manifest that must be refused, as a requester would send it. */
export interface HostileManifest {
  readonly what: string
  readonly json: string
  /** What the job says its scene is. */
  readonly entry: string
}

const HASH = 'a'.repeat(64)

/** Parts of paths that some system reads as something else than a name. */
const NAMES: Readonly<Record<'every system' | 'Linux' | 'macOS' | 'Windows', readonly string[]>> = {
  'every system': ['..', '.', '', '../x', '../../x', 'a/../../x', './x', 'a/./x', 'a//x', 'x/', '/x', '//x', 'x\0', 'x\n', 'x\r', 'x\t', '\u001b[2J', 'x\u007f', 'x\u0085', '\ud800', 'x\udfff', 'x'.repeat(241), 'ä'.repeat(121), 'a/'.repeat(16) + 'x', 'a/'.repeat(1_000) + 'x'],
  Linux: ['/etc/passwd', '/proc/self/mem', '/dev/sda', '../../../../../../etc/shadow'],
  macOS: ['x\u200d', 'x\u200c', 'x\u200b', '\ufeffx', 'x\u00ad', '\u202egpj', 'x\u2066', 'x\u2028', 'x\u2029', 'a:b', '/private/etc/x'],
  Windows: [
    'C:/x', 'C:x', 'c:\\x', '\\x', '\\\\server\\share\\x', '//server/share/x', '\\\\?\\C:\\x', '\\\\.\\pipe\\x', '..\\x', 'a\\..\\..\\x', 'a\\x', 'x:stream', 'x::$DATA', 'x:$I30:$INDEX_ALLOCATION',
    'NUL', 'nul.txt', 'nul .txt', 'CON', 'con.png', 'AUX', 'PRN', 'CLOCK$', 'CONIN$', 'CONOUT$', 'COM0', 'COM1', 'com9.bin', 'LPT1', 'LPT9.x', 'LPT¹', 'COM²', 'com³.png',
    'x.', 'x ', 'x..', 'x. .', '...', 'a./x', 'a /x', 'x<', 'x>', 'x|', 'x?', 'x*', 'x"', 'x\u00a0', 'x\u3000'
  ]
}

/** Where in a tree a name stands. */
const FOLDERS = ['', 'a/', 'textures/deep/er/', '.hidden/']

/** Pairs of files that are one file, or in each other's way, on some system. */
const COLLISIONS: readonly (readonly string[])[] = [
  ['A.png', 'a.png'], ['T/a', 't/a'], ['\u00e9', 'e\u0301'], ['STRASSE', 'stra\u00dfe'], ['\u212a', 'k'], ['\ufb01x', 'fix'], ['\u03a3', '\u03c2'],
  ['a', 'a/b'], ['a/b', 'a/b/c'], ['A', 'a/b'], ['e\u0301', '\u00e9/x'], ['a', 'a']
]

interface File {
  path?: unknown
  size?: unknown
  hash?: unknown
  chunks?: unknown
}

function file (path: string, change: File = {}): File {
  return { path, size: 8, hash: HASH, chunks: [HASH], ...change }
}

/** Manifests that break one rule each: of paths on any system, of collisions, of sizes, hashes, counts, of the encoding itself. No two are the same. */
export function hostileManifests (): HostileManifest[] {
  const manifests: HostileManifest[] = []
  const add = (what: string, files: unknown, entry: unknown = 'scene.gltf', more: object = {}): void => {
    const json = JSON.stringify({ version: 1, entry, files, ...more })
    if (!manifests.some((before) => before.json === json)) {
      manifests.push({ what, json, entry: typeof entry === 'string' ? entry : 'scene.gltf' })
    }
  }
  const raw = (what: string, json: string): void => {
    manifests.push({ what, json, entry: 'scene.gltf' })
  }
  const sorted = (files: File[]): File[] => files.sort((a, b) => String(a.path) < String(b.path) ? -1 : 1)

  for (const [system, names] of Object.entries(NAMES)) {
    for (const name of names) {
      for (const folder of FOLDERS) {
        const path = folder + name
        add(`${system}: ${JSON.stringify(path.slice(0, 60))} as scene`, [file(path)], path)
      }
      add(`${system}: ${JSON.stringify(name.slice(0, 60))} beside the scene`, sorted([file('scene.gltf'), file(`b/${name}`)]))
    }
  }
  for (const pair of COLLISIONS) {
    for (const folder of FOLDERS) {
      const files = sorted(pair.map((name) => file(folder + name)))
      add(`collision of ${JSON.stringify(pair.map((name) => folder + name))}`, files, files[0]!.path)
    }
  }
  const scene = (change: File): File[] => [file('scene.gltf', change)]
  for (const size of [-1, 1.5, 2 ** 53, 1e300, 64 * 1024 ** 3 + 1, '8', null, true, [8], { valueOf: 8 }]) {
    add(`a size of ${JSON.stringify(size)}`, scene({ size }))
  }
  for (const hash of ['', 'A'.repeat(64), 'a'.repeat(63), 'a'.repeat(65), 'g'.repeat(64), '../'.repeat(21) + 'a', 5, null, [HASH], `${'a'.repeat(63)}\n`]) {
    add(`a hash of ${JSON.stringify(hash)}`, scene({ hash }))
    add(`a chunk of ${JSON.stringify(hash)}`, scene({ hash: HASH, chunks: [hash], size: 9 }))
  }
  add('a chunk too many', scene({ chunks: [HASH, HASH] }))
  add('a chunk too few', scene({ size: CHUNK_BYTES + 1 }))
  add('no chunks', scene({ chunks: [] }))
  add('chunks of an empty file', scene({ size: 0 }))
  add('another only chunk than the file', scene({ chunks: ['b'.repeat(64)] }))
  add('chunks that are a number', scene({ chunks: 1 }))
  add('chunks that are an object', scene({ chunks: { length: 1, 0: HASH } }))
  add('no path', scene({ path: undefined }), 'scene.gltf')
  add('a path that is a list', scene({ path: ['scene.gltf'] }))
  add('one hash of two sizes', [file('a'), file('scene.gltf', { size: 9 })])
  add('files out of order', [file('scene.gltf'), file('a')])
  add('a petabyte', Array.from({ length: 100 }, (_, at) => file(String(at).padStart(3, '0'), { size: 10 * 1024 ** 4, chunks: [] })), '000')
  add('64 GiB and a byte in four files', ['a', 'b', 'c', 'd'].map((path, at) => file(path, { size: 2 ** 34 + (at === 3 ? 1 : 0), hash: `${at}`.repeat(64), chunks: Array.from({ length: 2 ** 14 + (at === 3 ? 1 : 0) }, () => HASH) })), 'a')
  add('50,001 files', Array.from({ length: 50_001 }, (_, at) => file(String(at).padStart(6, '0'), { size: 0, chunks: [] })), '000000')
  add('a scene that is not among the files', [file('a')])
  add('no files', [])
  add('files that are an object', { 0: file('scene.gltf') })
  add('files that are a text', 'scene.gltf')
  add('files in files', [[file('scene.gltf')]])
  add('a file that is nothing', [null, file('scene.gltf')])
  add('an entry that is a list', [file('scene.gltf')], ['scene.gltf'])
  add('an entry that is nothing', [file('scene.gltf')], null)
  for (const version of [0, 2, -1, '1', null, [1], 1.5]) {
    add(`version ${JSON.stringify(version)}`, [file('scene.gltf')], 'scene.gltf', { version })
  }
  for (const json of ['', ' ', 'null', '1', '"x"', '[]', '{}', '{', '}', '[[', '\ufeff{}', '\0', '{"version":1}', '{"version":1,"entry":"scene.gltf"}', '{"__proto__":{"version":1,"entry":"scene.gltf","files":[]}}', '['.repeat(100_000), '{"a":'.repeat(50_000), `[${'[],'.repeat(210_000)}[]]`]) {
    raw(`the text ${JSON.stringify(json.slice(0, 40))}`, json)
  }
  return manifests
}
