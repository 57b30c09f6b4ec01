import assert from 'node:assert/strict'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { nodeDisk } from '../../src/store/disk.ts'
import { openStore } from '../../src/store/disk-store.ts'
import { FilmFolder } from '../../src/store/films.ts'
import { RecordFolder } from '../../src/store/records.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { FaultyDisk, systemError } from './support/faulty-disk.ts'
import { withFolder, withHome } from './support/temporary-home.ts'

const JOB = { type: 'job', bytes: Uint8Array.of(1), signature: Uint8Array.of(2), output: undefined } as const

describe('FilmFolder', () => {
  it('gives no film rather than a damaged one', async () => {
    await withFolder(async (folder) => {
      const log = new MemoryLog()
      const films = new FilmFolder(nodeDisk, folder, log)
      await films.save(1, Float32Array.of(1, 2, 3, 4))
      const whole = await readFile(path.join(folder, '1.f32'))
      for (let at = 0; at < whole.length; at++) {
        const flipped = Buffer.from(whole)
        flipped[at]! ^= 1
        for (const bytes of [flipped, whole.subarray(0, at)]) {
          await writeFile(path.join(folder, '1.f32'), bytes)
          assert.equal(await films.read(1), undefined)
        }
      }
      assert.equal(log.lines.length, 2 * whole.length)
    })
  })

  it('keeps the old film when the disk refuses the new one', async () => {
    await withFolder(async (folder) => {
      const disk = new FaultyDisk()
      const films = new FilmFolder(disk, folder, new MemoryLog())
      const old = Float32Array.from(new SeededRandom(1).bytes(100))
      await films.save(1, old)
      for (const step of ['create', 'write', 'sync', 'rename'] as const) {
        disk.watch = (seen) => {
          if (seen === step) {
            throw systemError('ENOSPC')
          }
        }
        await assert.rejects(films.save(1, Float32Array.of(1)), { name: 'StoreError' })
        assert.deepEqual(await films.read(1), old)
        assert.deepEqual(await readdir(folder), ['1.f32'])
      }
    })
  })

  it('keeps frames that are saved at once', async () => {
    await withFolder(async (folder) => {
      const films = new FilmFolder(nodeDisk, folder, new MemoryLog())
      await Promise.all(Array.from({ length: 10 }, async (_, frame) => films.save(frame, Float32Array.of(frame))))
      for (let frame = 0; frame < 10; frame++) {
        assert.deepEqual(await films.read(frame), Float32Array.of(frame))
      }
    })
  })
})

describe('RecordFolder', () => {
  it('takes as many jobs as it may and refuses one more, but still new words on those it has', async () => {
    await withFolder(async (folder) => {
      const records = new RecordFolder(nodeDisk, folder, new MemoryLog(), 3)
      const ids = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(64))
      for (const id of ids.slice(0, 3)) {
        await records.save(id, JOB)
      }
      await assert.rejects(records.save(ids[3]!, JOB), { name: 'StoreError' })
      await records.save(ids[0]!, { type: 'control', bytes: Uint8Array.of(3), signature: Uint8Array.of(4) })
      await records.drop(ids[1]!)
      await records.save(ids[3]!, JOB)
      assert.deepEqual((await records.all()).map((group) => group.length).sort(), [1, 1, 2])
    })
  })

  it('drops a damaged record and keeps the others', async () => {
    await withFolder(async (folder) => {
      const log = new MemoryLog()
      for (const damage of ['', '{', '{}', '{"job":"{}","checksum":"0"}', '\u0000']) {
        const before = new RecordFolder(nodeDisk, folder, log)
        await before.save('a'.repeat(64), JOB)
        await before.save('b'.repeat(64), JOB)
        await writeFile(path.join(folder, `${'a'.repeat(64)}.json`), damage)
        assert.deepEqual(await new RecordFolder(nodeDisk, folder, log).all(), [[JOB]])
        assert.deepEqual(await readdir(folder), [`${'b'.repeat(64)}.json`])
      }
      assert.equal(log.lines.length, 5)
    })
  })

  it('refuses names that are no ids', async () => {
    await withFolder(async (folder) => {
      const records = new RecordFolder(nodeDisk, folder, new MemoryLog())
      await assert.rejects(records.save('../x', JOB), { name: 'StoreError' })
      await assert.rejects(records.drop('../x'), { name: 'StoreError' })
    })
  })
})

describe('openStore', () => {
  it('opens a job once at a time, by its id alone', async () => {
    await withHome(async (home) => {
      const store = await openStore(home, new MemoryLog())
      const id = 'a'.repeat(64)
      const job = await store.openJob(id)
      await assert.rejects(store.openJob(id), { name: 'StoreError', message: /open already/ })
      await job.append({ type: 'started', count: 1 })
      await job.close()
      await (await store.openJob(id)).close()
      await assert.rejects(store.openJob('../../x'), { name: 'StoreError' })
      await writeFile(home.path('jobs', 'a stray file'), '')
      await nodeDisk.makeFolder(home.path('jobs', 'b'.repeat(64)))
      assert.deepEqual(await store.jobs(), [id])
    })
  })
})
