import assert from 'node:assert/strict'
import { chmod, open, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { CHUNK_BYTES } from '../../src/core/limits.ts'
import { BlobFolder } from '../../src/store/blobs/blob-folder.ts'
import { nodeDisk } from '../../src/store/disk.ts'
import { isWindows } from '../../src/platform/system.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { sha256 } from '../support/sha256.ts'
import { FaultyDisk, systemError } from './support/faulty-disk.ts'
import { withFolder } from './support/temporary-home.ts'
import type { Manifest } from '../../src/core/messages.ts'
import type { Disk } from '../../src/store/disk.ts'

const BYTES = new SeededRandom(5).bytes(3 * CHUNK_BYTES - 7)
const CHUNKS = [0, 1, 2].map((index) => BYTES.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES))
const HASHES = CHUNKS.map(sha256)
const BLOB = sha256(BYTES)

async function openBlobs (folder: string, disk: Disk = nodeDisk): Promise<BlobFolder> {
  return BlobFolder.open(disk, path.join(folder, 'blobs'), path.join(folder, 'bundles'), new MemoryLog())
}

function manifestOf (...paths: string[]): Manifest {
  return { entry: paths[0]!, files: paths.map((name) => ({ path: name, size: BYTES.length, hash: BLOB, chunks: HASHES })) }
}

/** Turns over one bit of a blob on the disk. */
async function damage (folder: string, blob: string, bytes: Uint8Array): Promise<void> {
  const file = path.join(folder, 'blobs', blob.slice(0, 2), blob)
  const damaged = bytes.slice()
  damaged[Math.floor(damaged.length / 2)]! ^= 1
  await nodeDisk.remove(file)
  await writeFile(file, damaged)
}

/** The files below a folder, by their paths. */
async function filesBelow (folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort()
}

