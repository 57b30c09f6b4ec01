import assert from 'node:assert/strict'
import fc from 'fast-check'
import { decodeManifest, encodeManifest } from '../../src/bundle/manifest.ts'
import { CacheKeeper } from '../../src/farm/cache/cache-keeper.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { chunkHashes } from '../support/memory-blobs.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { MemoryStore } from '../support/memory-store.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { sha256 } from '../support/sha256.ts'
import type { Hash } from '../../src/core/ids.ts'
import type { Manifest } from '../../src/core/messages.ts'
import type { MemoryDisk } from '../support/memory-disk.ts'

/** A scene as its requester has it. */
interface Scene {
  readonly id: Hash
  readonly manifest: Manifest
  readonly encoded: Uint8Array
  readonly files: ReadonlyMap<Hash, Uint8Array>
  /** Of its files and its manifest. */
  readonly bytes: number
}

function sceneOf (name: string, ...contents: readonly Uint8Array[]): Scene {
  const files = contents.map((bytes, index) => ({ path: index === 0 ? name : `part-${index}`, size: bytes.length, hash: sha256(bytes), chunks: chunkHashes(bytes) }))
  const manifest: Manifest = { entry: name, files: files.sort((a, b) => a.path < b.path ? -1 : 1) }
  const encoded = encodeManifest(manifest)
  const unique = new Map(contents.map((bytes) => [sha256(bytes), bytes]))
  return { id: sha256(encoded), manifest, encoded, files: unique, bytes: encoded.length + [...unique.values()].reduce((sum, bytes) => sum + bytes.length, 0) }
}

const random = new SeededRandom(11)
const A = sceneOf('a.glb', random.bytes(1_000), random.bytes(500))
const B = sceneOf('b.glb', random.bytes(1_000), random.bytes(501))
const C = sceneOf('c.glb', random.bytes(1_000), random.bytes(502))
const JOB = 'f'.repeat(64)

/** A keeper over a disk in memory, and the jobs that are live. */
class Cellar {
  readonly clock = new FakeClock()
  readonly log = new MemoryLog()
  readonly store: MemoryStore
  readonly keeper: CacheKeeper
  readonly liveScenes = new Set<Hash>()
  readonly endedJobs = new Set<string>()
  /** Told of a scene before what brought it lets go of it. */
  laidOut: (scene: Scene) => void = () => {}
  /** The most there ever was on the disk. */
  mostBytes = 0

  constructor (quotaBytes: number, disk?: MemoryDisk) {
    this.store = new MemoryStore(this.clock, disk)
    this.keeper = new CacheKeeper(quotaBytes, {
      store: this.store,
      bundler: { readManifest: decodeManifest },
      clock: this.clock,
      log: this.log,
      needs: () => ({ scenes: this.liveScenes, films: (job) => !this.endedJobs.has(job) }),
      nameOf: (job) => job === JOB ? 'film.glb' : ''
    })
  }

  static async open (quotaBytes: number, disk?: MemoryDisk): Promise<Cellar> {
    const cellar = new Cellar(quotaBytes, disk)
    await cellar.keeper.open()
    await cellar.keeper.begin([])
    return cellar
  }

  /** Brings a scene here as a worker does, and lets a second pass. */
  async fetch (scene: Scene): Promise<void> {
    await this.bring(scene)
    await this.clock.settle(1_000)
  }

  async bring (scene: Scene): Promise<void> {
    const hold = this.keeper.hold()
    try {
      await hold.reserve([{ hash: scene.id, size: scene.encoded.length }])
      await hold.put(scene.id, scene.encoded)
      await hold.reserve(scene.manifest.files)
      for (const { hash, size, chunks } of scene.manifest.files) {
        if (!await hold.has(hash)) {
          const receiver = await hold.receive(hash, size, chunks)
          for (const chunk of receiver.missing) {
            await receiver.write(chunk, scene.files.get(hash)!)
            this.mostBytes = Math.max(this.mostBytes, this.store.disk.keptBytes())
          }
          await receiver.finish()
          await receiver.close()
        }
      }
      await hold.layOut(scene.id, scene.manifest)
      this.laidOut(scene)
    } finally {
      hold.release()
    }
  }

  /** Brings a scene here as its requester does. */
  async pack (scene: Scene): Promise<void> {
    const hold = this.keeper.hold()
    try {
      await hold.expect(scene.bytes)
      for (const { path, hash } of scene.manifest.files) {
        this.store.disk.files.set(path, scene.files.get(hash)!)
        await hold.putFile(path)
        this.mostBytes = Math.max(this.mostBytes, this.store.disk.keptBytes())
      }
      await hold.put(scene.id, scene.encoded)
      await hold.layOut(scene.id, scene.manifest)
      this.laidOut(scene)
    } finally {
      hold.release()
    }
  }

