import assert from 'node:assert/strict'
import { rectsOf } from '../../src/core/rect.ts'
import { gridOf } from '../../src/core/units.ts'
import { restoreJob } from '../../src/farm/restore.ts'
import { FakeDarkroom } from '../support/fake-darkroom.ts'
import { readControl, readJob, signJob } from '../support/fake-signatures.ts'
import { jobSpec } from '../support/job-spec.ts'
import type { JobStore, JournalRecord } from '../../src/ports.ts'
import type { RestoredJob } from '../../src/farm/restore.ts'

const spec = jobSpec()
const grid = gridOf(spec)
const signed = signJob(spec.requester, spec)

function epoch (instance: number): JournalRecord {
  return { type: 'epoch', epoch: { round: 1, peer: spec.requester, instance } }
}

function grant (number: number, worker: string, units: readonly number[]): JournalRecord {
  return { type: 'grant', grant: number, worker, rects: rectsOf(grid, units) }
}

function lapsed (unit: number, worker: string): JournalRecord {
  return { type: 'trouble', unit, worker, kind: 'lapsed', reason: '' }
}

/** What a journal with these records gives back. */
async function restored (...records: readonly JournalRecord[]): Promise<RestoredJob> {
  const job: JournalRecord = { type: 'job', bytes: signed.bytes, signature: signed.signature, output: undefined }
  const store: Pick<JobStore, 'replay'> = {
    async * replay () {
      for (const record of [job, ...records]) {
        yield { record, pixels: record.type === 'accepted' ? new Uint8Array(8 * 8 * 16) : undefined }
      }
    }
  }
  const mesh = {
    readJob: async (bytes: Uint8Array, signature: Uint8Array) => readJob(bytes, signature),
    readControl: async (bytes: Uint8Array, signature: Uint8Array, requester: string) => readControl(bytes, signature, requester)
  }
  const result = await restoreJob(store as JobStore, mesh, new FakeDarkroom())
  assert.ok(result !== undefined)
  return result
}

describe('units that were out when a peer went down', () => {
  it('are those granted and neither accepted, lapsed, failed nor parked since, with who had them last', async () => {
    const accepted: JournalRecord = { type: 'accepted', unit: 1, worker: 'ann', phases: { transferMs: 0, loadMs: 0, renderMs: 1 } }
    const { out } = await restored(epoch(1), grant(1, 'ann', [0, 1, 2, 3]), accepted, lapsed(2, 'ann'), grant(2, 'bea', [2, 7]), lapsed(3, 'ann'))
    assert.deepEqual([...out].sort(), [[0, 'ann'], [2, 'bea'], [7, 'bea']])
  })

  it('are still out after a second restart, before anybody could show them', async () => {
    const { out, epoch: last } = await restored(epoch(1), grant(1, 'ann', [0, 1]), epoch(2), epoch(3), grant(1, 'bea', [1, 5]))
    assert.deepEqual([...out].sort(), [[0, 'ann'], [1, 'bea'], [5, 'bea']])
    assert.equal(last?.instance, 3)
  })
})
