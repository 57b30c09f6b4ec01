/**
 * A process that appends to a journal until it is killed, for journal-kill.spec.ts. Arguments: the folder of the journal, the first number.
 * It prints each number once its append has resolved.
 */
import { writeSync } from 'node:fs'
import { nodeDisk } from '../../../src/store/disk.ts'
import { Journal } from '../../../src/store/journal/journal.ts'
import { numbered, pixelsOf } from '../../store/support/journals.ts'

const [folder, first] = process.argv.slice(2)
const silent = { debug () {}, info () {}, warn () {}, error () {} }
const journal = await Journal.open(nodeDisk, folder!, silent, { segmentBytes: 40_000 })

/** Eight at a time, so that a kill finds some queued, some written and some being synced. */
let next = Number(first)
await Promise.all(Array.from({ length: 8 }, async () => {
  for (;;) {
    const number = next++
    await journal.append(numbered(number), pixelsOf(number, 1 + number * 997 % 3_000))
    writeSync(1, `${number}\n`)
    if (number % 50 === 49) {
      await journal.checkpoint((async function * () {
        for await (const entry of journal.replay()) {
          yield entry
        }
      })())
    }
  }
}))
