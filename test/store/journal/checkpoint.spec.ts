import assert from 'node:assert/strict'
import path from 'node:path'
import { FaultyDisk, systemError } from '../support/faulty-disk.ts'
import { contentOf, numbered, numbersIn, numbersOnDisk, openJournal, pixelsOf, putContent } from '../support/journals.ts'
import { withFolder } from '../support/temporary-home.ts'
import type { JournalEntry } from '../../../src/ports.ts'

function * entries (first: number, count: number): Generator<JournalEntry> {
  for (let number = first; number < first + count; number++) {
    yield { record: numbered(number), pixels: pixelsOf(number, 500) }
  }
}

describe('Journal.checkpoint', () => {
  it('leaves the old state or the new one, whole, at whatever step the machine stops', async () => {
    await withFolder(async (folder) => {
      const target = path.join(folder, 'journal')
      const disk = new FaultyDisk()
      const { journal } = await openJournal(target, disk, { segmentBytes: 2_000 })
      for (const { record, pixels } of entries(0, 12)) {
        await journal.append(record, pixels)
      }
      const states: { readonly step: string, readonly content: Map<string, Uint8Array> }[] = []
      disk.watch = async (step, file) => {
        states.push({ step: `${step} ${path.basename(file)}`, content: await contentOf(target) })
      }
      await journal.checkpoint(entries(100, 9))
      disk.watch = () => {}
      states.push({ step: 'the end', content: await contentOf(target) })
      await journal.close()
      const before = Array.from({ length: 12 }, (_, number) => number)
      const after = Array.from({ length: 9 }, (_, number) => 100 + number)
      const seen = new Set<string>()
      for (const { step, content } of states) {
        const copy = path.join(folder, 'copy')
        await putContent(copy, content)
        const { journal: found } = await openJournal(copy)
        const numbers = await numbersIn(found)
        assert.ok(JSON.stringify(numbers) === JSON.stringify(before) || JSON.stringify(numbers) === JSON.stringify(after), `before "${step}": ${numbers.join(' ')}`)
        seen.add(numbers.length === 12 ? 'old' : 'new')
        await found.append(numbered(500))
        await found.checkpoint(entries(600, 1))
        await found.close()
        assert.deepEqual(await numbersOnDisk(copy), [600])
      }
      assert.deepEqual([...seen], ['old', 'new'])
      assert.ok(states.length > 8, 'too few steps were looked at')
    })
  })

  it('changes nothing when the disk refuses any of its steps, and can be tried again', async () => {
    for (const step of ['create', 'write', 'sync', 'rename'] as const) {
      await withFolder(async (folder) => {
        const disk = new FaultyDisk()
        const { journal } = await openJournal(folder, disk)
        await journal.append(numbered(1))
        disk.watch = (seen) => {
          if (seen === step) {
            throw systemError('ENOSPC')
          }
        }
        await assert.rejects(journal.checkpoint(entries(100, 3)), { name: 'StoreError', message: /full/ })
        disk.watch = () => {}
        assert.deepEqual(await numbersIn(journal), [1], step)
        assert.deepEqual([...(await contentOf(folder)).keys()], ['000001.seg'])
        await journal.append(numbered(2))
        await journal.checkpoint(entries(200, 2))
        await journal.close()
        assert.deepEqual(await numbersOnDisk(folder), [200, 201])
        await disk.closeAll()
      })
    }
  })

  it('keeps records that were on their way when it was asked for, although it does not contain them', async () => {
    await withFolder(async (folder) => {
      for (let turns = 0; turns < 12; turns++) {
        const target = path.join(folder, String(turns))
        const { journal } = await openJournal(target)
        await journal.append(numbered(0))
        const told: number[] = []
        const appends = Array.from({ length: 8 }, async (_, index) => {
          await journal.append(numbered(index + 1), pixelsOf(index, 100_000))
          told.push(index + 1)
        })
        for (let turn = 0; turn < turns; turn++) {
          await new Promise((resolve) => { setImmediate(resolve) })
        }
        const known = told.map((number) => ({ record: numbered(number), pixels: undefined }))
        await journal.checkpoint([{ record: numbered(100), pixels: undefined }, ...known])
        await Promise.all(appends)
        await journal.close()
        const found = new Set(await numbersOnDisk(target))
        assert.deepEqual([100, 1, 2, 3, 4, 5, 6, 7, 8].filter((number) => !found.has(number)), [], `lost after ${turns} turns`)
      }
    })
  })

  it('is made by the first of several told together, without losing the others', async () => {
    await withFolder(async (folder) => {
      const { journal } = await openJournal(folder)
      const merged: number[] = []
      let checkpoint: Promise<void> | undefined
      await Promise.all(Array.from({ length: 6 }, async (_, number) => {
        await journal.append(numbered(number))
        merged.push(number)
        checkpoint ??= journal.checkpoint(merged.map((done) => ({ record: numbered(done), pixels: undefined })))
      }))
      await checkpoint
      await journal.close()
      assert.deepEqual([...new Set(await numbersOnDisk(folder))].sort(), [0, 1, 2, 3, 4, 5])
    })
  })

  it('counts bytes as they are on disk, and drops those that were replaced', async () => {
    await withFolder(async (folder) => {
      const { journal } = await openJournal(folder, undefined, { segmentBytes: 3_000 })
      const sum = async (): Promise<number> => [...(await contentOf(folder)).values()].reduce((bytes, file) => bytes + file.length, 0)
      for (let round = 0; round < 3; round++) {
        for (const { record, pixels } of entries(0, 10)) {
          await journal.append(record, pixels)
        }
        assert.equal(journal.bytes(), await sum())
        await journal.checkpoint(entries(0, 2))
        assert.equal(journal.bytes(), await sum())
      }
      await journal.close()
      const { journal: again } = await openJournal(folder)
      assert.equal(again.bytes(), await sum())
      await again.close()
    })
  })

  it('takes turns when it is asked for twice at once', async () => {
    await withFolder(async (folder) => {
      const { journal } = await openJournal(folder)
      await journal.append(numbered(1))
      await Promise.all([journal.checkpoint(entries(10, 2)), journal.checkpoint(entries(20, 2))])
      await journal.close()
      assert.deepEqual(await numbersOnDisk(folder), [20, 21])
    })
  })
})
