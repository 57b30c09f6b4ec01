import assert from 'node:assert/strict'
import { decodeManifest } from '../../src/bundle/manifest.ts'
import { CHUNK_BYTES } from '../../src/core/limits.ts'
import { ChannelClosedError, WireError } from '../../src/errors.ts'
import { CacheKeeper } from '../../src/farm/cache/cache-keeper.ts'
import { fetchBundle } from '../../src/farm/worker/bundle-fetch.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { MemoryStore } from '../support/memory-store.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { sha256 } from '../support/sha256.ts'
import type { BundleRef } from '../../src/core/job.ts'
import type { PeerId } from '../../src/core/ids.ts'
import type { BlobChannel, MeshPeer } from '../../src/ports.ts'

/** How a source answers: as it should, or not. */
type Conduct = 'honest' | 'wrong bytes' | 'wrong size' | 'silent' | 'empty' | 'unreachable'

/** Bytes of the scene: eleven chunks and a bit. */
const SCENE = Uint8Array.from({ length: 11 * CHUNK_BYTES + 4321 }, (_, at) => at * 31 + (at >> 8))

/** A fetcher among sources of given conduct; the first is the requester. */
class Library {
  readonly clock = new FakeClock()
  readonly store = new MemoryStore(this.clock)
  readonly log = new MemoryLog()
  readonly asked = new Map<PeerId, number>()
  readonly #origin = new MemoryStore(this.clock)
  readonly #conduct: ReadonlyMap<PeerId, Conduct>
  readonly #seed: number

  constructor (conduct: readonly Conduct[], seed = 1) {
    this.#conduct = new Map(conduct.map((one, index) => [`P${index}`, one]))
    this.#seed = seed
  }

