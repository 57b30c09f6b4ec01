import assert from 'node:assert/strict'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { systemClock } from '../../src/clock.ts'
import { decodeManifest, encodeManifest } from '../../src/bundle/manifest.ts'
import { CacheKeeper } from '../../src/farm/cache/cache-keeper.ts'
import { openStore } from '../../src/store/disk-store.ts'
import { FaultyDisk } from '../store/support/faulty-disk.ts'
import { withFolder } from '../store/support/temporary-home.ts'
import { chunkHashes } from '../support/memory-blobs.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { sha256 } from '../support/sha256.ts'
import type { Manifest } from '../../src/core/messages.ts'
import type { Home } from '../../src/store/index.ts'

const random = new SeededRandom(3)
const SHARED = random.bytes(3_000)
const SCENES = [0, 1].map((number) => {
  const contents = [random.bytes(5_000), SHARED]
  const manifest: Manifest = { entry: `${number}.glb`, files: contents.map((bytes, index) => ({ path: index === 0 ? `${number}.glb` : 'shared.png', size: bytes.length, hash: sha256(bytes), chunks: chunkHashes(bytes) })) }
  const encoded = encodeManifest(manifest)
  return { manifest, encoded, id: sha256(encoded), contents }
})

/** A life of a peer in a folder. The lock of a real home would outlive its sudden end. */
async function live (folder: string, disk: FaultyDisk): Promise<CacheKeeper> {
  const home: Pick<Home, 'dir' | 'disk' | 'path'> = { dir: folder, disk, path: (...parts) => path.join(folder, ...parts) }
  const log = new MemoryLog()
  const keeper = new CacheKeeper(2 ** 30, {
    store: await openStore(home as Home, log),
    bundler: { readManifest: decodeManifest },
    clock: systemClock,
    log,
    needs: () => ({ scenes: new Set<string>(), films: () => false }),
    nameOf: () => ''
  })
  await keeper.open()
  await keeper.begin([])
  return keeper
}

async function fetchAll (keeper: CacheKeeper): Promise<void> {
  for (const { manifest, encoded, id, contents } of SCENES) {
    const hold = keeper.hold()
    await hold.put(id, encoded)
    await hold.reserve(manifest.files)
    for (const [index, { hash, size, chunks }] of manifest.files.entries()) {
      const receiver = await hold.receive(hash, size, chunks)
      for (const chunk of receiver.missing) {
        await receiver.write(chunk, contents[index]!)
      }
      await receiver.finish()
      await receiver.close()
    }
    const files = await hold.layOut(id, manifest)
    assert.deepEqual(await files.read(manifest.entry), contents[0])
    assert.deepEqual(await files.read('shared.png'), contents[1])
    hold.release()
  }
  await keeper.settled()
}

/** Bytes of all blobs, whole and in part, each once. */
async function bytesOnDisk (folder: string): Promise<number> {
  const entries = await readdir(path.join(folder, 'blobs'), { recursive: true, withFileTypes: true })
  const sizes = await Promise.all(entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

describe('a cache on a disk', () => {
  it('that was killed at any step of letting go holds nothing it does not know of, and fetches again what is missing', async () => {
    for (let steps = 0; ; steps++) {
      let left = steps
      await withFolder(async (folder) => {
        const disk = new FaultyDisk()
        const first = await live(folder, disk)
        await fetchAll(first)
        const killed = new Promise<void>((resolve) => {
          disk.watch = async (step) => {
            if ((step === 'rename' || step === 'remove') && left-- <= 0) {
              resolve()
              await new Promise<never>(() => {}) // its process is gone
            }
          }
        })
        await Promise.race([first.clear(), killed])
        await disk.closeAll()
        const again = await live(folder, new FaultyDisk())
        assert.equal(again.bytes, await bytesOnDisk(folder), `after ${steps} steps`)
        await fetchAll(again)
        assert.equal(again.bytes, await bytesOnDisk(folder))
        assert.deepEqual(again.summary().things.map(({ kind, name }) => [kind, name]).sort(), [['scene', '0.glb'], ['scene', '1.glb']])
        await again.clear()
        assert.equal(await bytesOnDisk(folder), 0)
        assert.deepEqual(await readdir(path.join(folder, 'bundles')), [])
      })
      if (left > 0) {
        assert.ok(steps >= 8, `only ${steps} steps`)
        return
      }
    }
  })
})