describe('BlobFolder', () => {
  it('keeps nothing under a name that is not its hash', async () => {
    await withFolder(async (folder) => {
      const blobs = await openBlobs(folder)
      await assert.rejects(blobs.put('0'.repeat(64), BYTES), { name: 'StoreError' })
      for (const name of ['', '../x', '0'.repeat(63), 'A'.repeat(64), `${'0'.repeat(64)}/..`]) {
        await assert.rejects(blobs.put(name, BYTES), { name: 'StoreError' })
        await assert.rejects(blobs.has(name), { name: 'StoreError' })
        await assert.rejects(blobs.receive(name, 1, ['0'.repeat(64)]), { name: 'StoreError' })
        await assert.rejects(blobs.layOut(name, manifestOf('a')), { name: 'StoreError' })
      }
      assert.deepEqual(await filesBelow(folder), [])
    })
  })

  it('refuses an arrival whose chunks do not fit its size', async () => {
    await withFolder(async (folder) => {
      const blobs = await openBlobs(folder)
      for (const [size, chunks] of [[BYTES.length, HASHES.slice(1)], [0, HASHES.slice(2)], [-1, []], [1.5, HASHES.slice(2)], [1, ['x']], [CHUNK_BYTES + 1, HASHES.slice(2)]] as const) {
        await assert.rejects(blobs.receive(BLOB, size, chunks), { name: 'StoreError' })
      }
    })
  })

  it('trusts no chunk of an earlier life unseen', async () => {
    await withFolder(async (folder) => {
      const first = await (await openBlobs(folder)).receive(BLOB, BYTES.length, HASHES)
      for (const [index, chunk] of CHUNKS.entries()) {
        await first.write(index, chunk)
      }
      await first.close()
      const name = (await filesBelow(folder)).find((file) => file.endsWith('.part'))!
      const part = await readFile(path.join(folder, name))
      part[CHUNK_BYTES + 9]! ^= 4
      await writeFile(path.join(folder, name), part)
      const again = await (await openBlobs(folder)).receive(BLOB, BYTES.length, HASHES)
      assert.deepEqual([...again.missing], [1])
      await again.write(1, CHUNKS[1]!)
      await again.finish()
      await again.close()
    })
  })

  it('begins an arrival anew when its bitmap is lost or nonsense', async () => {
    await withFolder(async (folder) => {
      for (const map of [new Uint8Array(0), new Uint8Array(10).fill(255), new Uint8Array(10_000)]) {
        const first = await (await openBlobs(folder)).receive(BLOB, BYTES.length, HASHES)
        await first.write(2, CHUNKS[2]!)
        await first.close()
        const name = (await filesBelow(folder)).find((file) => file.endsWith('.map'))!
        await writeFile(path.join(folder, name), map)
        const again = await (await openBlobs(folder)).receive(BLOB, BYTES.length, HASHES)
        assert.ok(again.missing.has(0) && again.missing.has(1))
        await again.close()
      }
    })
  })

  it('lets two receivers of one blob share what comes, and finishes once', async () => {
    await withFolder(async (folder) => {
      const blobs = await openBlobs(folder)
      const [one, two] = await Promise.all([blobs.receive(BLOB, BYTES.length, HASHES), blobs.receive(BLOB, BYTES.length, HASHES)])
      await one.write(0, CHUNKS[0]!)
      await two.write(1, CHUNKS[1]!)
      await assert.rejects(one.finish(), { name: 'StoreError', message: /lacks 1/ })
      await Promise.all([one.write(2, CHUNKS[2]!), two.write(2, CHUNKS[2]!)])
      await Promise.all([one.finish(), two.finish()])
      await one.close()
      await two.close()
      assert.deepEqual(await blobs.read(BLOB, 0, BYTES.length), BYTES)
      assert.deepEqual(await filesBelow(folder), [path.join('blobs', BLOB.slice(0, 2), BLOB)])
    })
  })

  it('is not spoilt by a manifest that lies about the chunks of a blob', async () => {
    await withFolder(async (folder) => {
      const blobs = await openBlobs(folder)
      const lie = await blobs.receive(BLOB, 3, [sha256(Uint8Array.of(1, 2, 3))])
      assert.equal(await lie.write(0, Uint8Array.of(1, 2, 3)), true)
      const truth = await blobs.receive(BLOB, BYTES.length, HASHES)
      await Promise.all(CHUNKS.map(async (chunk, index) => truth.write(index, chunk)))
      await assert.rejects(lie.finish(), { name: 'StoreError' })
      await truth.finish()
      assert.ok(await blobs.has(BLOB))
      await lie.close()
      await truth.close()
    })
  })

  for (const step of ['create', 'write', 'sync', 'rename'] as const) {
    it(`gives no final name when ${step} is refused, and goes on when there is room again`, async () => {
      await withFolder(async (folder) => {
        const disk = new FaultyDisk()
        const blobs = await openBlobs(folder, disk)
        const source = path.join(folder, 'source')
        await writeFile(source, BYTES)
        disk.watch = (seen) => {
          if (seen === step) {
            throw systemError('ENOSPC')
          }
        }
        await assert.rejects(blobs.putFile(source), ({ name, message }: Error) => name === 'StoreError' && message.includes('full') && !message.includes(source) && message.includes(folder))
        await assert.rejects(blobs.put(BLOB, BYTES), { name: 'StoreError', message: /full/ })
        disk.watch = () => {}
        assert.equal(await blobs.has(BLOB), false)
        assert.deepEqual(await filesBelow(folder), ['source'])
        assert.equal((await blobs.putFile(source)).hash, BLOB)
      })
    })
  }

  it('keeps an arrival that the disk refused, for the next try', async () => {
    for (const step of ['write', 'sync', 'rename'] as const) {
      await withFolder(async (folder) => {
        const disk = new FaultyDisk()
        const blobs = await openBlobs(folder, disk)
        const receiver = await blobs.receive(BLOB, BYTES.length, HASHES)
        await receiver.write(0, CHUNKS[0]!)
        disk.watch = (seen) => {
          if (seen === step) {
            throw systemError('ENOSPC')
          }
        }
        const outcome = await Promise.allSettled([receiver.write(1, CHUNKS[1]!), receiver.write(2, CHUNKS[2]!)])
        await assert.rejects(receiver.finish(), { name: 'StoreError' })
        await receiver.close()
        disk.watch = () => {}
        const again = await blobs.receive(BLOB, BYTES.length, HASHES)
        assert.deepEqual([...again.missing], outcome.flatMap(({ status }, index) => status === 'rejected' ? [index + 1] : []))
        for (const chunk of again.missing) {
          await again.write(chunk, CHUNKS[chunk]!)
        }
        await again.finish()
        await again.close()
        assert.ok(await blobs.has(BLOB), step)
      })
    }
  })

  it('keeps no part of a blob that came whole another way', async () => {
    await withFolder(async (folder) => {
      const blobs = await openBlobs(folder)
      const receiver = await blobs.receive(BLOB, BYTES.length, HASHES)
      await receiver.write(0, CHUNKS[0]!)
      await blobs.put(BLOB, BYTES)
      await receiver.close()
      assert.deepEqual(await filesBelow(folder), [path.join('blobs', BLOB.slice(0, 2), BLOB)])
    })
  })

  it('removes the leftovers of a killed process, and nothing else', async () => {
    await withFolder(async (folder) => {
      const first = await openBlobs(folder)
      await first.put(BLOB, BYTES)
      const partial = path.join(folder, 'blobs', 'partial')
      const other = 'c'.repeat(64)
      for (const name of ['.tmp-0123456789ab', `${BLOB}-${'0'.repeat(16)}.part`, `${BLOB}-${'0'.repeat(16)}.map`, `${other}-${'1'.repeat(16)}.part`, `${other}-${'2'.repeat(16)}.map`]) {
        await writeFile(path.join(partial, name), 'x')
      }
      const kept = ['.tmp-1', '.tmp-notes.txt', `${other}-${'3'.repeat(16)}.map`, `${other}-${'3'.repeat(16)}.part`, 'notes.part'].sort()
      for (const name of kept) {
        await writeFile(path.join(partial, name), 'x')
      }
      await nodeDisk.makeFolder(path.join(folder, 'bundles', '.tmp-ba9876543210', 'deep'))
      await writeFile(path.join(folder, 'bundles', '.tmp-ba9876543210', 'deep', 'file'), 'x')
      await openBlobs(folder)
      assert.deepEqual((await readdir(partial)).sort(), kept)
      assert.deepEqual(await readdir(path.join(folder, 'bundles')), [])
      assert.ok(await first.has(BLOB))
    })
  })

  it('starts although a leftover can not be removed, and names it in the log', async () => {
    await withFolder(async (folder) => {
      await openBlobs(folder)
      await writeFile(path.join(folder, 'blobs', 'partial', '.tmp-0123456789ab'), 'x')
      const disk = new FaultyDisk()
      disk.watch = (step, file) => {
        if (step === 'remove' && file.endsWith('0123456789ab')) {
          throw systemError('EPERM')
        }
      }
      const log = new MemoryLog()
      await BlobFolder.open(disk, path.join(folder, 'blobs'), path.join(folder, 'bundles'), log)
      assert.deepEqual(log.lines.map(({ level }) => level), ['warn'])
    })
  })
})

