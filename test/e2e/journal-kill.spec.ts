import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import path from 'node:path'
import { openJournal, pixelsOf, replayed } from '../store/support/journals.ts'
import { withFolder } from '../store/support/temporary-home.ts'

const WRITER = path.join(import.meta.dirname, 'support', 'journal-writer.js')

/** Runs the writer until it has acknowledged `count` records, kills it, and returns the numbers it acknowledged. */
async function killedWriter (folder: string, first: number, count: number): Promise<number[]> {
  const writer = spawn(process.execPath, [WRITER, folder, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  writer.stdout.setEncoding('utf8')
  writer.stdout.on('data', (text: string) => {
    printed += text
    if (printed.split('\n').length > count) {
      writer.kill('SIGKILL')
    }
  })
  await new Promise((resolve) => { writer.once('close', resolve) })
  return printed.split('\n').slice(0, -1).map(Number)
}

describe('a journal whose writer is killed (F11)', () => {
  it('has every acknowledged record, unaltered, after each of 20 kills at any moment', async function () {
    this.timeout(30_000)
    await withFolder(async (folder) => {
      const target = path.join(folder, 'journal')
      const acknowledged: number[] = []
      for (let round = 0; round < 20; round++) {
        acknowledged.push(...await killedWriter(target, round * 1000, 1 + round * 37 % 70))
        const { journal } = await openJournal(target)
        const found = new Set<number>()
        for (const { record, pixels } of await replayed(journal)) {
          assert.equal(record.type, 'started')
          const { count } = record as { count: number }
          assert.deepEqual(pixels, pixelsOf(count, 1 + count * 997 % 3_000))
          found.add(count)
        }
        assert.deepEqual(acknowledged.filter((number) => !found.has(number)), [], `lost by kill ${round}`)
        await journal.close()
      }
      assert.ok(acknowledged.length > 400)
    })
  })
})
