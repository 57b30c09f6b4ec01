import assert from 'node:assert/strict'
import { keptResult, readAll, unitsOf } from '../support/kept-results.ts'
import type { KeptUnitsStore } from '../../src/ports.ts'
import type { StoreUnderTest } from './store.ts'

const JOB = 'a'.repeat(64)
const OTHER_JOB = 'b'.repeat(64)

/** What the folders of kept results of every store must do: those kept for others, and those of its own spool. */
export function describeKeptUnits (name: string, create: () => Promise<StoreUnderTest>): void {
  for (const folder of ['custody', 'spool'] as const) {
    describe(`${folder}: ${name}`, () => {
      let subject: StoreUnderTest
      let kept: KeptUnitsStore

      beforeEach(async () => {
        subject = await create()
        kept = subject.store[folder]
      })

      afterEach(async () => {
        await subject.remove()
      })

      const reopened = async (): Promise<KeptUnitsStore> => (await subject.reopen())[folder]

      it('gives back what was put, heads and bytes, in the order in which it came, after a crash too', async () => {
        const results = [keptResult(JOB, 5, 64), keptResult(JOB, 1, 0), keptResult(JOB, 3, 70_000, 'film')]
        const units = await kept.open(JOB)
        for (const { head, bytes } of results) {
          await units.put(head, bytes)
        }
        assert.deepEqual(await readAll(units), results)
        const again = await (await reopened()).open(JOB)
        assert.deepEqual(await readAll(again), results)
        assert.deepEqual(await unitsOf(again), [5, 1, 3])
        assert.equal(again.job, JOB)
      })

      it('keeps a head without a mark as it is', async () => {
        const { head: marked, bytes } = keptResult(JOB, 2, 16)
        const { keep: _keep, ...head } = marked
        await (await kept.open(JOB)).put(head, bytes)
        assert.deepEqual(await readAll(await (await reopened()).open(JOB)), [{ head, bytes }])
      })

      it('gives what is wanted alone, several readers at once, and leaves out what comes while they read', async () => {
        const units = await kept.open(JOB)
        for (let unit = 0; unit < 20; unit++) {
          const { head, bytes } = keptResult(JOB, unit, 100 + unit)
          await units.put(head, bytes)
        }
        const odd = units.read(({ unit }) => unit % 2 === 1)[Symbol.asyncIterator]()
        const first = await odd.next()
        await Promise.all([20, 21, 22].map(async (unit) => { const { head, bytes } = keptResult(JOB, unit, 10); await units.put(head, bytes) }))
        const meanwhile = await readAll(units)
        const found = [first.value]
        for (let next = await odd.next(); next.done !== true; next = await odd.next()) {
          found.push(next.value)
        }
        assert.deepEqual(found, [1, 3, 5, 7, 9, 11, 13, 15, 17, 19].map((unit) => keptResult(JOB, unit, 100 + unit)))
        assert.equal(meanwhile.length, 23)
      })

      it('takes many at once, each on disk when its promise resolves', async () => {
        const units = await kept.open(JOB)
        await Promise.all(Array.from({ length: 50 }, async (_, unit) => { const { head, bytes } = keptResult(JOB, unit, 1_000); await units.put(head, bytes) }))
        assert.equal((await readAll(await (await reopened()).open(JOB))).length, 50)
      })

      it('lists the jobs of which something is kept, with about the bytes they take', async () => {
        assert.deepEqual(await kept.jobs(), [])
        const units = await kept.open(JOB)
        await kept.open(OTHER_JOB)
        const { head, bytes } = keptResult(JOB, 0, 10_000)
        await units.put(head, bytes)
        assert.ok(units.bytes >= 10_000 && units.bytes < 12_000, `${units.bytes} bytes`)
        const again = await reopened()
        const [listed, ...others] = await again.jobs()
        assert.deepEqual(others, [])
        assert.equal(listed?.job, JOB)
        assert.equal(listed.bytes, (await again.open(JOB)).bytes)
        assert.ok(listed.changedAtMs > 0)
      })

      it('goes on where an earlier life ended', async () => {
        const first = keptResult(JOB, 1, 32)
        await (await kept.open(JOB)).put(first.head, first.bytes)
        const second = keptResult(JOB, 2, 32)
        await (await (await reopened()).open(JOB)).put(second.head, second.bytes)
        assert.deepEqual(await readAll(await (await reopened()).open(JOB)), [first, second])
      })

      it('opens a job once at a time, and removes it only when it is closed', async () => {
        const units = await kept.open(JOB)
        const { head, bytes } = keptResult(JOB, 1, 32)
        await units.put(head, bytes)
        await assert.rejects(kept.open(JOB), { name: 'StoreError' })
        await assert.rejects(kept.remove(JOB), { name: 'StoreError' })
        await units.close()
        await assert.rejects(units.put(head, bytes), { name: 'StoreError' })
        await kept.remove(JOB)
        await kept.remove(JOB)
        assert.deepEqual(await kept.jobs(), [])
        assert.deepEqual(await unitsOf(await (await reopened()).open(JOB)), [])
      })

      it('keeps jobs, and what is kept and what is spooled, apart', async () => {
        const mine = keptResult(JOB, 1, 32)
        await (await kept.open(JOB)).put(mine.head, mine.bytes)
        const other = keptResult(OTHER_JOB, 2, 32)
        await (await kept.open(OTHER_JOB)).put(other.head, other.bytes)
        const store = await subject.reopen()
        assert.deepEqual(await unitsOf(await store[folder].open(OTHER_JOB)), [2])
        assert.deepEqual(await store[folder === 'custody' ? 'spool' : 'custody'].jobs(), [])
      })

      it('does not take a result that is not what its head says', async () => {
        const units = await kept.open(JOB)
        const { head, bytes } = keptResult(JOB, 1, 32)
        await assert.rejects(units.put(head, bytes.subarray(1)), RangeError)
        await assert.rejects(units.put({ ...head, job: OTHER_JOB }, bytes), RangeError)
        assert.deepEqual(await unitsOf(units), [])
      })
    })
  }
}