describe('a bundle laid out', () => {
  it('holds links to the blobs, which nobody can write', async () => {
    await withFolder(async (folder) => {
      const blobs = await openBlobs(folder)
      await blobs.put(BLOB, BYTES)
      const scene = await blobs.layOut('e'.repeat(64), manifestOf('a.pov', 'deep/er/b.png'))
      assert.deepEqual(await filesBelow(scene.folder), ['a.pov', path.join('deep', 'er', 'b.png')])
      const stats = await stat(path.join(scene.folder, 'a.pov'))
      assert.equal(stats.nlink, 3)
      if (!isWindows()) {
        assert.equal(stats.mode & 0o222, 0)
      }
    })
  })

  it('holds copies where the disk makes no links', async () => {
    await withFolder(async (folder) => {
      const blobs = await openBlobs(folder, { ...nodeDisk, link: async () => { throw systemError('EXDEV') } })
      await blobs.put(BLOB, BYTES)
      const scene = await blobs.layOut('e'.repeat(64), manifestOf('a.pov'))
      assert.equal((await stat(path.join(scene.folder, 'a.pov'))).nlink, 1)
      assert.deepEqual(await scene.read('a.pov'), BYTES)
    })
  })

  it('never leaves its folder', async () => {
    await withFolder(async (folder) => {
      const blobs = await openBlobs(folder)
      await blobs.put(BLOB, BYTES)
      const before = await filesBelow(folder)
      for (const name of ['../a', 'a/../../b', '/a', 'a//b', './a', 'a/.', '..', '', 'a\\b', 'a\0b', 'C:/a', 'c:a', 'a/..']) {
        await assert.rejects(blobs.layOut('e'.repeat(64), manifestOf(name)), { name: 'StoreError' }, JSON.stringify(name))
      }
      assert.deepEqual(await filesBelow(folder), before)
    })
  })

  it('refuses two files of one name, and a file that is also a folder, and leaves nothing behind', async () => {
    await withFolder(async (folder) => {
      const blobs = await openBlobs(folder)
      await blobs.put(BLOB, BYTES)
      for (const paths of [['a', 'a'], ['a', 'a/b'], ['a/b', 'a']]) {
        await assert.rejects(blobs.layOut('e'.repeat(64), manifestOf(...paths)), { name: 'StoreError' })
      }
      assert.deepEqual(await readdir(path.join(folder, 'bundles')), [])
    })
  })

  it('does not hand a renderer a blob that the disk has damaged, but removes it so that it is fetched again', async () => {
    await withFolder(async (folder) => {
      await (await openBlobs(folder)).put(BLOB, BYTES)
      await damage(folder, BLOB, BYTES)
      const blobs = await openBlobs(folder)
      assert.ok(await blobs.has(BLOB))
      await assert.rejects(blobs.layOut('e'.repeat(64), manifestOf('a')), { name: 'StoreError', message: /damaged/ })
      assert.equal(await blobs.has(BLOB), false)
      await blobs.put(BLOB, BYTES)
      assert.deepEqual(await (await blobs.layOut('e'.repeat(64), manifestOf('a'))).read('a'), BYTES)
    })
  })

  it('sends nobody a chunk that the disk has damaged, before or after it was proven, and has the blob no more', async () => {
    await withFolder(async (folder) => {
      await (await openBlobs(folder)).put(BLOB, BYTES)
      await damage(folder, BLOB, BYTES)
      const blobs = await openBlobs(folder)
      assert.deepEqual(await Promise.all([0, 1, 2].map(async (chunk) => blobs.read(BLOB, chunk * CHUNK_BYTES, CHUNKS[chunk]!.length))), [undefined, undefined, undefined])
      assert.equal(await blobs.has(BLOB), false)
      await blobs.put(BLOB, BYTES)
      assert.deepEqual(await blobs.read(BLOB, CHUNK_BYTES - 2, 5), BYTES.slice(CHUNK_BYTES - 2, CHUNK_BYTES + 3))
      await damage(folder, BLOB, BYTES)
      assert.deepEqual(await blobs.read(BLOB, 0, CHUNK_BYTES), CHUNKS[0], 'this chunk is whole')
      assert.equal(await blobs.read(BLOB, CHUNK_BYTES, CHUNK_BYTES), undefined)
      assert.equal(await blobs.has(BLOB), false)
      const receiver = await blobs.receive(BLOB, BYTES.length, HASHES)
      for (const chunk of receiver.missing) {
        assert.ok(await receiver.write(chunk, CHUNKS[chunk]!))
      }
      await receiver.finish()
      await receiver.close()
      assert.deepEqual(await blobs.read(BLOB, 0, BYTES.length), BYTES)
    })
  })

  for (const by of ['links', 'copies'] as const) {
    it(`finds damage in a bundle that is laid out when it is asked to look, and lays it out anew with what came again, by ${by}`, async () => {
      await withFolder(async (folder) => {
        const disk: Disk = by === 'links' ? nodeDisk : { ...nodeDisk, link: async () => { throw systemError('EPERM') } }
        const blobs = await openBlobs(folder, disk)
        const bundle = 'e'.repeat(64)
        assert.equal(await blobs.recheckBundle(bundle), 'whole')
        await blobs.put(BLOB, BYTES)
        const scene = await blobs.layOut(bundle, manifestOf('a'))
        assert.equal(await blobs.recheckBundle(bundle), 'whole')
        const laidOut = await open(path.join(scene.folder, 'a'), 'r+').catch(async () => {
          await chmod(path.join(scene.folder, 'a'), 0o600)
          return open(path.join(scene.folder, 'a'), 'r+')
        })
        await laidOut.write(Uint8Array.of(BYTES[99]! ^ 1), 0, 1, 99)
        await laidOut.close()
        assert.equal(await blobs.recheckBundle(bundle), 'damaged')
        assert.equal(await blobs.has(BLOB), by === 'copies', 'a link is the blob itself')
        if (by === 'links') {
          await assert.rejects(blobs.layOut(bundle, manifestOf('a')), { name: 'StoreError' })
          await blobs.put(BLOB, BYTES)
        }
        assert.deepEqual(await (await blobs.layOut(bundle, manifestOf('a'))).read('a'), BYTES)
      })
    })
  }

  it('finds all damaged files of a bundle in one go', async () => {
    await withFolder(async (folder) => {
      const first = await openBlobs(folder)
      const contents = [1, 2, 3].map((seed) => new SeededRandom(seed).bytes(1_000))
      for (const bytes of contents) {
        await first.put(sha256(bytes), bytes)
      }
      for (const bytes of contents.slice(1)) {
        await damage(folder, sha256(bytes), bytes)
      }
      const blobs = await openBlobs(folder)
      const files = contents.map((bytes, index) => ({ path: `${index}`, size: bytes.length, hash: sha256(bytes), chunks: [sha256(bytes)] }))
      await assert.rejects(blobs.layOut('e'.repeat(64), { entry: '0', files }), { name: 'StoreError', message: /damaged/ })
      assert.deepEqual(await Promise.all(contents.map(async (bytes) => blobs.has(sha256(bytes)))), [true, false, false])
    })
  })

  it('keeps right bytes in the place of those that the disk has damaged', async () => {
    await withFolder(async (folder) => {
      await (await openBlobs(folder)).put(BLOB, BYTES)
      await damage(folder, BLOB, BYTES)
      const blobs = await openBlobs(folder)
      await blobs.put(BLOB, BYTES)
      assert.deepEqual(await blobs.read(BLOB, 0, BYTES.length), BYTES)
    })
  })

  it('is laid out anew in a new life, whatever a renderer did to it', async () => {
    await withFolder(async (folder) => {
      const first = await openBlobs(folder)
      await first.put(BLOB, BYTES)
      const { folder: laidOut } = await first.layOut('e'.repeat(64), manifestOf('a'))
      await writeFile(path.join(laidOut, 'cache.tmp'), 'x')
      await nodeDisk.remove(path.join(laidOut, 'a'))
      await (await openBlobs(folder)).layOut('e'.repeat(64), manifestOf('a'))
      assert.deepEqual(await filesBelow(laidOut), ['a'])
    })
  })
})