  async has (scene: Scene): Promise<'whole' | 'part' | 'none'> {
    const there = await Promise.all([scene.id, ...scene.files.keys()].map(async (blob) => this.store.blobs.has(blob)))
    return there.every(Boolean) ? 'whole' : there.some(Boolean) ? 'part' : 'none'
  }

  async kept (): Promise<string> {
    await this.keeper.settled()
    const states = await Promise.all(([['A', A], ['B', B], ['C', C]] as const).map(async ([name, scene]) => [name, await this.has(scene)] as const))
    return states.flatMap(([name, state]) => state === 'whole' ? [name] : state === 'part' ? [`part of ${name}`] : []).join(' ')
  }
}

describe('a cache', () => {
  it('with room for two scenes keeps the two that were used last', async () => {
    const cellar = await Cellar.open(A.bytes + C.bytes)
    await cellar.fetch(A)
    await cellar.fetch(B)
    assert.equal(await cellar.kept(), 'A B')
    cellar.keeper.served(A.manifest.files[0]!.hash)
    await cellar.fetch(C)
    assert.equal(await cellar.kept(), 'A C')
    assert.deepEqual([...cellar.store.disk.bundles.keys()], [A.id, C.id])
    assert.ok(cellar.mostBytes <= cellar.keeper.quotaBytes)
  })

  it('remembers over restarts what was used last', async () => {
    const cellar = await Cellar.open(A.bytes + C.bytes)
    await cellar.fetch(A)
    await cellar.fetch(B)
    await cellar.clock.settle(120_000)
    cellar.keeper.served(A.id)
    const again = await Cellar.open(A.bytes + C.bytes, cellar.store.crash('kill'))
    await again.fetch(C)
    assert.equal(await again.kept(), 'A C')
  })

  it('never lets go of what a live job needs, and refuses what does not fit beside it, with the sizes', async () => {
    const cellar = await Cellar.open(B.bytes + C.bytes)
    await cellar.fetch(A)
    cellar.liveScenes.add(A.id)
    await cellar.fetch(B)
    await cellar.fetch(C)
    assert.equal(await cellar.kept(), 'A C')
    cellar.liveScenes.add(C.id)
    await assert.rejects(cellar.fetch(B), { name: 'CacheFullError', message: /^this peer's cache \(0\.0 MiB\) has no room for the scene \(0\.0 MiB\) beside what its other jobs need \(0\.0 MiB\); make it larger there with: tilemesh config cache SIZE$/ })
    assert.equal(await cellar.kept(), 'A C')
    cellar.liveScenes.delete(A.id)
    await cellar.fetch(B)
    assert.equal(await cellar.kept(), 'B C')
  })

  it('refuses a scene that is larger than itself before anything goes, and works on', async () => {
    const cellar = await Cellar.open(4_000_000)
    const large = sceneOf('large.glb', new Uint8Array(1_000_000), new Uint8Array(2_000_000).fill(1), new Uint8Array(2_000_000).fill(2))
    await cellar.fetch(A)
    await assert.rejects(cellar.fetch(large), { message: 'this peer\'s cache (3.8 MiB) is too small for the scene (4.8 MiB); make it larger there with: tilemesh config cache SIZE' })
    await assert.rejects(cellar.pack(large), { message: 'this peer\'s cache (3.8 MiB) is too small for the scene (4.8 MiB); make it larger there with: tilemesh config cache SIZE' })
    assert.equal(await cellar.kept(), 'A')
    await cellar.fetch(B)
    assert.equal(await cellar.kept(), 'A B')
  })

  it('takes no room for what is here already, however full it is', async () => {
    const cellar = await Cellar.open(A.bytes)
    await cellar.pack(A)
    cellar.liveScenes.add(A.id)
    await cellar.pack(A)
    await cellar.fetch(A)
    assert.equal(cellar.keeper.bytes, A.bytes)
    cellar.keeper.quotaBytes = 10
    await cellar.fetch(A)
    assert.equal(await cellar.kept(), 'A')
  })

  it('shrinks at once when it is told to keep less', async () => {
    const cellar = await Cellar.open(10_000)
    await cellar.fetch(A)
    await cellar.fetch(B)
    cellar.keeper.quotaBytes = B.bytes
    assert.equal(await cellar.kept(), 'B')
  })

  it('is cleared of everything but what live jobs need', async () => {
    const cellar = await Cellar.open(10_000)
    await cellar.fetch(A)
    await cellar.fetch(B)
    const job = await cellar.keeper.store.openJob(JOB)
    await job.saveFilm(0, new Float32Array(100))
    cellar.liveScenes.add(A.id)
    assert.deepEqual(await cellar.keeper.clear(), { freedBytes: B.bytes, usedBytes: A.bytes + 400 })
    cellar.endedJobs.add(JOB)
    assert.deepEqual(await cellar.keeper.clear(), { freedBytes: 400, usedBytes: A.bytes })
    assert.equal(await cellar.kept(), 'A')
  })

  it('says what it keeps', async () => {
    const cellar = await Cellar.open(10_000)
    await cellar.fetch(A)
    await (await cellar.keeper.store.openJob(JOB)).saveFilm(0, new Float32Array(100))
    cellar.liveScenes.add(A.id)
    const { quotaBytes, usedBytes, things, unlisted } = cellar.keeper.summary()
    assert.deepEqual([quotaBytes, usedBytes, unlisted], [10_000, A.bytes + 400, 0])
    assert.deepEqual(things.map(({ kind, id, name, bytes, needed }) => [kind, id, name, bytes, needed]), [['films', JOB, 'film.glb', 400, true], ['scene', A.id, 'a.glb', A.bytes, true]])
  })

  it('lets films of ended jobs go in their turn, and keeps one of a live job even when there is no room', async () => {
    const cellar = await Cellar.open(A.bytes + 400)
    const job = await cellar.keeper.store.openJob(JOB)
    await job.saveFilm(0, new Float32Array(100))
    await cellar.clock.settle(1_000)
    await cellar.fetch(A)
    await assert.rejects(cellar.fetch(B).then(async () => cellar.fetch(sceneOf('x', new Uint8Array(A.bytes)))), { name: 'CacheFullError' })
    await job.saveFilm(1, new Float32Array(1_000))
    assert.equal((await job.readFilm(1))!.length, 1_000)
    assert.equal(await cellar.kept(), '')
    cellar.endedJobs.add(JOB)
    cellar.keeper.trim()
    await cellar.keeper.settled()
    assert.equal(await job.readFilm(0), undefined)
  })

  it('evicts nothing before the jobs of its home are known', async () => {
    const first = await Cellar.open(10_000)
    await first.fetch(A)
    const again = new Cellar(10, first.store.crash('kill'))
    await again.keeper.open()
    await (await again.keeper.store.openJob(JOB)).saveFilm(0, new Float32Array(100))
    again.keeper.trim()
    assert.equal(await again.kept(), 'A')
    again.liveScenes.add(A.id)
    await again.keeper.begin([A.id])
    assert.equal(await again.kept(), 'A')
  })

  it('keeps the rest of a live job\'s scene of which a blob is lost, and that of no other', async () => {
    for (const live of [true, false]) {
      const first = await Cellar.open(10_000)
      await first.fetch(A)
      const disk = first.store.crash('kill')
      disk.blobs.delete(A.manifest.files[0]!.hash)
      const again = new Cellar(10_000, disk)
      await again.keeper.open()
      assert.deepEqual([...disk.bundles.keys()], [], 'it is no longer laid out')
      if (live) {
        again.liveScenes.add(A.id)
      }
      await again.keeper.begin(again.liveScenes)
      await again.keeper.clear()
      assert.equal(await again.kept(), live ? 'part of A' : '')
      await again.fetch(A)
      assert.equal(await again.kept(), 'A')
    }
  })

  it('that was killed at any moment of an eviction is whole afterwards, and what is missing is fetched again', async () => {
    for (let steps = 0; steps < 5; steps++) {
      const first = await Cellar.open(10_000)
      await first.fetch(A)
      await first.fetch(B)
      let left = steps
      first.store.sync = async () => { await (left-- <= 0 ? new Promise<never>(() => {}) : Promise.resolve()) }
      first.keeper.quotaBytes = B.bytes
      await first.clock.settle(1_000)
      const again = await Cellar.open(10_000, first.store.crash('kill'))
      assert.equal(again.keeper.bytes, again.store.disk.keptBytes())
      await again.fetch(A)
      await again.fetch(B)
      assert.equal(await again.kept(), 'A B')
      assert.equal(again.keeper.bytes, A.bytes + B.bytes)
    }
  })

  it('goes on when something can not be removed', async () => {
    const cellar = await Cellar.open(A.bytes + C.bytes)
    await cellar.fetch(A)
    await cellar.fetch(B)
    const remove = cellar.store.blobs.removeBundle.bind(cellar.store.blobs)
    cellar.store.blobs.removeBundle = async (manifest) => {
      if (manifest === A.id) {
        throw new Error('it is in use')
      }
      await remove(manifest)
    }
    await cellar.fetch(C)
    assert.equal(await cellar.kept(), 'A C')
    assert.equal(cellar.log.lines.filter(({ level }) => level === 'warn').length, 1)
  })

  it('makes room on a disk that is full before its quota is, once', async () => {
    const cellar = await Cellar.open(1_000_000)
    await cellar.fetch(A)
    cellar.store.disk.capacityBytes = A.bytes + 700
    await cellar.fetch(B)
    assert.equal(await cellar.kept(), 'B')
    cellar.liveScenes.add(B.id)
    await assert.rejects(cellar.fetch(C), { name: 'StoreError', trouble: 'full' })
    cellar.store.disk.capacityBytes = undefined
    await cellar.fetch(C)
    assert.equal(await cellar.kept(), 'B C')
  })

  it('whatever is fetched, packed, used and ended in whatever order: is never above its quota, and never lacks what is needed', async () => {
    const texture = random.bytes(300)
    const scenes = Array.from({ length: 6 }, (_, index) => sceneOf(`${index}.glb`, random.bytes(200 + 150 * index), ...index % 2 === 0 ? [texture] : []))
    const scene = fc.integer({ min: 0, max: 5 })
    const step = fc.oneof(
      fc.record({ type: fc.constant('fetch' as const), scene, wait: fc.boolean() }),
      fc.record({ type: fc.constant('pack' as const), scene, wait: fc.boolean() }),
      fc.record({ type: fc.constant('end' as const), scene }),
      fc.record({ type: fc.constant('used' as const), scene }),
      fc.record({ type: fc.constant('film' as const), job: fc.integer({ min: 0, max: 2 }), floats: fc.integer({ min: 1, max: 100 }) }),
      fc.record({ type: fc.constant('clear' as const) })
    )
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.integer({ min: 1_200, max: 6_000 }), fc.integer({ min: 0, max: 3 }), async (steps, quota, syncMs) => {
      const cellar = await Cellar.open(quota)
      cellar.store.disk.syncMs = syncMs
      cellar.laidOut = ({ id }) => { cellar.liveScenes.add(id) }
      const running: Promise<unknown>[] = []
      let filmBytes = 0
      for (const one of steps) {
        switch (one.type) {
          case 'fetch':
          case 'pack': {
            const wanted = scenes[one.scene]!
            const coming = (one.type === 'fetch' ? cellar.bring(wanted) : cellar.pack(wanted)).catch((error: unknown) => { assert.equal((error as Error).name, 'CacheFullError') })
            running.push(coming)
            if (one.wait) {
              await cellar.clock.drive(coming)
            }
            break
          }
          case 'end': cellar.liveScenes.delete(scenes[one.scene]!.id); cellar.keeper.trim(); break
          case 'used': cellar.keeper.served(scenes[one.scene]!.id); break
          case 'film': {
            const id = String(one.job).repeat(64)
            cellar.endedJobs.delete(id)
            const job = await cellar.clock.drive(cellar.keeper.store.openJob(id))
            await cellar.clock.drive(job.saveFilm(0, new Float32Array(one.floats)))
            cellar.endedJobs.add(id)
            filmBytes += 4 * one.floats
            break
          }
          case 'clear': running.push(cellar.keeper.clear())
        }
        for (const live of scenes.filter(({ id }) => cellar.liveScenes.has(id))) {
          assert.equal(await cellar.has(live), 'whole', `${live.manifest.entry} is needed`)
        }
      }
      await cellar.clock.drive(Promise.all(running))
      await cellar.clock.drive(cellar.keeper.settled())
      // Films are kept in any case.
      assert.ok(cellar.mostBytes <= quota + filmBytes, `${cellar.mostBytes} of ${quota} bytes, of films ${filmBytes}`)
      assert.equal(cellar.keeper.bytes, cellar.store.disk.keptBytes())
      cellar.liveScenes.clear()
      await cellar.clock.drive(cellar.keeper.clear())
      assert.equal(cellar.store.disk.keptBytes(), 0)
      assert.equal(cellar.keeper.bytes, 0)
    }), { numRuns: 150 })
  })
})
