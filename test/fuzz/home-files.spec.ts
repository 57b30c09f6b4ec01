import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { CHUNK_BYTES } from '../../src/core/limits.ts'
import { TilemeshError } from '../../src/errors.ts'
import { openIdentity, openStore, readMeshFile, writeMeshFile } from '../../src/store/index.ts'
import { keptResult, readAll, unitsOf } from '../support/kept-results.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { mutations, noise, randomOf } from '../support/mutations.ts'
import { withHome } from '../store/support/temporary-home.ts'
import type { Store } from '../../src/ports.ts'
import type { Home } from '../../src/store/index.ts'

/** Damaged variants of each file, besides one of every length. FUZZ_VARIANTS=10000 for a long run. */
const VARIANTS = Math.ceil(Number(process.env['FUZZ_VARIANTS'] ?? 1_000) / 5)
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const JOB = 'ab'.repeat(32)

/** Files of at most this many bytes are cut at every length, longer ones at so many. */
const MOST_LENGTHS = 1_000

describe(`each file of a home, damaged in every way, SEED=${SEED}`, function () {
  this.timeout(900_000)

  /** Cut short, empty, with a bit flipped, with more or other bytes. */
  function * damaged (whole: Uint8Array): Generator<Uint8Array> {
    const below = randomOf(SEED)
    const step = Math.max(1, Math.ceil(whole.byteLength / MOST_LENGTHS))
    for (let length = 0; length < whole.byteLength; length += step) {
      yield whole.subarray(0, length)
    }
    for (let variant = 0; variant < VARIANTS; variant++) {
      yield mutations[variant % mutations.length]!(whole, noise(whole.byteLength, below), below)
    }
  }

  /** Resolves with what a step gives; a refusal must be one for a person, with the status of an unusable home. */
  async function given<T> (step: () => Promise<T>, file: string): Promise<T | 'refused'> {
    try {
      return await step()
    } catch (err) {
      assert.ok(err instanceof TilemeshError, `not for a person: ${err instanceof Error ? err.stack : String(err)}`)
      assert.equal(err.exitStatus, 5, err.message)
      assert.doesNotMatch(err.message, /\n|undefined|\[object/)
      assert.ok(err.message.includes(path.basename(file)), err.message)
      return 'refused'
    }
  }

  async function everyVariant (file: string, use: (isWhole: boolean) => Promise<void>): Promise<void> {
    const whole = await readFile(file)
    for (const bytes of damaged(whole)) {
      await rm(file, { force: true })
      await writeFile(file, bytes, { mode: 0o600 })
      await use(Buffer.from(bytes).equals(whole))
    }
    await rm(file, { force: true })
    await writeFile(file, whole, { mode: 0o600 })
    await use(true)
  }

  const open = async (home: Home): Promise<Store> => openStore(home, new MemoryLog())

  it('the identity: the same key, or refused and left as it is', async () => {
    await withHome(async (home) => {
      const key = await openIdentity(home)
      const file = home.path('identity.key')
      await everyVariant(file, async (isWhole) => {
        const before = await readFile(file)
        const found = await given(async () => openIdentity(home), file)
        assert.equal(found !== 'refused', isWhole)
        assert.ok(found === 'refused' || found.equals(key))
        assert.deepEqual(await readFile(file), before)
      })
    })
  })

  it('the mesh: the same secret, or refused and left as it is', async () => {
    await withHome(async (home) => {
      const mesh = { name: 'studio "7" 🦆', secret: Uint8Array.from({ length: 32 }, (_, at) => at), addresses: ['/ip4/192.0.2.1/tcp/4001/p2p/12D3KooW'] }
      await writeMeshFile(home, mesh)
      const file = home.path('mesh.json')
      await everyVariant(file, async () => {
        const found = await given(async () => readMeshFile(home), file)
        if (found !== 'refused') {
          assert.deepEqual({ ...found, secret: Uint8Array.from(found!.secret) }, mesh)
        }
      })
    })
  })

  it('the counter of starts: higher than before, or said to begin anew', async () => {
    await withHome(async (home) => {
      for (let boot = 1; boot <= 3; boot++) {
        await (await open(home)).nextBoot()
      }
      await everyVariant(home.path('boot.json'), async () => {
        const { boot, fresh } = await (await open(home)).nextBoot()
        assert.ok(fresh ? boot === 1 : boot === 4, `boot ${boot}`)
      })
    })
  })

  it('the counter of submissions: never a number again', async () => {
    await withHome(async (home) => {
      const store = await open(home)
      for (let serial = 1; serial <= 3; serial++) {
        assert.equal(await store.nextSerial(), serial)
      }
      await (await store.openJob(JOB)).close()
      await everyVariant(home.path('serial.json'), async () => {
        assert.ok(await (await open(home)).nextSerial() >= 4)
      })
    })
  })

  it('the port: the same, or none', async () => {
    await withHome(async (home) => {
      await home.rememberListenPort(4_001)
      await everyVariant(home.path('port.json'), async () => {
        assert.ok([undefined, 4_001].includes(await home.listenPort()))
      })
    })
  })

  it('records of others\' jobs: the same, or forgotten', async () => {
    await withHome(async (home) => {
      const record = { type: 'job' as const, bytes: noise(300, randomOf(3)), signature: noise(64, randomOf(4)), output: undefined }
      await (await open(home)).saveRecord(JOB, record)
      await everyVariant(home.path('records', `${JOB}.json`), async () => {
        const found = (await (await open(home)).records()).flat()
        assert.ok(found.length === 0 || (found.length === 1 && found[0]!.type === 'job' && Buffer.from(found[0]!.bytes).equals(record.bytes)))
      })
    })
  })

  it('a journal: records as they were, in their order, with those left out that are damaged', async () => {
    await withHome(async (home) => {
      const job = await (await open(home)).openJob(JOB)
      for (let count = 1; count <= 12; count++) {
        await job.append({ type: 'started', count }, undefined)
      }
      await job.close()
      const folder = home.path('jobs', JOB, 'journal')
      const [segment] = await readdir(folder)
      await everyVariant(path.join(folder, segment!), async (isWhole) => {
        const again = await given(async () => (await open(home)).openJob(JOB), segment!)
        if (again === 'refused') {
          return
        }
        const counts: number[] = []
        for await (const { record } of again.replay()) {
          assert.ok(record.type === 'started')
          counts.push(record.count)
        }
        assert.deepEqual(counts, counts.toSorted((a, b) => a - b))
        assert.ok(counts.every((count) => count >= 1 && count <= 12))
        assert.ok(!isWhole || counts.length === 12)
        await again.append({ type: 'started', count: 13 }, undefined)
        await again.close()
        for (const name of await readdir(folder)) {
          await rm(path.join(folder, name))
        }
      })
    })
  })

  for (const kind of ['custody', 'spool'] as const) {
    it(`results in ${kind}: as they were, with those left out that are damaged`, async () => {
      await withHome(async (home) => {
        const units = await (await open(home))[kind].open(JOB)
        const originals = Array.from({ length: 5 }, (_, unit) => keptResult(JOB, unit, 64 + unit))
        for (const { head, bytes } of originals) {
          await units.put(head, bytes)
        }
        await units.close()
        const folder = home.path(kind, JOB)
        const [segment] = await readdir(folder)
        await everyVariant(path.join(folder, segment!), async (isWhole) => {
          const again = await given(async () => (await open(home))[kind].open(JOB), segment!)
          if (again === 'refused') {
            return
          }
          const atFirst = await readAll(again)
          const found = await readAll(again) // behind what turned out to be damaged there may be more
          found.forEach((result) => { assert.deepEqual(result, originals[result.head.unit]) })
          assert.ok(atFirst.every((result) => found.some(({ head }) => head.unit === result.head.unit)))
          assert.deepEqual(await unitsOf(again), found.map(({ head }) => head.unit))
          assert.ok(!isWhole || found.length === 5)
          await again.put(originals[0]!.head, originals[0]!.bytes)
          assert.equal((await readAll(again)).length, found.length + 1)
          await again.close()
          for (const name of await readdir(folder)) {
            await rm(path.join(folder, name))
          }
        })
      })
    })
  }

  it('a kept film: the same, or none', async () => {
    await withHome(async (home) => {
      const film = Float32Array.from({ length: 64 }, (_, at) => at / 7)
      const job = await (await open(home)).openJob(JOB)
      await job.saveFilm(0, film)
      await everyVariant(home.path('jobs', JOB, 'films', '0.f32'), async (isWhole) => {
        const found = await job.readFilm(0)
        assert.deepEqual(found, isWhole ? film : undefined)
      })
      await job.close()
    })
  })

  it('a file of a scene: laid out as it was, or refused and removed so that it is fetched again', async () => {
    await withHome(async (home) => {
      const bytes = noise(400, randomOf(5))
      const hash = createHash('sha256').update(bytes).digest('hex')
      await (await open(home)).blobs.put(hash, bytes)
      const file = home.path('blobs', hash.slice(0, 2), hash)
      await chmod(file, 0o600)
      await everyVariant(file, async (isWhole) => {
        const store = await open(home)
        const manifest = { entry: 'a.bin', files: [{ path: 'a.bin', size: bytes.byteLength, hash, chunks: [hash] }] }
        const files = await given(async () => store.blobs.layOut('cd'.repeat(32), manifest), hash)
        assert.equal(files !== 'refused', isWhole)
        if (files === 'refused') {
          assert.equal(await store.blobs.has(hash), false)
          await mkdir(path.dirname(file), { recursive: true })
        } else {
          assert.deepEqual(await files.read('a.bin'), Uint8Array.from(bytes))
        }
      })
    })
  })

  it('a file of a scene on its way: whole in the end, whatever became of the part that had come', async () => {
    await withHome(async (home) => {
      const bytes = noise(2 * CHUNK_BYTES + 50, randomOf(6))
      const hashOf = (some: Uint8Array): string => createHash('sha256').update(some).digest('hex')
      const parts = [0, 1, 2].map((chunk) => bytes.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES))
      const hash = hashOf(bytes)
      const below = randomOf(SEED)
      for (let variant = 0; variant < Math.ceil(VARIANTS / 20); variant++) {
        const arriving = await (await open(home)).blobs.receive(hash, bytes.byteLength, parts.map(hashOf))
        await arriving.write(1, parts[1]!)
        await arriving.close()
        const folder = home.path('blobs', 'partial')
        for (const name of await readdir(folder)) {
          const file = path.join(folder, name)
          const whole = await readFile(file)
          await writeFile(file, mutations[below(mutations.length)]!(whole, noise(100, below), below))
        }
        const store = await open(home)
        const receiver = await store.blobs.receive(hash, bytes.byteLength, parts.map(hashOf))
        for (const chunk of [...receiver.missing]) {
          assert.ok(await receiver.write(chunk, parts[chunk]!))
        }
        // A damaged part may have been counted as there: then the whole is not taken, and comes anew.
        const finished = await given(async () => receiver.finish(), hash)
        await receiver.close()
        assert.equal(await store.blobs.has(hash), finished !== 'refused')
        if (finished !== 'refused') {
          assert.equal(hashOf((await store.blobs.read(hash, 0, bytes.byteLength))!), hash)
        }
        await rm(home.path('blobs', hash.slice(0, 2)), { recursive: true, force: true })
      }
    })
  })
})
