import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { decodeManifest } from '../../src/bundle/manifest.ts'
import { WireError } from '../../src/errors.ts'
import { fetchBundle } from '../../src/farm/worker/bundle-fetch.ts'
import { nodeDisk } from '../../src/store/disk.ts'
import { BlobFolder } from '../../src/store/blobs/blob-folder.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { hostileManifests } from '../support/hostile-manifests.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { mutations, randomOf } from '../support/mutations.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { sha256 } from '../support/sha256.ts'
import type { SceneRoom } from '../../src/farm/cache/cache-hold.ts'
import type { BlobChannel, SceneFiles } from '../../src/ports.ts'

/** Fuzzed manifests. FUZZ_MANIFESTS=100000 for a long run. */
const RUNS = Number(process.env['FUZZ_MANIFESTS'] ?? 5_000)
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

const CONTENT = Buffer.from('harmless')

describe(`manifests that a hostile requester made, SEED=${SEED}`, function () {
  this.timeout(1_800_000)
  let folder: string
  let room: SceneRoom
  const clock = new FakeClock()

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tilemesh-hostile-'))
    const blobs = await BlobFolder.open(nodeDisk, path.join(folder, 'inner', 'blobs'), path.join(folder, 'inner', 'bundles'), new MemoryLog())
    room = {
      has: async (blob) => blobs.has(blob),
      read: async (blob, offset, length) => blobs.read(blob, offset, length),
      put: async (blob, bytes) => { await blobs.put(blob, bytes) },
      receive: async (blob, size, chunks) => blobs.receive(blob, size, chunks),
      layOut: async (hash, manifest) => blobs.layOut(hash, manifest),
      reserve: async () => {}
    }
  })

  after(() => { rmSync(folder, { recursive: true, force: true }) })

  /** Fetches a bundle from a requester that gives whatever it is asked for. Resolves with what came of it, and how many bytes of files were asked for. */
  async function fetch (bytes: Uint8Array, entry: string): Promise<{ readonly outcome: SceneFiles | Error, readonly asked: number }> {
    const manifest = sha256(bytes)
    let asked = 0
    const channel: BlobChannel = {
      peer: 'M',
      request: async (blob, offset, length) => {
        if (blob === manifest) {
          return bytes.subarray(offset, offset + length)
        }
        asked += length
        return CONTENT.subarray(offset, offset + length)
      },
      closed: new Promise(() => {}),
      close: async () => {}
    }
    const outcome = await fetchBundle({ manifest, manifestBytes: bytes.byteLength, entry }, 'M', {
      mesh: { peers: () => [], openBlobs: async () => channel },
      blobs: room,
      bundler: { readManifest: decodeManifest },
      sha256,
      clock,
      random: new SeededRandom(1),
      log: new MemoryLog()
    }, new AbortController().signal).catch((err: unknown) => err as Error)
    return { outcome, asked }
  }

  /** What lies where nothing may: beside the folders of the store. */
  function outside (): string[] {
    return [...readdirSync(folder).filter((name) => name !== 'inner'), ...readdirSync(path.join(folder, 'inner')).filter((name) => name !== 'blobs' && name !== 'bundles')]
  }

  const hostile = hostileManifests()

  it(`are refused before a byte of their files is asked for, and nothing is written: ${hostile.length} of them, for the path rules of three systems`, async () => {
    assert.ok(hostile.length >= 300)
    assert.equal(new Set(hostile.map(({ json }) => json)).size, hostile.length, 'no two are the same')
    for (const { what, json, entry } of hostile) {
      const { outcome, asked } = await fetch(Buffer.from(json, 'utf8'), entry)
      assert.ok(outcome instanceof WireError, `${what}: ${outcome instanceof Error ? outcome.stack : 'was taken'}`)
      assert.doesNotMatch(outcome.message, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, what)
      assert.ok(outcome.message.length < 500, what)
      assert.equal(asked, 0, what)
    }
    assert.deepEqual(readdirSync(path.join(folder, 'inner', 'bundles')), [])
    assert.deepEqual(outside(), [])
  })

  it(`changed by chance, are refused without asking, or name nothing outside their folder: ${RUNS} of them`, async () => {
    const below = randomOf(SEED)
    const right = Buffer.from(JSON.stringify({ version: 1, entry: 'a/b.gltf', files: ['a/b.gltf', 'a/c d.bin', 't/é.png'].map((name) => ({ path: name, size: CONTENT.length, hash: sha256(CONTENT), chunks: [sha256(CONTENT)] })) }))
    const counts = { refused: 0, taken: 0 }
    for (let run = 0; run < RUNS; run++) {
      const other = Buffer.from(hostile[below(hostile.length)]!.json.slice(0, 2_000))
      const start = below(2) === 0 ? right : pathChanged(right, below)
      const bytes = below(4) === 0 ? start : mutations[below(mutations.length)]!(start, other, below)
      const { outcome, asked } = await fetch(bytes, 'a/b.gltf')
      if (outcome instanceof Error) {
        counts.refused++
        assert.ok('exitStatus' in outcome, outcome.stack)
        assert.ok(!(outcome instanceof WireError) || asked === 0)
        continue
      }
      counts.taken++
      const root = outcome.folder
      for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
        assert.ok(!path.relative(root, path.resolve(root, name)).startsWith('..'))
      }
      if (run % 100 === 0) {
        assert.deepEqual(outside(), [])
      }
    }
    assert.deepEqual(outside(), [])
    assert.ok(counts.refused > 0 && counts.taken > 0, JSON.stringify(counts))
  })

  /** Puts something nasty into a path. */
  function pathChanged (bytes: Uint8Array, below: (n: number) => number): Uint8Array {
    const nasty = ['..', '../', '/', '\\\\', ':', 'C:', 'con', '.', ' ', '\\u0000', '\\u202e', 'e\u0301', '//', 'B', 'x'.repeat(250), '"', '__proto__']
    const paths = ['a/b.gltf', 'a/c d.bin', 't/é.png']
    const target = paths[below(paths.length)]!
    const at = below(target.length + 1)
    return Buffer.from(Buffer.from(bytes).toString().replaceAll(`"${target}"`, () => `"${target.slice(0, at)}${nasty[below(nasty.length)]!}${target.slice(at)}"`))
  }
})