  /** Has the fetcher's own disk hold a manifest that was damaged there. */
  async damageManifest (): Promise<void> {
    const { manifest, manifestBytes } = await this.clock.drive(this.#origin.blobs.putScene(SCENE))
    this.store.disk.blobs.set(manifest, (await this.#origin.blobs.read(manifest, 0, manifestBytes))!.map((value) => value ^ 1))
  }

  async fetch (): Promise<Uint8Array> {
    const ref = await this.clock.drive(this.#origin.blobs.putScene(SCENE))
    const files = await this.clock.drive(this.#start(ref))
    return files.read(ref.entry)
  }

  /** Fetches a bundle whose manifest the requester made by hand. */
  async fetchManifest (json: string): Promise<void> {
    const bytes = Buffer.from(json)
    const manifest = sha256(bytes)
    await this.clock.drive(this.#origin.blobs.put(manifest, bytes))
    await this.clock.drive(this.#start({ manifest, manifestBytes: bytes.length, entry: JSON.parse(json).entry }))
  }

  #start (ref: BundleRef): ReturnType<typeof fetchBundle> {
    const peers = [...this.#conduct.keys()].map((peer): MeshPeer => ({ peer, name: peer, relayed: false, addresses: [], engines: new Map(), threads: 1 }))
    return fetchBundle(ref, 'P0', {
      mesh: { peers: () => peers, openBlobs: async (peer: PeerId) => this.#open(peer) },
      blobs: new CacheKeeper(2 ** 30, { ...this, bundler: { readManifest: decodeManifest }, needs: () => ({ scenes: new Set<string>(), films: () => false }), nameOf: () => '' }).hold(),
      bundler: { readManifest: decodeManifest },
      sha256,
      clock: this.clock,
      random: new SeededRandom(this.#seed),
      log: this.log
    }, new AbortController().signal)
  }

  #open (peer: PeerId): BlobChannel {
    const conduct = this.#conduct.get(peer)!
    if (conduct === 'unreachable') {
      throw new ChannelClosedError()
    }
    return {
      peer,
      request: async (blob, offset, length) => {
        this.asked.set(peer, (this.asked.get(peer) ?? 0) + 1)
        const right = await this.#origin.blobs.read(blob, offset, length)
        switch (conduct) {
          case 'honest': return right
          case 'wrong bytes': return right!.map((value) => value ^ 1)
          case 'wrong size': return right!.subarray(1)
          case 'empty': return undefined
          case 'silent': return new Promise((_resolve, reject) => { this.clock.after(120_000, () => { reject(new ChannelClosedError()) }) })
        }
      },
      closed: new Promise(() => {}),
      close: async () => {}
    }
  }
}

describe('fetching a bundle', () => {
  it('from ten peers of which three lie: every byte is right, and a liar is hardly asked', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const library = new Library(['honest', 'wrong bytes', 'honest', 'wrong size', 'honest', 'honest', 'wrong bytes', 'honest', 'honest', 'honest'], seed)
      assert.deepEqual(await library.fetch(), SCENE, `seed ${seed}`)
      for (const liar of ['P1', 'P3', 'P6']) {
        assert.ok((library.asked.get(liar) ?? 0) <= 3 + 8, `${liar} was asked ${library.asked.get(liar)} times, seed ${seed}`)
      }
    }
  })

  it('from a requester that lies about the manifest: others have it too', async () => {
    assert.deepEqual(await new Library(['wrong bytes', 'wrong size', 'honest']).fetch(), SCENE)
  })

  it('of which the own disk has damaged the manifest: another is fetched', async () => {
    const library = new Library(['honest'])
    await library.damageManifest()
    assert.deepEqual(await library.fetch(), SCENE)
  })

  it('from peers of which some never answer: goes on with the others', async () => {
    const library = new Library(['silent', 'honest', 'silent', 'honest'])
    assert.deepEqual(await library.fetch(), SCENE)
    assert.ok(library.clock.nowMs() < 60_000, `took ${library.clock.nowMs()} ms`)
  })

  it('from peers of which some have nothing or can not be reached', async () => {
    assert.deepEqual(await new Library(['unreachable', 'empty', 'honest', 'unreachable']).fetch(), SCENE)
  })

  it('asks for no byte of the files of a manifest that is hostile, whatever system its paths are made for', async () => {
    const names = ['..', '../x', 'a/../../x', '/x', '//x', 'x/', 'a//x', './x', 'a/./x', '.', '', 'x.', 'x ', 'a./x', 'a /x', 'x\0', 'x\n', '\u001b[2J', 'x\u202e', 'x\ufeff', '\ud800',
      'C:/x', 'C:x', 'c:\\x', '\\\\server\\x', '\\\\?\\C:\\x', '..\\x', 'a\\..\\x', 'x:stream', 'x::$DATA', 'NUL', 'nul.txt', 'CON', 'con.png', 'AUX', 'PRN', 'COM1', 'com9.bin', 'LPT1', 'LPT¹', 'CONIN$', 'CLOCK$',
      'x<', 'x>', 'x|', 'x?', 'x*', 'x"', 'x\u00a0', 'x\u2028', 'x\u200d', 'x'.repeat(241), 'ä'.repeat(121), 'a/'.repeat(16) + 'x', 'a/'.repeat(5_000) + 'x']
    const folders = ['', 'a/', 'a/b/', 'Z/', 'textures/', '.hidden/']
    let manifests = 0
    for (const folder of folders) {
      for (const name of names) {
        const path = folder + name
        const library = new Library(['honest'])
        await assert.rejects(library.fetchManifest(JSON.stringify({ version: 1, entry: path, files: [{ path, size: 1, hash: 'a'.repeat(64), chunks: ['a'.repeat(64)] }] })), WireError, JSON.stringify(path))
        assert.equal(library.asked.get('P0'), 1, 'only the manifest was asked for')
        assert.equal(library.store.disk.blobs.size, 0)
        manifests++
      }
    }
    assert.ok(manifests >= 300, `${manifests} manifests`)
  })

  it('from liars alone: ends with nothing kept under the name of the scene', async () => {
    const library = new Library(['wrong bytes', 'wrong size', 'empty'])
    await assert.rejects(library.fetch(), ChannelClosedError)
    assert.equal(library.store.disk.blobs.has(sha256(SCENE)), false)
  })
})
