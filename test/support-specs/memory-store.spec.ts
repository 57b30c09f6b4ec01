import assert from 'node:assert/strict'
import { FakeClock } from '../support/fake-clock.ts'
import { MemoryStore } from '../support/memory-store.ts'
import type { JournalEntry, JournalRecord } from '../../src/ports.ts'

const JOB = 'a'.repeat(64)
const started = (count: number): JournalRecord => ({ type: 'started', count })

async function countsIn (store: MemoryStore): Promise<number[]> {
  const counts: number[] = []
  for await (const { record } of (await store.openJob(JOB)).replay()) {
    counts.push(record.type === 'started' ? record.count : -1)
  }
  return counts
}

describe('MemoryStore', () => {
  it('keeps notes through a kill but not through a power cut, and synced appends through both', async () => {
    for (const [kind, expected] of [['kill', [1, 2, 3]], ['power', [1]]] as const) {
      const clock = new FakeClock()
      const store = new MemoryStore(clock)
      const job = await store.openJob(JOB)
      await job.append(started(1))
      store.disk.syncMs = 50
      job.note(started(2))
      let appended = false
      job.append(started(3)).then(() => { appended = true }, () => {})
      const next = new MemoryStore(clock, store.crash(kind))
      await clock.settle(1000)
      next.disk.syncMs = 0
      assert.deepEqual(await countsIn(next), expected, kind)
      assert.ok(!appended, 'a dead store acknowledged')
    }
  })

  it('makes earlier notes durable with a later append', async () => {
    const clock = new FakeClock()
    const store = new MemoryStore(clock)
    const job = await store.openJob(JOB)
    job.note(started(1))
    await job.append(started(2))
    assert.deepEqual(await countsIn(new MemoryStore(clock, store.crash('power'))), [1, 2])
  })

  it('takes nothing while the disk is full', async () => {
    const store = new MemoryStore(new FakeClock())
    const job = await store.openJob(JOB)
    store.disk.fault = 'no space left'
    await assert.rejects(job.append(started(1)), { name: 'StoreError', message: 'no space left' })
    await assert.rejects(store.nextSerial(), { name: 'StoreError' })
    store.disk.fault = undefined
    await job.append(started(2))
    assert.deepEqual(await countsIn(store), [2])
    assert.equal(await store.nextSerial(), 1)
  })

  it('keeps what was appended during a checkpoint, after it', async () => {
    const clock = new FakeClock()
    const store = new MemoryStore(clock)
    const job = await store.openJob(JOB)
    await job.append(started(1))
    store.disk.syncMs = 10
    const entries: JournalEntry[] = [{ record: started(7), pixels: undefined }]
    await clock.drive(Promise.all([job.checkpoint(entries), job.append(started(2))]))
    store.disk.syncMs = 0
    assert.deepEqual(await countsIn(store), [7, 2])
  })

  it('counts boots and says when it lost count', async () => {
    const store = new MemoryStore(new FakeClock())
    assert.deepEqual(await store.nextBoot(), { boot: 1, fresh: true })
    assert.deepEqual(await store.nextBoot(), { boot: 2, fresh: false })
    store.disk.boot = undefined
    assert.deepEqual(await store.nextBoot(), { boot: 1, fresh: true })
  })
})
