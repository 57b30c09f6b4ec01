import assert from 'node:assert/strict'
import { chunksOf, contentOf, frameNumber, gridOf, pixelsOf, placeOf } from '../../src/core/units.ts'
import { createFilm } from '../../src/film/film.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { FakeEngine } from '../support/fake-engine.ts'
import { fakeFilm } from '../support/fake-pixels.ts'
import { jobSpec } from '../support/job-spec.ts'
import { MemoryStore } from '../support/memory-store.ts'
import type { JobSpec } from '../../src/core/job.ts'
import type { EngineSession, RenderOutcome, RenderUnit, UnitSource } from '../../src/ports.ts'
import type { FakeEngineOptions } from '../support/fake-engine.ts'

const scene = new TextEncoder().encode('a scene')
const going = new AbortController().signal

function unitOf (spec: JobSpec, unit: number, signal = going): RenderUnit {
  const grid = gridOf(spec)
  const place = placeOf(grid, unit)
  const { first, end } = chunksOf(grid, place)
  return { unit, frame: frameNumber(grid, place.frame), rect: pixelsOf(grid, place), firstChunk: first, endChunk: end, chunkSamples: grid.chunkSamples, content: contentOf(grid), signal }
}

function source (units: readonly RenderUnit[]): UnitSource {
  const rest = [...units]
  return { take: async (max) => rest.splice(0, max) }
}

async function load (spec: JobSpec, options: Partial<FakeEngineOptions> = {}): Promise<{ clock: FakeClock, engine: FakeEngine, session: EngineSession }> {
  const clock = new FakeClock()
  const store = new MemoryStore(clock)
  store.disk.files.set('/scene.fake', scene)
  const { hash, size, chunks } = await store.blobs.putFile('/scene.fake')
  const files = await store.blobs.layOut('0'.repeat(64), { entry: 'scene.fake', files: [{ path: 'scene.fake', size, hash, chunks }] })
  const engine = new FakeEngine(clock, options)
  return { clock, engine, session: await clock.drive(engine.load(files, spec, 1, going)) }
}

async function collect (outcomes: AsyncIterable<RenderOutcome>): Promise<RenderOutcome[]> {
  const all: RenderOutcome[] = []
  for await (const outcome of outcomes) {
    all.push(outcome)
  }
  return all
}

async function renderAll (spec: JobSpec, options: Partial<FakeEngineOptions> = {}): Promise<{ outcomes: RenderOutcome[], tookMs: number }> {
  const { clock, session } = await load(spec, options)
  const startMs = clock.nowMs()
  const units = Array.from({ length: gridOf(spec).units }, (_, unit) => unitOf(spec, unit))
  return { outcomes: await clock.drive(collect(session.render(source(units), going))), tookMs: clock.nowMs() - startMs }
}

describe('FakeEngine', () => {
  for (const split of ['tiles', 'samples', 'frames'] as const) {
    it(`makes one film whatever the split: ${split}`, async () => {
      const spec = jobSpec({ width: 21, height: 13, samples: 50, split, frames: { first: 3, last: 5, step: 2 } })
      const film = createFilm(spec)
      for (const outcome of (await renderAll(spec)).outcomes) {
        assert.ok(outcome.state === 'rendered')
        film.merge(outcome.unit, outcome.pixels)
      }
      assert.deepEqual(film.frame(0), fakeFilm(scene, spec, 0))
      assert.deepEqual(film.frame(1), fakeFilm(scene, spec, 1))
      assert.notDeepEqual(film.frame(0), film.frame(1))
    })
  }

  it('takes its time, in lanes and by threads', async () => {
    assert.equal((await renderAll(jobSpec(), { msPerUnit: 100 })).tookMs, 1600)
    assert.equal((await renderAll(jobSpec(), { msPerUnit: 100, lanes: 4 })).tookMs, 400)
    const { clock, session } = await load(jobSpec(), { msPerUnit: 100 })
    const startMs = clock.nowMs()
    session.setThreads(2)
    await clock.drive(collect(session.render(source([unitOf(jobSpec(), 0)]), going)))
    assert.equal(clock.nowMs() - startMs, 50)
  })

  it('fails, hangs, errs and crashes as told', async () => {
    const faults = ['fail', 'wrong', undefined] as const
    const { outcomes } = await renderAll(jobSpec({ width: 24, height: 8 }), { fault: ({ unit }) => faults[unit] })
    assert.deepEqual(outcomes.map((outcome) => outcome.state), ['failed', 'rendered', 'rendered'])
    await assert.rejects(renderAll(jobSpec(), { fault: ({ unit }) => unit === 3 ? 'crash' : undefined }), { name: 'EngineError' })
    await assert.rejects(renderAll(jobSpec(), { fault: ({ unit }) => unit === 3 ? 'hang' : undefined }), /still pending/)
  })

  it('yields nothing for an aborted unit and goes on with the next', async () => {
    const unwanted = new AbortController()
    const { clock, session } = await load(jobSpec(), { fault: ({ unit }) => unit === 0 ? 'hang' : undefined })
    clock.after(500, () => { unwanted.abort() })
    const outcomes = await clock.drive(collect(session.render(source([unitOf(jobSpec(), 0, unwanted.signal), unitOf(jobSpec(), 1)]), going)))
    assert.deepEqual(outcomes.map((outcome) => outcome.unit), [1])
  })

  it('ends when its signal aborts, also while it waits for units', async () => {
    const over = new AbortController()
    const { clock, session } = await load(jobSpec())
    clock.after(500, () => { over.abort() })
    const startMs = clock.nowMs()
    assert.deepEqual(await clock.drive(collect(session.render({ take: () => new Promise(() => {}) }, over.signal))), [])
    assert.equal(clock.nowMs() - startMs, 500)
  })
})
