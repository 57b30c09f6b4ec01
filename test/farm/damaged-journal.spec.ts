import assert from 'node:assert/strict'
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { UnitSet } from '../../src/core/ledger.ts'
import { gridOf, pixelsOf, placeOf } from '../../src/core/units.ts'
import { bytesOf, restoreJob } from '../../src/farm/restore.ts'
import { openStore } from '../../src/store/index.ts'
import { FakeDarkroom } from '../support/fake-darkroom.ts'
import { readControl, readJob, signJob } from '../support/fake-signatures.ts'
import { jobSpec } from '../support/job-spec.ts'
import { MemoryLog } from '../support/memory-log.ts'
import { withHome } from '../store/support/temporary-home.ts'
import type { UnitIndex } from '../../src/core/ids.ts'
import type { JobSpec } from '../../src/core/job.ts'
import type { Film, JobStore, JournalRecord } from '../../src/ports.ts'
import type { RestoredJob } from '../../src/farm/restore.ts'
import type { Home } from '../../src/store/index.ts'

const OUTPUT = { file: '/out-#.png', bits: 8, submittedAtMs: 1, noLocal: false } as const
const darkroom = new FakeDarkroom()
const mesh = {
  readJob: async (bytes: Uint8Array, signature: Uint8Array) => readJob(bytes, signature),
  readControl: async (bytes: Uint8Array, signature: Uint8Array, requester: string) => readControl(bytes, signature, requester)
}

/** What a unit's pixels are: no two units have the same, and sums are exact. */
function renderedOf (spec: JobSpec, unit: UnitIndex): Float32Array {
  const { x0, y0, x1, y1 } = pixelsOf(gridOf(spec), placeOf(gridOf(spec), unit))
  return Float32Array.from({ length: (x1 - x0) * (y1 - y0) * 4 }, (_, at) => unit * 64 + at % 64)
}

/** The hash of a film that has all units merged but those of these frames. */
function hashOf (film: Film, spec: JobSpec, has: UnitSet, without: ReadonlySet<number>): string {
  const grid = gridOf(spec)
  for (let unit = 0; unit < grid.units; unit++) {
    if (!has.has(unit) && !without.has(placeOf(grid, unit).frame)) {
      film.merge(unit, renderedOf(spec, unit))
    }
  }
  return darkroom.filmHash(Array.from({ length: grid.frames }, (_, frame) => frame).filter((frame) => !without.has(frame)).map((frame) => darkroom.frameHash(film.frame(frame))))
}

/** Begins a job of two frames: the first is on disk, of the second a part is merged and checkpointed, and a few results came after that. */
async function begun (job: JobStore, spec: JobSpec): Promise<void> {
  const signed = signJob(spec.requester, spec)
  const grid = gridOf(spec)
  const ofFrame = grid.units / grid.frames
  const film = darkroom.film(spec)
  const accept = async (unit: UnitIndex): Promise<void> => {
    film.merge(unit, renderedOf(spec, unit))
    await job.append({ type: 'accepted', unit, worker: 'w', phases: { transferMs: 0, loadMs: 0, renderMs: 1 } }, bytesOf(renderedOf(spec, unit)))
  }
  const first: JournalRecord = { type: 'job', bytes: signed.bytes, signature: signed.signature, output: OUTPUT }
  await job.append(first)
  await job.append(first)
  for (let unit = 0; unit < ofFrame; unit++) {
    await accept(unit)
  }
  await job.append({ type: 'frame', frame: 0, hash: 'a'.repeat(64), files: ['/out-1.png'] })
  film.drop(0)
  const early = Array.from({ length: ofFrame }, (_, at) => ofFrame + at).filter((unit) => unit % 5 !== 0 && unit % 3 !== 0)
  for (const unit of early) {
    await accept(unit)
  }
  const totals = { executions: 9, lapsed: 0, raced: 0, failed: 0, byPeer: { w: 9 }, bytesIn: 9, phases: { transfer: 0, load: 0, render: 9, merge: 0 } }
  const accepted = [{ first: 0, end: ofFrame }, ...early.map((unit) => ({ first: unit, end: unit + 1 }))]
  await job.checkpoint([
    { record: first, pixels: undefined },
    { record: { type: 'ledger', accepted, parked: [], totals }, pixels: undefined },
    { record: { type: 'frame', frame: 0, hash: 'a'.repeat(64), files: ['/out-1.png'] }, pixels: undefined },
    ...Array.from(film.checkpoint(), ({ unit, state }) => ({ record: { type: 'film' as const, unit }, pixels: state })),
    { record: first, pixels: undefined }
  ])
  for (let unit = ofFrame; unit < grid.units; unit += 6) {
    if (!early.includes(unit)) {
      await accept(unit)
    }
  }
}

