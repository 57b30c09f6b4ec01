import assert from 'node:assert/strict'
import { open, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { encodeHeader, encodePrefix, newMarker } from '../../../src/store/journal/layout.ts'
import { MAX_BODY_BYTES } from '../../../src/store/limits.ts'
import { contentOf, numbered, numbersIn, numbersOnDisk, openJournal, pixelsOf, putContent, replayed } from '../support/journals.ts'
import { withFolder } from '../support/temporary-home.ts'

const FIRST = '000001.seg'

async function writeNumbers (folder: string, count: number, pixelBytes: number, segmentBytes?: number): Promise<void> {
  const { journal } = await openJournal(folder, undefined, { segmentBytes })
  for (let number = 0; number < count; number++) {
    await journal.append(numbered(number), pixelsOf(number, pixelBytes))
  }
  await journal.close()
}

describe('Journal', () => {
  it('cuts off a last record that is torn at any byte, keeps all before it, and goes on', async () => {
    await withFolder(async (folder) => {
      await writeNumbers(path.join(folder, 'whole'), 2, 16)
      const whole = (await contentOf(path.join(folder, 'whole'))).get(FIRST)!
      await writeNumbers(path.join(folder, 'before'), 1, 16)
      const before = (await contentOf(path.join(folder, 'before'))).get(FIRST)!.length
      for (let bytes = before; bytes < whole.length; bytes++) {
        const torn = path.join(folder, 'torn')
        await putContent(torn, new Map([[FIRST, whole.subarray(0, bytes)]]))
        const { journal, log } = await openJournal(torn)
        assert.equal(log.lines.length, bytes === before ? 0 : 1, `no word about ${bytes - before} torn bytes`)
        assert.deepEqual(await numbersIn(journal), [0])
        await journal.append(numbered(7))
        await journal.close()
        assert.deepEqual(await numbersOnDisk(torn), [0, 7], `torn after ${bytes} bytes`)
        assert.equal((await contentOf(torn)).size, 1)
      }
    })
  })

  it('opens after a crash that tore the header of a new segment at any byte', async () => {
    await withFolder(async (folder) => {
      await writeNumbers(path.join(folder, 'whole'), 1, 0)
      const content = await contentOf(path.join(folder, 'whole'))
      for (let bytes = 0; bytes < 32; bytes++) {
        const torn = path.join(folder, 'torn')
        await putContent(torn, new Map([...content, ['000002.seg', content.get(FIRST)!.subarray(0, bytes)]]))
        const { journal } = await openJournal(torn)
        await journal.append(numbered(7))
        await journal.close()
        assert.deepEqual(await numbersOnDisk(torn), [0, 7], `torn after ${bytes} bytes`)
      }
    })
  })

  it('steps over damage in the middle, says so, and loses that record alone', async () => {
    await withFolder(async (folder) => {
      await writeNumbers(folder, 30, 1000, 10_000)
      const segments = [...await contentOf(folder)]
      assert.ok(segments.length > 3, 'one segment was not enough')
      const [name, bytes] = segments[1]!
      for (const at of [40, 60, 500]) {
        const damaged = bytes.slice()
        damaged[at]! ^= 0x10
        await writeFile(path.join(folder, name), damaged)
        const { journal, log } = await openJournal(folder)
        const numbers = await numbersIn(journal)
        assert.equal(numbers.length, 29)
        assert.deepEqual(numbers, numbers.toSorted((a, b) => a - b))
        const [line] = log.lines
        assert.equal(line?.level, 'warn')
        assert.equal(line?.details.segment, name)
        assert.ok(typeof line?.details.bytes === 'number' && line.details.bytes > 1000 && line.details.bytes < 1100)
        await journal.close()
      }
    })
  })

  it('never throws and never returns an altered record, whatever bits flip', async () => {
    await withFolder(async (folder) => {
      await writeNumbers(path.join(folder, 'whole'), 12, 90, 700)
      const content = await contentOf(path.join(folder, 'whole'))
      const names = [...content.keys()]
      assert.ok(names.length >= 2)
      const flips = fc.array(fc.record({ segment: fc.nat(names.length - 1), at: fc.nat(2000), bits: fc.integer({ min: 1, max: 255 }) }), { minLength: 1, maxLength: 8 })
      await fc.assert(fc.asyncProperty(flips, async (chosen) => {
        const damaged = new Map([...content].map(([name, bytes]) => [name, bytes.slice()]))
        for (const { segment, at, bits } of chosen) {
          const bytes = damaged.get(names[segment]!)!
          bytes[at % bytes.length]! ^= bits
        }
        const target = path.join(folder, 'damaged')
        await putContent(target, damaged)
        const { journal } = await openJournal(target)
        const entries = await replayed(journal)
        let last = -1
        for (const { record, pixels } of entries) {
          assert.equal(record.type, 'started')
          const number = (record as { count: number }).count
          assert.ok(number > last && number < 12, `${number} after ${last}`)
          assert.deepEqual(pixels, pixelsOf(number, 90))
          last = number
        }
        assert.ok(entries.length >= 12 - 2 * chosen.length - 6 * chosen.filter(({ at }) => at % 700 < 32).length, 'more was lost than was hit')
        await journal.append(numbered(99))
        await journal.close()
        const again = await numbersOnDisk(target)
        assert.equal(again.at(-1), 99, 'a damaged journal did not go on')
      }), { numRuns: 120 })
    })
  })

  it('does not take pixels that look like records for records', async () => {
    await withFolder(async (folder) => {
      await writeNumbers(path.join(folder, 'forged'), 1, 10)
      const forged = (await contentOf(path.join(folder, 'forged'))).get(FIRST)!
      const target = path.join(folder, 'target')
      const { journal } = await openJournal(target)
      await journal.append({ type: 'film', unit: 1 }, forged)
      await journal.append(numbered(5))
      await journal.close()
      const bytes = (await contentOf(target)).get(FIRST)!
      bytes[60]! ^= 1
      await putContent(target, new Map([[FIRST, bytes]]))
      assert.deepEqual(await numbersOnDisk(target), [5])
    })
  })

  it('leaves out records of a kind it does not know, or that are not what they should be, with a warning', async () => {
    await withFolder(async (folder) => {
      const marker = newMarker()
      const heads = [
        '{"type":"from the future"}', '{"type":"film","unit":1.5}', '{"type":"film"}', '[]', 'null', '{', '', '{"type":"grant","grant":1,"worker":"w","rects":[1,2,3]}',
        '{"type":"done","filmHash":"short","wallMs":1}', '{"type":"job","bytes":1,"signature":""}', '{"type":"started","count":7}'
      ].map((text) => Buffer.from(text))
      const records = heads.flatMap((head) => [encodePrefix(marker, head, new Uint8Array(0)), head])
      await putContent(folder, new Map([[FIRST, Buffer.concat([encodeHeader(1, marker), ...records])]]))
      const { journal, log } = await openJournal(folder)
      assert.deepEqual(await numbersIn(journal), [7])
      await journal.close()
      assert.equal(log.lines.filter((line) => line.level === 'warn').length, heads.length - 1)
    })
  })

  it('refuses a journal of a later version instead of misreading it', async () => {
    await withFolder(async (folder) => {
      await writeNumbers(folder, 1, 10)
      const file = await open(path.join(folder, FIRST), 'r+')
      const header = Buffer.alloc(32)
      await file.read(header, 0, 32, 0)
      header.writeUInt16LE(2, 8)
      header.writeUInt32LE(crc32(header.subarray(0, 28)), 28)
      await file.write(header, 0, 32, 0)
      await file.close()
      await assert.rejects(openJournal(folder), { name: 'StoreError', message: /update tilemesh/ })
    })
  })

  it('survives a segment that lost its whole content', async () => {
    await withFolder(async (folder) => {
      await writeNumbers(folder, 30, 1000, 10_000)
      await truncate(path.join(folder, '000002.seg'), 0)
      const { journal, log } = await openJournal(folder)
      const numbers = await numbersIn(journal)
      assert.equal(numbers.at(-1), 29)
      assert.ok(numbers.length > 15 && log.lines.length === 1)
      await journal.close()
    })
  })

  it('takes a record of the largest size and refuses one byte more', async () => {
    await withFolder(async (folder) => {
      const { journal } = await openJournal(folder)
      await journal.append(numbered(1), new Uint8Array(MAX_BODY_BYTES))
      await assert.rejects(journal.append(numbered(2), new Uint8Array(MAX_BODY_BYTES + 1)), { name: 'StoreError' })
      await journal.append(numbered(3))
      await journal.close()
      const { journal: again } = await openJournal(folder)
      const entries = await replayed(again)
      assert.deepEqual(entries.map(({ pixels }) => pixels?.byteLength), [MAX_BODY_BYTES, undefined])
      await again.close()
    })
  })

  it('refuses to append beyond what may wait for the disk', async () => {
    await withFolder(async (folder) => {
      const limit = 10 * (1000 + 100)
      const { journal } = await openJournal(folder, undefined, { maxQueuedBytes: limit })
      const outcomes = await Promise.allSettled(Array.from({ length: 30 }, async (_, number) => journal.append(numbered(number), new Uint8Array(1000))))
      const refused = outcomes.filter(({ status }) => status === 'rejected').length
      assert.ok(refused > 0 && refused < 30)
      await journal.append(numbered(30), new Uint8Array(1000))
      await journal.close()
      assert.equal((await numbersOnDisk(folder)).length, 31 - refused)
    })
  })

  it('refuses records after it is closed, and drops notes', async () => {
    await withFolder(async (folder) => {
      const { journal } = await openJournal(folder)
      const last = journal.append(numbered(1))
      await journal.close()
      await last
      await assert.rejects(journal.append(numbered(2)), { name: 'StoreError' })
      journal.note(numbered(3))
      assert.deepEqual(await numbersOnDisk(folder), [1])
    })
  })
})
