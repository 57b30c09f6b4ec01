import assert from 'node:assert/strict'
import path from 'node:path'
import { FaultyDisk, systemError } from '../support/faulty-disk.ts'
import { numbered, numbersIn, numbersOnDisk, openJournal, pixelsOf } from '../support/journals.ts'
import { withFolder } from '../support/temporary-home.ts'
import type { Journal } from '../../../src/store/journal/journal.ts'
import type { DiskStep } from '../support/faulty-disk.ts'

const PIXEL_BYTES = 5_000

async function appendMany (journal: Journal, first: number, count: number): Promise<PromiseSettledResult<void>[]> {
  return Promise.allSettled(Array.from({ length: count }, async (_, index) => journal.append(numbered(first + index), pixelsOf(index, PIXEL_BYTES))))
}

describe('Journal on a disk that refuses', () => {
  for (const code of ['ENOSPC', 'EIO', 'EROFS', 'EDQUOT']) {
    for (const step of ['write', 'sync', 'create', 'syncFolder'] as const) {
      it(`rejects every append and keeps nothing of them when ${step} says ${code}, and goes on when there is room again`, async () => {
        await withFolder(async (folder) => {
          const disk = new FaultyDisk()
          const { journal } = await openJournal(folder, disk, { segmentBytes: 20_000 })
          if (step === 'write' || step === 'sync') {
            await journal.append(numbered(1))
          }
          disk.watch = (seen) => {
            if (seen === step) {
              throw systemError(code)
            }
          }
          for (const outcome of await appendMany(journal, 100, 20)) {
            assert.equal(outcome.status, 'rejected')
            assert.equal(outcome.reason.name, 'StoreError')
            assert.equal(outcome.reason.exitStatus, 5)
            assert.ok(!outcome.reason.message.includes('\n'))
          }
          disk.watch = () => {}
          await journal.append(numbered(2))
          const expected = step === 'write' || step === 'sync' ? [1, 2] : [2]
          assert.deepEqual(await numbersIn(journal), expected)
          await journal.close()
          assert.deepEqual(await numbersOnDisk(folder), expected)
        })
      })
    }
  }

  it('acknowledges nothing before the sync has ended', async () => {
    await withFolder(async (folder) => {
      const disk = new FaultyDisk()
      const { journal } = await openJournal(folder, disk)
      await journal.append(numbered(1))
      const { promise: released, resolve: release } = Promise.withResolvers<void>()
      const { promise: syncing, resolve: syncBegan } = Promise.withResolvers<void>()
      disk.watch = async (step) => {
        if (step === 'sync') {
          syncBegan()
          await released
        }
      }
      let acknowledged = false
      const append = journal.append(numbered(2)).then(() => { acknowledged = true })
      await syncing
      await new Promise((resolve) => { setImmediate(resolve) })
      assert.equal(acknowledged, false)
      release()
      await append
      assert.equal(acknowledged, true)
      await journal.close()
    })
  })

  it('syncs what a killed process left in the kernel before it tells anybody of it', async () => {
    await withFolder(async (folder) => {
      const { journal } = await openJournal(folder)
      await journal.append(numbered(1))
      await journal.close()
      const disk = new FaultyDisk()
      const synced: string[] = []
      disk.watch = (step, file) => { synced.push(`${step} ${path.basename(file)}`) }
      const { journal: again } = await openJournal(folder, disk)
      assert.ok(synced.includes('sync 000001.seg'), synced.join())
      disk.watch = (step) => {
        if (step === 'sync') {
          throw systemError('EIO')
        }
      }
      await assert.rejects(openJournal(folder, disk), { name: 'StoreError' })
      await again.close()
      await disk.closeAll()
    })
  })

  it('writes a note while a sync is under way', async () => {
    await withFolder(async (folder) => {
      const disk = new FaultyDisk()
      const { journal } = await openJournal(folder, disk)
      await journal.append(numbered(1))
      const { promise: released, resolve: release } = Promise.withResolvers<void>()
      const { promise: syncing, resolve: syncBegan } = Promise.withResolvers<void>()
      disk.watch = async (step) => {
        if (step === 'sync') {
          syncBegan()
          await released
        }
      }
      const append = journal.append(numbered(2))
      await syncing
      const { promise: written, resolve: wrote } = Promise.withResolvers<void>()
      const held = disk.watch
      disk.watch = async (step, file) => {
        await held(step, file)
        if (step === 'write') {
          wrote()
        }
      }
      journal.note(numbered(3))
      await written
      release()
      await append
      await journal.close()
      assert.deepEqual(await numbersOnDisk(folder), [1, 2, 3])
    })
  })

  it('shares one sync among appends that come together', async () => {
    await withFolder(async (folder) => {
      const disk = new FaultyDisk()
      const { journal } = await openJournal(folder, disk)
      await journal.append(numbered(1))
      const steps: DiskStep[] = []
      disk.watch = (step) => { steps.push(step) }
      await appendMany(journal, 100, 50)
      await journal.close()
      assert.deepEqual(steps.filter((step) => step === 'write' || step === 'sync'), ['write', 'sync'])
    })
  })

  it('keeps earlier records when a segment can not even be cut back', async () => {
    await withFolder(async (folder) => {
      const disk = new FaultyDisk()
      const { journal, log } = await openJournal(folder, disk)
      await journal.append(numbered(1))
      disk.watch = (step) => {
        if (step === 'write' || step === 'truncate') {
          throw systemError('EIO')
        }
      }
      await assert.rejects(journal.append(numbered(2)), { name: 'StoreError' })
      assert.ok(log.lines.some((line) => line.level === 'warn'))
      disk.watch = () => {}
      await journal.append(numbered(3))
      await journal.close()
      assert.deepEqual(await numbersOnDisk(folder), [1, 3])
    })
  })

  it('loses none of the records before a refused sync, and none after', async () => {
    await withFolder(async (folder) => {
      const disk = new FaultyDisk()
      const { journal } = await openJournal(folder, disk)
      const kept: number[] = []
      for (let round = 0; round < 30; round++) {
        const refused = round % 3 === 1
        disk.watch = (step) => {
          if (refused && step === 'sync') {
            throw systemError('EIO')
          }
        }
        const outcomes = await appendMany(journal, round * 10, 10)
        assert.ok(outcomes.every(({ status }) => status === (refused ? 'rejected' : 'fulfilled')))
        kept.push(...refused ? [] : Array.from({ length: 10 }, (_, index) => round * 10 + index))
      }
      disk.watch = () => {}
      await journal.close()
      assert.deepEqual(await numbersOnDisk(folder), kept)
    })
  })

  it('tells each of many mixed outcomes truly, whatever step fails when', async () => {
    await withFolder(async (folder) => {
      for (let period = 2; period < 30; period += 3) {
        const target = path.join(folder, String(period))
        const disk = new FaultyDisk()
        const { journal } = await openJournal(target, disk, { segmentBytes: 30_000 })
        let steps = 0
        disk.watch = () => {
          if (++steps % period === 0) {
            throw systemError('ENOSPC')
          }
        }
        const told: number[] = []
        for (let round = 0; round < 12; round++) {
          const outcomes = await appendMany(journal, round * 5, 5)
          told.push(...outcomes.flatMap(({ status }, index) => status === 'fulfilled' ? [round * 5 + index] : []))
        }
        disk.watch = () => {}
        await journal.append(numbered(1000))
        await journal.close()
        const found = new Set(await numbersOnDisk(target))
        assert.deepEqual(told.filter((number) => !found.has(number)), [], `acknowledged and lost, period ${period}`)
        await disk.closeAll()
      }
    })
  })
})
