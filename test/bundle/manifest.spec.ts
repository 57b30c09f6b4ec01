import assert from 'node:assert/strict'
import fc from 'fast-check'
import * as limits from '../../src/bundle/limits.ts'
import { comparePaths, decodeManifest, encodeManifest } from '../../src/bundle/manifest.ts'
import { CHUNK_BYTES } from '../../src/core/limits.ts'
import { WireError } from '../../src/errors.ts'
import type { BundleFile, Manifest } from '../../src/core/messages.ts'

const hashOf = (seed: number): string => seed.toString(16).padStart(64, '0')

function file (path: string, size = 10, seed = 1): BundleFile {
  const count = Math.ceil(size / CHUNK_BYTES)
  const chunks = count === 1 ? [hashOf(seed)] : Array.from({ length: count }, (_, i) => hashOf(i + 1000))
  return { path, size, hash: hashOf(seed), chunks }
}

const good: Manifest = { entry: 'scene.gltf', files: [file('empty', 0, 3), file('scene.gltf', 10, 1), file('textures/wood.png', CHUNK_BYTES + 1, 2)] }

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
const bytesOf = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))

/** The good manifest as plain JSON, with changes. */
function changed (change: (json: { version: unknown, entry: unknown, files: Record<string, unknown>[] }) => void): Uint8Array {
  const json = JSON.parse(text(encodeManifest(good)))
  change(json)
  return bytesOf(json)
}

function refuses (bytes: Uint8Array, message: RegExp, limit?: string): void {
  assert.throws(() => decodeManifest(bytes), (error) => {
    assert.ok(error instanceof WireError)
    assert.match(error.message, message)
    assert.ok(!error.message.includes('\n'))
    assert.equal(error.limit, limit)
    return true
  })
}