async function restoredFrom (home: Home, id: string): Promise<RestoredJob | undefined> {
  const job = await (await openStore(home, new MemoryLog())).openJob(id)
  try {
    return await restoreJob(job, mesh, darkroom)
  } finally {
    await job.close()
  }
}

function without (restored: RestoredJob): ReadonlySet<number> {
  return new Set(restored.frames.keys())
}

function acceptedOf ({ accepted }: RestoredJob, units: number): UnitSet {
  const set = new UnitSet(units)
  accepted.forEach((range) => { set.addRange(range) })
  return set
}

describe('a requester\'s journal that the disk has damaged', function () {
  this.timeout(60_000)

  const still = jobSpec({ frames: { first: 1, last: 2, step: 1 }, width: 24, height: 24 })
  for (const [name, spec] of [['tiles', still], ['samples', { ...still, samples: 64, split: 'samples' as const }]] as const) {
    it(`a bit that flips anywhere: what is lost of it is open again, and the film is the same in the end, split by ${name}`, async () => {
      await withHome(async (home) => {
        const signed = signJob(spec.requester, spec)
        const units = gridOf(spec).units
        const job = await (await openStore(home, new MemoryLog())).openJob(signed.id)
        await begun(job, spec)
        await job.close()
        const folder = home.path('jobs', signed.id, 'journal')
        const files = await Promise.all((await readdir(folder)).map(async (file) => ({ file: path.join(folder, file), bytes: await readFile(path.join(folder, file)) })))
        const intact = await restoredFrom(home, signed.id)
        assert.ok(intact !== undefined && intact.damaged === 0 && acceptedOf(intact, units).size > units / 2)
        const expected = hashOf(intact.film, spec, acceptedOf(intact, units), without(intact))
        const whole = hashOf(darkroom.film(spec), spec, new UnitSet(units), new Set())
        let lost = 0
        for (const { file, bytes } of files) {
          for (let at = 0; at < bytes.length; at += spec.split === 'tiles' ? 61 : 211) {
            const flipped = Buffer.from(bytes)
            flipped[at]! ^= 1 << (at % 8)
            await writeFile(file, flipped)
            const restored = await restoredFrom(home, signed.id)
            assert.ok(restored !== undefined, `byte ${at} cost the job`)
            assert.deepEqual(restored.output, OUTPUT)
            const hash = hashOf(restored.film, spec, acceptedOf(restored, units), without(restored))
            assert.equal(hash, restored.frames.has(0) ? expected : whole, `byte ${at} of ${path.basename(file)}`)
            lost += acceptedOf(intact, units).size - acceptedOf(restored, units).size
          }
          await rm(file)
          for (const one of files) {
            await writeFile(one.file, one.bytes)
          }
        }
        assert.ok(lost > 10, 'no flip cost anything')
      })
    })
  }

  it('goes on from what is remembered of the job elsewhere when the journal does not say which it is of', async () => {
    const spec = jobSpec()
    const signed = signJob(spec.requester, spec)
    const store: Pick<JobStore, 'replay'> = {
      async * replay () {
        yield { record: { type: 'accepted', unit: 1, worker: 'w', phases: { transferMs: 0, loadMs: 0, renderMs: 1 } }, pixels: bytesOf(renderedOf(spec, 1)) }
      }
    }
    assert.equal(await restoreJob(store, mesh, darkroom), undefined)
    const restored = await restoreJob(store, mesh, darkroom, { signed, control: undefined })
    assert.deepEqual(restored?.accepted, [{ first: 1, end: 2 }])
    assert.equal(restored.output, undefined)
  })

  it('forgets no frame that is on disk when results of it are lost', async () => {
    const spec = jobSpec({ frames: { first: 1, last: 2, step: 1 } })
    const signed = signJob(spec.requester, spec)
    const store: Pick<JobStore, 'replay'> = {
      async * replay () {
        yield { record: { type: 'job', bytes: signed.bytes, signature: signed.signature, output: OUTPUT }, pixels: undefined }
        yield { record: { type: 'accepted', unit: 0, worker: 'w', phases: { transferMs: 0, loadMs: 0, renderMs: 1 } }, pixels: bytesOf(renderedOf(spec, 0)) }
        yield { record: { type: 'frame', frame: 0, hash: 'a'.repeat(64), files: [] }, pixels: undefined }
        yield { record: { type: 'accepted', unit: gridOf(spec).units - 1, worker: 'w', phases: { transferMs: 0, loadMs: 0, renderMs: 1 } }, pixels: bytesOf(renderedOf(spec, gridOf(spec).units - 1)) }
      }
    }
    const restored = await restoreJob(store, mesh, darkroom)
    assert.ok(restored !== undefined && restored.frames.has(0))
    const { units } = gridOf(spec)
    assert.deepEqual(restored.accepted, [{ first: 0, end: units / 2 }, { first: units - 1, end: units }])
    assert.throws(() => restored.film.frame(0), { state: 'dropped' })
  })
})
