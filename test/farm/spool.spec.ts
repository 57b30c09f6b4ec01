import assert from 'node:assert/strict'
import { SPOOL_BYTES, SPOOL_RETRY_MS } from '../../src/farm/limits.ts'
import { FinishedUnits } from '../../src/farm/worker/finished-units.ts'
import { Spool } from '../../src/farm/worker/spool.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { MemoryStore } from '../support/memory-store.ts'
import { JOB, token } from '../support/steward-bench.ts'
import { sha256 } from '../support/sha256.ts'
import type { UnitIndex } from '../../src/core/ids.ts'
import type { ResultHead } from '../../src/core/messages.ts'
import type { KeptUnitsStore } from '../../src/ports.ts'

const PIXELS = new Uint8Array(64)

function head (unit: UnitIndex): ResultHead {
  return { job: JOB, unit, token: token(1), content: 'mean', bytes: PIXELS.byteLength, sha256: sha256(PIXELS), phases: { transferMs: 0, loadMs: 0, renderMs: 1 } }
}

function bench (): { readonly clock: FakeClock, readonly log: MemoryLog, readonly store: MemoryStore, readonly spool: Spool } {
  const clock = new FakeClock()
  const log = new MemoryLog()
  const store = new MemoryStore(clock)
  return { clock, log, store, spool: new Spool({ spool: store.spool, clock, log }) }
}

async function unitsIn (spool: Spool): Promise<UnitIndex[]> {
  const units: UnitIndex[] = []
  for await (const kept of spool.read(JOB, () => true)) {
    units.push(kept.head.unit)
  }
  return units
}

describe('spool', () => {
  it('gives back what was put, in its order, and only what is wanted', async () => {
    const { spool } = bench()
    for (const unit of [5, 1, 3]) {
      assert.ok(await spool.put(head(unit), PIXELS))
    }
    assert.deepEqual(await unitsIn(spool), [5, 1, 3])
    const wanted: UnitIndex[] = []
    for await (const kept of spool.read(JOB, (unit) => unit === 1)) {
      wanted.push(kept.head.unit)
    }
    assert.deepEqual(wanted, [1])
  })

  it('removes a job\'s folder with the last of its units, and makes another for the next', async () => {
    const { spool, store } = bench()
    await Promise.all([1, 2].map(async (unit) => spool.put(head(unit), PIXELS)))
    spool.forget(JOB, 1)
    await spool.close()
    assert.equal(store.disk.spool.size, 1)
    spool.forget(JOB, 2)
    const next = spool.put(head(3), PIXELS)
    assert.ok(await next)
    assert.deepEqual(await unitsIn(spool), [3])
    spool.forget(JOB, 3)
    await spool.close()
    assert.equal(store.disk.spool.size, 0)
  })

  it('removes nothing that is being read or written', async () => {
    const { spool } = bench()
    await Promise.all([1, 2].map(async (unit) => spool.put(head(unit), PIXELS)))
    const read: UnitIndex[] = []
    for await (const kept of spool.read(JOB, () => true)) {
      read.push(kept.head.unit)
      spool.forget(JOB, 1)
      spool.forget(JOB, 2)
    }
    assert.deepEqual(read, [1, 2])
    const writing = spool.put(head(4), PIXELS)
    spool.forget(JOB, 4)
    assert.ok(await writing)
    assert.deepEqual(await unitsIn(spool), [4])
  })

  it('takes up what an earlier life left: each unit once, of what is wanted; a folder without any goes', async () => {
    const { clock, log, store, spool } = bench()
    await Promise.all([1, 2, 2, 3].map(async (unit) => spool.put(head(unit), PIXELS)))
    const disk = store.crash('kill')
    const next = new MemoryStore(clock, disk)
    const taken = new Spool({ spool: next.spool, clock, log })
    assert.deepEqual((await taken.takeUp(JOB, ({ unit }) => unit < 3)).map(({ unit }) => unit), [1, 2])
    await taken.close()
    const none = new Spool({ spool: new MemoryStore(clock, next.crash('power')).spool, clock, log })
    assert.deepEqual(await none.takeUp(JOB, () => false), [])
    await none.close()
    assert.equal(disk.spool.size, 0)
  })

  it('says once that the disk refuses, leaves it alone for a while, and then tries again', async () => {
    const { clock, log, store, spool } = bench()
    store.disk.fault = 'no space left on the disk'
    assert.equal(await spool.put(head(1), PIXELS), false)
    assert.ok(spool.isRefused)
    clock.advance(SPOOL_RETRY_MS)
    assert.ok(!spool.isRefused)
    assert.equal(await spool.put(head(1), PIXELS), false)
    assert.equal(log.lines.filter(({ level }) => level === 'warn').length, 1)
    store.disk.fault = undefined
    assert.ok(await spool.put(head(1), PIXELS))
    assert.ok(!spool.isRefused)
    store.disk.fault = 'no space left on the disk'
    assert.equal(await spool.put(head(2), PIXELS), false)
    assert.equal(log.lines.filter(({ level }) => level === 'warn').length, 2)
  })

  it('has room for its bytes, and not for one more', async () => {
    let bytes = 0
    const kept: Pick<KeptUnitsStore, 'open'> = {
      open: async (job) => ({
        job,
        put: async () => {},
        read: async function * () {},
        heads: async function * () {},
        get bytes () { return bytes },
        close: async () => {}
      })
    }
    const { store, clock, log } = bench()
    const spool = new Spool({ spool: Object.assign(store.spool, kept), clock, log })
    assert.ok(spool.hasRoomFor(SPOOL_BYTES))
    assert.ok(!spool.hasRoomFor(SPOOL_BYTES + 1))
    await spool.put(head(1), PIXELS)
    bytes = SPOOL_BYTES - 100
    assert.ok(spool.hasRoomFor(100))
    assert.ok(!spool.hasRoomFor(101))
    const writing = spool.put(head(2), PIXELS)
    assert.ok(spool.hasRoomFor(36), 'what is being written counts')
    assert.ok(!spool.hasRoomFor(37))
    await writing
  })
})

describe('finished units of a job', () => {
  it('count what is in memory, whatever goes to the disk and comes back', () => {
    const finished = new FinishedUnits()
    for (const unit of [1, 2, 3]) {
      finished.add(head(unit), PIXELS, 10 * unit)
    }
    assert.deepEqual([finished.bytes, finished.hasUnspooled], [192, true])
    assert.deepEqual(finished.unspooledSince(20), [1, 2])
    finished.writing(1)
    finished.writing(2)
    assert.deepEqual(finished.unspooledSince(30), [3])
    finished.spooled(1)
    finished.refused(2, 50)
    assert.deepEqual([finished.bytes, finished.unspooledSince(30), finished.onDiskOnly()], [128, [3], [1]])
    assert.deepEqual(finished.next(2), [2, 3], 'what is in memory is delivered next')
    finished.loaded(1, PIXELS)
    finished.loaded(1, PIXELS)
    assert.deepEqual([finished.bytes, finished.onDiskOnly()], [192, []])
    finished.takeUp(head(4))
    assert.equal(finished.bytes, 192)
    for (const unit of finished.units()) {
      finished.forget(unit)
      finished.forget(unit)
    }
    assert.deepEqual([finished.bytes, finished.size, finished.hasUnspooled], [0, 0, false])
  })
})
