import assert from 'node:assert/strict'
import { UnitSet } from '../../../src/core/ledger.ts'
import { gridOf } from '../../../src/core/units.ts'
import { StoreError } from '../../../src/errors.ts'
import { KeptJob } from '../../../src/farm/custody/kept-job.ts'
import { drainPromises, FakeClock } from '../../support/fake-clock.ts'
import { keptPart, keptUnit } from '../../support/custody-bench.ts'
import { signJob } from '../../support/fake-signatures.ts'
import { jobSpec } from '../../support/job-spec.ts'
import { MemoryStore } from '../../support/memory-store.ts'
import type { UnitIndex } from '../../../src/core/ids.ts'
import type { KeptUnit } from '../../../src/core/questions.ts'

/** Four units a tile. */
const JOB = signJob('ann', jobSpec({ requester: 'ann', split: 'samples', samples: 64 }))

class Shelf {
  readonly clock = new FakeClock()
  readonly store = new MemoryStore(this.clock)
  reserved = 0

  async open (): Promise<KeptJob> {
    return this.clock.drive(KeptJob.open(this.store.custody, JOB, (bytes) => {
      this.reserved += bytes
      return () => { this.reserved -= bytes }
    }))
  }

  async put (kept: KeptJob, { head, bytes }: KeptUnit): Promise<string> {
    return this.clock.drive(kept.put(head, bytes))
  }

  async read (kept: KeptJob, units: readonly UnitIndex[]): Promise<KeptUnit[]> {
    const wanted = new UnitSet(gridOf(JOB.spec).units)
    units.forEach((unit) => { wanted.add(unit) })
    const read = async (): Promise<KeptUnit[]> => {
      const found: KeptUnit[] = []
      for await (const unit of kept.read(wanted)) {
        found.push(unit)
      }
      return found
    }
    return this.clock.drive(read())
  }
}

describe('what is kept of one job', () => {
  it('says what is on disk, also after a restart', async () => {
    const shelf = new Shelf()
    const kept = await shelf.open()
    assert.equal(await shelf.put(kept, keptUnit(JOB, 3)), 'kept')
    assert.equal(await shelf.put(kept, keptPart(JOB, 5, { first: 4, end: 6 })), 'kept')
    assert.deepEqual([...kept.units.values()], [3, 4, 5])
    await shelf.clock.drive(kept.close())
    const again = await shelf.open()
    assert.deepEqual([...again.units.values()], [3, 4, 5])
    assert.deepEqual(await shelf.read(again, [3]), [keptUnit(JOB, 3)])
  })

  it('keeps nothing twice', async () => {
    const shelf = new Shelf()
    const kept = await shelf.open()
    await shelf.put(kept, keptPart(JOB, 5, { first: 4, end: 6 }))
    assert.equal(await shelf.put(kept, keptUnit(JOB, 4)), 'duplicate')
    assert.equal(await shelf.put(kept, keptPart(JOB, 5, { first: 4, end: 6 })), 'duplicate')
    assert.equal((await shelf.read(kept, [4, 5])).length, 1)
  })

  it('answers a copy that comes meanwhile when the disk has the first', async () => {
    const shelf = new Shelf()
    shelf.store.disk.syncMs = 50
    const kept = await shelf.open()
    const { head, bytes } = keptUnit(JOB, 3)
    const answers: string[] = []
    for (const _copy of [1, 2]) {
      void kept.put(head, bytes).then((answer) => answers.push(answer))
    }
    await drainPromises()
    assert.deepEqual([answers, shelf.reserved, kept.units.size], [[], head.bytes, 0])
    await shelf.clock.settle(50)
    assert.deepEqual([answers, shelf.reserved], [['kept', 'duplicate'], 0])
    assert.equal(shelf.store.disk.custody.get(JOB.id)!.entries.length, 1)
  })

  it('has nothing that the disk refused, and tells both who brought it', async () => {
    const shelf = new Shelf()
    const kept = await shelf.open()
    const { head, bytes } = keptUnit(JOB, 3)
    shelf.store.disk.fault = 'no space left'
    const both = await Promise.allSettled([kept.put(head, bytes), kept.put(head, bytes)])
    assert.deepEqual(both.map(({ status }) => status), ['rejected', 'rejected'])
    assert.deepEqual([kept.units.size, shelf.reserved], [0, 0])
    shelf.store.disk.fault = undefined
    assert.equal(await shelf.put(kept, keptUnit(JOB, 3)), 'kept')
  })

  it('refuses what is not of the job', async () => {
    const shelf = new Shelf()
    const kept = await shelf.open()
    const { head, bytes } = keptUnit(JOB, 3)
    await assert.rejects(kept.put({ ...head, unit: 1_000 }, bytes), StoreError)
  })

  it('sends the longest merged part of a tile for all that is in it', async () => {
    const shelf = new Shelf()
    const kept = await shelf.open()
    for (const result of [keptUnit(JOB, 1), keptPart(JOB, 1, { first: 0, end: 2 }), keptPart(JOB, 2, { first: 0, end: 3 }), keptUnit(JOB, 3), keptUnit(JOB, 4)]) {
      await shelf.put(kept, result)
    }
    const sent = await shelf.read(kept, [0, 1, 2, 3])
    assert.deepEqual(sent.map(({ head }) => head.keep!.units), [{ first: 0, end: 3 }, { first: 3, end: 4 }])
  })

  it('no longer claims what its disk has lost', async () => {
    const shelf = new Shelf()
    const kept = await shelf.open()
    await shelf.put(kept, keptUnit(JOB, 1))
    await shelf.put(kept, keptUnit(JOB, 2))
    const folder = shelf.store.disk.custody.get(JOB.id)!
    folder.entries.splice(0, 1)
    folder.durable--
    assert.equal(kept.units.size, 2)
    assert.equal((await shelf.read(kept, [1, 2])).length, 1)
    assert.deepEqual([...kept.units.values()], [2])
    assert.equal(await shelf.put(kept, keptUnit(JOB, 1)), 'kept')
  })
})