describe('encodeManifest, decodeManifest', () => {
  it('gives back what was encoded, and the same bytes for equal manifests', () => {
    const bytes = encodeManifest(good)
    assert.deepEqual(decodeManifest(bytes), good)
    const shuffled = { files: good.files.map(({ chunks, hash, path, size }) => ({ chunks, hash, path, size })), entry: good.entry }
    assert.deepEqual(encodeManifest(shuffled), bytes)
  })

  it('has bytes that do not change from one version of the program to the next', () => {
    const manifest: Manifest = { entry: 'a', files: [{ path: 'a', size: 1, hash: hashOf(7), chunks: [hashOf(7)] }] }
    assert.equal(text(encodeManifest(manifest)), `{"version":1,"entry":"a","files":[{"path":"a","size":1,"hash":"${hashOf(7)}","chunks":["${hashOf(7)}"]}]}`)
  })

  it('ignores unknown keys, takes the last of duplicate ones, and is not touched by __proto__', () => {
    const extended = changed((json) => { Object.assign(json, { comment: 'x' }); json.files[0]!.mode = 0o777 })
    assert.deepEqual(decodeManifest(extended), good)
    const duplicate = text(encodeManifest(good)).replace('"entry":', '"entry":"nowhere","entry":')
    assert.deepEqual(decodeManifest(bytesOf(duplicate)), good)
    const poisoned = text(encodeManifest(good)).replace('"entry":', '"__proto__":{"polluted":true,"files":[]},"constructor":{"prototype":{"polluted":1}},"entry":')
    const decoded = decodeManifest(bytesOf(poisoned))
    assert.deepEqual(decoded, good)
    assert.equal(Object.getPrototypeOf(decoded), Object.prototype)
    assert.equal(({} as { polluted?: unknown }).polluted, undefined)
    refuses(bytesOf(`{"__proto__":${text(encodeManifest(good))}}`), /version/)
  })

  const hostile: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['nothing', new Uint8Array(0), /JSON/],
    ['half a manifest', encodeManifest(good).subarray(0, -10), /JSON/],
    ['invalid UTF-8', Buffer.concat([encodeManifest(good).subarray(0, 30), Buffer.from([0xff]), encodeManifest(good).subarray(30)]), /UTF-8/],
    ['a byte order mark', Buffer.concat([Buffer.from('\ufeff'), encodeManifest(good)]), /JSON/],
    ['a number', bytesOf(5), /object/],
    ['null', bytesOf('null'), /object/],
    ['a list', bytesOf([]), /object/],
    ['another version', changed((json) => { json.version = 2 }), /version/],
    ['no version', changed((json) => { delete json.version }), /version/],
    ['files that are no list', bytesOf({ version: 1, entry: 'a', files: { length: 1 } }), /list/],
    ['a file that is null', bytesOf({ version: 1, entry: 'a', files: [null] }), /object/],
    ['no file', bytesOf({ version: 1, entry: 'a', files: [] }), /not among/],
    ['an entry that is no text', changed((json) => { json.entry = ['scene.gltf'] }), /text/],
    ['an entry that is not among the files', changed((json) => { json.entry = 'other' }), /not among/],
    ['an entry outside', changed((json) => { json.entry = '../scene.gltf' }), /not among/],
    ['paths out of order', changed((json) => { json.files.reverse() }), /order/],
    ['a path twice', changed((json) => { json.files.push(json.files[2]!) }), /order/],
    ['case collisions', bytesOf(text(encodeManifest(good)).replace('"empty"', '"SCENE.gltf"')), /way/],
    ['NFC collisions', changed((json) => { json.files = [file('e\u0301'), file('scene.gltf'), file('é')] as unknown as Record<string, unknown>[] }), /way/],
    ['a file that is also a folder', changed((json) => { json.files[2]!.path = 'scene.gltf/wood.png' }), /way/],
    ['a size that is no number', changed((json) => { json.files[0]!.size = '0' }), /size/],
    ['a negative size', changed((json) => { json.files[0]!.size = -1 }), /size/],
    ['half a byte', changed((json) => { json.files[1]!.size = 9.5 }), /size/],
    ['a size beyond exact numbers', changed((json) => { json.files[0]!.size = 2 ** 53 }), /size/],
    ['an infinite size', bytesOf(text(encodeManifest(good)).replace('"size":0', '"size":1e999')), /size/],
    ['too few chunks', changed((json) => { json.files[2]!.size = 2 * CHUNK_BYTES + 1 }), /chunks/],
    ['too many chunks', changed((json) => { json.files[2]!.size = CHUNK_BYTES }), /chunks/],
    ['chunks of an empty file', changed((json) => { json.files[0]!.chunks = [hashOf(1)] }), /chunks/],
    ['a lone chunk with another hash', changed((json) => { json.files[1]!.chunks = [hashOf(9)] }), /hash/],
    ['an upper-case hash', changed((json) => { json.files[1]!.hash = 'A'.repeat(64) }), /sha256/],
    ['a short hash', changed((json) => { json.files[1]!.hash = 'ab' }), /sha256/],
    ['a hash with a path in it', changed((json) => { json.files[1]!.hash = '../'.repeat(21) + 'a' }), /sha256/],
    ['a chunk that is no hash', changed((json) => { json.files[1]!.chunks = ['x'] }), /sha256/],
    ['a chunk that is no text', changed((json) => { json.files[1]!.chunks = [1] }), /text/],
    ['chunks that are no list', changed((json) => { json.files[1]!.chunks = 'x' }), /list/],
    ['one hash for two sizes', changed((json) => { json.files[0] = { ...json.files[1]!, path: 'a', size: 9 } }), /another size/],
    ['a petabyte in a few bytes', changed((json) => { json.files[1]!.size = 2 ** 50 }), /too large/],
    ['a path of control characters', changed((json) => { json.files[0]!.path = '\u001b]0;x\u0007' }), /invisible/]
  ]
  for (const [name, bytes, message] of hostile) {
    it(`refuses ${name}`, () => refuses(bytes, message, name.startsWith('a petabyte') ? 'MAX_BUNDLE_BYTES' : undefined))
  }

  for (const path of ['../a', '/a', 'C:/a', '\\\\host\\a', 'a\\b', 'a:b', 'NUL', 'con.png', 'a.', 'a ', 'a\0', '', 'a//b', 'a/'.repeat(limits.MAX_PATH_DEPTH) + 'a', 'x'.repeat(limits.MAX_PATH_BYTES + 1)]) {
    it(`refuses a file at ${JSON.stringify(path.slice(0, 30))}`, () => refuses(changed((json) => { json.files = [{ ...json.files[0], path }, json.files[1]!] }), /the path/))
  }

  it('bounds the number of files', () => {
    const files = Array.from({ length: limits.MAX_BUNDLE_FILES + 1 }, (_, i) => file(String(i).padStart(6, '0')))
    const most = { entry: '000000', files: files.slice(0, -1) }
    const bytes = encodeManifest(most)
    assert.equal(decodeManifest(bytes).files.length, limits.MAX_BUNDLE_FILES)
    const extra = JSON.stringify(files.at(-1))
    refuses(bytesOf(text(bytes).replace(/\]\}$/, `,${extra}]}`)), /50001 files/, 'MAX_BUNDLE_FILES')
    assert.throws(() => encodeManifest({ entry: '000000', files }), { limit: 'MAX_BUNDLE_FILES' })
  })

  it('bounds the bytes of all files together', () => {
    const part = limits.MAX_BUNDLE_BYTES / 4
    const files = ['a', 'b', 'c', 'd'].map((path) => file(path, part))
    assert.equal(decodeManifest(encodeManifest({ entry: 'a', files })).files.length, 4)
    assert.throws(() => encodeManifest({ entry: 'a', files: [...files, file('e', 1, 2)] }), { name: 'WireError', limit: 'MAX_BUNDLE_BYTES' })
  })

  it('bounds the bytes of the manifest itself', () => {
    const bytes = new Uint8Array(limits.MAX_MANIFEST_BYTES + 1).fill(0x20)
    bytes.set(encodeManifest(good))
    assert.deepEqual(decodeManifest(bytes.subarray(0, -1)), good)
    refuses(bytes, /too large/, 'MAX_MANIFEST_BYTES')
  })

  it('bounds nesting and the number of parts before anything is parsed', () => {
    const nest = (depth: number): Uint8Array => bytesOf(text(encodeManifest(good)).replace('"entry":', `"later":${'['.repeat(depth)}${']'.repeat(depth)},"entry":`))
    assert.deepEqual(decodeManifest(nest(limits.MAX_MANIFEST_DEPTH - 1)), good)
    refuses(nest(limits.MAX_MANIFEST_DEPTH), /nested/)
    refuses(bytesOf('['.repeat(10_000_000)), /nested/)
    refuses(bytesOf(`[${'[],'.repeat(limits.MAX_MANIFEST_CONTAINERS)}[]]`), /parts/)
    assert.match(text(encodeManifest({ entry: '[[', files: [file('[[')] })), /\[\[/)
    const inText = { entry: '['.repeat(40), files: [file('['.repeat(40))] }
    assert.deepEqual(decodeManifest(encodeManifest(inText)), inText)
  })

  it('answers changed bytes with a refusal or a manifest that keeps all rules', () => {
    const start = encodeManifest(good)
    const edit = fc.tuple(fc.nat(start.length - 1), fc.integer({ min: 0, max: 255 }))
    fc.assert(fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const bytes = Uint8Array.from(start)
      for (const [at, value] of edits) {
        bytes[at] = value
      }
      try {
        assert.deepEqual(decodeManifest(encodeManifest(decodeManifest(bytes))), decodeManifest(bytes))
      } catch (error) {
        assert.ok(error instanceof WireError, String(error))
      }
    }), { numRuns: 3000 })
  })

  it('gives back any manifest it encodes', () => {
    const path = fc.array(fc.stringMatching(/^[a-zA-Z0-9_äß-]{1,8}$/), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
    fc.assert(fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 20 }), fc.nat(3 * CHUNK_BYTES), (paths, size) => {
      const manifest = { entry: paths[0]!, files: [...paths].sort(comparePaths).map((one, i) => file(one, size + i, i + 1)) }
      try {
        assert.deepEqual(decodeManifest(encodeManifest(manifest)), manifest)
      } catch (error) {
        assert.ok(error instanceof WireError && error.message.includes("each other's way"), String(error))
      }
    }))
  })
})
